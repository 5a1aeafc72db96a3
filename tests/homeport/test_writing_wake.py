from __future__ import annotations

import asyncio

from homeport.ports import Effects
from homeport.writing.wake import INTERVAL_MS, OVERDUE_MS, Waker
from tests.homeport.homeport_world import failing
from tests.homeport.writing_world import HOME, Kicks, World


class Hold:
    """Pauses that last until they are let go."""

    def __init__(self, world: World) -> None:
        self.gate = asyncio.Event()
        self.pauses: list[float] = []
        effects = world.surroundings.effects
        self.effects = Effects(
            effects.now, effects.token, self.pause, effects.chance, effects.behind, effects.emit
        )

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await self.gate.wait()


async def test_the_topic_and_the_binding_both_say_it() -> None:
    world, kicks = World(), Kicks()
    await Waker(kicks).wake(world.home, 3, world.surroundings.effects)
    assert world.home.cache.published == [("cache_sync", '{"lane":3}')]
    assert kicks.kicks == [(HOME, 3)]


async def test_a_silent_topic_does_not_keep_the_binding_from_saying_it() -> None:
    world, kicks = World(), Kicks()
    world.home.cache.faults = failing("publish")
    await Waker(kicks).wake(world.home, 3, world.surroundings.effects)
    assert kicks.kicks == [(HOME, 3)]
    assert world.surroundings.events == [("publish_failed", {"region": HOME, "code": "TIMEOUT_ERROR"})]


async def test_a_second_one_waits_for_its_interval() -> None:
    world, kicks = World(), Kicks()
    waker = Waker(kicks)
    await waker.wake(world.home, 0, world.surroundings.effects)
    world.clock.advance(100)
    await waker.wake(world.home, 0, world.surroundings.effects)
    assert world.surroundings.pauses == [(INTERVAL_MS - 100) / 1000]
    assert len(kicks.kicks) == 2


async def test_lanes_and_regions_do_not_wait_for_each_other() -> None:
    world, kicks = World(), Kicks()
    waker = Waker(kicks)
    for region, lane in ((world.home, 0), (world.home, 1), (world.away, 0)):
        await waker.wake(region, lane, world.surroundings.effects)
    assert world.surroundings.pauses == []
    assert len(kicks.kicks) == 3


async def test_one_that_has_yet_to_begin_covers_all_that_come_before_it_does() -> None:
    world, kicks = World(), Kicks()
    hold, waker = Hold(world), Waker(kicks)
    await waker.wake(world.home, 0, hold.effects)
    waiting = asyncio.ensure_future(waker.wake(world.home, 0, hold.effects))
    await asyncio.sleep(0)
    for _ in range(5):
        await waker.wake(world.home, 0, hold.effects)
    assert len(kicks.kicks) == 1
    hold.gate.set()
    await waiting
    assert len(kicks.kicks) == 2
    world.clock.advance(INTERVAL_MS)
    await waker.wake(world.home, 0, hold.effects)
    assert len(kicks.kicks) == 3
    assert hold.pauses == [INTERVAL_MS / 1000]


async def test_one_that_died_waiting_covers_nobody_for_long() -> None:
    world, kicks = World(), Kicks()
    hold, waker = Hold(world), Waker(kicks)
    await waker.wake(world.home, 0, hold.effects)
    doomed = asyncio.ensure_future(waker.wake(world.home, 0, hold.effects))
    await asyncio.sleep(0)
    doomed.cancel()
    await asyncio.gather(doomed, return_exceptions=True)
    world.clock.advance(OVERDUE_MS - 1)
    await waker.wake(world.home, 0, world.surroundings.effects)
    assert len(kicks.kicks) == 1
    world.clock.advance(1)
    await waker.wake(world.home, 0, world.surroundings.effects)
    assert len(kicks.kicks) == 2
