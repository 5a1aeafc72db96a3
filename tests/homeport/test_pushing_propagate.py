from __future__ import annotations

import pytest

from homeport import keys
from homeport.pushing.propagate import mark_stale_in, propagate
from homeport.versions import MOST_TRIES
from tests.homeport.homeport_world import failing
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import AWAY, HOME, World, about, in_one_lane, stored

TARGET, LIST = in_one_lane(1)[0], "/items"
BOTH = (about(TARGET), about(LIST))
KEY = about(TARGET).key


async def test_every_resource_is_marked_in_every_region() -> None:
    world = World()
    world.home.keep(KEY, stored(TARGET))
    assert await propagate(BOTH, [world.home, world.away], world.surroundings.effects)
    assert (world.entry(TARGET).kind, world.entry(TARGET).stale) == ("stored", True)
    for target, region in ((LIST, world.home), (TARGET, world.away), (LIST, world.away)):
        assert world.entry(target, region).kind == "marker"


async def test_no_regions_means_nothing_to_tell() -> None:
    assert await propagate(BOTH, [], World().surroundings.effects)


async def test_a_region_that_cannot_be_told_does_not_keep_the_others_from_it() -> None:
    world = World()
    world.home.cache.faults = failing()
    assert not await propagate(BOTH, [world.home, world.away], world.surroundings.effects)
    assert world.entry(TARGET, world.away).kind == world.entry(LIST, world.away).kind == "marker"
    assert world.surroundings.events == [("propagation_owed", {"region": HOME})] * 2


async def test_each_mark_is_a_new_version() -> None:
    world = World()
    seen = set()
    for _ in range(3):
        assert await mark_stale_in(world.away, about(TARGET), world.surroundings.effects)
        seen.add(world.away.octets(KEY))
    assert len(seen) == 3


async def test_a_mark_lives_a_day() -> None:
    world = World()
    await mark_stale_in(world.away, about(TARGET), world.surroundings.effects)
    item = world.away.cache.store.item(keys.entry(KEY).encode())
    assert item is not None
    assert item.expires_at == world.clock() + keys.DAY_SECONDS * 1000


async def test_a_write_that_comes_first_is_looked_at_again() -> None:
    world = World()

    async def accept() -> None:
        await world.accepted(TARGET, b"mine")

    process = Process(before={2: accept})
    assert await mark_stale_in(process.connect(world.home), about(TARGET), world.surroundings.effects)
    entry = world.entry(TARGET)
    assert (entry.dirty, entry.stale, bytes(entry.body)) == (True, True, b"mine")


async def test_an_eviction_before_the_mark_is_looked_at_again() -> None:
    world = World()
    world.home.keep(KEY, stored(TARGET))

    async def evict() -> None:
        world.home.cache.store.remove(keys.entry(KEY).encode())

    process = Process(before={2: evict})
    assert await mark_stale_in(process.connect(world.home), about(TARGET), world.surroundings.effects)
    assert world.entry(TARGET).kind == "marker"


@pytest.mark.parametrize("process", [Process(loses_at=2), Process(vanishes_at=2)])
async def test_an_uncertain_mark_is_repeated(process: Process) -> None:
    world = World()
    assert await mark_stale_in(process.connect(world.away), about(TARGET), world.surroundings.effects)
    assert len(process.calls) == 4
    assert world.entry(TARGET, world.away).kind == "marker"


@pytest.mark.parametrize("process", [Process(vanishes_at=1), Process(refused_at=1), Process(refused_at=2)])
async def test_a_mark_that_certainly_did_not_happen_is_owed(process: Process) -> None:
    world = World()
    assert not await mark_stale_in(process.connect(world.away), about(TARGET), world.surroundings.effects)
    assert world.away.octets(KEY) is None


async def test_one_that_always_loses_is_given_up_and_owed() -> None:
    world, process = World(), Process()
    count = 0

    async def rival() -> None:
        nonlocal count
        count += 1
        world.away.keep(KEY, stored(TARGET, nonce=f"rival {count}"))

    process.before = dict.fromkeys(range(2, 200, 2), rival)
    assert not await mark_stale_in(process.connect(world.away), about(TARGET), world.surroundings.effects)
    assert len(process.calls) == 2 * MOST_TRIES


async def test_what_a_newer_release_wrote_is_left_alone_and_nothing_is_owed() -> None:
    world = World()
    foreign = b'{"homeport":{"format":2}}\n'
    world.away.keep(KEY, foreign)
    assert await mark_stale_in(world.away, about(TARGET), world.surroundings.effects)
    assert world.away.octets(KEY) == foreign
    assert world.away.name == AWAY
