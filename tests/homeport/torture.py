"""The state machine and the random schedules with fresh choices for as long as wanted: `make torture`.

    HOMEPORT_TORTURE=minutes make torture

Every process draws from a seed of its own and prints it; what fails is printed with what repeats it. Before that, for
as long again, each clause of the protocol is switched off alone, which has to be found.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ProcessPoolExecutor

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from homeport.writing import commit
from tests.homeport import schedule_checks, schedule_patches
from tests.homeport.machine_mutations import FOUND_BY_SCHEDULES, FOUND_BY_THE_MACHINE, MUTATIONS
from tests.homeport.machine_rules import Faultless, Remembering, WriteBehind
from tests.homeport.machine_scripts import SCRIPTS
from tests.homeport.schedule_patches import PatchSchedule
from tests.homeport.schedule_world import Schedule

MACHINES = (Remembering, WriteBehind, Faultless)
EXAMPLES = 200
FAULTS: Mapping[str, float] = {"faults": 0.5, "moody": 0.3, "jumps": 4}
KINDS: tuple[Mapping[str, float], ...] = ({}, {"jumps": 4}, FAULTS, {**FAULTS, "evictions": 3})


AT_RANDOM = (*FOUND_BY_THE_MACHINE, *FOUND_BY_SCHEDULES)
LEAST_SECONDS = 180.0
"""For what was found before: it is found in less, and then the time is not used up."""


def machine_fails(machine: type[WriteBehind], of: int, examples: int, *, shrink: bool) -> str:
    """How a machine fails with choices that follow from a seed; nothing if it withstands them all."""
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    chosen = settings(
        max_examples=examples,
        stateful_step_count=50,
        deadline=None,
        database=None,
        phases=phases,
        print_blob=True,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    before = commit.MOST_PENDING
    commit.MOST_PENDING = 4
    try:
        run_state_machine_as_test(seed(of)(type(machine.__name__, (machine,), {})), settings=chosen)
    except Exception:  # noqa: BLE001 - whatever it is, it is told
        return f"{machine.__name__}, seed {of}\n{traceback.format_exc()}"
    finally:
        commit.MOST_PENDING = before
    return ""


async def _schedule(of: int, kind: Mapping[str, float]) -> str:
    checks: tuple[tuple[type[Schedule], Callable[..., Awaitable[None]]], ...] = (
        (Schedule, schedule_checks.check),
        (PatchSchedule, schedule_patches.check),
    )
    for made, check in checks:
        schedule = made(of, **kind)  # type: ignore[arg-type]
        try:
            await schedule.run()
            await check(schedule)
        except Exception:  # noqa: BLE001 - whatever it is, it is told
            return f"{made.__name__}({of}, **{kind})\n{traceback.format_exc()}"
    return ""


def schedule_fails(of: int, kind: Mapping[str, float] = FAULTS) -> str:
    """How the random schedules of a seed fail."""
    return asyncio.run(_schedule(of, kind))


def tormented(until: float) -> tuple[int, str]:
    """Play until then: how many rounds it withstood, and the first failure."""
    rounds, drawn = 0, random.Random(first := secrets.randbits(32))  # noqa: S311 - it has to be repeatable
    print(f"process {os.getpid()} draws from {first}", flush=True)  # noqa: T201
    while time.time() < until:
        failed = machine_fails(MACHINES[rounds % 3], drawn.randrange(2**32), EXAMPLES, shrink=True)
        for _ in range(60):
            failed = failed or schedule_fails(drawn.randrange(2**32), drawn.choice(KINDS))
        if failed:
            return rounds, failed
        rounds += 1
    return rounds, ""


def mutation_found(name: str, seconds: float) -> str:
    """By which a mutation is found, nothing if it is not by its play, or not in that time where it has to be."""
    until, of = time.time() + seconds, 0
    with pytest.MonkeyPatch.context() as patch:
        MUTATIONS[name](patch)
        if not SCRIPTS[name].failure():
            return ""
        while time.time() < until:
            if schedule_fails(of):
                return f"random schedule {of}"
            of += 1
            if of % 60 == 0 and machine_fails(Remembering, of, EXAMPLES, shrink=False):
                return f"the machine, seed {of}"
    return "" if name in AT_RANDOM else "its play alone"


def main() -> int:
    """Exit code 1 where something failed, or a mutation was not found."""
    minutes = float(os.environ.get("HOMEPORT_TORTURE", "10"))
    failures = 0
    with ProcessPoolExecutor() as pool:
        names = list(MUTATIONS)
        share = 60 * minutes * (os.cpu_count() or 1) / len(names)
        shares = [max(share, LEAST_SECONDS) if name in AT_RANDOM else share for name in names]
        for name, found in zip(names, pool.map(mutation_found, names, shares), strict=True):
            print(f"{name}: {found or 'NOT FOUND'}", flush=True)  # noqa: T201
            failures += not found
        until = time.time() + 60 * minutes
        for rounds, failed in pool.map(tormented, [until] * (os.cpu_count() or 1)):
            print(failed or f"{rounds} rounds withstood", flush=True)  # noqa: T201
            failures += bool(failed)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
