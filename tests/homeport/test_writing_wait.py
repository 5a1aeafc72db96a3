"""An answer that waits for the origin's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from homeport import keys
from homeport.ports import Effects
from homeport.writing.receipt import Receipt
from homeport.writing.wait import FIRST_PAUSE, LONGEST_PAUSE, fate
from homeport.writing.write import Write
from tests.homeport.homeport_world import NOON, Clock, failing
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import World, in_one_lane, lane_of, quiet

TARGET = in_one_lane(1)[0]


class Waiting(World):
    """The world, and one answer in it that waits. `meanwhile` are what happens during each pause, in order."""

    def __init__(self, *meanwhile: Callable[[], Awaitable[object]]) -> None:
        super().__init__(Clock())
        self.meanwhile = list(meanwhile)
        self.woken: list[int] = []

    @property
    def effects(self) -> Effects:
        return replace(self.surroundings.effects, pause=self._pause)

    async def _pause(self, seconds: float) -> None:
        await quiet()
        assert self.woken, "nobody was woken before the first pause"
        await self.surroundings.effects.pause(seconds)
        if self.meanwhile:
            await self.meanwhile.pop(0)()

    async def wake(self) -> None:
        self.woken.append(self.clock())

    async def nothing(self) -> None:
        pass

    async def fate(self, write: Write, seconds: float, by: Process | None = None) -> Receipt | None:
        home = (by or Process()).connect(self.home)
        return await fate(write.id, home, NOON + 1000 * seconds, self.wake(), self.effects)

    async def settle(self) -> None:
        await self.drain(lane_of(TARGET))


async def test_it_ends_as_soon_as_the_write_is_settled() -> None:
    world = Waiting()
    world.meanwhile = [world.nothing, world.nothing, world.settle]
    write = await world.accepted(TARGET, b"new")
    receipt = await world.fate(write, 10)
    assert receipt == world.receipt(write.id)
    assert receipt is not None
    assert (receipt.state, receipt.status, receipt.accepted, receipt.tries) == ("applied", 200, NOON, 1)
    assert world.surroundings.pauses == pytest.approx([0.1, 0.2, 0.4])
    assert world.woken == [NOON]
    await world.surroundings.run_behind()
    assert world.woken == [NOON]


async def test_its_pauses_grow_and_it_ends_in_time() -> None:
    world, process = Waiting(), Process()
    write = await world.accepted(TARGET, b"new")
    assert await world.fate(write, 20, process) is None
    pauses = world.surroundings.pauses
    assert (pauses[0], max(pauses)) == (FIRST_PAUSE, LONGEST_PAUSE)
    assert sum(pauses) == pytest.approx(20)
    assert world.clock() == NOON + 20_000
    assert len(process.calls) == len(pauses) == 14
    assert set(process.calls) == {f"{world.home.name} get_with_hash {keys.receipt(write.id)}"}
    await world.surroundings.run_behind()


async def test_without_time_it_neither_waits_nor_looks_and_wakes_behind_the_answer() -> None:
    world, process = Waiting(), Process()
    write = await world.accepted(TARGET, b"new")
    assert await world.fate(write, 0, process) is None
    await quiet()
    assert (world.woken, process.calls, world.surroundings.pauses) == ([], [], [])
    await world.surroundings.run_behind()
    assert world.woken == [NOON]


async def test_what_was_spent_on_the_acceptance_is_not_waited_again() -> None:
    world = Waiting()
    write = await world.accepted(TARGET, b"new")
    world.clock.advance(950)
    assert await world.fate(write, 1) is None
    assert world.surroundings.pauses == pytest.approx([0.05])
    await world.surroundings.run_behind()


async def test_a_region_that_falls_silent_for_a_while_is_asked_again() -> None:
    world = Waiting()

    async def silent() -> None:
        await world.settle()
        world.home.cache.faults = failing()

    async def speaks() -> None:
        world.home.cache.faults = None

    world.meanwhile = [silent, speaks]
    write = await world.accepted(TARGET, b"new")
    process = Process(vanishes_at=1)
    receipt = await world.fate(write, 10, process)
    assert receipt == world.receipt(write.id)
    assert len(process.calls) == 2
    await world.surroundings.run_behind()


async def test_a_receipt_that_nobody_here_can_read_is_not_waited_for() -> None:
    world, process = Waiting(), Process()
    write = await world.accepted(TARGET, b"new")
    world.home.cache.store.put(keys.receipt(write.id).encode(), b'{"format":2}', 100_000)
    assert await world.fate(write, 10, process) is None
    assert len(process.calls) == 1
    await world.surroundings.run_behind()
