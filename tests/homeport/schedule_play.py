"""Playing random schedules: their kinds by what goes wrong, and each seed of a kind checked."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from tests.homeport.schedule_world import Schedule

S = TypeVar("S", bound=Schedule)

KINDS: dict[str, dict[str, Any]] = {
    "calm": {},
    "jumps": {"jumps": 4},
    "failing": {"faults": 0.4},
    "failing, jumps": {"faults": 0.6, "jumps": 4},
    "moody": {"moody": 0.4, "jumps": 3},
    "all but evictions": {"faults": 0.5, "moody": 0.3, "jumps": 4},
    "evictions": {"jumps": 3, "evictions": 3},
    "everything": {"faults": 0.5, "moody": 0.3, "jumps": 4, "evictions": 3},
}
"""Probabilities of faults and of an origin's moods, and how many jumps of the clock and evictions at most."""

SEEDS = int(os.environ.get("SEEDS", "40"))
"""Of each kind; more of them dig deeper."""


async def played(
    make: Callable[[int], S], check: Callable[[S], Awaitable[None]], seeds: int = SEEDS
) -> list[S]:
    """Play a schedule for each seed and check it; the error names the seed."""
    schedules = []
    for seed in range(seeds):
        schedule = make(seed)
        try:
            await schedule.run()
            await check(schedule)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        schedules.append(schedule)
    return schedules
