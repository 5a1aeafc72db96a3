"""Conditional writers, an origin that deduplicates nothing, and requests that reach it after their drainer died."""

from __future__ import annotations

from functools import partial

import pytest

from tests.homeport import schedule_play as play
from tests.homeport.schedule_conditions import ConditionalSchedule, check
from tests.homeport.schedule_play import played

KINDS = {name: kind for name, kind in play.KINDS.items() if name != "everything"} | {
    "late": {"late": 0.5, "jumps": 2},
    "late, failing": {"late": 0.3, "faults": 0.3, "jumps": 4},
}


def of(kind: str, seed: int) -> ConditionalSchedule:
    return ConditionalSchedule(seed, **KINDS[kind])


@pytest.mark.parametrize("kind", KINDS)
async def test_conditions_hold_and_what_arrives_late_overwrites_nothing(kind: str) -> None:
    await played(partial(of, kind), check)
