"""The plays for what a route may ask for, and narrow random schedules where an origin of another kind is needed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from homeport.draining.budget import Budget, metered
from homeport.draining.drain import Drain
from homeport.pushing.changed import Site
from homeport.reading.overlay import Changes
from homeport.routing import Route, Routes
from momento_http_shim.octets import Octets
from tests.homeport import schedule_collections, schedule_conditions
from tests.homeport.bulk_world import Fleet, site
from tests.homeport.homeport_world import ORIGIN
from tests.homeport.machine_origin import Keyed, Merge, Put
from tests.homeport.machine_plays import Narrow, Play, Script
from tests.homeport.machine_process import Fate
from tests.homeport.machine_visitor import BEHIND, ITEM, LIST
from tests.homeport.schedule_collections import CollectionSchedule
from tests.homeport.schedule_conditions import ConditionalSchedule
from tests.homeport.sync_world import LANE
from tests.homeport.test_draining_age import (
    test_a_queue_lives_on_for_hours_in_which_no_drain_runs_whenever_they_come,
)
from tests.homeport.writing_world import HOME, REQUEST_MS, in_one_lane

PUT, MERGE = Put(), Merge()


def _laid_over(body: Octets, changes: Changes) -> Octets:
    document: Any = json.loads(bytes(body))
    for name, entry in changes:
        document[f"/items/{name}"] = json.loads(bytes(entry.body))
    return json.dumps(document).encode()


COALESCING = Site(ORIGIN, Routes(Route("/items/{id}", ttl=60, write_behind=BEHIND, coalesce=True)))
LISTED = Site(
    ORIGIN,
    Routes(
        Route(LIST, ttl=60, collection_of="/items/{id}", overlay=_laid_over),
        Route("/items/{id}", ttl=60, write_behind=BEHIND),
    ),
)


def a_coalescing_drainer_dies(play: Play, fate: Fate, at: int) -> None:
    """And a third write comes before the next drain."""
    play.held("fresh")
    play.all_of(PUT)
    play.all_of(PUT)
    play.ends(play.drains(plan={at: fate}))
    play.all_of(PUT)
    play.later()
    play.ends(play.drains())


def two_under_one_key(play: Play, calls: int) -> None:
    play.held("fresh")
    first = play.comes(Keyed(), calls)
    play.all_of(Keyed(0))
    play.ends(first)


def a_retry_while_the_first_is_judged(play: Play, calls: int, drained: int) -> None:
    """Whose worker died after it had claimed the key."""
    play.held("fresh")
    play.ends(play.comes(Keyed(), plan={4: "crash"}))
    play.later()
    drain = play.drains(drained)
    retry = play.comes(Keyed(0), calls)
    play.ends(drain)
    play.ends(retry)


def an_entry_is_dropped(play: Play, calls: int) -> None:
    """After a write of it was settled that another one did not see."""
    play.held("fresh")
    writer = play.comes(MERGE, calls)
    play.all_of(PUT)
    play.ends(play.drains())
    play.drops(ITEM)
    play.ends(writer)
    play.all_of(None)


def a_list_is_read_while_a_write_is_drained(play: Play, calls: int, drained: int) -> None:
    play.held("fresh", ITEM, LIST)
    play.all_of(PUT)
    reader = play.comes(None, calls, to=LIST)
    drain = play.drains(drained)
    play.ends(reader)
    play.ends(drain)


def a_list_is_read_after_a_write(play: Play, calls: int) -> None:
    """Of which so many calls happened: where it has its answer, it is listed."""
    play.held("fresh", ITEM, LIST)
    play.comes(PUT, calls)
    play.all_of(None, to=LIST)


@dataclass(frozen=True)
class Seeds:
    """Random schedules, as many as it takes to find what they are for, twice over."""

    made: Callable[[int], Any]
    check: Callable[[Any], Awaitable[None]]
    count: int

    def failure(self) -> str:
        async def fails(seed: int) -> str:
            schedule = self.made(seed)
            try:
                await schedule.run()
                await self.check(schedule)
            except AssertionError as error:
                return f"seed {seed}: {error}"
            return ""

        return next(filter(None, (asyncio.run(fails(seed)) for seed in range(self.count))), "")


@dataclass(frozen=True)
class Once:
    """One story that is no matter of orders."""

    story: Callable[[], Awaitable[None]]

    def failure(self) -> str:
        async def told() -> str:
            try:
                await self.story()
            except AssertionError as error:
                return f"{error}"
            return ""

        return asyncio.run(told())


async def an_invocation_keeps_to_its_budget() -> None:
    fleet, budget = Fleet(site=site(None)), Budget(45)
    for target in in_one_lane(12, LANE):
        await fleet.waits(target, {"log": []})
    regions, origin = metered({HOME: fleet.home}, fleet.origin, budget)
    drain = Drain(fleet.site, origin, REQUEST_MS, fleet.surroundings.effects, budget)
    report = await drain.lane(regions[HOME], [], LANE)
    assert report, "nothing was done"
    assert report.settled, "nothing was done"
    assert budget.spent <= budget.subrequests, f"{budget.spent} calls"


async def one_poisoned_write_is_the_only_dead_one() -> None:
    fleet, targets = Fleet(), in_one_lane(5, LANE)
    for target in targets:
        await fleet.waits(target, {"log": ["poison"] if target == targets[2] else []})
    await fleet.drain(LANE)
    assert fleet.states() == {"applied": 4, "dead": 1}, f"{fleet.states()}"


async def a_queue_outlives_half_a_day_without_a_drain() -> None:
    await test_a_queue_lives_on_for_hours_in_which_no_drain_runs_whenever_they_come(12)


def _conditional(**kind: float) -> Callable[[int], ConditionalSchedule]:
    return lambda seed: ConditionalSchedule(seed, **kind)  # type: ignore[arg-type]


def _forgetful(seed: int) -> CollectionSchedule:
    return CollectionSchedule(seed, faults=0.6, forgets=True)


def _conditions(count: int, **kind: float) -> Seeds:
    return Seeds(_conditional(**kind), schedule_conditions.check, count)


CALLS, DRAINED = range(10), range(14)
READ_LISTS = Script(a_list_is_read_while_a_write_is_drained, (range(5), DRAINED), LISTED)
SCRIPTS: Mapping[str, Narrow] = {
    "no marks before sending": Script(
        a_coalescing_drainer_dies, (("crash after", "lost"), range(1, 12)), COALESCING
    ),
    "no claim of a key": Script(two_under_one_key, (CALLS,)),
    "a retry at any age": Script(a_retry_while_the_first_is_judged, (range(8, 13), DRAINED)),
    "absent or hash equal": Script(an_entry_is_dropped, (CALLS,)),
    "the list before what waits": READ_LISTS,
    "hidden before the list is stale": READ_LISTS,
    "a clean member's list as it stands": READ_LISTS,
    "in the lists after the commit": Script(a_list_is_read_after_a_write, (CALLS,), LISTED),
    "409 to a replayed POST": Seeds(_forgetful, schedule_collections.check, 60),
    "412 after an unknown attempt": _conditions(60, faults=0.5),
    "a condition and no mark": _conditions(60, faults=0.5),
    "no tag of the state before": _conditions(60, late=0.5, jumps=2),
    "the state is not looked at": _conditions(60, faults=0.5),
    "no end of a budget": Once(an_invocation_keeps_to_its_budget),
    "a queue renewed late": Once(a_queue_outlives_half_a_day_without_a_drain),
    "a refused bulk in one piece": Once(one_poisoned_write_is_the_only_dead_one),
}
