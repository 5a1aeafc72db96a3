from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from homeport import keys
from homeport.draining.budget import WALL_MS
from homeport.draining.drain import Report
from homeport.draining.lease import LEASE_SECONDS, Lease, acquire
from homeport.draining.resource import COMMIT_MS, Progress, Replay
from homeport.draining.stray import YOUNG_MS
from homeport.messages import NoAnswer, Request, Response
from homeport.pushing.owe import owe
from homeport.writing.commit import DEADLINE_MS
from tests.homeport.homeport_world import failing
from tests.homeport.writing_processes import ItemsOrigin, Process, ProcessOrigin
from tests.homeport.writing_world import REQUEST_MS, SITE, World, about, in_one_lane, journal, stored

LANE = 0
TARGET = in_one_lane(1, LANE)[0]
KEY = about(TARGET).key
NAME = "f" * 32


async def drained(
    world: World, members: dict[str, int], by: Process | None = None, *, wall_ms: int = WALL_MS
) -> Progress:
    """Drain the resource under a lease of the test's own."""
    process, effects = by or Process(), world.surroundings.effects
    lease = await acquire(world.home, LANE, effects)
    assert isinstance(lease, Lease)
    home, away = process.connect(world.home), process.connect(world.away)
    origin = ProcessOrigin(process, world.origin)
    replay = Replay(SITE, origin, REQUEST_MS, effects, home, (away,), lease, world.clock() + wall_ms)
    progress = await replay.resource(KEY, members)
    await lease.release()
    return progress


async def accepted(world: World, *bodies: bytes) -> dict[str, int]:
    """The members of writes that were accepted."""
    return {(await world.accepted(TARGET, body)).id: world.clock() for body in bodies}


@dataclass
class SlowOrigin(ItemsOrigin):
    """Every request takes so long."""

    world: World = field(default_factory=World)
    takes_ms: int = 0

    async def ask(self, request: Request, /) -> Response | NoAnswer:
        self.world.clock.advance(self.takes_ms)
        return await super().ask(request)


def test_progress_adds_up_column_by_column() -> None:
    parts = [Progress(1, 2, 3), Progress(10, 20, 30), Progress(100, 200, 300)]
    assert Progress.total(parts) == Progress(111, 222, 333)
    assert Progress.total(iter(parts)) == Progress(111, 222, 333)
    assert Progress.total([]) == Progress(0, 0, 0)


async def test_settled_writes_are_counted_and_gone() -> None:
    world = World()
    assert await drained(world, await accepted(world, b"1", b"2")) == Progress(settled=2, gone=2)


async def test_a_write_that_was_not_on_the_page_is_settled_but_not_gone_from_it() -> None:
    world = World()
    members = await accepted(world, b"1", b"2", b"3")
    first = next(iter(members))
    assert await drained(world, {first: members[first]}) == Progress(settled=3, gone=1)
    assert journal(world, TARGET) == [b"1", b"2", b"3"]


async def test_an_owed_write_is_neither_settled_nor_gone_and_holds_up_nothing() -> None:
    world = World()
    members = await accepted(world, b"1", b"2")
    world.away.cache.faults = failing()
    assert await drained(world, members) == Progress()
    assert journal(world, TARGET) == [b"1", b"2"]
    assert len(world.members(world.home)) == 2


async def test_a_failed_write_holds_up_what_comes_after_it() -> None:
    world = World()
    members = await accepted(world, b"1", b"2")
    # 1 entry, 2 origin, 3 the receipt
    assert await drained(world, members, Process(vanishes_at=3)) == Progress()
    assert journal(world, TARGET) == [b"1"]
    assert [bytes(item.body) for item in world.entry(TARGET).pending] == [b"1", b"2"]


async def test_a_debt_that_is_paid_is_gone_and_no_write() -> None:
    world = World()
    await owe(about(TARGET), world.home, world.surroundings.effects)
    _, name = keys.parse_member(world.members(world.home)[0].encode())
    score = world.clock()
    world.clock.advance(YOUNG_MS)
    assert await drained(world, {name: score}) == Progress(gone=1)
    assert world.members(world.home) == []


async def test_strays_and_writes_are_counted_apart() -> None:
    world = World()
    old, young = "e" * 32, NAME
    put = world.clock()
    world.clock.advance(YOUNG_MS)
    members = await accepted(world, b"1")
    progress = await drained(world, members | {old: put, young: world.clock()})
    assert progress == Progress(settled=1, gone=2, in_flight=1)


@pytest.mark.parametrize(
    ("age_ms", "in_flight"),
    [(0, 1), (COMMIT_MS - 1, 1), (COMMIT_MS, 0), (YOUNG_MS - 1, 0), (-5_000, 1)],
)
async def test_a_stray_is_in_flight_as_long_as_its_author_may_commit_it(age_ms: int, in_flight: int) -> None:
    """Longer than a writer's deadline, by the time that its last call may take; an author's clock may be ahead."""
    assert DEADLINE_MS < COMMIT_MS < YOUNG_MS
    world = World()
    assert await drained(world, {NAME: world.clock() - age_ms}) == Progress(in_flight=in_flight)


async def test_a_listed_write_is_not_in_flight() -> None:
    world = World()
    world.surroundings.chance = 1.0
    world.origin.answers[TARGET] = [Response(503)]
    assert await drained(world, await accepted(world, b"1")) == Progress()


@pytest.mark.parametrize(("process", "in_flight"), [(Process(vanishes_at=1), 2), (Process(refused_at=1), 0)])
async def test_where_the_entry_cannot_be_read_nothing_is_judged(process: Process, in_flight: int) -> None:
    """What was not answered in time is looked at again soon; a region that refuses is not."""
    world = World()
    members = await accepted(world, b"1")
    put = world.clock()
    world.clock.advance(YOUNG_MS)
    assert await drained(world, members | {NAME: put}, process) == Progress(in_flight=in_flight)
    assert len(process.calls) == 1
    assert world.receipt(NAME) is None


async def test_each_stray_is_judged_on_the_version_that_the_last_one_left() -> None:
    world, process = World(), Process()
    world.home.keep(KEY, stored(TARGET))
    put = world.clock()
    world.clock.advance(YOUNG_MS)
    names = [f"{n:032x}" for n in range(5)]
    assert await drained(world, dict.fromkeys(names, put), process) == Progress(gone=5)
    assert [
        call for call in process.calls if f"get_with_hash e:{KEY}" in call and world.home.name in call
    ] == [f"{world.home.name} get_with_hash e:{KEY}"]
    states = [receipt.state for name in names if (receipt := world.receipt(name))]
    assert states == ["lost"] * 5


async def test_after_a_touch_that_failed_the_entry_is_read_again_before_anything_is_sent() -> None:
    world = World()
    put = world.clock()
    world.clock.advance(YOUNG_MS)
    members = await accepted(world, b"1")

    async def arrive() -> None:
        await world.accepted(TARGET, b"2")

    # 1 entry, 2 the stray's receipt, 3 its touch
    progress = await drained(world, {NAME: put} | members, Process(before={3: arrive}))
    assert progress == Progress(settled=2, gone=1)
    assert world.receipt(NAME) is None
    assert journal(world, TARGET) == [b"1", b"2"]


@pytest.mark.parametrize(("takes_ms", "sent"), [(10_000, 3), (10_001, 2), (20_001, 1)])
async def test_nothing_is_begun_after_its_time(takes_ms: int, sent: int) -> None:
    assert LEASE_SECONDS * 1000 > REQUEST_MS
    origin = SlowOrigin(takes_ms=takes_ms)
    world = World(origin=origin)
    origin.world = world
    members = await accepted(world, b"1", b"2", b"3", b"4")
    progress = await drained(world, members, wall_ms=20_000)
    assert (progress, len(origin.requests)) == (Progress(settled=sent, gone=sent), sent)


async def test_a_drain_past_its_time_is_unfinished_where_it_got_something_done() -> None:
    origin = SlowOrigin(takes_ms=WALL_MS + 1)
    world = World(origin=origin)
    origin.world = world
    await accepted(world, b"1", b"2")
    assert await world.drain(LANE) == Report(settled=1, waiting=1, unfinished=True)
    assert await world.drain(LANE) == Report(settled=1, waiting=0, unfinished=True)


async def test_a_drain_past_its_time_that_got_nothing_done_does_not_go_on_by_itself() -> None:
    origin = SlowOrigin(takes_ms=WALL_MS + 1)
    world = World(origin=origin)
    origin.world = world
    await accepted(world, b"1")
    origin.answers[TARGET] = [NoAnswer("it took too long")]
    assert await world.drain(LANE) == Report(waiting=1)
