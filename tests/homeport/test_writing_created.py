"""POST to a collection: the item is there at once, and made once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from homeport.messages import NoAnswer, Request, Response
from homeport.pushing.changed import Site
from homeport.routing import Route, Routes
from homeport.writing import acknowledgement
from homeport.writing.prefer import Preferences
from homeport.writing.receipt import Receipt
from homeport.writing.representation import merged, put_again, wrapped
from homeport.writing.write import Write
from tests.homeport.collection_world import COLLECTION, ITEM, LIST, A, Bay, json_of, posted
from tests.homeport.homeport_world import ORIGIN
from tests.homeport.patch_world import JSON, shown, written
from tests.homeport.writing_world import about, delete, lane_of

NO_NAMES: tuple[Any, ...] = (None, True, 1.5, ["a"], {}, "x" * 129)


async def test_a_posted_item_can_be_read_at_once_and_is_made_at_the_origin() -> None:
    bay = Bay()
    answer = await bay.makes({"id": A, "n": 1})
    assert answer.status == 202
    said = json_of(answer)
    assert (said["state"], said["item"]) == ("pending", f"/items/{A}")
    assert answer.headers.get("location") == said["receipt"]
    assert said["receipt"].split("/")[3] == about(f"/items/{A}").key
    assert json_of(await bay.asks(Request("GET", f"/items/{A}"))) == {"id": A, "n": 1}
    assert bay.origin.journal == []
    await bay.drains()
    assert bay.origin.journal == [("POST", LIST, b'{"id": "%s", "n": 1}' % A.encode())]
    assert json_of(await bay.asks(Request("GET", said["receipt"])))["state"] == "applied"
    assert json_of(await bay.asks(Request("GET", f"/items/{A}"))) == {"id": A, "n": 1}
    assert bay.members(bay.home) == bay.overlay() == []


@pytest.mark.parametrize(("body", "rest"), [(b" {}", b"}"), (b'{"n":1.0}', b',"n":1.0}')])
async def test_an_item_without_a_name_gets_one_and_its_other_octets_stay(body: bytes, rest: bytes) -> None:
    bay = Bay()
    answer = await bay.makes(body)
    assert answer.status == 202
    target = json_of(answer)["item"]
    name = target.removeprefix("/items/")
    assert [len(part) for part in name.split("-")] == [8, 4, 4, 4, 12]
    assert (name[14], name[19] in "89ab") == ("4", True)
    shown = await bay.asks(Request("GET", target))
    assert bytes(shown.body).strip() == b'{"id":"%s"' % name.encode() + rest
    await bay.drains(lane_of(target))
    assert bay.origin.items == {target: bytes(shown.body)}


async def test_a_name_may_be_an_integer() -> None:
    assert json_of(await Bay().makes({"id": 7}))["item"] == "/items/7"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        *(
            (json.dumps({"id": each}).encode(), "identity")
            for each in ("", "a b", "..", ".", "a/b", "ä", "%41")
        ),
        *((json.dumps({"id": each}).encode(), "identity") for each in NO_NAMES),
        *((each, "body") for each in (b"[]", b"1", b"no JSON", b'{"id":"a","id":"b"}', b"")),
    ],
)
async def test_what_only_the_origin_can_name_goes_straight(body: bytes, why: str) -> None:
    bay = Bay()
    bay.origin.answers[LIST] = [Response(422)]
    answer = await bay.makes(body)
    assert answer.status == 422
    assert f"straight {why}" in (answer.headers.get("cache-status") or "")
    assert bytes(bay.origin.requests[-1].body) == body
    assert bay.members(bay.home) == bay.overlay() == []


async def test_what_is_not_json_by_its_type_or_digested_without_a_name_goes_straight() -> None:
    bay = Bay()
    form = await bay.makes({"id": A}, ("content-type", "text/plain"))
    assert "straight format" in (form.headers.get("cache-status") or "")
    bay.origin.answers[LIST] = [Response(201)]
    digested = await bay.makes({}, ("content-digest", "sha-256=:AAAA:"))
    assert "straight digest" in (digested.headers.get("cache-status") or "")
    assert (await bay.makes({"id": A}, ("content-digest", "sha-256=:AAAA:"))).status == 202


async def test_an_item_that_is_known_to_be_there_is_refused_and_nothing_is_written() -> None:
    bay = Bay()
    assert (await bay.makes({"id": A})).status == 202
    answer = await bay.makes({"id": A, "n": 2})
    assert (answer.status, json_of(answer)["title"]) == (409, "Item exists")
    assert len(bay.members(bay.home)) == len(bay.overlay()) == 1
    await bay.asks(delete(f"/items/{A}"))
    assert (await bay.makes({"id": A, "n": 3})).status == 202
    await bay.drains()
    assert [method for method, _, _ in bay.origin.journal] == ["POST", "DELETE", "POST"]


async def test_created_says_where_the_item_is() -> None:
    bay = Bay()
    bay.site = Site(ORIGIN, Routes(replace(COLLECTION, accepted_status=201), ITEM))
    answer = await bay.makes({"id": A, "n": 1})
    assert (answer.status, answer.headers.get("location")) == (201, f"/items/{A}")
    assert (answer.headers.get("content-location"), json_of(answer)) == (f"/items/{A}", {"id": A, "n": 1})


async def test_the_representation_is_returned_to_who_prefers_it() -> None:
    answer = await Bay().makes({"id": A, "n": 1}, ("prefer", "return=representation"))
    assert (answer.status, answer.headers.get("content-location")) == (202, f"/items/{A}")
    assert json_of(answer) == {"id": A, "n": 1}
    assert answer.headers.get("preference-applied") == "return=representation"


@pytest.mark.parametrize(
    ("represent", "shown"), [(wrapped("data"), {"data": {"id": A, "n": 1}}), (merged, {"id": A, "n": 1})]
)
async def test_the_items_route_says_what_a_posted_item_looks_like(represent: Any, shown: Any) -> None:
    bay = Bay()
    bay.site = Site(ORIGIN, Routes(COLLECTION, replace(ITEM, representation=represent)))
    assert (await bay.makes({"id": A, "n": 1})).status == 202
    assert json_of(await bay.asks(Request("GET", f"/items/{A}"))) == shown
    assert bay.origin.requests == []


async def test_a_write_after_the_post_comes_after_it_at_the_origin() -> None:
    bay = Bay()
    await bay.makes({"id": A, "n": 1})
    await bay.asks(written("PATCH", f"/items/{A}", {"n": 2}, "application/merge-patch+json"))
    assert json_of(await bay.asks(Request("GET", f"/items/{A}"))) == {"id": A, "n": 2}
    await bay.drains()
    assert json.loads(bay.origin.items[f"/items/{A}"]) == {"id": A, "n": 2}


@pytest.mark.parametrize("lost", [NoAnswer("it took too long"), Response(503)])
async def test_where_the_origin_forgets_keys_a_repeated_post_that_it_has_is_applied(lost: Any) -> None:
    bay = Bay()
    bay.origin.forgets = True
    receipt = json_of(await bay.makes({"id": A, "n": 1}))["receipt"]
    bay.origin.items[f"/items/{A}"] = json.dumps({"id": A, "n": 1, "made": "today"}).encode()
    bay.origin.answers[f"/items/{A}"] = [lost]
    await bay.drains()  # 409, and the item cannot be asked for just now
    assert json_of(await bay.asks(Request("GET", receipt)))["state"] == "pending"
    bay.clock.advance(61_000)
    await bay.drains()
    assert json_of(await bay.asks(Request("GET", receipt)))["state"] == "applied"
    assert bay.origin.journal == []


async def test_where_the_origin_has_another_item_of_that_name_the_post_is_dead() -> None:
    bay = Bay()
    receipt = json_of(await bay.makes({"id": A, "n": 1}))["receipt"]
    bay.origin.items[f"/items/{A}"] = json.dumps({"id": A, "n": 2}).encode()
    await bay.drains()
    said = json_of(await bay.asks(Request("GET", receipt)))
    assert (said["state"], said["origin_status"]) == ("dead", 409)
    assert json_of(await bay.asks(Request("GET", f"/items/{A}"))) == {"id": A, "n": 2}
    assert bay.overlay() == []


async def test_the_origins_own_representation_is_taken_where_its_answer_carries_one() -> None:
    bay = Bay()
    await bay.makes({"id": A, "n": 1})
    own = JSON.plus(("content-location", f"/items/{A}"), ("etag", '"1"'))
    bay.origin.answers[LIST] = [Response(201, own, b'{"id":"own"}')]
    await bay.drains()
    assert bytes(bay.entry(f"/items/{A}").body) == b'{"id":"own"}'


async def test_every_region_learns_of_the_item_the_list_and_what_both_invalidate() -> None:
    bay = Bay()
    routes = Routes(
        replace(COLLECTION, invalidates=("/count",)),
        replace(ITEM, invalidates=("/last",)),
        Route("/count"),
        Route("/last"),
    )
    bay.site = Site(ORIGIN, routes)
    await bay.makes({"id": A})
    await bay.drains()
    for target in (f"/items/{A}", LIST, "/count", "/last"):
        assert bay.away.kept(about(target).key) is not None, target
    for target in (LIST, "/count", "/last"):
        assert bay.home.kept(about(target).key) is not None, target


async def test_who_waits_for_the_origins_word_is_told_where_the_item_is() -> None:
    write = Write("f" * 32, about(f"/items/{A}"), posted(LIST, {"id": A}), ITEM)
    found = Receipt(write.id, write.resource.key, "applied", 1, 201)
    answer = acknowledgement.settled(found, write, Preferences(), "here")
    assert (answer.status, answer.headers.get("location")) == (201, f"/items/{A}")
    assert json_of(answer)["item"] == f"/items/{A}"


async def test_what_a_command_made_has_a_name_that_nobody_here_knows() -> None:
    write = Write("f" * 32, about("/notes/1"), posted("/notes/1", {}))
    found = Receipt(write.id, write.resource.key, "applied", 1, 201)
    answer = acknowledgement.settled(found, write, Preferences(returns="representation"), "here")
    assert (answer.status, answer.headers.get("location")) == (200, None)
    assert json_of(answer)["state"] == "applied"


def test_a_post_put_again_onto_an_item_that_is_there_is_left_out() -> None:
    write = Write("f" * 32, about(f"/items/{A}"), posted(LIST, {"id": A}), ITEM)
    pending = (write.pending(seq=1, accepted=1),)
    entry = shown(f"/items/{A}", {"id": A}, pending=pending)
    left = put_again(entry, shown(f"/items/{A}", {"id": A, "n": 9}), ITEM.representation)
    assert left is not None
    assert json.loads(bytes(left.body)) == {"id": A, "n": 9}
    alone = put_again(entry, None, ITEM.representation)
    assert alone is not None
    assert json.loads(bytes(alone.body)) == {"id": A}
