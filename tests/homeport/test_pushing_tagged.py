"""Fills enter what they store under its tags, and no purge misses what a fill that met it stored."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from itertools import chain, repeat
from typing import Any

import pytest

from homeport import keys
from homeport.entry import Entry
from homeport.ports import Effects
from homeport.pushing.tag_index import DAY_MS, SKEW_MS, Mark, encode, member
from homeport.pushing.tagged import index
from tests.homeport.homeport_world import NOON, TwinRegion, failing
from tests.homeport.tag_world import (
    TARGET,
    Stepped,
    at_random,
    entered,
    fill,
    interleaved,
    purge,
    schedules,
)
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import World, about

RESOURCE = about(TARGET)


def members(region: TwinRegion, tag: str) -> list[str]:
    content: Any = region.cache.store.content(keys.tag(tag).encode(), object)
    return [] if content is None else [value.decode() for value, _ in content.between(0, len(content))]


async def enter(world: World, *tags: str, asked: int | None = None) -> bool:
    when = world.clock() if asked is None else asked
    return await index(tags, RESOURCE, when, world.home, world.surroundings.effects)


async def test_a_fill_is_entered_under_each_of_its_tags() -> None:
    world = World()
    assert await enter(world, "a", "b")
    assert members(world.home, "a") == members(world.home, "b") == [member(RESOURCE, NOON)]


async def test_the_marks_are_read_consistently_and_after_the_members_were_put() -> None:
    world = World()
    await enter(world, "a", "b")
    assert world.home.cache.methods == ["sorted_set_put"] * 2 + ["get_with_hash"] * 2
    assert world.home.cache.consistent == [True, True]


@pytest.mark.parametrize(("after", "may"), [(-1, False), (0, False), (SKEW_MS, False), (SKEW_MS + 1, True)])
async def test_a_fill_that_asked_before_a_purge_or_about_then_is_not_stored(after: int, may: bool) -> None:
    world = World()
    await purge(world, "b")
    world.clock.advance(60_000)
    assert await enter(world, "a", "b", asked=NOON + after) is may


async def test_one_whose_mark_cannot_be_read_is_not_stored() -> None:
    world = World()
    name = keys.tag_mark("a").encode()
    world.home.cache.store.put(name, b"of a newer release", DAY_MS)
    assert not await enter(world, "a")


@pytest.mark.parametrize("method", ["sorted_set_put", "get_with_hash"])
async def test_one_that_cannot_be_entered_is_not_stored(method: str) -> None:
    world = World()
    world.home.cache.faults = failing(method)
    assert not await enter(world, "a")
    ((name, fields),) = world.surroundings.events
    assert (name, fields["code"]) == ("index_failed", "TIMEOUT_ERROR")


async def test_now_and_then_what_is_of_no_use_any_more_is_removed() -> None:
    world = World()
    await enter(world, "a")
    # The set's life is prolonged by every put, its members' is not.
    for _ in range(4):
        world.clock.advance(DAY_MS // 2)
        await index(["a"], about("/items/2"), world.clock(), world.home, world.surroundings.effects)
    assert member(RESOURCE, NOON) in members(world.home, "a")
    world.surroundings.chance = 0.0
    world.clock.advance(DAY_MS // 2)
    assert await enter(world, "a")
    assert member(RESOURCE, NOON) not in members(world.home, "a")
    assert member(RESOURCE, world.clock()) in members(world.home, "a")
    assert member(about("/items/2"), world.clock() - DAY_MS // 2) in members(world.home, "a")


async def test_what_may_still_have_an_entry_is_not_removed() -> None:
    world = World()
    midnight = (NOON // DAY_MS + 1) * DAY_MS
    world.clock.now_ms = midnight - 1
    await enter(world, "a")
    world.clock.now_ms = midnight + DAY_MS // 2
    await index(["a"], about("/items/2"), world.clock(), world.home, world.surroundings.effects)
    world.surroundings.chance = 0.0
    world.clock.now_ms = midnight + DAY_MS + 60_000
    await index(["a"], about("/items/2"), world.clock(), world.home, world.surroundings.effects)
    assert member(RESOURCE, midnight - 1) in members(world.home, "a")


def skewed(effects: Effects, by: int) -> Effects:
    return replace(effects, now=lambda: effects.now() + by)


class Race:
    """One origin that changes, then a purge of the tag; fills before, during and after."""

    def __init__(self, *, skew: int = 0) -> None:
        self.world = World()
        self.body = b"old"
        self.skew = skew
        self.tasks: list[tuple[Stepped, asyncio.Task[object]]] = []

    def fills(self, *tags: str) -> None:
        process = Stepped()
        region = process.connect(self.world.home)
        effects = skewed(self.world.surroundings.effects, self.skew)
        work = fill(lambda: self.body, RESOURCE, tags, region, effects, process)
        self.tasks.append((process, asyncio.ensure_future(work)))

    def purges(self, *, soft: bool = False) -> None:
        process = Stepped()

        async def change_and_purge() -> None:
            await process.begins("the origin changes")
            self.body = b"new"
            assert (await purge(self.world, "a", soft=soft, by=process)).error is None

        self.tasks.append((process, asyncio.ensure_future(change_and_purge())))

    def shows(self) -> bytes:
        """What a reader would be shown without asking the origin."""
        found = self.world.home.kept(RESOURCE.key)
        fresh = isinstance(found, Entry) and found.kind == "stored" and not (found.stale or found.soft)
        return bytes(found.body) if isinstance(found, Entry) and fresh else b""


@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("skew", [-SKEW_MS, 0, SKEW_MS])
async def test_in_no_order_of_their_calls_does_a_fill_outlive_a_purge_that_it_met(
    skew: int, soft: bool
) -> None:
    """Five calls of the fill, at most eight of the purge: all 1287 orders."""
    played = 0
    for order in schedules(5, 8):
        race = Race(skew=skew)
        race.fills("a")
        race.purges(soft=soft)
        await interleaved(race.tasks, chain(order, repeat(0)))
        assert race.shows() in (b"", b"new"), order
        played += 1
    assert played == 1287


@pytest.mark.parametrize("block", range(4))
async def test_nor_where_several_meet(block: int) -> None:
    for seed in range(block * 150, block * 150 + 150):
        chance = random.Random(seed)  # noqa: S311 - a schedule, no secret
        race = Race(skew=chance.choice((-SKEW_MS, -1, 0, 1, SKEW_MS)))
        if chance.random() < 0.5:
            await entered(race.world, TARGET, "a", "b")
        for _ in range(chance.randint(1, 3)):
            race.fills("a", "b")
        for _ in range(chance.randint(1, 2)):
            race.purges(soft=chance.random() < 0.5)
        await interleaved(race.tasks, at_random(seed))
        assert race.shows() in (b"", b"new"), seed


async def test_a_fill_of_after_the_purge_is_stored_and_not_purged_by_it() -> None:
    world = World()
    await purge(world, "a")
    world.clock.advance(SKEW_MS + 1)
    await entered(world, TARGET, "a", body=b"new")
    assert bytes(world.entry(TARGET).body) == b"new"


async def test_a_mark_that_another_purge_wrote_first_is_looked_at_again() -> None:
    world = World()

    async def another() -> None:
        world.home.cache.store.put(keys.tag_mark("a").encode(), encode(Mark(at=NOON + 7)), DAY_MS)

    process = Process(before={2: another})
    assert (await purge(world, "a", by=process)).error is None
    mark = world.home.cache.store.content(keys.tag_mark("a").encode(), bytes)
    assert mark == encode(Mark(at=NOON + 7))
