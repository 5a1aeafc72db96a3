"""Pushing at the sync worker's surface: what is refused, and what is answered."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from homeport.entry import Entry
from homeport.pushing.delivery import MOST_CALLS
from homeport.sync import LARGEST_BODY, PUSH
from tests.homeport.delivery_world import delivered, everywhere, refusal, request, shown
from tests.homeport.homeport_world import NOON, ORIGIN, failing
from tests.homeport.sync_world import OTHER, TARGET, Harbour
from tests.homeport.writing_world import AWAY, HOME, about


async def test_without_a_secret_configured_the_address_does_not_exist() -> None:
    assert (await refusal(Harbour(), secrets=False)).status == 404


async def test_deliveries_are_posted_with_their_length_and_not_too_large() -> None:
    assert (
        (await refusal(Harbour(), "PUT")).status,
        (await refusal(Harbour(), "PUT")).headers.get("allow"),
    ) == (405, "POST")
    assert (await refusal(Harbour())).status == 411
    assert (await refusal(Harbour(), length=LARGEST_BODY[PUSH] + 1)).status == 413


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
    assert events == [{"region": name, "duration": 0.0, "stored": 2} for name in (HOME, AWAY)]
    assert "secret" not in repr(of.surroundings.events)


async def test_what_was_accepted_near_a_visitor_outlives_a_push() -> None:
    of = Harbour()
    await of.accepted(TARGET, b"written")
    _, answer = await delivered(of, pages=[shown()])
    assert answer["pages"][TARGET] == {HOME: {"state": "stale"}, AWAY: {"state": "stored"}}
    kept = of.home.kept(about(TARGET).key)
    assert isinstance(kept, Entry)
    assert (kept.body, kept.dirty, kept.stale) == (b"written", True, True)
