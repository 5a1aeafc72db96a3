"""Plain items: reading, writing, deleting, counting, times to live, batches."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from momento_http_shim import (
    Batch,
    CacheClient,
    Done,
    Failed,
    Found,
    Hit,
    Miss,
    NotStored,
    Number,
    Presence,
    Refused,
)

Elapse = Callable[[float], Awaitable[None]]
TTL = {"ttl_seconds": 60}


async def value_of(cache: CacheClient, key: str | bytes) -> bytes:
    hit = await cache.get(key)
    assert isinstance(hit, Hit), hit
    return bytes(hit.value)


async def test_what_is_not_there_is_a_miss(cache: CacheClient, key: str) -> None:
    assert await cache.get(key) == Miss()
    assert await cache.get_with_hash(key) == Miss()


@pytest.mark.parametrize("value", [b"", b"v", bytes(range(256)), b"long" * 50_000])
async def test_a_value_comes_back_octet_by_octet(cache: CacheClient, key: str, value: bytes) -> None:
    assert await cache.set(key, value, **TTL) == Done()
    assert await value_of(cache, key) == value


async def test_text_is_stored_as_utf_8(cache: CacheClient, key: str) -> None:
    await cache.set(key, "é", **TTL)
    assert await value_of(cache, key) == b"\xc3\xa9"


@pytest.mark.parametrize("prefix", [b"", b"a/b:c ", b"%41+&=?#", b"\xff\x00", "é".encode()])
async def test_any_octets_are_a_key_and_over_both_protocols_the_same(
    cache: CacheClient, key: str, prefix: bytes
) -> None:
    name = prefix + key.encode()
    await cache.set(name, b"v", **TTL)
    found = await cache.get_with_hash(name)
    assert isinstance(found, Found)
    assert bytes(found.value) == await value_of(cache, name) == b"v"


async def test_keys_that_differ_in_case_or_encoding_are_different(cache: CacheClient, key: str) -> None:
    await cache.set(key, b"v", **TTL)
    for other in (key.upper(), key + " ", key + "%20", key + "/"):
        assert await cache.get(other) == Miss()


async def test_a_write_replaces_value_and_time(cache: CacheClient, key: str, elapse: Elapse) -> None:
    await cache.set(key, b"1", ttl_seconds=1)
    await cache.set(key, b"2", ttl_seconds=30)
    await elapse(1)
    assert await value_of(cache, key) == b"2"


async def test_deleting_is_idempotent(cache: CacheClient, key: str) -> None:
    await cache.set(key, b"v", **TTL)
    assert await cache.delete(key) == Done()
    assert await cache.get(key) == Miss()
    assert await cache.delete(key) == Done()


async def test_an_item_is_gone_when_its_time_is_over(cache: CacheClient, key: str, elapse: Elapse) -> None:
    await cache.set(key, b"v", ttl_seconds=2)
    assert await value_of(cache, key) == b"v"
    await elapse(2)
    assert await cache.get(key) == Miss()
    assert await cache.get_with_hash(key) == Miss()


async def test_a_part_of_a_second_is_rounded_up(cache: CacheClient, key: str, elapse: Elapse) -> None:
    await cache.set(key, b"v", ttl_seconds=1.1)
    await elapse(1.2)  # the real service's clock is not ours: it is asked half a second later, still in time
    assert await value_of(cache, key) == b"v"


@pytest.mark.uses("increment")
async def test_a_counter_begins_at_nothing_and_goes_below_it(cache: CacheClient, key: str) -> None:
    assert await cache.increment(key, 5, **TTL) == Number(5)
    assert await cache.increment(key, **TTL) == Number(6)
    assert await cache.increment(key, -9, **TTL) == Number(-3)
    assert await value_of(cache, key) == b"-3"


@pytest.mark.uses("increment")
async def test_a_counter_goes_on_from_a_decimal_number(cache: CacheClient, key: str) -> None:
    await cache.set(key, "41", **TTL)
    assert await cache.increment(key, **TTL) == Number(42)


@pytest.mark.uses("increment")
async def test_what_is_no_number_is_not_counted_up(cache: CacheClient, key: str) -> None:
    await cache.set(key, "many", **TTL)
    failed = await cache.increment(key, **TTL)
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, Refused)
    assert await value_of(cache, key) == b"many"


@pytest.mark.uses("item_get_ttl")
async def test_the_time_left_is_told_in_milliseconds(cache: CacheClient, key: str, elapse: Elapse) -> None:
    assert await cache.item_get_ttl(key) == Miss()
    await cache.set(key, b"v", **TTL)
    await elapse(1)
    left = await cache.item_get_ttl(key)
    assert isinstance(left, Number)
    assert 50_000 < left.value <= 59_000


@pytest.mark.uses("update_ttl", "item_get_ttl")
@pytest.mark.parametrize(
    ("change", "seconds", "outcome", "left"),
    [
        ("overwrite", 90, Done(), 90),
        ("overwrite", 30, Done(), 30),
        ("increase", 90, Done(), 90),
        ("increase", 30, NotStored(), 60),
        ("decrease", 90, NotStored(), 60),
        ("decrease", 30, Done(), 30),
    ],
)
async def test_a_time_is_changed_in_the_direction_asked_for_only(
    cache: CacheClient, key: str, change: str, seconds: int, outcome: Any, left: int
) -> None:
    await cache.set(key, b"v", **TTL)
    assert await cache.update_ttl(key, ttl_seconds=seconds, change=change) == outcome
    now = await cache.item_get_ttl(key)
    assert isinstance(now, Number)
    assert (left - 10) * 1000 < now.value <= left * 1000


@pytest.mark.uses("update_ttl")
async def test_the_time_of_nothing_is_not_changed(cache: CacheClient, key: str) -> None:
    assert await cache.update_ttl(key, ttl_seconds=1) == Miss()
    assert await cache.get(key) == Miss()


@pytest.mark.uses("set_batch", "get_batch", "keys_exist")
async def test_a_batch_answers_in_the_order_asked(cache: CacheClient, key: str) -> None:
    keys = [f"{key}-{at}" for at in range(4)]
    assert await cache.set_batch({keys[0]: b"0", keys[2]: b"2"}, **TTL) == Done()
    found = await cache.get_batch([keys[2], keys[1], keys[0], keys[2]])
    assert found == Batch((Hit(b"2"), Miss(), Hit(b"0"), Hit(b"2")))
    assert await cache.keys_exist(keys) == Presence((True, False, True, False))


async def test_a_cache_that_is_not_there_is_no_miss(elsewhere: CacheClient, key: str) -> None:
    outcomes = [
        await elsewhere.get(key),
        await elsewhere.set(key, b"v", **TTL),
        await elsewhere.delete(key),
        await elsewhere.get_with_hash(key),
        await elsewhere.sorted_set_length(key),
        await elsewhere.publish(key, "v"),
    ]
    codes = [outcome.error.code for outcome in outcomes if isinstance(outcome, Failed)]
    assert codes == ["NOT_FOUND_ERROR"] * len(outcomes)
