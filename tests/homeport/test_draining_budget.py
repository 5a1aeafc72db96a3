from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace

import pytest

from homeport import keys
from homeport.draining.budget import AT_ONCE, ENDING, PAGE, SUBREQUESTS, Budget, metered, to_settle
from homeport.entry import Pending
from homeport.messages import NO_FIELDS, Request, Response
from homeport.pushing.changed import Site
from homeport.routing import Route, Routes
from homeport.writing.accept import Accepted
from tests.homeport.homeport_world import NOON, ORIGIN, ScriptedOrigin
from tests.homeport.sync_world import LANE, Harbour, drained_by
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import AWAY, HOME, SITE, World, about, in_one_lane, journal, stored


@dataclass
class Continuations:
    """Implements `ports.Sync`: each kick is an invocation of its own, with a budget of its own."""

    harbour: Harbour
    site: Site = SITE
    kicks: list[tuple[str, int, int]] = field(default_factory=list)

    async def kick(self, region: str, lane: int, skip: int = 0, /) -> bool:
        self.kicks.append((region, lane, skip))
        return True

    async def run(self) -> int:
        """Drain the lane until no invocation continues any more; how many there were."""
        await self.kick(HOME, LANE)
        invocations = 0
        while self.kicks:
            worker = self.harbour.worker(itself=self)
            worker = replace(worker, drain=replace(worker.drain, site=self.site))
            worker.kick(*self.kicks.pop(0))
            await self.harbour.surroundings.run_behind()
            invocations += 1
        return invocations


async def test_every_call_is_counted() -> None:
    world, spent = World(), Budget()
    regions, origin = metered({HOME: world.home}, ScriptedOrigin([Response(200)]), spent)
    cache = regions[HOME].cache
    await cache.get("e:x")
    await cache.get_with_hash("e:x", consistent=True)
    await cache.sorted_set_length("q:0")
    await cache.publish("topic", "value")
    await origin.ask(Request("GET", "/"))
    assert (spent.spent, len(world.home.cache.calls)) == (5, 4)
    assert regions[HOME].name == HOME


def test_what_was_begun_keeps_its_room_until_it_ends() -> None:
    budget = Budget(30 + ENDING, begun=True)
    with budget.room(20) as first, budget.room(11) as second, budget.room(10) as third:
        assert (first, second, third) == (True, False, True)
    assert budget.held == 0
    assert budget.refused
    budget.spent = 20
    with budget.room(11) as fits:
        assert not fits
    with budget.room(10) as fits:
        assert fits


def test_the_first_write_of_an_invocation_always_begins() -> None:
    budget = Budget(40)
    with budget.room(1_000) as fits:
        assert fits
    with budget.room(1_000) as fits:
        assert not fits


@pytest.mark.parametrize(("subrequests", "at_once", "page"), [(900, AT_ONCE, PAGE), (45, 1, 11), (40, 1, 10)])
def test_a_small_budget_is_used_one_by_one(subrequests: int, at_once: int, page: int) -> None:
    budget = Budget(subrequests)
    assert (budget.at_once, budget.page) == (at_once, page)


@pytest.mark.parametrize("dead", [False, True])
async def test_a_write_takes_no_more_calls_than_are_held_for_it(dead: bool) -> None:
    world, process = World(), Process()
    target = in_one_lane(1, LANE)[0]
    await world.accepted(target, b"1")
    await world.accepted(target, b"2")
    world.origin.answers[target] = [Response(422)] if dead else []
    await world.drain(LANE, process)
    around = 4  # lease, two pages, release
    assert len(process.calls) - around <= 2 * to_settle(resources=2, regions=2)


async def test_ten_thousand_writes_are_drained_by_invocations_none_of_which_exceeds_its_budget() -> None:
    harbour = Harbour()
    targets = in_one_lane(400, LANE)  # 10 000 writes, 25 to each
    for target in targets:
        await waiting(harbour, target, 25)
    assert len(harbour.members(harbour.home)) == 10_000
    invocations = await Continuations(harbour).run()
    assert harbour.members(harbour.home) == []
    assert all(journal == [b"%d" % n for n in range(25)] for journal in journals(harbour, targets))
    assert invocations == len(harbour.budgets) > 10_000 * 8 // SUBREQUESTS
    assert max(budget.spent for budget in harbour.budgets) <= SUBREQUESTS


async def waiting(harbour: Harbour, target: str, count: int) -> None:
    """Put what accepting so many writes leaves: one after the other that takes long."""
    key, now = about(target).key, harbour.clock()
    pending = tuple(
        Pending(f"{target}#{n}", now + n, now, "PUT", target, NO_FIELDS, b"%d" % n) for n in range(count)
    )
    harbour.home.keep(key, replace(stored(target), pending=pending, seq=now + count))
    members = {keys.member(key, item.id): float(now) for item in pending}
    await harbour.home.cache.sorted_set_put(keys.queue(LANE), members, ttl_seconds=86_400, refresh_ttl=True)


def journals(harbour: Harbour, targets: list[str]) -> list[list[bytes]]:
    """What the origin applied to each target, in order."""
    found: dict[str, list[bytes]] = {target: [] for target in targets}
    for _, target, body in harbour.origin.journal:
        found[target].append(body)
    return [*found.values()]


@pytest.mark.parametrize("subrequests", [40, 45, 90])
async def test_the_free_plans_budget_is_enough(subrequests: int) -> None:
    harbour = Harbour(subrequests=subrequests)
    targets = in_one_lane(20, LANE)
    for target in targets:
        for n in range(2):
            await harbour.accepted(target, b"%d" % n)
    await Continuations(harbour).run()
    assert harbour.members(harbour.home) == []
    assert all(journal(harbour, target) == [b"0", b"1"] for target in targets)
    assert max(budget.spent for budget in harbour.budgets) <= subrequests


async def test_more_waiting_resources_than_a_budget_can_look_at_hide_nothing_behind_them() -> None:
    harbour = Harbour(subrequests=60)
    harbour.surroundings.chance = 1.0
    *targets, last = in_one_lane(121, LANE)
    for target in targets:
        harbour.origin.answers[target] = [Response(500)] * 9
        await harbour.accepted(target, b"1")
    for _ in range(12):
        await Continuations(harbour).run()
    assert len(harbour.origin.requests) == len(targets)
    harbour.clock.advance(1)
    await harbour.accepted(last, b"1")
    harbour.budgets.clear()
    await Continuations(harbour).run()
    assert journal(harbour, last) == [b"1"]
    assert max(budget.spent for budget in harbour.budgets) <= 60


async def test_where_nothing_goes_the_invocations_end() -> None:
    """The origin takes nothing: cron comes back to it."""
    harbour = Harbour(subrequests=60)
    targets = in_one_lane(60, LANE)
    for target in targets:
        await harbour.accepted(target, b"1")
        harbour.origin.answers[target] = [Response(500)] * 99
    invocations = await Continuations(harbour).run()
    assert len(harbour.members(harbour.home)) == 60
    assert invocations <= 30


async def test_a_routes_rate_is_kept_by_invocations_that_continue_one_another() -> None:
    """One write a second: an invocation has eight seconds to begin requests in."""
    harbour, began = Harbour(), NOON
    targets = in_one_lane(20, LANE)
    for target in targets:
        await harbour.accepted(target, b"1")
    slowly = Site(ORIGIN, Routes(Route("/items"), Route("/items/{id}", write_behind=("PUT",), rate=1)))
    invocations = await Continuations(harbour, slowly).run()
    assert harbour.members(harbour.home) == []
    assert invocations == 3
    assert harbour.clock() - began >= 17_000  # each invocation's first does not wait
    assert all(journal(harbour, target) == [b"1"] for target in targets)


async def test_a_storm_of_kicks_costs_a_lease_attempt_each_and_misses_nothing() -> None:
    harbour, storm = Harbour(), Process()
    first, *others = in_one_lane(3, LANE)
    await harbour.accepted(first, b"1")
    struck: list[int] = []

    async def strike() -> None:
        if struck:
            return
        struck.append(1)
        for target in others:
            assert await harbour.accept(harbour.write(target, b"2")) == Accepted()
        workers = [harbour.worker(by=storm) for _ in range(200)]
        await asyncio.gather(*(worker.lane(HOME, LANE, "kick") for worker in workers))

    running = Process(before=dict.fromkeys(range(5, 50), strike))
    await harbour.worker(by=running).lane(HOME, LANE, "kick")
    assert Counter(storm.calls) == {f"{HOME} set_if {keys.lease(LANE)}": 200}
    assert harbour.origin.items == {first: b"1"} | dict.fromkeys(others, b"2")
    assert harbour.members(harbour.home) == []
    assert len(drained_by(harbour)) <= 2
    assert not any(call.startswith(AWAY) for call in storm.calls)
