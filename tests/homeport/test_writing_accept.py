from __future__ import annotations

import asyncio

import pytest

from homeport import keys
from homeport.entry import Entry
from homeport.writing.accept import Accepted
from homeport.writing.receipt import Receipt
from momento_http_shim.outcomes import Miss
from tests.homeport.homeport_world import NOON
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import World, about, in_one_lane, lane_of, quiet, stored

TARGET = in_one_lane(1)[0]
KEY = about(TARGET).key
LANE = lane_of(TARGET)


def pending(world: World) -> list[str]:
    entry = world.home.kept(KEY)
    return [item.id for item in entry.pending] if isinstance(entry, Entry) else []


def member(name: str) -> str:
    return keys.member(KEY, name)


async def test_a_write_is_committed_in_two_rounds() -> None:
    """Put and read side by side, then the commit: three calls, and nothing begins before the round before it ended."""
    world, process = World(), Process()
    world.home.keep(KEY, stored(TARGET))
    rounds: list[int] = []

    async def one_round_trip() -> None:
        begun = len(process.calls)
        await quiet()
        rounds.append(len(process.calls) - begun)

    process.before = {1: one_round_trip, 3: one_round_trip}
    assert await world.accept(world.write(TARGET, b"new"), process) == Accepted()
    assert [call.split()[1] for call in process.calls] == ["sorted_set_put", "get_with_hash", "set_if_hash"]
    assert rounds == [1, 0]  # the read began beside the put, nothing beside the commit


async def test_the_commit_waits_for_the_put() -> None:
    world, process = World(), Process()
    seen: list[list[str]] = []

    async def look() -> None:
        seen.append(world.members(world.home))

    process.before = {3: look}
    write = world.write(TARGET, b"new")
    assert await world.accept(write, process) == Accepted()
    assert seen == [[member(write.id)]]


async def test_the_member_is_scored_with_the_writers_clock_and_lives_a_day_from_the_last_put() -> None:
    world = World()
    await world.accepted(TARGET, b"1")
    world.clock.advance(80_000_000)
    write = await world.accepted(TARGET, b"2")
    item = world.home.cache.store.item(keys.queue(LANE).encode())
    assert item is not None
    assert item.expires_at == world.clock() + keys.DAY_SECONDS * 1000
    score = await world.home.cache.sorted_set_get_score(keys.queue(LANE), member(write.id))
    assert not isinstance(score, Miss)
    assert getattr(score, "value", None) == NOON + 80_000_000


async def test_every_write_renews_the_entrys_day() -> None:
    world = World()
    await world.accepted(TARGET, b"1")
    world.clock.advance(80_000_000)
    await world.accepted(TARGET, b"2")
    item = world.home.cache.store.item(keys.entry(KEY).encode())
    assert item is not None
    assert item.expires_at == world.clock() + keys.DAY_SECONDS * 1000


async def test_an_eviction_between_read_and_commit_makes_it_start_over() -> None:
    """Strict conditions: an entry that was found must still be there."""
    world = World()
    world.home.keep(KEY, stored(TARGET))

    async def evict() -> None:
        world.home.cache.store.remove(keys.entry(KEY).encode())

    process = Process(before={3: evict})
    write = world.write(TARGET, b"new")
    assert await world.accept(write, process) == Accepted()
    first_try = ["sorted_set_put", "get_with_hash", "set_if_hash"]
    # Missing now, so the condition is another one; a retry asks for its receipt in between.
    second_try = ["sorted_set_put", "get_with_hash", "set_if"]
    assert [
        call.split()[1] for call in process.calls if f"r:{write.id}" not in call
    ] == first_try + second_try
    assert pending(world) == [write.id]


async def test_a_fill_between_read_and_commit_makes_it_start_over() -> None:
    """Strict conditions: what was missing must still be missing."""
    world = World()

    async def fill() -> None:
        world.home.keep(KEY, stored(TARGET))

    write = world.write(TARGET, b"new")
    assert await world.accept(write, Process(before={3: fill})) == Accepted()
    assert (pending(world), bytes(world.entry(TARGET).body)) == ([write.id], b"new")


async def test_a_loser_pauses_with_jitter_and_puts_its_member_afresh() -> None:
    world = World()
    world.surroundings.chance = 0.25
    rival = world.write(TARGET, b"rival")

    async def come_first() -> None:
        assert await world.accept(rival) == Accepted()

    write = world.write(TARGET, b"mine")
    process = Process(before={3: come_first})
    assert await world.accept(write, process) == Accepted()
    assert world.surroundings.pauses == [0.05]
    assert [call.split()[1] for call in process.calls].count("sorted_set_put") == 2
    score = await world.home.cache.sorted_set_get_score(keys.queue(LANE), member(write.id))
    assert getattr(score, "value", None) == NOON + 50


async def test_two_writers_at_once_are_both_kept_in_strict_order() -> None:
    world = World()
    writes = [world.write(TARGET, b"a"), world.write(TARGET, b"b")]
    outcomes = await asyncio.gather(*(world.accept(write) for write in writes))
    assert outcomes == [Accepted(), Accepted()]
    entry = world.entry(TARGET)
    assert sorted(pending(world)) == sorted(write.id for write in writes)
    numbers = [item.seq for item in entry.pending]
    assert numbers == sorted(set(numbers))
    assert (entry.seq, bytes(entry.body)) == (numbers[-1], bytes(entry.pending[-1].body))


async def test_many_writers_at_once_lose_nothing() -> None:
    world = World()
    writes = [world.write(TARGET, b"%d" % n) for n in range(12)]
    outcomes = await asyncio.gather(*(world.accept(write) for write in writes))
    assert outcomes == [Accepted()] * 12
    assert sorted(pending(world)) == sorted(write.id for write in writes)
    numbers = [item.seq for item in world.entry(TARGET).pending]
    assert numbers == sorted(set(numbers))
    assert sorted(world.members(world.home)) == sorted(member(write.id) for write in writes)


@pytest.mark.parametrize("found", [None, stored(TARGET)])
async def test_a_lost_answer_after_the_commit_is_accepted_once(found: Entry | None) -> None:
    world = World()
    if found is not None:
        world.home.keep(KEY, found)
    write = world.write(TARGET, b"new")
    assert await world.accept(write, Process(loses_at=3)) == Accepted()
    assert pending(world) == [write.id]
    assert world.members(world.home) == [member(write.id)]


async def test_a_write_drained_before_its_answer_was_seen_is_answered_by_its_receipt() -> None:
    """The entry first, the receipt after it: else a drain between the two lets it be committed a second time."""
    world = World()

    async def drain() -> None:
        report = await world.drain(LANE)
        assert report is not None
        assert report.settled == 1

    write = world.write(TARGET, b"new")
    process = Process(loses_at=3, before={5: drain})
    outcome = await world.accept(write, process)
    assert isinstance(outcome, Receipt)
    assert (outcome.id, outcome.state, outcome.status) == (write.id, "applied", 200)
    assert pending(world) == []
    assert [call.split()[2] for call in process.calls[4:]] == [f"e:{KEY}", f"r:{write.id}"]
    assert len(world.origin.journal) == 1


async def test_a_drain_right_before_the_receipt_is_read_changes_nothing_of_it() -> None:
    """The entry still listed the write when it was read: it is answered from there."""
    world = World()

    async def drain() -> None:
        await world.drain(LANE)

    write = world.write(TARGET, b"new")
    assert isinstance(await world.accept(write, Process(loses_at=3, before={6: drain})), Accepted | Receipt)
    await world.drain_until_idle(LANE)
    assert len(world.origin.journal) == 1
