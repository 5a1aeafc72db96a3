"""Clients who send the same Idempotency-Key again and again, drainers and cron, interleaved at random."""

from __future__ import annotations

from functools import partial

import pytest

from tests.homeport import schedule_play as play
from tests.homeport.schedule_keys import KeyedSchedule, check
from tests.homeport.schedule_play import played

KINDS = {
    name: play.KINDS[name] for name in ("calm", "jumps", "failing", "failing, jumps", "all but evictions")
}


def of(kind: str, seed: int) -> KeyedSchedule:
    return KeyedSchedule(seed, **KINDS[kind])


@pytest.mark.parametrize("kind", KINDS)
async def test_a_key_is_one_write_and_one_receipt(kind: str) -> None:
    await played(partial(of, kind), check)


async def test_the_clients_are_told_all_that_there_is_to_tell() -> None:
    schedules = [of("all but evictions", seed) for seed in range(100)]
    for schedule in schedules:
        await schedule.run()
    attempts = [each for one in schedules for client in one.clients.values() for each in client]
    assert {200, 202, 409, 422, 503} <= {each.status for each in attempts}
    calls = [call for one in schedules for each in one.processes for call in each.calls]
    assert any("sorted_set_remove" in call for call in calls)
    known = [each for each in attempts if sum("set_if i:" in call for call in each.process.calls) > 1]
    assert any(each.status == 202 for each in known), "no retry opened an attempt"
