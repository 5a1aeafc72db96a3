"""The read of a visitor who has just written: it sees every write that was answered, by one look."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.entry import Entry
from homeport.messages import Response
from tests.homeport.homeport_world import failing
from tests.homeport.reading_world import (
    FOREIGN,
    ITEM,
    MARKER,
    NEWS,
    OLD,
    STALE,
    WRITTEN,
    Sea,
    status_of,
)

AWAY = "eu-west-1"


async def just_written(sea: Sea) -> Response:
    return await sea.read(consistent=True)


@pytest.mark.parametrize("kept", [WRITTEN, replace(OLD, as_of=(OLD.as_of[0], OLD.as_of[1] + 1))])
async def test_what_stands_there_is_answered_after_one_consistent_look(kept: Entry) -> None:
    sea = Sea()
    sea.home.keep(ITEM.key, kept)
    answer = await just_written(sea)
    assert bytes(answer.body) == bytes(kept.body)
    assert (sea.methods, sea.home.cache.consistent) == (["get_with_hash"], [True])


@pytest.mark.parametrize("kept", [STALE, MARKER])
async def test_what_is_to_be_replaced_is_not_looked_at_again(kept: Entry) -> None:
    """The look has given the hash already."""
    sea = Sea()
    sea.home.keep(ITEM.key, kept)
    sea.answering(NEWS)
    assert "stored" in (status_of(await just_written(sea)) or "")
    await sea.surroundings.run_behind()
    assert sea.methods == ["get_with_hash", "set_if_hash"]
    found = sea.home.kept(ITEM.key)
    assert isinstance(found, Entry)
    assert bytes(found.body) == b"news"


async def test_a_write_that_commits_after_the_look_wins_over_the_origins_answer() -> None:
    sea = Sea()
    sea.home.keep(ITEM.key, STALE)

    def origin(_: object) -> Response:
        sea.home.keep(ITEM.key, WRITTEN)
        return NEWS

    sea.answering(origin)
    await just_written(sea)
    await sea.surroundings.run_behind()
    assert sea.home.kept(ITEM.key) == WRITTEN


async def test_a_miss_is_filled_where_still_nothing_stands() -> None:
    sea = Sea()
    sea.answering(NEWS)
    assert "fwd=uri-miss" in (status_of(await just_written(sea)) or "")
    await sea.surroundings.run_behind()
    assert sea.methods == ["get_with_hash", "set_if"]
    assert isinstance(sea.home.kept(ITEM.key), Entry)


async def test_what_a_newer_release_wrote_is_left_alone() -> None:
    sea = Sea()
    sea.home.keep(ITEM.key, FOREIGN)
    sea.answering(NEWS)
    assert bytes((await just_written(sea)).body) == b"news"
    await sea.surroundings.run_behind()
    assert sea.home.octets(ITEM.key) == FOREIGN


async def test_a_home_that_fails_is_failed_over_from_like_any_other() -> None:
    sea = Sea(AWAY)
    sea.home.cache.faults = failing()
    sea.regions[1].keep(ITEM.key, OLD)
    answer = await just_written(sea)
    assert f'detail="{AWAY} for {sea.home.name} TIMEOUT_ERROR"' in (status_of(answer) or "")
    assert (sea.methods, sea.regions[1].cache.methods) == (["get_with_hash"], ["get_with_hash"])
