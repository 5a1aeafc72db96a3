"""A purge in one region: hard and soft, by URL and by tag, as far as it gets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport import keys
from homeport.entry import Entry
from homeport.pushing.order import Order, Progress
from homeport.pushing.precedence import gone, softened
from homeport.pushing.purge import PAGE
from tests.homeport.homeport_world import NOON, failed, failing
from tests.homeport.tag_world import TARGET, entered, purge
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import World, about, stored

KEY = about(TARGET).key
OTHER = "/items/2"
FRESH = stored(TARGET)
VARIANTS = replace(FRESH, kind="variants", body=b"", varies=("accept",))


def test_a_hard_purge_leaves_a_marker_of_whatever_is_clean() -> None:
    for found in (FRESH, replace(FRESH, stale=True), replace(FRESH, soft=True), VARIANTS):
        after = gone(about(TARGET), found, NOON, "n1")
        assert after is not None
        assert (after.kind, after.nonce, bytes(after.body), after.as_of) == (
            "marker",
            "n1",
            b"",
            (NOON, NOON),
        )


def test_a_soft_one_keeps_a_representation_and_its_age() -> None:
    found = replace(FRESH, tags=("a",), of="v")
    assert softened(about(TARGET), found, NOON, "n1") == replace(found, nonce="n1", soft=True)


def test_a_soft_one_does_not_let_anything_be_shown_that_must_not() -> None:
    after = softened(about(TARGET), replace(FRESH, stale=True), NOON, "n1")
    assert after is not None
    assert (after.stale, after.kind, after.nonce) == (True, "stored", "n1")


def test_variants_are_purged_hard_for_no_version_but_theirs_has_their_representations() -> None:
    after = softened(about(TARGET), VARIANTS, NOON, "n1")
    assert after is not None
    assert after.kind == "marker"


@pytest.mark.parametrize("soft", [False, True])
async def test_what_is_dirty_stays_readable_and_becomes_stale_underneath(soft: bool) -> None:
    world = World()
    await world.accepted(TARGET, b"mine")
    assert await purge(world, urls=[TARGET], soft=soft) == Progress(1)
    entry = world.entry(TARGET)
    assert (entry.dirty, bytes(entry.body), entry.stale) == (True, b"mine", True)


@pytest.mark.parametrize("soft", [False, True])
async def test_where_nothing_stands_a_marker_keeps_a_fill_from_landing(soft: bool) -> None:
    world = World()
    assert await purge(world, urls=[TARGET], soft=soft) == Progress(1)
    assert world.entry(TARGET).kind == "marker"


async def test_what_a_newer_release_wrote_is_left_alone() -> None:
    world = World()
    foreign = b'{"homeport":{"format":2}}\n'
    world.home.keep(KEY, foreign)
    assert (await purge(world, urls=[TARGET])).error is None
    assert world.home.octets(KEY) == foreign


async def test_all_of_a_tag_goes_and_nothing_else() -> None:
    world = World()
    await entered(world, TARGET, "a", "b")
    await entered(world, OTHER, "b")
    assert await purge(world, "a") == Progress(1)
    assert (world.entry(TARGET).kind, world.entry(OTHER).kind) == ("marker", "stored")


async def test_a_resource_of_several_tags_and_urls_is_purged_once() -> None:
    world = World()
    await entered(world, TARGET, "a", "b")
    assert await purge(world, "a", "b", urls=[TARGET]) == Progress(1)


async def test_a_tag_that_nothing_has_is_no_error() -> None:
    assert await purge(World(), "a") == Progress()


async def test_a_hard_purge_finds_what_a_soft_one_left() -> None:
    world = World()
    await entered(world, TARGET, "a")
    world.clock.advance(100_000)
    assert await purge(world, "a", soft=True) == Progress(1)
    assert world.entry(TARGET).soft
    assert await purge(world, "a", soft=True) == Progress()
    assert await purge(world, "a") == Progress(1)
    assert world.entry(TARGET).kind == "marker"


async def test_a_purge_looks_at_nothing_that_one_before_it_saw_to() -> None:
    world = World()
    await entered(world, TARGET, "a")
    world.clock.advance(100_000)
    await purge(world, "a")
    world.clock.advance(6_000)
    await entered(world, OTHER, "a")
    assert await purge(world, "a") == Progress(1)


async def test_what_was_filled_within_a_minute_before_is_looked_at_again() -> None:
    world = World()
    await entered(world, TARGET, "a")
    world.clock.advance(30_000)
    await purge(world, "a")
    assert await purge(world, "a") == Progress(1)


@pytest.mark.parametrize("tied", [False, True])
async def test_a_large_tag_is_gone_through_page_by_page(tied: bool) -> None:
    world = World()
    targets = [f"/items/{n}" for n in range(2 * PAGE + 10)]
    for target in targets:
        await entered(world, target, "a")
        world.clock.advance(0 if tied else 1)
    assert await purge(world, "a") == Progress(len(targets))
    assert {world.entry(target).kind for target in targets} == {"marker"}


async def test_an_invocation_does_its_share_and_the_next_goes_on() -> None:
    world = World()
    targets = [f"/items/{n}" for n in range(50)]
    for target in targets:
        await entered(world, target, "a", "b")
        world.clock.advance(1)
    steps = [await purge(world, "a", "c", urls=["/items/x", "/items/y"], left=14)]
    while (rest := steps[-1].rest) is not None:
        steps.append(await purge(world, order=rest, left=14))
        assert len(steps) < 20
    assert {world.entry(target).kind for target in targets} == {"marker"}
    assert len(steps) > 3
    assert max(step.purged for step in steps) <= 14


async def test_urls_beyond_the_share_are_left_to_the_next() -> None:
    world = World()
    first = await purge(world, "a", urls=[f"/items/{n}" for n in range(5)], left=3)
    assert first == Progress(3, rest=Order(("/items/3", "/items/4"), (("a", None),), soft=False, at=NOON))


async def test_an_order_that_is_given_again_goes_on_where_the_last_ended() -> None:
    world = World()
    for n in range(30):
        await entered(world, f"/items/{n}", "a")
        world.clock.advance(10)
    world.clock.advance(100_000)
    totals = [(await purge(world, "a", left=12)).purged for _ in range(5)]
    assert all(totals[:3])
    assert {world.entry(f"/items/{n}").kind for n in range(30)} == {"marker"}


async def test_what_cannot_be_told_is_owed_in_another_region_and_told_by_its_drain() -> None:
    world = World()
    for target in (TARGET, OTHER):
        await entered(world, target, "a")
    world.home.cache.faults = failing()
    assert await purge(world, urls=[TARGET, OTHER]) == Progress(0, 2, "TIMEOUT_ERROR")
    assert len(world.members(world.away)) == 2
    world.home.cache.faults = None
    world.clock.advance(61_000)
    for lane in range(keys.LANES):
        await world.drain(lane, of=world.away)
    assert world.members(world.away) == []
    assert world.entry(TARGET).stale
    assert world.entry(OTHER).stale


async def test_a_dead_region_is_asked_for_no_more_than_a_few() -> None:
    world, process = World(), Process()
    world.home.cache.faults = failing()
    await purge(world, "a", "b", urls=[f"/items/{n}" for n in range(300)], by=process)
    assert len(process.calls) < 10


async def test_a_tag_whose_set_cannot_be_read_is_an_error_and_nothing_is_owed() -> None:
    world = World()
    await entered(world, TARGET, "a")
    world.home.cache.faults = failing("sorted_set_fetch_by_score")
    assert await purge(world, "a", "b") == Progress(0, 0, "TIMEOUT_ERROR")
    assert world.members(world.away) == []
    world.home.cache.faults = None
    assert await purge(world, "a") == Progress(1)


async def test_a_purge_that_failed_half_way_is_repaired_by_the_next() -> None:
    world = World()
    targets = [f"/items/{n}" for n in range(10)]
    for target in targets:
        await entered(world, target, "a")
        world.clock.advance(100)
    world.clock.advance(100_000)
    at = keys.entry(about(targets[5]).key).encode()
    world.home.cache.faults = lambda _, key: failed() if key == at else None
    step = await purge(world, "a")
    assert (step.error, step.purged + step.owed) == ("TIMEOUT_ERROR", 10)
    world.home.cache.faults = None
    await purge(world, "a")
    assert {world.entry(target).kind for target in targets} == {"marker"}


async def test_a_keeper_that_does_not_answer_is_not_asked_for_each() -> None:
    world = World()
    world.home.cache.faults = world.away.cache.faults = failing()
    assert await purge(world, urls=[f"/items/{n}" for n in range(50)]) == Progress(0, 0, "TIMEOUT_ERROR")
    assert len(world.away.cache.calls) < 10


async def test_an_entry_that_was_evicted_meanwhile_gets_its_marker() -> None:
    world = World()
    await entered(world, TARGET, "a")
    world.home.cache.store.remove(keys.entry(KEY).encode())
    assert await purge(world, "a") == Progress(1)
    found = world.home.kept(KEY)
    assert isinstance(found, Entry)
    assert found.kind == "marker"
