"""Conditional writers, an origin that deduplicates nothing, and requests that reach it after their drainer died."""

from __future__ import annotations

import pytest

from tests.homeport.schedule_conditions import ConditionalSchedule, check

KINDS = {
    "calm": {},
    "jumps": {"jumps": 4},
    "failing": {"faults": 0.4},
    "failing, jumps": {"faults": 0.6, "jumps": 4},
    "moody": {"moody": 0.4, "jumps": 3},
    "all but evictions": {"faults": 0.5, "moody": 0.3, "jumps": 4},
    "late": {"late": 0.5, "jumps": 2},
    "late, failing": {"late": 0.3, "faults": 0.3, "jumps": 4},
    "evictions": {"jumps": 3, "evictions": 3},
}


def of(kind: str, seed: int) -> ConditionalSchedule:
    return ConditionalSchedule(seed, **KINDS[kind])  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
async def test_conditions_hold_and_what_arrives_late_overwrites_nothing(kind: str) -> None:
    for seed in range(40):
        schedule = of(kind, seed)
        try:
            await schedule.run()
            await check(schedule)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
