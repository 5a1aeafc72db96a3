"""Visitors who post items, give commands and read the list, drainers and cron of two regions, interleaved at random."""

from __future__ import annotations

import os

import pytest

from homeport.messages import Response
from tests.homeport.collection_world import LIST
from tests.homeport.schedule_collections import CollectionSchedule, check

KINDS = {
    "calm": {},
    "jumps": {"jumps": 4},
    "failing": {"faults": 0.4},
    "failing, jumps": {"faults": 0.6, "jumps": 4},
    "moody": {"moody": 0.4, "jumps": 3},
    "all but evictions": {"faults": 0.5, "moody": 0.3, "jumps": 4},
    "evictions": {"jumps": 3, "evictions": 3},
    "everything": {"faults": 0.5, "moody": 0.3, "jumps": 4, "evictions": 3},
    "forgetful": {"forgets": True},
    "forgetful, failing": {"forgets": True, "faults": 0.6},
}


def of(kind: str, seed: int) -> CollectionSchedule:
    return CollectionSchedule(seed, **KINDS[kind])  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
async def test_every_post_and_command_takes_effect_once_and_lists_never_go_back_behind_a_write(
    kind: str,
) -> None:
    for seed in range(int(os.environ.get("SEEDS", "40"))):
        schedule = of(kind, seed)
        try:
            await schedule.run()
            await check(schedule)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error


async def test_the_schedules_play_what_they_say() -> None:
    schedules = [of("everything", seed) for seed in range(30)]
    for schedule in schedules:
        await schedule.run()
    visitors = [each for schedule in schedules for each in schedule.visitors]
    posts = [each for each in visitors if each.request.method == "POST"]
    assert {202, 409, 503} <= {each.status for each in posts}
    lists = [each.answer for each in visitors if each.target == LIST and each.request.method == "GET"]
    said = [answer.headers.get("cache-status") or "" for answer in lists if isinstance(answer, Response)]
    assert any("overlaid" in each for each in said)
    assert any("; hit" in each for each in said)
    assert any("fwd=stale" in each for each in said)
