"""Pushing at the sync worker's surface: who may, what is refused, and what is answered."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from homeport.entry import Entry
from homeport.messages import Headers, Request, Response
from homeport.pushing.delivery import MOST_CALLS
from homeport.pushing.signature import WINDOW_SECONDS, sign
from homeport.pushing.tag_index import SKEW_MS
from homeport.sync import LARGEST_BODY, PUSH, SyncWorker
from tests.homeport.homeport_world import NOON, ORIGIN, failing
from tests.homeport.sync_world import OTHER, TARGET, Harbour
from tests.homeport.writing_world import AWAY, HOME, about

OLD, NEW = "o" * 32, "n" * 32
SECONDS = NOON // 1000


def worker(of: Harbour, *secrets: str) -> SyncWorker:
    made = of.worker()
    return replace(made, settings=replace(made.settings, push_secrets=secrets or (OLD, NEW)))


def shown(url: str = TARGET, **members: object) -> dict[str, object]:
    """A page in a delivery."""
    fields = {"content-type": "text/html"}
    return {"url": url, "headers": fields, "body": "<p>", "as_of": [NOON, NOON + 5]} | members


def request(
    body: bytes, *, secret: str = NEW, at: int = SECONDS, signature: str | None = None, **fields: str
) -> Request:
    members = fields.get("homeport_push")
    said = sign(secret, at, body, members) if signature is None else signature
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    named = {"content-type": "application/json", "content-length": str(len(body))} | named
    return Request("POST", PUSH, Headers([*named.items(), ("homeport-signature", said)]), body)


async def delivered(of: Harbour, asked: Request | None = None, /, **members: object) -> tuple[int, Any]:
    """Status and body of the answer to a delivery."""
    made = worker(of)
    asked = asked or request(json.dumps(members).encode())
    answer = made.refusal(asked) or await made.answer(asked)
    assert answer.headers.get("cache-control") == "no-store"
    problem = answer.headers.get("content-type") == "application/problem+json"
    assert problem == (answer.status not in (200, 502))
    return answer.status, json.loads(bytes(answer.body))


def everywhere(state: str) -> dict[str, object]:
    return {HOME: {"state": state}, AWAY: {"state": state}}


def refusal(of: Harbour, method: str = "POST", length: int | None = None, secrets: bool = True) -> Response:
    made = worker(of) if secrets else of.worker()
    fields = [] if length is None else [("content-length", str(length))]
    answer = made.refusal(Request(method, PUSH, Headers(fields)))
    assert answer is not None
    return answer


def test_without_a_secret_configured_the_address_does_not_exist() -> None:
    assert refusal(Harbour(), secrets=False).status == 404


def test_deliveries_are_posted_with_their_length_and_not_too_large() -> None:
    assert (refusal(Harbour(), "PUT").status, refusal(Harbour(), "PUT").headers.get("allow")) == (405, "POST")
    assert refusal(Harbour()).status == 411
    assert refusal(Harbour(), length=LARGEST_BODY[PUSH] + 1).status == 413


async def test_a_page_stands_in_every_region() -> None:
    of = Harbour()
    status, answer = await delivered(of, pages=[shown(state="few", version=3)])
    assert (status, answer) == (200, {"pages": {TARGET: everywhere("stored")}})
    for region in (of.home, of.away):
        entry = of.entry(TARGET, region)
        assert (entry.body, entry.header.get("content-type")) == (b"<p>", "text/html")
        assert entry.push is not None
        assert (entry.push.state, entry.push.version) == ("few", 3)


async def test_a_page_may_be_the_body_itself() -> None:
    of = Harbour()
    members = {"url": f"{ORIGIN}{TARGET}", "headers": {"content-type": "image/png"}, "as_of": [NOON, NOON]}
    asked = request(b"\x89PNG", homeport_push=json.dumps(members), content_type="image/png")
    assert await delivered(of, asked) == (200, {"pages": {f"{ORIGIN}{TARGET}": everywhere("stored")}})
    assert of.entry(TARGET).body == b"\x89PNG"


async def test_octets_may_be_in_base64() -> None:
    of = Harbour()
    page = shown(body_base64=base64.b64encode(b"\xff\x00").decode())
    del page["body"]
    assert (await delivered(of, pages=[page]))[0] == 200
    assert of.entry(TARGET).body == b"\xff\x00"


async def test_delete_and_invalidate_name_urls_and_tags() -> None:
    of = Harbour()
    await delivered(of, pages=[shown(), shown(OTHER)])
    status, answer = await delivered(of, delete=[TARGET], invalidate=[OTHER], tags=["none"])
    purged = {HOME: {"purged": 1}, AWAY: {"purged": 1}}
    assert (status, answer) == (200, {"delete": purged, "invalidate": purged})
    assert (of.entry(TARGET).kind, of.entry(OTHER).soft) == ("marker", True)
    await delivered(of, invalidate=[OTHER], soft=False)
    assert of.entry(OTHER).kind == "marker"


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "t=1,v1=00",
        f"t={SECONDS}",
        f"t={SECONDS},v1={'0' * 64}",
        f"v1={'0' * 64},t={SECONDS}",
        f"t={SECONDS},v1={'0' * 64}" + f",v1={'0' * 64}" * 4,
    ],
)
async def test_a_forged_delivery_is_refused_and_nothing_is_read(signature: str) -> None:
    of = Harbour()
    status, problem = await delivered(of, request(b"not even JSON", signature=signature))
    assert (status, problem["title"]) == (401, "Not signed")
    assert of.home.cache.calls == []
    assert [name for name, _ in of.surroundings.events] == ["push_refused"]


async def test_a_signature_is_of_this_body_this_time_and_these_members() -> None:
    body = json.dumps({"pages": [shown()]}).encode()
    good = sign(NEW, SECONDS, body)
    for asked in (
        request(body + b" ", signature=good),
        request(body, signature=good.replace(f"t={SECONDS}", f"t={SECONDS + 1}")),
        request(body, signature=good, homeport_push="{}"),
        request(body, secret="x" * 32),
    ):
        assert (await delivered(Harbour(), asked))[0] == 401
    assert (await delivered(Harbour(), request(body, signature=good)))[0] == 200


async def test_during_a_rotation_either_secret_signs_and_a_sender_may_sign_with_both() -> None:
    body = json.dumps({"pages": [shown()]}).encode()
    both = sign("x" * 32, SECONDS, body) + "," + sign(OLD, SECONDS, body).partition(",")[2]
    for signature in (sign(OLD, SECONDS, body), sign(NEW, SECONDS, body), both):
        assert (await delivered(Harbour(), request(body, signature=signature)))[0] == 200


@pytest.mark.parametrize(
    ("age", "status"), [(WINDOW_SECONDS, 200), (WINDOW_SECONDS + 1, 401), (-WINDOW_SECONDS - 1, 401)]
)
async def test_an_old_signature_is_refused_and_so_is_one_from_the_future(age: int, status: int) -> None:
    body = json.dumps({"pages": [shown()]}).encode()
    assert (await delivered(Harbour(), request(body, at=SECONDS - age)))[0] == status


async def test_a_replayed_delivery_changes_nothing() -> None:
    of = Harbour()
    asked = request(json.dumps({"pages": [shown(source="p", number=1, body="old")]}).encode())
    assert (await delivered(of, asked))[0] == 200
    of.clock.advance(1000)
    newer = shown(source="p", number=2, body="new", as_of=[NOON + 1000] * 2)
    assert (await delivered(of, pages=[newer]))[1]["pages"][TARGET] == everywhere("stored")
    assert (await delivered(of, asked))[1]["pages"][TARGET] == everywhere("kept")
    assert (of.entry(TARGET).body, of.entry(TARGET).stale) == (b"new", False)


async def test_reordered_pages_come_to_the_origins_order_by_their_versions() -> None:
    of = Harbour()
    for version in (2, 3, 1):
        await delivered(of, pages=[shown(version=version, body=str(version))])
    assert (of.entry(TARGET).body, of.entry(TARGET).stale) == (b"3", False)


async def test_without_any_number_what_is_not_provably_later_marks_stale() -> None:
    of = Harbour()
    await delivered(of, pages=[shown(body="1")])
    of.clock.advance(SKEW_MS)
    late = shown(body="2", as_of=[NOON + SKEW_MS] * 2)
    assert (await delivered(of, pages=[late]))[1]["pages"][TARGET] == everywhere("stale")
    assert (of.entry(TARGET).body, of.entry(TARGET).stale) == (b"1", True)


async def test_a_stale_push_does_not_land_as_fresh_on_nothing() -> None:
    of = Harbour()
    old = shown(as_of=[NOON - 60_001, NOON - 60_001])
    assert (await delivered(of, pages=[old]))[1]["pages"][TARGET] == everywhere("stale")
    assert of.entry(TARGET).kind == "marker"


async def test_a_region_that_is_away_is_owed_and_that_is_no_failure() -> None:
    of = Harbour()
    of.away.cache.faults = failing()
    status, answer = await delivered(of, pages=[shown()], delete=[OTHER])
    assert status == 200
    assert answer["pages"][TARGET] == {
        HOME: {"state": "stored"},
        AWAY: {"state": "owed", "error": "TIMEOUT_ERROR"},
    }
    assert answer["delete"][AWAY] == {"purged": 0, "owed": 1, "error": "TIMEOUT_ERROR"}
    assert len(of.members(of.home)) == 2


async def test_what_nobody_can_remember_is_a_502() -> None:
    of = Harbour()
    of.home.cache.faults = of.away.cache.faults = failing()
    status, answer = await delivered(of, pages=[shown()])
    assert status == 502
    assert {each["state"] for each in answer["pages"][TARGET].values()} == {"failed"}
    of = Harbour()
    of.away.cache.faults = failing()
    assert (await delivered(of, tags=["a"]))[0] == 502


@pytest.mark.parametrize(
    ("body", "fields", "status"),
    [
        (b"{", {}, 400),
        (b"", {}, 400),
        (b"[" * 100_000, {}, 400),
        (b"{}", {"content_type": "text/html"}, 415),
        (b"<p>", {"content_type": "text/html", "homeport_push": "{"}, 400),
        (b"[]", {}, 422),
        (b"{}", {}, 422),
        (b"<p>", {"homeport_push": "[]"}, 422),
    ],
)
async def test_what_is_no_delivery_is_refused(body: bytes, fields: dict[str, Any], status: int) -> None:
    assert (await delivered(Harbour(), request(body, **fields)))[0] == status


@pytest.mark.parametrize(
    ("members", "names"),
    [
        ({"pages": {}}, ["pages"]),
        ({"pages": [5]}, ["pages[0]"]),
        ({"pages": [{}]}, ["pages[0].as_of", "pages[0].url"]),
        ({"pages": [shown(), shown("/nothing")]}, ["pages[1].url"]),
        ({"pages": [shown(), shown(f"{ORIGIN}{TARGET}")]}, ["pages"]),
        ({"pages": [shown(extra=1)]}, ["pages[0].extra"]),
        ({"pages": [shown(status="200")]}, ["pages[0].status"]),
        ({"pages": [shown(status=True)]}, ["pages[0].status"]),
        ({"pages": [shown(headers={"a": 1})]}, ["pages[0].headers"]),
        ({"pages": [shown(headers={"set-cookie": "a"})]}, ["pages[0].headers"]),
        ({"pages": [shown(as_of=[1])]}, ["pages[0].as_of"]),
        ({"pages": [shown(as_of=[True, 1])]}, ["pages[0].as_of"]),
        ({"pages": [shown(as_of=[2, 1])]}, ["pages[0].as_of"]),
        ({"pages": [shown(version=1.5)]}, ["pages[0].version"]),
        ({"pages": [shown(version=-1)]}, ["pages[0].version"]),
        ({"pages": [shown(body_base64="")]}, ["pages[0].body"]),
        ({"pages": [shown(body="\ud800")]}, ["pages[0].body"]),
        ({"pages": [shown(state="\ud800")]}, ["pages[0].state"]),
        ({"delete": ["/nothing"]}, ["delete[0]"]),
        ({"delete": [5]}, ["delete"]),
        ({"invalidate": [TARGET, "https://elsewhere.test/"]}, ["invalidate[1]"]),
        ({"delete": [TARGET], "invalidate": [f"{ORIGIN}{TARGET}"]}, ["delete"]),
        ({"tags": ["a", "a b"]}, ["tags[1]"]),
        ({"tags": ["a"], "soft": 1}, ["soft"]),
        ({"tags": ["a"], "hard": True}, ["hard"]),
        ({"delete": [TARGET] * 1001}, ["delete"]),
    ],
)
async def test_each_member_that_is_wrong_is_named_and_nothing_is_stored(
    members: dict[str, object], names: list[str]
) -> None:
    of = Harbour()
    status, problem = await delivered(of, **members)
    assert (status, [each["name"] for each in problem["errors"]]) == (422, names)
    assert of.home.cache.calls == []


async def test_a_bad_base64_is_named() -> None:
    page = shown(body_base64="?")
    del page["body"]
    status, problem = await delivered(Harbour(), pages=[page])
    assert (status, problem["errors"][0]["name"]) == (422, "pages[0].body_base64")


async def test_the_body_of_a_page_that_is_the_body_stands_nowhere_else() -> None:
    members = json.dumps(shown())
    status, problem = await delivered(Harbour(), request(b"<p>", homeport_push=members))
    assert (status, problem["errors"][0]["name"]) == (422, "body")


async def test_more_pages_than_an_invocation_can_push_are_refused_with_the_limit() -> None:
    of = Harbour()
    pages = [shown(f"/items/{n}") for n in range(MOST_CALLS // 4)]
    assert (await delivered(of, pages=pages))[0] == 200
    status, problem = await delivered(of, pages=[*pages, shown("/items/one-more")])
    assert (status, str(MOST_CALLS) in problem["detail"]) == (413, True)


async def test_the_log_tells_how_many_pages_and_no_url() -> None:
    of = Harbour()
    await delivered(of, pages=[shown(f"{TARGET}?secret=1"), shown(OTHER)])
    events = [fields for name, fields in of.surroundings.events if name == "pushed"]
    assert events == [{"region": HOME, "stored": 2}, {"region": AWAY, "stored": 2}]
    assert "secret" not in repr(of.surroundings.events)


async def test_what_was_accepted_near_a_visitor_outlives_a_push() -> None:
    of = Harbour()
    await of.accepted(TARGET, b"written")
    _, answer = await delivered(of, pages=[shown()])
    assert answer["pages"][TARGET] == {HOME: {"state": "stale"}, AWAY: {"state": "stored"}}
    kept = of.home.kept(about(TARGET).key)
    assert isinstance(kept, Entry)
    assert (kept.body, kept.dirty, kept.stale) == (b"written", True, True)
