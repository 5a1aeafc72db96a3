"""Clients who send the same Idempotency-Key again and again, drainers and cron, interleaved at random."""

from __future__ import annotations

import pytest

from tests.homeport.schedule_keys import KeyedSchedule, check

KINDS = {
    "calm": {},
    "jumps": {"jumps": 4},
    "failing": {"faults": 0.4},
    "failing, jumps": {"faults": 0.6, "jumps": 4},
    "all": {"faults": 0.5, "moody": 0.3, "jumps": 4},
}


def of(kind: str, seed: int) -> KeyedSchedule:
    return KeyedSchedule(seed, **KINDS[kind])  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_key_is_one_write_and_one_receipt(kind: str) -> None:
    for seed in range(40):
        schedule = of(kind, seed)
        try:
            await schedule.run()
            await check(schedule)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error


async def test_the_clients_are_told_all_that_there_is_to_tell() -> None:
    schedules = [of("all", seed) for seed in range(100)]
    for schedule in schedules:
        await schedule.run()
    attempts = [each for one in schedules for client in one.clients.values() for each in client]
    assert {200, 202, 409, 422, 503} <= {each.status for each in attempts}
    calls = [call for one in schedules for each in one.processes for call in each.calls]
    assert any("sorted_set_remove" in call for call in calls)
    known = [each for each in attempts if sum("set_if i:" in call for call in each.process.calls) > 1]
    assert any(each.status == 202 for each in known), "no retry opened an attempt"
