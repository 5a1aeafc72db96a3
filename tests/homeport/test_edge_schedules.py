"""Visitors, drainers and cron of two regions, interleaved at random."""

from __future__ import annotations

import pytest

from tests.homeport.schedule_checks import check
from tests.homeport.schedule_world import FAULTS, Schedule

CALM = Schedule(0)
JUMPS = Schedule(0, jumps=4)
FAILING = Schedule(0, faults=0.4)
FAILING_WITH_JUMPS = Schedule(0, faults=0.6, jumps=4)
MOODY = Schedule(0, moody=0.4, jumps=3)
ALL_BUT_EVICTIONS = Schedule(0, faults=0.5, moody=0.3, jumps=4)
EVICTIONS = Schedule(0, jumps=3, evictions=3)
EVERYTHING = Schedule(0, faults=0.5, moody=0.3, jumps=4, evictions=3)


def like(kind: Schedule, seed: int) -> Schedule:
    return Schedule(seed, kind.faults, kind.moody, kind.jumps, kind.evictions)


@pytest.mark.parametrize(
    "kind",
    [CALM, JUMPS, FAILING, FAILING_WITH_JUMPS, MOODY, ALL_BUT_EVICTIONS, EVICTIONS, EVERYTHING],
    ids=[
        "calm",
        "jumps",
        "failing",
        "failing, jumps",
        "moody",
        "all but evictions",
        "evictions",
        "everything",
    ],
)
async def test_no_schedule_loses_a_write_applies_one_twice_or_leaves_a_region_behind(kind: Schedule) -> None:
    for seed in range(40):
        schedule = like(kind, seed)
        try:
            await schedule.run()
            await check(schedule)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error


async def test_the_schedules_are_what_they_say() -> None:
    """Among a few there is every kind of request and of fault, and every one is the same when it is repeated."""
    schedules = [like(EVERYTHING, seed) for seed in range(20)]
    for schedule in schedules:
        await schedule.run()
    visitors = [visitor for schedule in schedules for visitor in schedule.visitors]
    assert {visitor.request.method for visitor in visitors} == {"PUT", "DELETE", "PATCH", "GET"}
    assert {200, 202, 503} <= {visitor.status for visitor in visitors}
    assert any(visitor.died for visitor in visitors)
    processes = [process for schedule in schedules for process in schedule.processes]
    for fault in FAULTS:
        assert any(getattr(process, fault) is not None for process in processes)
    assert any(process.late for process in processes)
    assert any(schedule.evicted for schedule in schedules)
    assert any(schedule.origin.refused for schedule in schedules)
    again = like(EVERYTHING, 7)
    await again.run()
    assert [process.calls for process in again.processes] == [
        process.calls for process in schedules[7].processes
    ]
    assert again.origin.applied == schedules[7].origin.applied
