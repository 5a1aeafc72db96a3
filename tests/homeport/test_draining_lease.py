from __future__ import annotations

from homeport.draining.lease import LEASE_SECONDS, Lease, acquire
from momento_http_shim.outcomes import Failed
from tests.homeport.homeport_world import failing
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import REQUEST_MS, World


async def taken(world: World, lane: int = 0, by: Process | None = None) -> Lease:
    lease = await acquire((by or Process()).connect(world.home), lane, world.surroundings.effects)
    assert isinstance(lease, Lease)
    return lease


async def test_the_second_drainer_gets_none() -> None:
    world = World()
    await taken(world)
    assert await acquire(world.home, 0, world.surroundings.effects) is None


async def test_other_lanes_and_regions_have_leases_of_their_own() -> None:
    world = World()
    await taken(world)
    assert isinstance(await acquire(world.home, 1, world.surroundings.effects), Lease)
    assert isinstance(await acquire(world.away, 0, world.surroundings.effects), Lease)


async def test_a_released_lease_can_be_taken_at_once() -> None:
    world = World()
    await (await taken(world)).release()
    await taken(world)


async def test_a_dead_drainers_lease_runs_out() -> None:
    world = World()
    await taken(world)
    world.clock.advance(LEASE_SECONDS * 1000 - 1)
    assert await acquire(world.home, 0, world.surroundings.effects) is None
    world.clock.advance(1)
    await taken(world)


async def test_a_late_release_does_not_take_the_lane_from_its_next_owner() -> None:
    world = World()
    first = await taken(world)
    world.clock.advance(LEASE_SECONDS * 1000)
    await taken(world)
    await first.release()
    assert await acquire(world.home, 0, world.surroundings.effects) is None


async def test_a_silent_region_gives_no_lease() -> None:
    world = World()
    world.home.cache.faults = failing("set_if")
    assert isinstance(await acquire(world.home, 0, world.surroundings.effects), Failed)


async def test_a_lease_counts_from_before_it_was_asked_for() -> None:
    """The owner's clock never runs longer than the region's."""
    world = World()

    async def slow() -> None:
        world.clock.advance(2_000)

    began = world.clock()
    lease = await taken(world, by=Process(before={1: slow}))
    assert lease.expires == began + LEASE_SECONDS * 1000


async def test_it_covers_what_ends_before_it_does_without_a_call() -> None:
    world, process = World(), Process()
    lease = await taken(world, by=process)
    assert await lease.covers(world.surroundings.effects, REQUEST_MS)
    assert len(process.calls) == 1


async def test_it_is_renewed_where_it_must_be() -> None:
    world, process = World(), Process()
    lease = await taken(world, by=process)
    world.clock.advance(15_000)
    assert await lease.covers(world.surroundings.effects, REQUEST_MS)
    assert len(process.calls) == 2
    world.clock.advance(LEASE_SECONDS * 1000 - 1)
    assert await acquire(world.home, 0, world.surroundings.effects) is None


async def test_a_renewal_counts_from_before_it_was_asked_for() -> None:
    world = World()

    async def slow() -> None:
        world.clock.advance(4_000)

    lease = await taken(world, by=Process(before={2: slow}))
    world.clock.advance(15_000)
    began = world.clock()
    await lease.covers(world.surroundings.effects, REQUEST_MS)
    assert lease.expires == began + LEASE_SECONDS * 1000


async def test_what_has_run_out_is_not_renewed() -> None:
    world, process = World(), Process()
    lease = await taken(world, by=process)
    world.clock.advance(LEASE_SECONDS * 1000)
    assert not await lease.covers(world.surroundings.effects, 1)
    assert len(process.calls) == 1


async def test_nothing_may_begin_when_a_renewal_is_uncertain_or_the_lane_is_anothers() -> None:
    world = World()
    lease = await taken(world, by=Process(vanishes_at=2))
    world.clock.advance(15_000)
    assert not await lease.covers(world.surroundings.effects, REQUEST_MS)
    other = await taken(world, 1)
    world.home.cache.store.remove(b"lease:1")
    await taken(world, 1)
    world.clock.advance(15_000)
    assert not await other.covers(world.surroundings.effects, REQUEST_MS)
