from __future__ import annotations

import pytest

from homeport import keys
from homeport.draining.stray import YOUNG_MS, Stray, settle_stray
from homeport.entry import Entry
from homeport.writing.receipt import Receipt
from tests.homeport.homeport_world import failing
from tests.homeport.stray_world import KEY, LIST, NAME, TARGET, applied, indexed, judged, version
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import SITE, World, about, stored


@pytest.mark.parametrize("octets", [b'{"format":2,"id":"x","state":"applied"}', b"5", b""])
async def test_one_whose_receipt_is_illegible_is_left_to_whoever_can_read_it(octets: bytes) -> None:
    """Whom its write's end has to be told cannot be known here, and it is no proof that there was none."""
    world = World()
    for region in (world.home, world.away):
        region.keep(KEY, stored(TARGET))
    score = await indexed(world)
    world.home.cache.store.put(keys.receipt(NAME).encode(), octets, keys.DAY_SECONDS * 1000)
    world.clock.advance(YOUNG_MS)
    assert not await judged(world, score)
    assert len(world.members(world.home)) == 1
    assert world.entry(TARGET) == stored(TARGET)
    assert world.home.cache.store.content(keys.receipt(NAME).encode(), bytes) == octets


@pytest.mark.parametrize("octets", [b"5", b"", b'{"format":1}'])
async def test_one_whose_receipt_is_damaged_ends_with_momentos_day(octets: bytes) -> None:
    """Nobody will ever read it: kept alive, it would keep the member, and its lane's alarm, for good."""
    world = World()
    score = await indexed(world)
    world.home.cache.store.put(keys.receipt(NAME).encode(), octets, keys.DAY_SECONDS * 1000)
    for _ in range(23):
        world.clock.advance(3_600_000)
        assert not await judged(world, score)
    world.clock.advance(3_600_000)
    assert await judged(world, score)
    assert isinstance(receipt := world.receipt(NAME), Receipt)
    assert receipt.state == "lost"


async def test_a_receipt_is_looked_for_consistently() -> None:
    world, process = World(), Process()
    home = process.connect(world.home)
    score = await indexed(world, applied(world))
    world.clock.advance(YOUNG_MS)
    stray = Stray(KEY, NAME, score)
    await settle_stray(SITE, world.surroundings.effects, stray, await version(world), home, [])
    assert process.calls[0] == f"{home.name} get_with_hash r:{NAME}"
    assert home.cache.consistent[0]
    assert not any(call.split()[1] == "get" for call in process.calls)


async def test_a_debt_of_the_own_region_is_paid_by_the_touch() -> None:
    """A straight write whose mark failed at home: the member in the queue is all that knows of it."""
    world = World()
    for region in (world.home, world.away):
        region.keep(KEY, stored(TARGET))
    score = await indexed(world, applied(world))
    world.clock.advance(YOUNG_MS)
    assert await judged(world, score)
    assert world.entry(TARGET).stale
    assert world.entry(TARGET, world.away).stale


@pytest.mark.parametrize("found", [None, stored(TARGET, stale=True)])
async def test_one_with_a_receipt_is_told_everywhere_and_removed(found: Entry | None) -> None:
    world = World()
    if found is not None:
        world.home.keep(KEY, found)
    for target in (TARGET, LIST):
        world.away.keep(about(target).key, stored(target))
    world.home.keep(about(LIST).key, stored(LIST))
    score = await indexed(world, applied(world))
    world.clock.advance(YOUNG_MS)
    assert await judged(world, score)
    assert world.entry(TARGET, world.away).stale
    assert world.entry(LIST, world.away).stale
    assert world.entry(LIST).stale
    assert world.members(world.home) == []
    assert world.receipt(NAME) == Receipt(NAME, KEY, "applied", score, 200, target=TARGET)


async def test_one_with_a_receipt_stays_while_a_region_cannot_be_told() -> None:
    world = World()
    score = await indexed(world, applied(world))
    world.clock.advance(YOUNG_MS)
    world.away.cache.faults = failing()
    assert not await judged(world, score)
    assert len(world.members(world.home)) == 1
    world.away.cache.faults = None
    assert await judged(world, score)
    assert world.members(world.home) == []
