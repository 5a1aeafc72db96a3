from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from homeport import keys
from homeport.draining.budget import Budget
from homeport.draining.lease import LEASE_SECONDS, Lease, acquire
from homeport.draining.protection import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    MOST_FAILURES,
    NOTE_SECONDS,
    UNSENT,
    Protected,
    failing,
    pause_seconds,
)
from homeport.messages import Headers, NoAnswer, Request, Response
from homeport.routing import Route, RouteError, Routes
from tests.homeport.homeport_world import NOON, Answer, ScriptedOrigin
from tests.homeport.sync_world import LANE, Harbour, drained_by
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import HOME, REQUEST_MS, World, in_one_lane, journal, put, quiet

ROUTES = Routes(Route("/one/{id}", concurrency=1), Route("/slow/{id}", rate=2), Route("/free/{id}"))
DOWN, UP = Response(503), Response(200)


@dataclass
class Drained:
    """One drain's view of an origin."""

    script: list[Answer] | Callable[[Request], Awaitable[Answer]]
    world: World = field(default_factory=World)
    budget: Budget = field(default_factory=Budget)
    until_ms: int = 8_000

    async def begin(self) -> Protected:
        effects = self.world.surroundings.effects
        lease = await acquire(self.world.home, LANE, effects)
        assert isinstance(lease, Lease)
        self.origin, self.lease = ScriptedOrigin(self.script), lease
        until = self.world.clock() + self.until_ms
        return Protected(self.origin, ROUTES, effects, lease, REQUEST_MS, until, self.budget)

    def pauses(self) -> list[tuple[object, object]]:
        events = self.world.surroundings.events
        return [(fields["seconds"], fields["reason"]) for name, fields in events if name == "lane_paused"]


def write(target: str) -> Request:
    return put(target, b"x")


@pytest.mark.parametrize(("path", "most"), [("/one/1", 1), ("/free/1", 6), ("/unknown", 6)])
async def test_a_routes_concurrency_is_kept(path: str, most: int) -> None:
    gates, under_way = asyncio.Event(), list[int]()
    now = 0

    async def slow(_: Request) -> Answer:
        nonlocal now
        now += 1
        under_way.append(now)
        await gates.wait()
        now -= 1
        return UP

    drained = Drained(slow)
    protected = await drained.begin()
    protected.probed = True
    asked = [asyncio.create_task(protected.ask(write(path))) for _ in range(6)]
    await quiet()
    gates.set()
    assert await asyncio.gather(*asked) == [UP] * 6
    assert max(under_way) == most


async def test_a_routes_rate_is_kept() -> None:
    drained = Drained([UP] * 4)
    protected = await drained.begin()
    began = drained.world.clock()
    for _ in range(3):
        assert await protected.ask(write("/slow/1")) == UP
    assert drained.world.clock() - began == 1_000
    assert await protected.ask(write("/free/1")) == UP
    assert drained.world.surroundings.pauses == [0.5, 0.5]


async def test_whose_turn_does_not_come_in_time_is_left_to_the_next_invocation() -> None:
    drained = Drained([UP] * 3, until_ms=1_000)
    protected = await drained.begin()
    replies = [await protected.ask(write("/slow/1")) for _ in range(4)]
    assert replies == [UP, UP, UP, UNSENT]
    assert drained.budget.refused


async def test_questions_are_neither_limited_nor_counted() -> None:
    drained = Drained([NoAnswer("down")] * 9)
    protected = await drained.begin()
    for _ in range(9):
        await protected.ask(Request("GET", "/slow/1"))
    assert (drained.world.surroundings.pauses, drained.pauses()) == ([], [])


async def test_a_drains_first_replay_goes_alone() -> None:
    gate = asyncio.Event()

    async def slow(_: Request) -> Answer:
        await gate.wait()
        return UP

    drained = Drained(slow)
    protected = await drained.begin()
    asked = [asyncio.create_task(protected.ask(write("/free/1"))) for _ in range(4)]
    await quiet()
    assert len(drained.origin.requests) == 1
    gate.set()
    await asyncio.gather(*asked)
    assert len(drained.origin.requests) == 4


@pytest.mark.parametrize("reply", [DOWN, Response(429), Response(502), Response(504), NoAnswer("too long")])
async def test_five_failures_in_a_row_pause_the_lane(reply: Answer) -> None:
    drained = Drained([reply] * 4 + [UP] + [reply] * 5)
    protected = await drained.begin()
    for _ in range(9):
        assert not drained.pauses()
        await protected.ask(write("/free/1"))
    assert await protected.ask(write("/free/1")) == reply
    assert [seconds for seconds, _ in drained.pauses()] == [FIRST_PAUSE]
    assert await protected.ask(write("/free/1")) == UNSENT
    assert len(drained.origin.requests) == 10


@pytest.mark.parametrize("status", [200, 404, 409, 422, 500, 501])
def test_an_answer_about_the_request_is_no_failure_of_the_origins(status: int) -> None:
    assert not failing(Response(status))


async def test_while_it_pauses_a_trigger_costs_one_attempt_and_afterwards_it_is_free() -> None:
    world, trigger = World(), Process()
    effects = world.surroundings.effects
    lease = await acquire(world.home, LANE, effects)
    assert isinstance(lease, Lease)
    lease.pause = 40.0
    await lease.release()
    world.clock.advance((LEASE_SECONDS + 9) * 1000)
    assert await acquire(trigger.connect(world.home), LANE, effects) is None
    assert len(trigger.calls) == 1
    world.clock.advance(1_000)
    assert isinstance(await acquire(world.home, LANE, effects), Lease)


@pytest.mark.parametrize(
    ("before", "asked", "seconds"),
    [
        (0, None, 5),
        (1, None, 10),
        (3, None, 40),
        (4, None, 60),
        (99, None, 60),
        (0, "30", 30),
        (2, "3", 20),
        (0, "600", LONGEST_PAUSE),
    ],
)
def test_pauses_grow_up_to_a_minute_or_as_the_origin_asks(
    before: int, asked: str | None, seconds: float
) -> None:
    fields = Headers([("retry-after", asked)] if asked else [])
    assert pause_seconds(before, Response(503, fields), NOON) == seconds


async def test_a_failing_probe_pauses_the_lane_at_once_and_for_longer() -> None:
    world = World()
    seconds = []
    for replies in ([DOWN] * MOST_FAILURES, [DOWN], [DOWN]):
        drained = Drained([*replies], world)
        protected = await drained.begin()
        for _ in replies:
            await protected.ask(write("/free/1"))
        assert await protected.ask(write("/free/1")) == UNSENT
        await drained.lease.release()
        seconds.append(drained.lease.pause)
        world.clock.advance(drained.lease.pause * 1000)
    assert seconds == [5, 10, 20]


async def test_a_probe_that_succeeds_opens_the_lane() -> None:
    world = World()
    first = Drained([DOWN] * MOST_FAILURES, world)
    protected = await first.begin()
    for _ in range(MOST_FAILURES):
        await protected.ask(write("/free/1"))
    await first.lease.release()
    world.clock.advance(FIRST_PAUSE * 1000)
    second = Drained([UP, DOWN, DOWN, DOWN, DOWN, UP], world)
    protected = await second.begin()
    replies = [await protected.ask(write("/free/1")) for _ in range(6)]
    assert replies == [UP, DOWN, DOWN, DOWN, DOWN, UP]


async def test_long_after_a_pause_a_single_failure_means_nothing() -> None:
    world = World()
    first = Drained([DOWN] * MOST_FAILURES, world)
    protected = await first.begin()
    for _ in range(MOST_FAILURES):
        await protected.ask(write("/free/1"))
    await first.lease.release()
    world.clock.advance((FIRST_PAUSE + NOTE_SECONDS) * 1000)
    second = Drained([DOWN, UP], world)
    protected = await second.begin()
    assert [await protected.ask(write("/free/1")) for _ in range(2)] == [DOWN, UP]


async def test_what_was_not_sent_because_of_a_pause_keeps_its_tries_and_is_applied_after_it() -> None:
    harbour = Harbour()
    harbour.surroundings.chance = 1.0
    targets = in_one_lane(10, LANE)
    for target in targets:
        await harbour.accepted(target, b"1")
        harbour.origin.answers[target] = [Response(503, Headers([("retry-after", "20")]))]
    await harbour.worker().lane(HOME, LANE, "kick")
    tries = sorted(harbour.entry(target).pending[0].tries for target in targets)
    sent = len(harbour.origin.requests)
    assert MOST_FAILURES <= sent < MOST_FAILURES + 4
    assert tries == [0] * (10 - sent) + [1] * sent
    (event,) = [fields for name, fields in harbour.surroundings.events if name == "lane_paused"]
    assert event == {"region": HOME, "lane": LANE, "seconds": 20.0, "reason": "the origin answered 503"}
    assert len(drained_by(harbour)) == 1
    await harbour.worker().lane(HOME, LANE, "kick")
    assert len(harbour.origin.requests) == sent
    harbour.origin.answers.clear()
    harbour.clock.advance(21_000)
    await harbour.worker().sweep()
    assert all(journal(harbour, target) == [b"1"] for target in targets)
    assert harbour.members(harbour.home) == []


async def test_a_short_pause_is_waited_for_by_the_invocation_itself() -> None:
    harbour = Harbour()
    harbour.surroundings.chance = 0.0
    targets = in_one_lane(10, LANE)
    for target in targets:
        await harbour.accepted(target, b"1")
    harbour.origin.answers = {target: [DOWN] for target in targets[:7]}
    await harbour.worker().lane(HOME, LANE, "kick")
    assert harbour.surroundings.pauses[0] > FIRST_PAUSE
    assert harbour.members(harbour.home) == []
    note = harbour.home.cache.store.content(keys.pause(LANE).encode(), bytes)
    assert note is not None


@pytest.mark.parametrize("wrong", [{"concurrency": 0}, {"concurrency": True}, {"rate": 0}, {"rate": "2"}])
def test_limits_that_cannot_be_kept_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(RouteError, match=next(iter(wrong))):
        Routes(Route("/items/{id}", **wrong))  # type: ignore[arg-type]
