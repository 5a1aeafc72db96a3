"""Visitors, drainers and cron of two regions, interleaved at random, on routes that coalesce."""

from __future__ import annotations

import pytest

from homeport.draining import resource
from homeport.draining.plan import Step
from homeport.versions import Version
from momento_http_shim.outcomes import Failed
from tests.homeport.homeport_world import failed
from tests.homeport.schedule_coalesced import CoalescedSchedule, check, superseded
from tests.homeport.schedule_play import KINDS


def of(kind: str, seed: int) -> CoalescedSchedule:
    return CoalescedSchedule(seed, **KINDS[kind])


async def verdict(kind: str, seed: int) -> str:
    try:
        await played(kind, range(seed, seed + 1))
    except AssertionError as error:
        return str(error)
    return ""


async def played(kind: str, seeds: range) -> list[CoalescedSchedule]:
    schedules = []
    for seed in seeds:
        schedule = of(kind, seed)
        schedules.append(schedule)
        try:
            await schedule.run()
            await check(schedule)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
    return schedules


@pytest.mark.parametrize("kind", KINDS)
async def test_every_write_takes_effect_once_in_order_or_is_superseded_by_one_that_does(kind: str) -> None:
    schedules = await played(kind, range(40))
    assert any(superseded(schedule) for schedule in schedules)


async def test_without_marks_before_sending_writes_are_applied_twice_or_overtaken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A drainer that does not say what it sends, and does not hear the answer: the next one chooses otherwise."""

    async def unmarked(self: resource.Replay, key: str, step: Step, seen: Version) -> Failed:
        await self._replay(key, step, seen, [])
        return failed()

    monkeypatch.setattr(resource.Replay, "_noted", unmarked)
    said = [await verdict(kind, seed) for kind in ("moody", "all but evictions") for seed in range(40)]
    assert any("applied twice" in each or "] at [" in each for each in said)
