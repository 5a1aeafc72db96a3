"""Visitors who patch, drainers and cron of two regions, interleaved at random."""

from __future__ import annotations

from functools import partial

import pytest

from homeport.messages import Response
from tests.homeport.schedule_patches import PatchSchedule, check
from tests.homeport.schedule_play import KINDS, played


def of(kind: str, seed: int) -> PatchSchedule:
    return PatchSchedule(seed, **KINDS[kind])


@pytest.mark.parametrize("kind", KINDS)
async def test_every_patch_takes_effect_once_in_order_and_is_seen_by_its_author(kind: str) -> None:
    await played(partial(of, kind), check)


async def test_the_schedules_play_what_they_say() -> None:
    schedules = [of("everything", seed) for seed in range(30)]
    for schedule in schedules:
        await schedule.run()
    patches = [each for schedule in schedules for each in schedule.visitors if each.request.method == "PATCH"]
    own = [each.answer for each in patches if isinstance(each.answer, Response)]
    assert {202, 503} <= {answer.status for answer in own}
    assert any(each.status == 204 for each in patches)
    assert any(each.number in schedule.origin.refused for schedule in schedules for each in schedule.visitors)
    asked = [call for schedule in schedules for each in schedule.processes for call in each.calls]
    assert any(call.startswith("origin GET") for call in asked)
    assert any(call.startswith("origin PATCH") for call in asked)
