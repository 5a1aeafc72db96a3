"""What waits for long: what a drain notes of it, the alarm, and that nothing ends unanswered with Momento's day."""

from __future__ import annotations

import pytest

from homeport import keys
from homeport.draining.outcome import MOST_AGE_MS
from homeport.draining.renew import renew
from homeport.messages import NoAnswer, Request, Response
from homeport.writing.pressure import Depth, decode
from momento_http_shim.outcomes import Miss, Number
from tests.homeport.homeport_world import failing
from tests.homeport.sync_world import Harbour
from tests.homeport.writing_processes import ItemsOrigin
from tests.homeport.writing_world import AN_HOUR, World, in_one_lane

LANE = 0
TWENTY_HOURS = MOST_AGE_MS


class Down(ItemsOrigin):
    """An origin that gives no answer until it is mended; each takes as long as `hangs_ms`."""

    world: World
    hangs_ms = 0
    down = True

    async def ask(self, request: Request, /) -> Response | NoAnswer:
        if self.down:
            self.world.clock.advance(self.hangs_ms)
            return NoAnswer("it took too long")
        return await super().ask(request)


def harbour(hangs_ms: int = 0) -> Harbour:
    origin = Down()
    origin.hangs_ms = hangs_ms
    world = Harbour(origin=origin)
    origin.world = world
    return world


def noted(world: World) -> Depth | None:
    octets = world.home.cache.store.content(keys.depth(LANE).encode(), bytes)
    return None if octets is None else decode(octets)


@pytest.mark.parametrize("hangs_ms", [0, 20_000])
@pytest.mark.parametrize("mended", [False, True])
async def test_thirty_hours_of_an_origin_that_is_down_end_every_write_by_an_answer(
    hangs_ms: int, mended: bool
) -> None:
    world = harbour(hangs_ms)
    began = world.clock()
    writes = [await world.accepted(target, b"%d" % n) for n, target in enumerate(in_one_lane(30, LANE))]
    ids = {write.id for write in writes}
    while world.clock() < began + 30 * AN_HOUR:
        world.clock.advance(10 * 60_000)
        await world.drain(LANE)
        waiting = {name.partition("/")[2] for name in world.members(world.home)} & ids
        for write in writes:
            known = write.id in waiting or world.receipt(write.id) is not None
            assert known, f"nothing is known of {write.id} after {(world.clock() - began) / AN_HOUR} h"
            if write.id in waiting:
                assert write.id in {item.id for item in world.entry(write.request.target).pending}
    assert isinstance(world.origin, Down)
    world.origin.down = not mended
    for _ in range(80):
        world.clock.advance(10 * 60_000)
        await world.drain(LANE)
    assert not world.members(world.home)
    ended = [
        (name, fields["id"])
        for name, fields in world.surroundings.events
        if name in ("write_dead", "write_applied", "write_lost")
    ]
    assert sorted(str(write_id) for _, write_id in ended) == sorted(ids)
    dead = [write_id for name, write_id in ended if name == "write_dead"]
    assert "write_lost" not in dict(ended)
    assert await world.home.cache.sorted_set_length(keys.DEAD) == (Number(len(dead)) if dead else Miss())


@pytest.mark.parametrize("last", [2, 12, 20])
async def test_a_queue_lives_on_for_hours_in_which_no_drain_runs_whenever_they_come(last: int) -> None:
    """Its last put was a day ago then; trying the writes renews their entries alone."""
    world = harbour()
    write = await world.accepted(in_one_lane(1, LANE)[0], b"1")
    for _ in range(last * 6):
        world.clock.advance(10 * 60_000)
        await world.drain(LANE)
    world.clock.advance(24 * AN_HOUR - last * AN_HOUR + 60_000)
    assert isinstance(world.origin, Down)
    world.origin.down = False
    await world.drain(LANE)
    receipt = world.receipt(write.id)
    assert receipt is not None, "its member is gone, and its entry waits for ever"
    assert receipt.state == "applied"


async def test_without_renewal_the_same_would_have_ended_silently() -> None:
    world = harbour()
    write = await world.accepted(in_one_lane(1, LANE)[0], b"1")
    world.clock.advance(25 * AN_HOUR)
    assert world.members(world.home) == []
    assert world.home.kept(write.resource.key) is None


async def test_renewal_gives_queue_and_entries_another_day_and_changes_nothing_else() -> None:
    world = World()
    targets = in_one_lane(3, LANE)
    for target in targets:
        await world.accepted(target, b"1")
    world.clock.advance(TWENTY_HOURS + 1)
    before = {target: world.entry(target) for target in targets}
    await renew(world.home, LANE, _first(world), world.surroundings.effects)
    world.clock.advance(23 * AN_HOUR)
    assert len(world.members(world.home)) == 3
    for target in targets:
        after = world.entry(target)
        assert after.nonce != before[target].nonce
        assert after.version("n") == before[target].version("n")


async def test_what_is_younger_than_twenty_hours_is_left_alone() -> None:
    world = World()
    old, young = in_one_lane(2, LANE)
    await world.accepted(old, b"1")
    world.clock.advance(TWENTY_HOURS)
    await world.accepted(young, b"1")
    world.clock.advance(1)
    nonce = world.entry(young).nonce
    await renew(world.home, LANE, _first(world), world.surroundings.effects)
    assert world.entry(young).nonce == nonce


@pytest.mark.parametrize("minutes", [1, 2, 10, 30])
async def test_pages_leave_none_out_however_often_drains_come(minutes: int) -> None:
    world = World()
    targets = in_one_lane(12, LANE)
    for target in targets:
        await world.accepted(target, b"1")
    world.clock.advance(TWENTY_HOURS + 1)
    before = {target: world.entry(target).nonce for target in targets}
    for _ in range(8):
        await renew(world.home, LANE, _first(world), world.surroundings.effects, page=4)
        world.clock.advance(minutes * 60_000)
    assert not [target for target in targets if world.entry(target).nonce == before[target]]


def _first(world: World) -> tuple[str, int]:
    return world.members(world.home)[0], world.entry(in_one_lane(1, LANE)[0]).pending[0].accepted


async def test_a_drain_that_leaves_old_writes_notes_how_many_octets_and_how_old() -> None:
    world = harbour()
    one, two = in_one_lane(2, LANE)
    began = world.clock()
    await world.accepted(one, b"1234")
    world.clock.advance(61_000)
    await world.accepted(two, b"56")
    await world.drain(LANE)
    assert noted(world) == Depth(2, 6, began)


async def test_a_drain_that_ends_a_backlog_notes_that_nothing_is_left() -> None:
    world = harbour()
    await world.accepted(in_one_lane(1, LANE)[0], b"1234")
    world.clock.advance(61_000)
    await world.drain(LANE)
    assert noted(world) is not None
    assert isinstance(world.origin, Down)
    world.origin.down = False
    world.clock.advance(61_000)
    await world.drain(LANE)
    assert noted(world) == Depth(0, 0, None)


async def test_a_drain_of_young_writes_notes_nothing_and_costs_no_more() -> None:
    world = World()
    await world.accepted(in_one_lane(1, LANE)[0], b"1")
    await world.drain(LANE)
    assert noted(world) is None


@pytest.mark.parametrize(("age_s", "alarms"), [(3_600, []), (3_601, [3_601])])
async def test_cron_says_once_a_sweep_how_long_the_oldest_write_waits(age_s: int, alarms: list[int]) -> None:
    world = harbour()
    await world.accepted(in_one_lane(1, LANE)[0], b"1")
    world.clock.advance(age_s * 1000)
    await world.worker().sweep()
    told = [fields for name, fields in world.surroundings.events if name == "oldest_write_waits"]
    assert told == [{"region": world.home.name, "lane": LANE, "seconds": each} for each in alarms]


async def test_what_is_only_owed_to_another_region_has_no_age() -> None:
    world = World()
    await world.accepted(in_one_lane(1, LANE)[0], b"1")
    world.away.cache.faults = failing()
    await world.drain(LANE)
    world.clock.advance(2 * AN_HOUR)
    await world.drain(LANE)
    assert len(world.members(world.home)) == 1
    assert noted(world) == Depth(0, 0, None)


async def test_a_drain_that_looks_twice_counts_what_it_leaves_once() -> None:
    world = World()
    one, two = in_one_lane(2, LANE)
    began = world.clock()
    await world.accepted(one, b"1234")
    await world.accepted(two, b"56")
    world.clock.advance(61_000)
    world.origin.answers[one] = [Response(503)] * 9
    world.surroundings.chance = 1.0
    await world.drain(LANE)
    assert noted(world) == Depth(1, 4, began)
