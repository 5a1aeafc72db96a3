from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from homeport import keys
from homeport.draining.drain import Report
from homeport.entry import Entry
from homeport.messages import NoAnswer
from homeport.writing.write import Write
from tests.homeport.writing_processes import Died, Process
from tests.homeport.writing_world import World, about, in_one_lane, journal, quiet, stored

LANE = 0
A, B = in_one_lane(2, LANE)
LIST = "/items"
KINDS = ("dies_at", "loses_at", "vanishes_at", "refused_at")


async def prepared() -> tuple[World, list[Write]]:
    """Three writes on two resources of one lane; both regions hold everything fresh."""
    world = World()
    for region in (world.home, world.away):
        for target in (A, B, LIST):
            region.keep(about(target).key, stored(target))
    writes = []
    for target, body in ((A, b"1"), (B, b"2"), (A, b"3")):
        world.clock.advance(1)
        writes.append(await world.accepted(target, body))
    return world, writes


def check_finished(world: World, writes: Sequence[Write], when: str) -> None:
    assert world.members(world.home) == [], when
    assert world.origin.items == {A: b"3", B: b"2"}, when
    assert (journal(world, A), journal(world, B)) == ([b"1", b"3"], [b"2"]), when
    for write in writes:
        receipt = world.receipt(write.id)
        assert receipt is not None, when
        assert (receipt.state, receipt.status, receipt.target) == ("applied", 200, write.request.target), when
    for target in (A, B, LIST):
        for region in (world.home, world.away):
            entry = region.kept(about(target).key)
            assert isinstance(entry, Entry), f"{when}: {target} in {region.name}"
            assert (entry.stale or entry.kind == "marker", entry.pending) == (True, ()), when


async def calls_of_an_undisturbed_drain() -> int:
    world, writes = await prepared()
    process = Process()
    assert await world.drain(LANE, process) == Report(settled=3)
    check_finished(world, writes, "undisturbed")
    return len(process.calls)


@pytest.mark.parametrize("kind", KINDS)
async def test_whichever_call_fails_or_is_its_last_a_later_drain_finishes(kind: str) -> None:
    """For every call to a cache or the origin: the drainer dies there, the answer is lost, the call fails."""
    total = await calls_of_an_undisturbed_drain()
    assert total > 34
    for call in range(1, total + 2):
        world, writes = await prepared()
        process = Process()
        setattr(process, kind, call)
        try:
            await world.drain(LANE, process)
        except Died:
            await quiet()
        for region in (world.home, world.away):
            for target in (A, B):
                # Whatever is dirty is indexed, at every moment.
                entry = region.kept(about(target).key)
                listed = entry.pending if isinstance(entry, Entry) else ()
                members = world.members(region)
                assert all(keys.member(about(target).key, item.id) in members for item in listed), (
                    kind,
                    call,
                )
        await world.drain_until_idle(LANE)
        check_finished(world, writes, f"{kind} {call}")


@pytest.mark.parametrize("kind", KINDS)
async def test_the_same_holds_for_a_second_drainer_that_fails_as_well(kind: str) -> None:
    for call in range(2, await calls_of_an_undisturbed_drain(), 5):
        for second in range(2, 40, 7):
            world, writes = await prepared()
            for number in (call, second):
                process = Process()
                setattr(process, kind, number)
                try:
                    await world.drain(LANE, process)
                except Died:
                    await quiet()
                world.clock.advance(61_000)
            await world.drain_until_idle(LANE)
            check_finished(world, writes, f"{kind} {call}, then {second}")


@pytest.mark.parametrize("call", range(1, 60, 3))
async def test_a_writer_that_comes_at_any_moment_is_applied_last(call: int) -> None:
    world, writes = await prepared()
    late: list[Write] = []

    async def arrive() -> None:
        late.append(await world.accepted(A, b"late"))

    await world.drain(LANE, Process(before={call: arrive}))
    await world.drain_until_idle(LANE)
    assert late or call > 36
    assert journal(world, A) == [b"1", b"3"] + [b"late"] * len(late)
    states = [receipt.state for write in (*writes, *late) if (receipt := world.receipt(write.id))]
    assert states == ["applied"] * (3 + len(late))


@pytest.mark.parametrize("call", range(1, 60, 3))
async def test_a_cancelled_drain_is_finished_by_the_next(call: int) -> None:
    """Cancelled, it still gives the lane free."""
    world, writes = await prepared()
    started: list[asyncio.Task[Report | None]] = []

    async def cancel() -> None:
        started[0].cancel()
        await asyncio.sleep(0)

    started.append(asyncio.ensure_future(world.drain(LANE, Process(before={call: cancel}))))
    await asyncio.gather(started[0], return_exceptions=True)
    await quiet()
    await world.drain(LANE)
    await world.drain_until_idle(LANE)
    check_finished(world, writes, f"cancelled in call {call}")


async def test_an_origin_that_only_times_out_loses_nothing() -> None:
    world, writes = await prepared()
    world.origin.answers = {target: [NoAnswer("it took too long")] * 3 for target in (A, B)}
    await world.drain_until_idle(LANE)
    check_finished(world, writes, "timed out three times")
