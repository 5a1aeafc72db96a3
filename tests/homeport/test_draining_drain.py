from __future__ import annotations

from homeport import keys
from homeport.draining.budget import PAGE
from homeport.draining.drain import Report
from homeport.draining.lease import LEASE_SECONDS
from homeport.writing.write import Write
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import World, about, in_one_lane, journal, stored

LANE = 0
A, B = in_one_lane(2, LANE)
LIST = "/items"


async def test_an_empty_lane_costs_a_look() -> None:
    world, process = World(), Process()
    assert await world.drain(LANE, process) == Report()
    assert [call.split()[1] for call in process.calls] == ["set_if", "sorted_set_fetch_by_score", "set_if"]


async def test_writes_are_applied_in_order_per_resource() -> None:
    world = World()
    for body in (b"1", b"2", None, b"3"):
        await world.accepted(A, body)
        await world.accepted(B, body)
    assert await world.drain(LANE) == Report(settled=8)
    assert journal(world, A) == journal(world, B) == [b"1", b"2", None, b"3"]
    assert world.members(world.home) == []


async def test_a_replay_is_the_accepted_request_under_its_own_idempotency_key() -> None:
    world = World()
    write = await world.accepted(A, b"new")
    await world.drain(LANE)
    (request,) = world.origin.requests
    assert (request.method, request.target, bytes(request.body)) == ("PUT", A, b"new")
    assert [*request.headers] == [("content-type", "text/plain"), ("idempotency-key", write.id)]


async def test_afterwards_receipts_tell_and_every_region_asks_the_origin() -> None:
    world = World()
    for region in (world.home, world.away):
        for target in (A, LIST):
            region.keep(about(target).key, stored(target))
    write = await world.accepted(A, b"new")
    await world.drain(LANE)
    receipt = world.receipt(write.id)
    assert receipt is not None
    assert (receipt.state, receipt.status, receipt.target) == ("applied", 200, A)
    for region in (world.home, world.away):
        for target in (A, LIST):
            entry = world.entry(target, region)
            assert (entry.stale, entry.pending) == (True, ())


async def test_another_lanes_writes_are_left_alone() -> None:
    world = World()
    await world.accepted(in_one_lane(1, 1)[0], b"x")
    assert await world.drain(LANE) == Report()
    assert world.origin.requests == []


async def test_a_write_that_arrives_during_the_drain_is_drained_too() -> None:
    world = World()
    await world.accepted(A, b"1")
    arrived: list[Write] = []

    async def arrive() -> None:
        arrived.append(await world.accepted(A, b"2"))
        arrived.append(await world.accepted(B, b"3"))

    assert await world.drain(LANE, Process(before={4: arrive})) == Report(settled=3)
    assert (journal(world, A), journal(world, B)) == ([b"1", b"2"], [b"3"])


async def test_a_budget_is_kept_about() -> None:
    world = World()
    targets = in_one_lane(6, LANE)
    for target in targets:
        await world.accepted(target, b"x")
    report = await world.drain(LANE, budget=70)
    assert report is not None
    assert report.unfinished
    assert report.settled >= 3


async def test_more_members_than_a_page_are_all_drained() -> None:
    world = World()
    targets = in_one_lane(8, LANE)
    for target in targets:
        for n in range(30):
            await world.accepted(target, b"%d" % n)
    assert len(world.members(world.home)) == 240 > PAGE
    reports = []
    while (report := await world.drain(LANE)) is not None and report.unfinished:
        reports.append(report)
    assert report is not None
    assert sum(each.settled for each in (*reports, report)) == 240
    assert all(each.waiting >= 0 for each in reports)
    assert world.members(world.home) == []
    for target in targets:
        assert journal(world, target) == [b"%d" % n for n in range(30)]


async def test_a_page_of_members_that_wait_does_not_hide_the_ones_behind_it() -> None:
    world = World()
    for n in range(PAGE + 5):
        name = keys.member(about(A).key, f"{n:032x}")
        await world.home.cache.sorted_set_put(
            keys.queue(LANE), {name: float(world.clock())}, ttl_seconds=100, refresh_ttl=True
        )
    world.clock.advance(1)
    await world.accepted(B, b"behind")
    assert await world.drain(LANE) == Report(settled=1, waiting=PAGE + 5, in_flight=PAGE + 5)
    assert journal(world, B) == [b"behind"]


async def test_two_drainers_at_once_are_one() -> None:
    world, second = World(), Process()
    await world.accepted(A, b"1")
    outcomes: list[Report | None] = []

    async def drain_too() -> None:
        outcomes.append(await world.drain(LANE, second))

    assert await world.drain(LANE, Process(before={4: drain_too})) == Report(settled=1)
    assert outcomes == [None]
    assert [call.split()[1] for call in second.calls] == ["set_if"]
    assert len(world.origin.requests) == 1


async def test_a_drainer_that_was_overtaken_sends_nothing_more_and_breaks_nothing() -> None:
    """Its lease ran out while the origin took its time; another drainer finished the lane."""
    world = World()
    writes = [await world.accepted(A, body) for body in (b"1", b"2")]

    async def overtake() -> None:
        world.clock.advance(LEASE_SECONDS * 1000)
        assert await world.drain(LANE) == Report(settled=2)
        writes.append(await world.accepted(A, b"3"))

    first = Process(before={5: overtake})  # the receipt of the first write
    await world.drain(LANE, first)
    assert [call for call in first.calls if call.startswith("origin")] == [f"origin PUT {A}"]
    assert journal(world, A) == [b"1", b"2"]
    assert [item.id for item in world.entry(A).pending] == [writes[2].id]
    await world.drain_until_idle(LANE)
    assert journal(world, A) == [b"1", b"2", b"3"]


async def test_nothing_is_sent_that_may_outlast_the_lease() -> None:
    world = World()

    async def hang() -> None:
        world.clock.advance(LEASE_SECONDS * 1000)

    await world.accepted(A, b"1")
    process = Process(before={3: hang})
    assert await world.drain(LANE, process) == Report(waiting=1)
    assert world.origin.requests == []
