"""Reading an entry with the condition under which it may be replaced, and replacing it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport import keys, versions
from homeport.entry import Entry, Unreadable
from homeport.messages import Headers
from homeport.reading.key import resource
from homeport.versions import Version
from momento_http_shim.conditions import Absent, PresentAndHashEqual
from momento_http_shim.outcomes import Failed, NotStored, Stored
from tests.homeport.homeport_world import NOON, ORIGIN, Clock, TwinRegion, failing, region

ITEM = resource(ORIGIN, "/items/1")
ENTRY = Entry("/items/1", Headers(), "stored", "n0", (NOON, NOON), body=b"old")
DAY_MS = 24 * 60 * 60 * 1000


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(clock: Clock) -> TwinRegion:
    return region("us-east-1", clock)


async def read(home: TwinRegion) -> Version:
    seen = await versions.read(home, ITEM.key)
    assert isinstance(seen, Version)
    return seen


async def test_what_is_missing_may_be_stored_while_it_is_absent(home: TwinRegion) -> None:
    assert await read(home) == Version(None, Absent())


async def test_what_is_found_may_be_replaced_while_it_is_the_same(home: TwinRegion) -> None:
    home.keep(ITEM.key, ENTRY)
    seen = await read(home)
    assert seen.entry == ENTRY
    assert isinstance(seen.condition, PresentAndHashEqual)


async def test_what_is_damaged_has_a_version_too(home: TwinRegion) -> None:
    home.keep(ITEM.key, b"damaged")
    seen = await read(home)
    assert isinstance(seen.entry, Unreadable)
    assert isinstance(await versions.store(home, ITEM.key, ENTRY, seen.condition), Stored)
    assert home.kept(ITEM.key) == ENTRY


async def test_a_read_sees_every_write_answered_before(home: TwinRegion) -> None:
    await read(home)
    assert home.cache.calls == [("get_with_hash", keys.entry(ITEM.key))]
    assert home.cache.consistent == [True]


async def test_a_read_that_fails_is_a_failure_and_no_version(clock: Clock) -> None:
    assert isinstance(await versions.read(region("us-east-1", clock, failing()), ITEM.key), Failed)


@pytest.mark.parametrize("found", [None, ENTRY])
async def test_storing_costs_one_call_of_the_check_and_set_family(
    home: TwinRegion, found: Entry | None
) -> None:
    if found:
        home.keep(ITEM.key, found)
    condition = (await read(home)).condition
    assert isinstance(await versions.store(home, ITEM.key, ENTRY, condition), Stored)
    assert home.cache.methods == ["get_with_hash", "set_if_hash" if found else "set_if"]


async def test_an_entry_stored_where_another_came_to_stand_is_not_stored(home: TwinRegion) -> None:
    seen = await read(home)
    home.keep(ITEM.key, ENTRY)
    assert await versions.store(home, ITEM.key, replace(ENTRY, nonce="n1"), seen.condition) == NotStored()
    assert home.kept(ITEM.key) == ENTRY


async def test_an_entry_is_not_stored_over_a_newer_version(home: TwinRegion) -> None:
    home.keep(ITEM.key, ENTRY)
    seen = await read(home)
    newer = ENTRY.version("n1")
    home.keep(ITEM.key, newer)
    assert await versions.store(home, ITEM.key, ENTRY.version("n2"), seen.condition) == NotStored()
    assert home.kept(ITEM.key) == newer


async def test_an_entry_is_not_stored_where_the_one_that_was_read_is_gone(
    home: TwinRegion, clock: Clock
) -> None:
    home.keep(ITEM.key, ENTRY)
    seen = await read(home)
    clock.advance(DAY_MS)
    assert await versions.store(home, ITEM.key, ENTRY.version("n1"), seen.condition) == NotStored()
    assert home.kept(ITEM.key) is None


@pytest.mark.parametrize("found", [None, ENTRY])
async def test_an_entry_lives_as_long_as_momento_keeps_anything(
    home: TwinRegion, clock: Clock, found: Entry | None
) -> None:
    if found:
        home.keep(ITEM.key, found)
        clock.advance(DAY_MS - 1)
    newer = ENTRY.version("n1")
    await versions.store(home, ITEM.key, newer, (await read(home)).condition)
    clock.advance(DAY_MS - 1)
    assert home.kept(ITEM.key) == newer
    clock.advance(1)
    assert home.kept(ITEM.key) is None


async def test_a_store_that_fails_says_so(home: TwinRegion) -> None:
    seen = await read(home)
    home.cache.faults = failing("set_if")
    assert isinstance(await versions.store(home, ITEM.key, ENTRY, seen.condition), Failed)
