"""Visitors who post items, give commands and read the list, drainers and cron of two regions, interleaved at random."""

from __future__ import annotations

from functools import partial

import pytest

from homeport.messages import Response
from tests.homeport import schedule_play as play
from tests.homeport.collection_world import LIST
from tests.homeport.schedule_collections import CollectionSchedule, check
from tests.homeport.schedule_play import played

KINDS = play.KINDS | {"forgetful": {"forgets": True}, "forgetful, failing": {"forgets": True, "faults": 0.6}}


def of(kind: str, seed: int) -> CollectionSchedule:
    return CollectionSchedule(seed, **KINDS[kind])


@pytest.mark.parametrize("kind", KINDS)
async def test_every_post_and_command_takes_effect_once_and_lists_never_go_back_behind_a_write(
    kind: str,
) -> None:
    await played(partial(of, kind), check)


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
