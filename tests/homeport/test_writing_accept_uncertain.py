from __future__ import annotations

import pytest

from homeport import keys
from homeport.entry import Entry
from homeport.writing.accept import Accepted, Refused, accept
from homeport.writing.commit import DEADLINE_MS, Why
from tests.homeport.homeport_world import NOON
from tests.homeport.writing_processes import Died, Process
from tests.homeport.writing_world import World, about, in_one_lane, lane_of, quiet, stored

TARGET = in_one_lane(1)[0]
KEY = about(TARGET).key
LANE = lane_of(TARGET)


def pending(world: World) -> list[str]:
    entry = world.home.kept(KEY)
    return [item.id for item in entry.pending] if isinstance(entry, Entry) else []


def member(name: str) -> str:
    return keys.member(KEY, name)


@pytest.mark.parametrize("late_by", [0, 1])
async def test_nothing_is_sent_past_the_deadline(late_by: int) -> None:
    world = World()

    async def hang() -> None:
        world.clock.advance(DEADLINE_MS + late_by)

    write, process = world.write(TARGET, b"new"), Process(before={2: hang})
    outcome = await world.accept(write, process)
    if late_by:
        assert outcome == Refused("contended")
        assert [call.split()[1] for call in process.calls] == ["sorted_set_put", "get_with_hash"]
        assert pending(world) == []
    else:
        assert outcome == Accepted()


async def test_the_deadline_counts_from_the_first_put_over_all_tries() -> None:
    world = World()

    async def come_first() -> None:
        world.clock.advance(3_000)
        assert await world.accept(world.write(TARGET, b"rival")) == Accepted()

    commits = (3, 7, 11, 15, 19)  # put, read, commit; then put, read, receipt, commit
    process = Process(before=dict.fromkeys(commits, come_first))
    write = world.write(TARGET, b"mine")
    assert await world.accept(write, process) == Refused("contended")
    assert world.clock() - NOON > DEADLINE_MS
    assert sum("set_if" in call for call in process.calls) == 4
    assert write.id not in pending(world)


async def test_past_the_deadline_an_own_commit_is_still_recognised() -> None:
    world = World()

    async def hang() -> None:
        world.clock.advance(DEADLINE_MS + 1)

    write = world.write(TARGET, b"new")
    assert await world.accept(write, Process(loses_at=3, before={4: hang})) == Accepted()
    assert pending(world) == [write.id]


@pytest.mark.parametrize("call", [1, 2])
async def test_a_region_that_does_not_answer_takes_no_write(call: int) -> None:
    world = World()
    process = Process(vanishes_at=call)
    assert await world.accept(world.write(TARGET, b"new"), process) == Refused("unreachable")
    assert len(process.calls) == 2
    assert pending(world) == []


async def test_a_commit_that_certainly_did_not_happen_is_refused_at_once() -> None:
    world = World()
    assert await world.accept(world.write(TARGET, b"new"), Process(refused_at=3)) == Refused("unreachable")
    assert pending(world) == []


@pytest.mark.parametrize("call", [4, 5, 6])
async def test_after_an_uncertain_commit_a_refusal_says_that_the_outcome_is_unknown(call: int) -> None:
    world = World()
    process = Process(loses_at=3, vanishes_at=call)
    assert await world.accept(world.write(TARGET, b"new"), process) == Refused("unknown")


@pytest.mark.parametrize("kind", ["vanishes_at", "refused_at"])
async def test_a_settled_write_is_not_committed_again_where_its_receipt_cannot_be_read(kind: str) -> None:
    world = World()

    async def settle() -> None:
        await world.drain(LANE)

    process = Process(loses_at=3, before={5: settle})  # 4 put, 5 read, 6 receipt
    setattr(process, kind, 6)
    assert await world.accept(world.write(TARGET, b"new"), process) == Refused("unknown")
    assert len(process.calls) == 6
    assert pending(world) == []
    assert len(world.origin.journal) == 1


@pytest.mark.parametrize("octets", [b"5", b'{"format":2,"state":"applied"}'])
async def test_nor_where_nobody_here_can_read_it(octets: bytes) -> None:
    world = World()
    write = world.write(TARGET, b"new")
    world.home.cache.store.put(keys.receipt(write.id).encode(), octets, keys.DAY_SECONDS * 1000)
    assert await world.accept(write, Process(vanishes_at=3)) == Refused("unknown")
    assert pending(world) == []


async def test_every_look_is_consistent() -> None:
    """A late answer that a receipt is not there would let a settled write be committed a second time."""
    world, process = World(), Process(loses_at=3)
    home = process.connect(world.home)
    await accept(world.write(TARGET, b"new"), home, world.origin, world.surroundings.effects)
    assert not any(call.split()[1] == "get" for call in process.calls)
    assert home.cache.consistent == [True] * 3


@pytest.mark.parametrize("why", ["waiting", "foreign", "unreachable"])
async def test_a_write_that_cannot_be_put_into_the_queue_is_told_what_stands_there(why: Why) -> None:
    world = World()
    if why == "waiting":
        await world.accepted(TARGET, b"earlier")
    elif why == "foreign":
        world.home.keep(KEY, b'{"homeport":{"format":2,"pending":["x"]}}\n')
    assert await world.accept(world.write(TARGET, b"new"), Process(vanishes_at=1)) == Refused(why)


async def test_an_uncertain_commit_out_of_time_is_unknown_too() -> None:
    world = World()

    async def hang() -> None:
        world.clock.advance(DEADLINE_MS + 1)

    process = Process(vanishes_at=3, before={4: hang})
    assert await world.accept(world.write(TARGET, b"new"), process) == Refused("unknown")
    assert pending(world) == []


async def test_a_commit_that_vanished_is_sent_again() -> None:
    world = World()
    write = world.write(TARGET, b"new")
    assert await world.accept(write, Process(vanishes_at=3)) == Accepted()
    assert pending(world) == [write.id]


async def test_a_full_entry_takes_no_more() -> None:
    world = World()
    for n in range(32):
        await world.accepted(TARGET, b"%d" % n)
    before = world.home.octets(KEY)
    assert await world.accept(world.write(TARGET, b"one more")) == Refused("full")
    assert world.home.octets(KEY) == before
    assert len(world.members(world.home)) == 32  # else the drain would have to judge it, and call it lost


async def test_a_newer_releases_entry_is_left_alone() -> None:
    world = World()
    foreign = b'{"homeport":{"format":2,"pending":["x"]}}\n'
    world.home.keep(KEY, foreign)
    assert await world.accept(world.write(TARGET, b"new")) == Refused("foreign")
    assert world.home.octets(KEY) == foreign


@pytest.mark.parametrize("found", [None, stored(TARGET)])
@pytest.mark.parametrize("dies_at", [1, 2, 3, 4])
async def test_a_writer_that_dies_leaves_an_indexed_write_or_none(dies_at: int, found: Entry | None) -> None:
    """Call 4 never begins: dying there is dying with the answer in hand."""
    world = World()
    if found is not None:
        world.home.keep(KEY, found)
    write = world.write(TARGET, b"new")
    try:
        assert await world.accept(write, Process(dies_at=dies_at)) == Accepted()
    except Died:
        await quiet()
    committed = pending(world) == [write.id]
    assert committed == (dies_at == 4)
    indexed = member(write.id) in world.members(world.home)
    if committed:
        assert indexed
    else:
        assert world.home.kept(KEY) == found  # what was not committed is not visible
    await world.drain_until_idle(LANE)
    assert world.members(world.home) == []
    assert world.origin.items.get(TARGET) == (b"new" if committed else None)
    receipt = world.receipt(write.id)
    assert (receipt.state if receipt else None) == ("applied" if committed else "lost" if indexed else None)


@pytest.mark.parametrize("kind", ["loses_at", "vanishes_at", "refused_at", "dies_at"])
@pytest.mark.parametrize("call", range(1, 8))
async def test_whatever_call_fails_a_retrying_writer_is_applied_once_or_not_at_all(
    kind: str, call: int
) -> None:
    """The commit's answer is lost as well, so that the second try is reached and its calls fail, too."""
    world = World()
    process = Process(loses_at=3)
    setattr(process, kind, call)
    write = world.write(TARGET, b"new")
    outcome: object = None
    try:
        outcome = await world.accept(write, process)
    except Died:
        await quiet()
    visible = pending(world)
    assert visible in ([], [write.id])
    if visible:
        assert member(write.id) in world.members(world.home)
    if outcome == Accepted():
        assert visible
    elif isinstance(outcome, Refused) and outcome.why != "unknown":
        assert not visible
    await world.drain_until_idle(LANE)
    assert world.members(world.home) == []
    assert world.origin.journal == ([("PUT", TARGET, b"new")] if visible else [])
