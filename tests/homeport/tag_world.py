"""Fills and purges of tags, and whatever order their calls come in."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from homeport import versions
from homeport.entry import Entry
from homeport.ports import Effects
from homeport.pushing.order import Order, Progress
from homeport.pushing.purge import Purge
from homeport.pushing.tagged import index
from homeport.reading.key import Resource
from momento_http_shim.outcomes import Failed
from tests.homeport.homeport_world import ORIGIN, TwinRegion
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import World, about, stored

TARGET = "/items/1"


@dataclass
class Stepped(Process):
    """A process whose every call waits until it is let go."""

    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def begins(self, call: str) -> int:
        await self.turn.acquire()
        return await super().begins(call)


def filled(target: str, body: bytes, asked: int, tags: Sequence[str]) -> Entry:
    return replace(stored(target, body, nonce=f"{body!r}{asked}"), tags=tuple(tags), as_of=(asked, asked))


async def fill(
    body: Callable[[], bytes],
    about: Resource,
    tags: Sequence[str],
    region: TwinRegion,
    effects: Effects,
    process: Process,
) -> bool:
    """A fill as a read makes it: look, ask, enter under the tags, store; whether it stored."""
    seen = await versions.read(region, about.key)
    if isinstance(seen, Failed):
        return False
    asked = effects.now()
    await process.begins("origin")
    answer = body()
    if not await index(tags, about, asked, region, effects):
        return False
    entry = filled(about.target, answer, asked, tags)
    return not isinstance(await versions.store(region, about.key, entry, seen.condition), Failed)


async def purge(
    world: World,
    *tags: str,
    urls: Sequence[str] = (),
    soft: bool = False,
    by: Process | None = None,
    of: TwinRegion | None = None,
    left: int = 450,
    order: Order | None = None,
) -> Progress:
    """One part of a purge, at home if no other region is named; the other region keeps what is owed."""
    process, region = by or Process(), of or world.home
    keeper = world.away if region is world.home else world.home
    order = order or Order(tuple(urls), tuple((tag, None) for tag in tags), soft, world.clock())
    connected = process.connect(region)
    return await Purge(order, ORIGIN, connected, keeper, world.surroundings.effects, left).run()


async def entered(
    world: World, target: str, *tags: str, body: bytes = b"old", of: TwinRegion | None = None
) -> None:
    """A fill that nothing disturbs."""
    region = of or world.home
    stored = await fill(lambda: body, about(target), tags, region, world.surroundings.effects, Process())
    assert stored


async def settle() -> None:
    for _ in range(12):
        await asyncio.sleep(0)


async def interleaved(
    processes: Sequence[tuple[Stepped, asyncio.Task[object]]], chosen: Iterator[int]
) -> None:
    """Let one call after another go, each of the process that is chosen among those that are not done."""
    await settle()
    while waiting := [process for process, task in processes if not task.done()]:
        waiting[next(chosen) % len(waiting)].turn.release()
        await settle()
    for _, task in processes:
        await task


def schedules(fills: int, purges: int) -> Iterator[list[int]]:
    """Every order of so many calls of a first process and so many of a second."""
    if not fills or not purges:
        yield [0] * (fills + purges)
        return
    yield from ([0, *rest] for rest in schedules(fills - 1, purges))
    yield from ([1, *rest] for rest in schedules(fills, purges - 1))


def at_random(seed: int) -> Iterator[int]:
    chance = random.Random(seed)  # noqa: S311 - a schedule, no secret
    while True:
        yield chance.randrange(1_000_000)
