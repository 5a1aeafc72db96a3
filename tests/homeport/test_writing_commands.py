"""POST as a command: applied once, and nothing is shown that only the origin can know."""

from __future__ import annotations

import json

from homeport.messages import Request, Response
from tests.homeport.collection_world import Bay, json_of, posted
from tests.homeport.patch_world import merge, written
from tests.homeport.writing_world import about, delete, in_one_lane

NOTE = in_one_lane(1, 0, "/notes/")[0]
GET = Request("GET", NOTE)


async def test_a_command_is_a_receipt_and_is_carried_out_once() -> None:
    bay = Bay()
    answer = await bay.asks(posted(NOTE, {"do": 1}, ("prefer", "return=representation")))
    assert (answer.status, set(json_of(answer))) == (202, {"id", "state", "receipt"})
    assert "content-location" not in answer.headers
    assert "preference-applied" not in answer.headers
    entry = bay.entry(NOTE)
    assert (entry.kind, entry.unclear) == ("command", True)
    await bay.drains()
    await bay.drains()
    assert bay.origin.journal == [("POST", NOTE, b'{"do": 1}')]
    assert bay.entry(NOTE).kind == "marker"
    assert json_of(await bay.asks(Request("GET", json_of(answer)["receipt"])))["state"] == "applied"


async def test_while_a_command_waits_the_origin_is_asked_and_nothing_is_stored() -> None:
    bay = Bay()
    bay.origin.items[NOTE] = b'{"n":1}'
    assert json_of(await bay.asks(GET)) == {"n": 1}
    await bay.asks(posted(NOTE, {}))
    bay.origin.items[NOTE] = b'{"n":2}'
    answer = await bay.asks(GET)
    assert json_of(answer) == {"n": 2}
    assert "stored" not in (answer.headers.get("cache-status") or "")
    assert bytes(bay.entry(NOTE).body) == b'{"n":1}'
    await bay.drains()
    assert json_of(await bay.asks(GET)) == {"n": 2, "done": 1}


async def test_a_put_or_delete_after_a_command_can_be_read_again() -> None:
    bay = Bay()
    await bay.asks(posted(NOTE, {}))
    await bay.asks(written("PUT", NOTE, {"n": 3}))
    assert json_of(await bay.asks(GET)) == {"n": 3}
    await bay.asks(merge(NOTE, {"m": 4}))
    assert json_of(await bay.asks(GET)) == {"n": 3, "m": 4}
    await bay.asks(delete(NOTE))
    assert (await bay.asks(GET)).status == 404
    await bay.drains()
    assert [method for method, _, _ in bay.origin.journal] == ["POST", "PUT", "PATCH", "DELETE"]


async def test_a_patch_right_after_a_command_has_to_wait_for_it() -> None:
    bay = Bay()
    bay.origin.items[NOTE] = b"{}"
    await bay.asks(posted(NOTE, {}))
    answer = await bay.asks(merge(NOTE, {"m": 4}))
    assert (answer.status, json_of(answer)["title"]) == (503, "Earlier writes wait")
    await bay.drains()
    assert (await bay.asks(merge(NOTE, {"m": 4}))).status == 202
    await bay.drains()
    assert json.loads(bay.origin.items[NOTE]) == {"done": 1, "m": 4}


async def test_what_is_put_before_a_command_is_put_again_without_it_where_the_put_is_refused() -> None:
    bay = Bay()
    bay.origin.items[NOTE] = b'{"n":0}'
    await bay.asks(written("PUT", NOTE, {"n": 3}))
    await bay.asks(posted(NOTE, {}))
    bay.origin.answers[NOTE] = [Response(422)]
    await bay.drains()
    assert json_of(await bay.asks(GET)) == {"n": 0, "done": 1}
    assert bay.members(bay.home) == []


async def test_a_command_on_a_query_goes_straight() -> None:
    bay = Bay()
    answer = await bay.asks(posted(f"{NOTE}?x=1", {}))
    assert "straight query" in (answer.headers.get("cache-status") or "")
    assert bay.home.kept(about(NOTE).key) is None or not bay.entry(NOTE).dirty
