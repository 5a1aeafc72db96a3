"""A drain that coalesces leaves what one leaves that does not, and every write has its receipt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.draining.drain import Report
from homeport.entry import Pending
from homeport.messages import NoAnswer, Response
from homeport.writing.acknowledgement import receipt as shown
from tests.homeport.coalesce_world import KEY, LANE, TARGET, Kind, Waiting, site
from tests.homeport.writing_processes import Process

DOCUMENTS = st.dictionaries(
    st.sampled_from("ab"),
    st.none() | st.integers(0, 3) | st.dictionaries(st.sampled_from("xy"), st.none() | st.integers(0, 3)),
    max_size=2,
)
POISON = st.just({"poisoned": "poison"})
KINDS = st.one_of(
    st.tuples(st.just("PUT"), DOCUMENTS.map(lambda said: {"log": [], **said})),
    st.tuples(st.just("merge"), DOCUMENTS),
    st.tuples(st.just("merge"), DOCUMENTS),
    st.tuples(st.just("DELETE"), st.none()),
    st.tuples(st.just("append"), st.integers(0, 9)),
    st.tuples(st.sampled_from(("POST", "if-match")), DOCUMENTS),
    st.tuples(st.sampled_from(("PUT", "merge")), POISON),
)
LISTS = st.lists(KINDS, min_size=1, max_size=8)
FAULTS = st.sampled_from(("dies_at", "loses_at", "vanishes_at", "refused_at"))


async def drained(
    kinds: Sequence[Kind], before: Any, *, coalesce: bool, faults: Sequence[tuple[str, int]] = ()
) -> tuple[Waiting, list[Pending]]:
    world = Waiting(site=site(coalesce=coalesce))
    if before is not None:
        world.origin.items[TARGET] = json.dumps(before).encode()
    items = await world.wait(kinds)
    for fault, call in faults:
        process = Process()
        setattr(process, fault, call)
        await world.drain(LANE, process)
        world.clock.advance(61_000)
    await world.finish()
    return world, items


async def compared(kinds: Sequence[Kind], before: Any, faults: Sequence[tuple[str, int]]) -> None:
    plain, items = await drained(kinds, before, coalesce=False)
    world, _ = await drained(kinds, before, coalesce=True, faults=faults)
    assert world.shows == plain.shows
    for one, other, each in zip(world.states(items), plain.states(items), items, strict=True):
        assert one in (other, "superseded"), f"{each}: {one}, {other} where each is sent by itself"
        if one == "superseded":
            receipt = world.receipt(each.id)
            assert receipt is not None
            assert receipt.by is not None
            by = world.receipt(receipt.by)
            assert by is not None
            assert by.state == "applied"


@settings(derandomize=True, database=None, deadline=None, max_examples=150)
@given(LISTS, st.none() | DOCUMENTS.map(lambda said: {"log": [0], **said}))
async def test_coalesced_or_not_the_origin_comes_to_the_same(kinds: list[Kind], before: Any) -> None:
    await compared(kinds, before, ())


@settings(derandomize=True, database=None, deadline=None, max_examples=250)
@given(
    LISTS,
    st.none() | DOCUMENTS.map(lambda said: {"log": [0], **said}),
    st.lists(st.tuples(FAULTS, st.integers(2, 30)), min_size=1, max_size=3),
)
async def test_so_it_does_where_drainers_fail_or_die_between_any_two_effects(
    kinds: list[Kind], before: Any, faults: list[tuple[str, int]]
) -> None:
    await compared(kinds, before, faults)


PUTS: list[Kind] = [("PUT", {"v": 1}), ("merge", {"w": 2}), ("PUT", {"v": 3}), ("merge", {"x": 4})]


async def test_four_writes_cost_one_request_and_the_mark_stands_before_it_leaves() -> None:
    world = Waiting()
    items = await world.wait(PUTS)
    marks: list[str] = []
    process = Process()

    async def look() -> None:
        marks.extend(each.by for each in world.entry(TARGET).pending)

    process.before[5] = look
    assert await world.drain(LANE, process) == Report(settled=4)
    assert process.calls[4] == f"origin PUT {TARGET}"
    assert marks == [items[3].id] * 3 + [""]
    assert world.shows == {"v": 3, "x": 4}
    assert len(world.origin.requests) == 1
    assert world.states(items) == ["superseded"] * 3 + ["applied"]
    assert sum("sorted_set_remove" in call for call in process.calls) == 1
    assert world.members(world.home) == []


@pytest.mark.parametrize("fault", ["dies_at", "loses_at", "vanishes_at", "refused_at"])
@pytest.mark.parametrize("call", range(1, 24))
async def test_whichever_call_fails_another_drainer_finishes_the_same_request(fault: str, call: int) -> None:
    world, process = Waiting(), Process()
    items = await world.wait(PUTS)
    setattr(process, fault, call)
    await world.drain(LANE, process)
    world.clock.advance(61_000)
    await world.finish()
    assert (world.shows, len(world.origin.journal)) == ({"v": 3, "x": 4}, 1)
    assert world.states(items) == ["superseded"] * 3 + ["applied"]


async def test_a_refused_composition_is_nobodys_refusal() -> None:
    world = Waiting()
    items = await world.wait([("PUT", {"v": 1}), ("merge", {"a": "poison"}), ("merge", {"b": 2})])
    await world.finish()
    assert world.shows == {"v": 1, "b": 2}
    assert world.states(items) == ["applied", "dead", "applied"]
    assert [each.method for each in world.origin.requests if each.method != "GET"] == [
        "PUT",
        "PUT",
        "PATCH",
        "PATCH",
    ]


async def test_what_a_refused_write_was_to_supersede_is_sent_singly() -> None:
    world = Waiting()
    items = await world.wait([("PUT", {"v": 1}), ("PUT", {"v": 2}), ("PUT", {"v": "poison"})])
    await world.finish()
    assert world.shows == {"v": 2}
    assert world.states(items) == ["applied", "applied", "dead"]
    assert [request.method for request in world.origin.requests] == ["PUT"] * 3


async def test_a_deletion_of_what_never_came_to_the_origin_is_applied() -> None:
    world = Waiting()
    items = await world.wait([("PUT", {"v": 1}), ("DELETE", None)])
    await world.finish()
    assert (world.shows, world.states(items)) == (None, ["superseded", "applied"])
    assert [request.method for request in world.origin.requests] == ["DELETE"]


async def test_while_the_origin_is_silent_the_company_stays_together() -> None:
    world = Waiting()
    items = await world.wait(PUTS[:2])
    world.origin.answers[TARGET] = [NoAnswer("it took too long"), Response(503)]
    await world.drain(LANE)
    assert [(each.tries, each.by) for each in world.entry(TARGET).pending] == [(0, items[1].id), (1, "")]
    await world.finish()
    assert world.states(items) == ["superseded", "applied"]
    assert {request.headers.get("idempotency-key") for request in world.origin.requests} == {
        f"{items[1].id}-2"
    }


async def test_an_applied_receipt_outlives_an_origin_that_later_says_no() -> None:
    """It has forgotten the key, and the first drainer died after the first receipt."""
    world = Waiting()
    items = await world.wait(PUTS[:2])
    await world.drain(LANE, Process(dies_at=7))
    assert world.states(items) == [None, "applied"]
    world.origin.answers[TARGET] = [Response(409)]
    await world.finish()
    assert world.states(items) == ["superseded", "applied"]
    assert world.origin.requests[-1].method == "PUT"
    assert len(world.origin.requests) == 2


async def test_a_member_left_over_whose_receipt_says_superseded_is_settled() -> None:
    world = Waiting()
    items = await world.wait(PUTS[:2])
    before = Process(dies_at=999)
    removal = 0

    async def begins(call: str) -> int:
        nonlocal removal
        removal += "sorted_set_remove" in call
        if removal:
            before.dies_at = 0
        return await Process.begins(before, call)

    before.begins = begins  # type: ignore[method-assign]
    await world.drain(LANE, before)
    assert (world.entry(TARGET).pending, len(world.members(world.home))) == ((), 2)
    world.clock.advance(61_000)
    await world.drain(LANE)
    assert world.members(world.home) == []
    assert world.states(items) == ["superseded", "applied"]
    assert len(world.origin.requests) == 1


async def test_receipts_stand_before_the_entry_lets_go_and_members_go_last() -> None:
    world, process = Waiting(), Process()
    items = await world.wait(PUTS[:3])
    await world.drain(LANE, process)
    home = world.home.name
    sent = process.calls.index(f"origin PUT {TARGET}")
    assert process.calls[sent + 1 : sent + 5] == [
        f"{home} set_if r:{items[2].id}",
        f"{home} set_if r:{items[0].id}",
        f"{home} set_if r:{items[1].id}",
        f"{home} set_if_hash e:{KEY}",
    ]
    told = process.calls[sent + 5 : process.calls.index(f"{home} sorted_set_remove q:{LANE}")]
    assert {call.split()[0] for call in told} == {world.away.name}


async def test_a_receipt_says_by_which_write_it_was_superseded() -> None:
    world = Waiting()
    items = await world.wait(PUTS[:2])
    await world.finish()
    receipt = world.receipt(items[0].id)
    assert receipt is not None
    body = json.loads(bytes(shown(receipt).body))
    assert (body["state"], body["superseded_by"]) == ("superseded", f"/.homeport/writes/{KEY}/{items[1].id}")


async def test_where_nothing_is_coalesced_nothing_is_marked() -> None:
    world, process = Waiting(site=site(coalesce=False)), Process()
    await world.wait(PUTS[:1])
    await world.drain(LANE, process)
    assert [call.split()[1] for call in process.calls[2:4]] == ["get_with_hash", "PUT"]


async def test_what_a_refused_write_was_to_supersede_is_not_counted_as_settled() -> None:
    world = Waiting()
    await world.wait([("PUT", {"v": 1}), ("PUT", {"v": 2}), ("PUT", {"v": "poison"})])
    world.origin.answers[TARGET] = [Response(422), Response(503)]
    assert await world.drain(LANE) == Report(settled=1, waiting=2)
    assert len(world.entry(TARGET).pending) == len(world.members(world.home)) == 2
