from __future__ import annotations

from homeport import keys
from homeport.draining.drain import Report
from homeport.draining.outcome import MOST_AGE_MS
from homeport.messages import Headers, NoAnswer, Response
from homeport.pushing.owe import owe
from tests.homeport.homeport_world import failing
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import World, about, in_one_lane, journal, stored

LANE = 0
A, B = in_one_lane(2, LANE)
LIST = "/items"


async def test_a_failing_head_stops_its_resource_and_no_other() -> None:
    world = World()
    world.surroundings.chance = 1.0
    writes = [await world.accepted(A, body) for body in (b"1", b"2")]
    await world.accepted(B, b"3")
    world.origin.answers[A] = [Response(503)]
    assert await world.drain(LANE) == Report(settled=1, waiting=2)
    assert (journal(world, A), journal(world, B)) == ([], [b"3"])
    items = world.entry(A).pending
    assert [item.id for item in items] == [write.id for write in writes]
    assert [(item.tries, item.not_before - world.clock()) for item in items] == [
        (1, 1_000),
        (0, -world.clock()),
    ]


async def test_a_postponed_head_is_not_sent_before_its_time() -> None:
    world = World()
    world.surroundings.chance = 1.0
    for body in (b"1", b"2"):
        await world.accepted(A, body)
    world.origin.answers[A] = [Response(429, Headers([("retry-after", "30")]))]
    await world.drain(LANE)
    world.clock.advance(29_999)
    assert await world.drain(LANE) == Report(waiting=2)
    assert len(world.origin.requests) == 1
    world.clock.advance(1)
    assert await world.drain(LANE) == Report(settled=2)
    assert journal(world, A) == [b"1", b"2"]


async def test_no_answer_is_tried_again_under_the_same_key() -> None:
    world = World()
    world.surroundings.chance = 0.0
    write = await world.accepted(A, b"1")
    assert await world.drain(LANE, Process(loses_at=4)) == Report(waiting=1)
    assert await world.drain(LANE) == Report(settled=1)
    assert [request.headers.get("idempotency-key") for request in world.origin.requests] == [write.id] * 2
    assert journal(world, A) == [b"1"]


async def test_a_refused_head_is_dead_and_its_followers_go_on() -> None:
    world = World()
    first = await world.accepted(A, b"1")
    second = await world.accepted(A, b"2")
    world.origin.answers[A] = [Response(422)]
    assert await world.drain(LANE) == Report(settled=2)
    assert journal(world, A) == [b"2"]
    states = [receipt.state for write in (first, second) if (receipt := world.receipt(write.id))]
    assert states == ["dead", "applied"]
    assert world.home.cache.store.item(b"dead") is not None


async def test_an_unreachable_region_is_told_when_it_is_back() -> None:
    world = World()
    for target in (A, LIST):
        world.away.keep(about(target).key, stored(target))
    write = await world.accepted(A, b"1")
    world.away.cache.faults = failing()
    assert await world.drain(LANE) == Report(waiting=1)
    assert journal(world, A) == [b"1"]
    world.clock.advance(61_000)
    assert await world.drain(LANE) == Report(waiting=1)
    assert world.members(world.home) == [keys.member(about(A).key, write.id)]
    world.away.cache.faults = None
    assert await world.drain(LANE) == Report()
    assert world.members(world.home) == []
    assert world.entry(A, world.away).stale
    assert world.entry(LIST, world.away).stale
    assert len(world.origin.requests) == 1


async def test_a_member_whose_entry_is_gone_is_lost_once_it_is_old() -> None:
    world = World()
    write = await world.accepted(A, b"1")
    world.home.cache.store.remove(keys.entry(about(A).key).encode())
    assert await world.drain(LANE) == Report(waiting=1, in_flight=1)
    assert world.receipt(write.id) is None
    world.clock.advance(60_000)
    assert await world.drain(LANE) == Report()
    receipt = world.receipt(write.id)
    assert receipt is not None
    assert receipt.state == "lost"
    assert world.entry(A).kind == "marker"
    assert world.members(world.home) == []
    assert world.origin.requests == []


async def test_a_silent_region_is_told_in_the_log() -> None:
    world = World()
    await world.accepted(A, b"1")
    world.home.cache.faults = failing("sorted_set_fetch_by_score")
    assert await world.drain(LANE) == Report(failed=True)
    assert [name for name, _ in world.surroundings.events] == ["region_failed"]
    world.home.cache.faults = None
    assert await world.drain(LANE) == Report(settled=1)


async def test_a_lane_whose_lease_cannot_be_asked_for_is_a_failure_and_not_another_drainers() -> None:
    world = World()
    await world.accepted(A, b"1")
    world.home.cache.faults = failing("set_if")
    assert await world.drain(LANE) == Report(failed=True)
    assert world.surroundings.events == [
        ("region_failed", {"region": world.home.name, "code": "TIMEOUT_ERROR"})
    ]


async def test_an_unreachable_region_does_not_hold_up_the_writes_behind() -> None:
    world = World()
    writes = [await world.accepted(A, body) for body in (b"1", b"2", b"3")]
    world.away.keep(about(A).key, stored(A))
    world.away.cache.faults = failing()
    report = await world.drain(LANE)
    assert report == Report(waiting=3)
    assert journal(world, A) == [b"1", b"2", b"3"]
    assert [receipt.state for write in writes if (receipt := world.receipt(write.id))] == ["applied"] * 3
    world.away.cache.faults = None
    await world.drain_until_idle(LANE)
    assert world.members(world.home) == []
    assert world.entry(A, world.away).stale
    assert len(world.origin.requests) == 3


async def test_an_old_stray_that_cannot_be_settled_does_not_lose_the_backoff() -> None:
    """Its touch is a new version of the entry, and a try is counted on that one."""
    world = World()
    world.surroundings.chance = 1.0
    world.away.cache.faults = failing()
    await owe(about(A), world.home, world.surroundings.effects)
    world.clock.advance(61_000)
    await world.accepted(A, b"1")
    world.origin.answers[A] = [Response(503)] * 5
    for _ in range(5):
        assert await world.drain(LANE) == Report(waiting=2)
    (item,) = world.entry(A).pending
    assert (item.tries, item.not_before - world.clock(), len(world.origin.requests)) == (1, 1_000, 1)


async def test_an_origin_that_is_down_for_a_night_loses_nothing() -> None:
    world = World()
    write = await world.accepted(A, b"1")
    world.origin.answers[A] = [NoAnswer("down")] * 10_000
    began = world.clock()
    while world.clock() - began <= MOST_AGE_MS:
        assert await world.drain(LANE) == Report(waiting=1)
        world.clock.advance(10 * 60_000)
    tries = len(world.origin.requests)
    assert tries > 100
    assert await world.drain(LANE) == Report(settled=1)
    receipt = world.receipt(write.id)
    assert receipt is not None
    assert (receipt.state, receipt.reason) == ("dead", f"given up after {tries + 1} tries, the last: down")


async def test_a_write_whose_entry_went_after_it_was_sent_is_lost_and_told_everywhere() -> None:
    world = World()
    for region in (world.home, world.away):
        region.keep(about(A).key, stored(A))
    write = await world.accepted(A, b"1")
    await world.drain(LANE, Process(vanishes_at=5))  # the origin took it, its receipt was not written
    assert journal(world, A) == [b"1"]
    world.home.cache.store.remove(keys.entry(about(A).key).encode())
    await world.drain_until_idle(LANE)
    receipt = world.receipt(write.id)
    assert receipt is not None
    assert receipt.state == "lost"
    assert world.entry(A, world.away).stale


async def test_a_deletions_answer_with_a_body_leaves_the_tombstone() -> None:
    world = World()
    await world.accepted(A, None)
    world.origin.answers[A] = [Response(200, Headers([("etag", '"1"')]), b'{"deleted":true}')]
    assert await world.drain(LANE) == Report(settled=1)
    assert (world.entry(A).kind, world.entry(A).status, world.entry(A).stale) == ("tombstone", 404, True)


async def test_a_newer_releases_entry_waits_for_its_own_drainer() -> None:
    world = World()
    write = await world.accepted(A, b"1")
    foreign = b'{"homeport":{"format":2,"pending":["x"]}}\n'
    world.home.keep(about(A).key, foreign)
    world.clock.advance(61_000)
    assert await world.drain(LANE) == Report(waiting=1)
    assert world.receipt(write.id) is None
    assert world.home.octets(about(A).key) == foreign


async def test_a_damaged_receipt_does_not_end_the_drain_of_its_lane() -> None:
    world = World()
    await owe(about(A), world.home, world.surroundings.effects)
    name = world.members(world.home)[0].split("/")[1]
    damaged = b'{"format":1,"id":"i","key":"k","state":"applied","at":5,"target":7}'
    world.home.cache.store.put(keys.receipt(name).encode(), damaged, 86_400_000)
    await world.accepted(B, b"x")
    world.clock.advance(61_000)
    await world.drain(LANE)
    assert journal(world, B) == [b"x"]
    assert world.members(world.home) == [keys.member(about(A).key, name)]
