"""Sorted sets: order, ties, ranges, pages, ranks, and the one time that a whole set has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from momento_http_shim import CacheClient, Done, Elements, Failed, Hit, Miss, Number, Refused, Score

Elapse = Callable[[float], Awaitable[None]]
QUEUE: dict[str, Any] = {"ttl_seconds": 60, "refresh_ttl": True}
# In order: by score, and by value where scores are equal.
FIVE = ((b"z", -1.0), (b"a", 0.0), (b"b", 2.5), (b"c", 2.5), (b"d", 1e12))


async def put_five(cache: CacheClient, key: str) -> None:
    assert await cache.sorted_set_put(key, reversed(FIVE), **QUEUE) == Done()


async def test_a_set_that_is_not_there_is_a_miss(cache: CacheClient, key: str) -> None:
    assert await cache.sorted_set_fetch_by_score(key) == Miss()
    assert await cache.sorted_set_get_score(key, "a") == Miss()
    assert await cache.sorted_set_length(key) == Miss()
    assert await cache.sorted_set_remove(key, ["a"]) == Done()
    assert await cache.sorted_set_remove_all(key) == Done()


async def test_elements_are_in_order_of_score_and_ties_in_order_of_value(
    cache: CacheClient, key: str
) -> None:
    await put_five(cache, key)
    assert await cache.sorted_set_fetch_by_score(key) == Elements(FIVE)
    assert await cache.sorted_set_fetch_by_score(key, descending=True) == Elements(FIVE[::-1])


async def test_values_are_octets(cache: CacheClient, key: str) -> None:
    values = (b"\x00", b"\x7f", b"\x80", b"\xff\xfe", "é".encode())
    await cache.sorted_set_put(key, [(value, 1.0) for value in values], **QUEUE)
    in_order = tuple((value, 1.0) for value in sorted(values))
    assert await cache.sorted_set_fetch_by_score(key) == Elements(in_order)


async def test_putting_again_changes_the_score_and_adds_nothing(cache: CacheClient, key: str) -> None:
    await put_five(cache, key)
    assert await cache.sorted_set_put(key, {"z": 99.0}, **QUEUE) == Done()
    assert await cache.sorted_set_length(key) == Number(5)
    assert await cache.sorted_set_get_score(key, "z") == Score(99.0)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (None, None, FIVE),
        (0, 2.5, FIVE[1:4]),
        (2.5, 2.5, FIVE[2:4]),
        (None, 0, FIVE[:2]),
        (2.5, None, FIVE[2:]),
        (0.1, 2.4, ()),
        (1e13, None, ()),
    ],
)
async def test_a_range_of_scores_includes_its_bounds(
    cache: CacheClient, key: str, low: float | None, high: float | None, expected: tuple[Any, ...]
) -> None:
    await put_five(cache, key)
    assert await cache.sorted_set_fetch_by_score(key, low, high) == Elements(expected)
    backwards = await cache.sorted_set_fetch_by_score(key, low, high, descending=True)
    assert backwards == Elements(expected[::-1])


@pytest.mark.parametrize(
    ("offset", "count", "expected"),
    [
        *((0, -1, FIVE), (0, 2, FIVE[:2]), (1, 2, FIVE[1:3])),
        *((3, 9, FIVE[3:]), (5, 1, ()), (9, -1, ()), (2, -1, FIVE[2:])),
    ],
)
async def test_a_page_begins_at_its_offset_and_has_at_most_its_count(
    cache: CacheClient, key: str, offset: int, count: int, expected: tuple[Any, ...]
) -> None:
    await put_five(cache, key)
    page = await cache.sorted_set_fetch_by_score(key, offset=offset, count=count)
    assert page == Elements(expected)


async def test_offset_and_count_apply_within_the_range_and_the_order(cache: CacheClient, key: str) -> None:
    await put_five(cache, key)
    page = await cache.sorted_set_fetch_by_score(key, 0, 2.5, descending=True, offset=1, count=1)
    assert page == Elements((FIVE[2],))


@pytest.mark.uses("sorted_set_fetch_by_index")
@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        *((None, None, FIVE), (0, 2, FIVE[:2]), (1, -1, FIVE[1:-1]), (-2, None, FIVE[-2:])),
        *((None, -3, FIVE[:-3]), (3, 99, FIVE[3:]), (7, 9, ()), (3, 1, ())),
    ],
)
async def test_ranks_count_from_either_end_and_the_end_is_exclusive(
    cache: CacheClient, key: str, start: int | None, end: int | None, expected: tuple[Any, ...]
) -> None:
    await put_five(cache, key)
    assert await cache.sorted_set_fetch_by_index(key, start, end) == Elements(expected)


@pytest.mark.uses("sorted_set_fetch_by_index", "sorted_set_get_rank")
async def test_ranks_follow_the_order_asked_for(cache: CacheClient, key: str) -> None:
    assert await cache.sorted_set_fetch_by_index(key) == Miss()
    assert await cache.sorted_set_get_rank(key, "a") == Miss()
    await put_five(cache, key)
    assert await cache.sorted_set_fetch_by_index(key, 0, 1, descending=True) == Elements(FIVE[-1:])
    assert await cache.sorted_set_get_rank(key, "a") == Number(1)
    assert await cache.sorted_set_get_rank(key, "a", descending=True) == Number(3)
    assert await cache.sorted_set_get_rank(key, "nobody") == Miss()


async def test_a_score_is_told_or_missed(cache: CacheClient, key: str) -> None:
    await put_five(cache, key)
    assert await cache.sorted_set_get_score(key, "z") == Score(-1.0)
    assert await cache.sorted_set_get_score(key, "a") == Score(0.0)
    assert await cache.sorted_set_get_score(key, "nobody") == Miss()


@pytest.mark.uses("sorted_set_length_by_score")
async def test_elements_are_counted_within_bounds(cache: CacheClient, key: str) -> None:
    assert await cache.sorted_set_length_by_score(key) == Miss()
    await put_five(cache, key)
    assert await cache.sorted_set_length(key) == Number(5)
    assert await cache.sorted_set_length_by_score(key, 0, 2.5) == Number(3)
    assert await cache.sorted_set_length_by_score(key) == Number(5)
    assert await cache.sorted_set_length_by_score(key, 1e13) == Number(0)


@pytest.mark.uses("sorted_set_increment")
async def test_a_score_is_raised_from_nothing_and_lowered(cache: CacheClient, key: str) -> None:
    assert await cache.sorted_set_increment(key, "a", 2.5, **QUEUE) == Score(2.5)
    assert await cache.sorted_set_increment(key, "a", -4, **QUEUE) == Score(-1.5)
    assert await cache.sorted_set_get_score(key, "a") == Score(-1.5)


async def test_removing_takes_what_is_there(cache: CacheClient, key: str) -> None:
    await put_five(cache, key)
    assert await cache.sorted_set_remove(key, ["a", "nobody", b"z"]) == Done()
    assert await cache.sorted_set_fetch_by_score(key) == Elements(FIVE[2:])
    assert await cache.sorted_set_remove_all(key) == Done()
    assert await cache.sorted_set_length(key) == Miss()


async def test_a_set_without_elements_is_gone(cache: CacheClient, key: str) -> None:
    await cache.sorted_set_put(key, {"a": 1.0}, **QUEUE)
    await cache.sorted_set_remove(key, ["a"])
    assert await cache.sorted_set_length(key) == Miss()


@pytest.mark.parametrize("refresh", [True, False])
async def test_a_write_begins_the_sets_time_anew_only_when_asked_to(
    cache: CacheClient, key: str, elapse: Elapse, refresh: bool
) -> None:
    await cache.sorted_set_put(key, {"a": 1.0}, ttl_seconds=2, refresh_ttl=True)
    await cache.sorted_set_put(key, {"b": 2.0}, ttl_seconds=60, refresh_ttl=refresh)
    await elapse(2)
    assert await cache.sorted_set_length(key) == (Number(2) if refresh else Miss())


@pytest.mark.uses("sorted_set_increment")
@pytest.mark.parametrize("refresh", [True, False])
async def test_raising_a_score_begins_the_sets_time_anew_only_when_asked_to(
    cache: CacheClient, key: str, elapse: Elapse, refresh: bool
) -> None:
    await cache.sorted_set_put(key, {"a": 1.0}, ttl_seconds=2, refresh_ttl=True)
    await cache.sorted_set_increment(key, "a", 1, ttl_seconds=60, refresh_ttl=refresh)
    await elapse(2)
    assert await cache.sorted_set_length(key) == (Number(1) if refresh else Miss())


async def test_a_set_that_is_made_has_the_time_it_was_made_with(
    cache: CacheClient, key: str, elapse: Elapse
) -> None:
    await cache.sorted_set_put(key, {"a": 1.0}, ttl_seconds=2, refresh_ttl=False)
    assert await cache.sorted_set_length(key) == Number(1)
    await elapse(2)
    assert await cache.sorted_set_length(key) == Miss()


async def test_a_key_of_another_kind_is_refused_and_left_alone(cache: CacheClient, key: str) -> None:
    await cache.set(key, b"v", ttl_seconds=60)
    for outcome in (
        await cache.sorted_set_put(key, {"a": 1.0}, **QUEUE),
        await cache.sorted_set_fetch_by_score(key),
        await cache.sorted_set_length(key),
    ):
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, Refused)
    hit = await cache.get(key)
    assert isinstance(hit, Hit)
    assert bytes(hit.value) == b"v"


async def test_a_plain_write_or_delete_takes_the_place_of_a_set(cache: CacheClient, key: str) -> None:
    await put_five(cache, key)
    assert await cache.set(key, b"v", ttl_seconds=60) == Done()
    hit = await cache.get(key)
    assert isinstance(hit, Hit)
    assert await cache.delete(key) == Done()
    await put_five(cache, key)
    assert await cache.delete(key) == Done()
    assert await cache.sorted_set_length(key) == Miss()
