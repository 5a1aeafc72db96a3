"""A list shows what waits of its items, and never goes back behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from homeport import keys, queues
from homeport.messages import Headers, Request, Response
from homeport.pushing.changed import Site
from homeport.reading.lists import MOST
from homeport.routing import Routes
from tests.homeport.collection_world import COLLECTION, ITEM, LIST, A, B, Bay, C, json_of
from tests.homeport.homeport_world import ORIGIN
from tests.homeport.patch_world import JSON, merge, written
from tests.homeport.writing_processes import Died, Process
from tests.homeport.writing_world import about, delete

OLD = (b'{"id":"%s","n":0}' % A.encode(), b'{"id":"%s","n":0}' % B.encode())


async def bay(**changes: Any) -> Bay:
    """A list of A and B, fresh in the region."""
    of = Bay(site=Site(ORIGIN, Routes(replace(COLLECTION, **changes), ITEM)))
    of.origin.items = {f"/items/{A}": OLD[0], f"/items/{B}": OLD[1]}
    assert len(await of.lists()) == 2
    return of


def say(answer: Response) -> str:
    return answer.headers.get("cache-status") or ""


async def test_a_hit_with_nothing_pending_costs_two_operations_one_after_the_other() -> None:
    of = await bay()
    process, key = Process(), about(LIST).key
    await of.lists(by=process)
    assert process.calls == [
        f"{of.home.name} sorted_set_fetch_by_score o:{key}",
        f"{of.home.name} get e:{key}",
    ]


async def test_posts_changes_and_deletions_are_in_the_list_at_once_and_the_origin_is_not_asked() -> None:
    of = await bay()
    asked = len(of.origin.requests)
    await of.makes({"id": C, "n": 1})
    await of.asks(written("PUT", f"/items/{A}", {"id": A, "n": 2, "more": True}))
    assert await of.lists() == [{"id": A, "n": 2}, {"id": B, "n": 0}, {"id": C, "n": 1}]
    await of.asks(delete(f"/items/{B}"))
    assert await of.lists() == [{"id": A, "n": 2}, {"id": C, "n": 1}]
    assert len(of.origin.requests) == asked
    entry = of.entry(LIST)
    assert b"more" not in bytes(entry.body)
    assert C.encode() not in bytes(entry.body)


async def test_a_patched_item_is_shown_as_it_is_patched() -> None:
    of = await bay()
    await of.asks(Request("GET", f"/items/{A}"))
    await of.asks(merge(f"/items/{A}", {"n": 5}))
    assert (await of.lists())[0] == {"id": A, "n": 5}


async def test_once_drained_the_list_is_the_origins_and_nothing_waits() -> None:
    of = await bay()
    await of.makes({"id": C, "n": 1})
    await of.drains()
    assert of.overlay() == of.members(of.home) == []
    answer = await of.asks(Request("GET", LIST))
    assert "overlaid" not in say(answer)
    assert [each["id"] for each in json_of(answer)["items"]] == [A, B, C]


async def test_an_overlaid_answer_bears_nothing_of_the_origins_octets_and_is_kept_by_nobody() -> None:
    of = await bay()
    plain = await of.asks(Request("GET", LIST))
    assert "etag" in plain.headers
    await of.makes({"id": C})
    answer = await of.asks(Request("GET", LIST))
    names = {name for name, _ in answer.headers}
    assert not names & {"etag", "last-modified", "content-length", "accept-ranges", "digest", "expires"}
    assert answer.headers.get("cache-control") == "no-store"
    assert say(answer).endswith(f'detail="{of.home.name} overlaid"')


@pytest.mark.parametrize("field", [("if-none-match", "*"), ("range", "bytes=0-1")])
async def test_conditions_and_ranges_are_not_about_the_overlaid_list(field: tuple[str, str]) -> None:
    of = await bay()
    assert (await of.asks(Request("GET", LIST, Headers([field])))).status in (206, 304)
    await of.makes({"id": C})
    answer = await of.asks(Request("GET", LIST, Headers([field])))
    assert (answer.status, len(json_of(answer)["items"])) == (200, 3)


async def test_head_tells_the_length_of_the_overlaid_list() -> None:
    of = await bay()
    await of.makes({"id": C})
    whole = await of.asks(Request("GET", LIST))
    answer = await of.asks(Request("HEAD", LIST))
    assert (answer.status, bytes(answer.body)) == (200, b"")
    assert answer.headers.get("content-length") == str(len(whole.body))


async def test_a_list_with_a_query_shows_changes_and_no_new_items() -> None:
    of = await bay()
    await of.makes({"id": C, "n": 1})
    await of.asks(written("PUT", f"/items/{A}", {"id": A, "n": 2}))
    assert await of.lists("?page=1") == [{"id": A, "n": 2}, {"id": B, "n": 0}]
    assert len(await of.lists("", ("authorization", "Bearer x"))) == 2


async def test_a_list_fresh_from_the_origin_is_overlaid_and_stored_as_it_came() -> None:
    of = Bay()
    of.origin.items = {f"/items/{A}": OLD[0]}
    await of.makes({"id": C})
    assert [each["id"] for each in await of.lists()] == [A, C]
    assert C.encode() not in bytes(of.entry(LIST).body)


async def test_a_list_that_may_not_be_kept_is_overlaid_too() -> None:
    of = Bay()
    of.origin.answers[LIST] = [Response(200, JSON.plus(("cache-control", "no-store")), b'{"items":[]}')]
    await of.makes({"id": C})
    assert await of.lists() == [{"id": C}]


async def test_between_an_items_settling_and_the_lists_staleness_the_origin_is_asked() -> None:
    of = await bay(ttl=3600)
    await of.makes({"id": C, "n": 1})
    died = 0
    for call in range(1, 40):
        try:
            await of.drains(by=Process(dies_at=call))
        except Died:
            died += 1
        assert [each["id"] for each in await of.lists()] == [A, B, C], call
        of.clock.advance(31_000)
    assert died > 5
    of.clock.advance(61_000)
    await of.drains()
    assert of.overlay() == of.members(of.home) == []


async def test_the_list_is_stale_before_a_members_removal_and_the_others_are_told_after_it() -> None:
    of = await bay()
    await of.makes({"id": C})
    process = Process()
    await of.drains(by=process)
    home, away, list_key = of.home.name, of.away.name, about(LIST).key
    marked = process.calls.index(f"{home} set_if_hash e:{list_key}")
    hidden = process.calls.index(f"{home} sorted_set_remove o:{list_key}")
    told = process.calls.index(f"{away} get_with_hash e:{list_key}")
    removed = process.calls.index(f"{home} sorted_set_remove q:0")
    assert marked < hidden < told < removed


async def test_a_list_that_cannot_be_changed_is_shown_as_it_is_and_an_event_says_so() -> None:
    def broken(_: object, __: object) -> None:
        raise RuntimeError

    for overlay, reason in ((broken, "RuntimeError"), (lambda *_: None, "it cannot be told")):
        of = await bay(overlay=overlay)
        await of.makes({"id": C})
        assert len(await of.lists()) == 2
        told = [fields["reason"] for name, fields in of.surroundings.events if name == "overlay_failed"]
        assert told == [reason]


async def test_a_list_of_a_region_that_stands_in_is_not_overlaid() -> None:
    of = await bay()
    await of.makes({"id": C})
    process = Process(refused_at=1)
    answer = await of.asks(Request("GET", LIST), by=process)
    assert f"{of.away.name} for {of.home.name}" in say(answer)
    assert len(json_of(answer)["items"]) == 2


async def test_of_many_resources_those_written_last_are_shown() -> None:
    of = Bay()
    for number in range(MOST + 2):
        of.clock.advance(1)
        await of.makes({"id": f"n{number}"})
    shown = [each["id"] for each in await of.lists()]
    assert shown == [f"n{number}" for number in range(2, MOST + 2)]
    assert ("overlay_truncated", {"region": of.home.name, "resources": MOST + 2}) in of.surroundings.events


async def test_a_member_that_nobody_committed_keeps_the_list_from_the_cache_until_it_is_tidied_away() -> None:
    of = await bay()
    key = about("/items/none").key
    await queues.show(of.home, [about(LIST).key], key, "f" * 32, of.clock())
    asked = len(of.origin.requests)
    await of.lists()
    assert len(of.origin.requests) == asked + 1
    of.clock.advance(61_000)
    await of.lists()  # too old to be in flight: the drain is to judge it
    assert of.members(of.home) == [f"{key}/{'f' * 32}"]
    for lane in range(keys.LANES):
        await of.drains(lane)
    assert of.overlay() == [f"{key}/{'f' * 32}"]  # nothing told the drain of which list it is
    await of.lists()
    assert of.overlay() == of.members(of.home) == []
    assert of.entry(LIST).stale


async def test_a_refused_post_is_taken_out_of_the_list_again() -> None:
    of = await bay()
    await of.makes({"id": C})
    of.origin.answers[LIST] = [Response(422)]
    await of.drains()
    assert [each["id"] for each in await of.lists()] == [A, B]
    assert of.overlay() == []


async def test_who_died_right_after_the_commit_is_in_the_list_all_the_same() -> None:
    of = await bay()
    process = Process(dies_at=5)  # the members, the look, the commit
    with pytest.raises(Died):
        await of.makes({"id": C, "n": 1}, ("prefer", "wait=5"), by=process)
    of.surroundings.drop_behind()
    assert process.calls[3].startswith(f"{of.home.name} set_if e:")
    assert [each["id"] for each in await of.lists()] == [A, B, C]


async def test_a_settled_writes_member_that_was_left_behind_goes_with_the_next_drain() -> None:
    of, another, whole = await bay(), await bay(), Process()
    for each in (of, another):
        await each.makes({"id": C, "n": 1})
    await another.drains(by=whole)
    hiding = next(n for n, call in enumerate(whole.calls, 1) if "sorted_set_remove o:" in call)
    with pytest.raises(Died):
        await of.drains(by=Process(dies_at=hiding))
    assert len(of.overlay()) == 1
    of.clock.advance(61_000)
    await of.drains()
    assert of.overlay() == of.members(of.home) == []


async def test_a_lost_write_goes_from_the_list_with_the_next_drain_and_the_list_is_stale() -> None:
    of = await bay()
    await of.asks(Request("GET", f"/items/{A}"))
    key = about(f"/items/{A}").key
    now = of.clock()
    await queues.put(of.home, key, "f" * 32, now)
    await queues.show(of.home, [about(LIST).key], key, "f" * 32, now)
    of.clock.advance(61_000)
    await of.drains()
    assert of.overlay() == of.members(of.home) == []
    assert of.entry(LIST).stale
