"""Conditional writes: what each condition holds for, that hashes follow the value, that reads agree."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from momento_http_shim import (
    Absent,
    AbsentOrEqual,
    AbsentOrHashEqual,
    AbsentOrNotHashEqual,
    CacheClient,
    Equal,
    Found,
    HashCondition,
    Miss,
    NotEqual,
    NotStored,
    Present,
    PresentAndHashEqual,
    PresentAndNotEqual,
    PresentAndNotHashEqual,
    Stored,
    Unconditional,
    ValueCondition,
)

Elapse = Callable[[float], Awaitable[None]]
TTL = {"ttl_seconds": 60}


async def found(cache: CacheClient, key: str) -> Found:
    outcome = await cache.get_with_hash(key, consistent=True)
    assert isinstance(outcome, Found), outcome
    return outcome


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Absent(), (True, False, False)),
        (Present(), (False, True, True)),
        (Equal(b"x"), (False, True, False)),
        (NotEqual(b"x"), (True, False, True)),
        (PresentAndNotEqual(b"x"), (False, False, True)),
        (AbsentOrEqual(b"x"), (True, True, False)),
    ],
)
async def test_a_condition_on_the_value_is_strict(
    cache: CacheClient, key: str, condition: ValueCondition, holds: tuple[bool, bool, bool]
) -> None:
    for before, expected in zip((None, b"x", b"y"), holds, strict=True):
        name = f"{key}-{before!r}"
        if before is not None:
            assert await cache.set_if(name, before, Absent(), **TTL) == Stored()
        outcome = await cache.set_if(name, b"new", condition, **TTL)
        assert outcome == (Stored() if expected else NotStored())
        if expected or before is not None:
            assert bytes((await found(cache, name)).value) == (b"new" if expected else before)
        else:
            assert await cache.get_with_hash(name, consistent=True) == Miss()


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (PresentAndHashEqual, (False, True, False)),
        (PresentAndNotHashEqual, (False, False, True)),
        (AbsentOrHashEqual, (True, True, False)),
        (AbsentOrNotHashEqual, (True, False, True)),
    ],
)
async def test_a_condition_on_the_hash_is_strict(
    cache: CacheClient, key: str, condition: Callable[[bytes], HashCondition], holds: tuple[bool, bool, bool]
) -> None:
    for kind, expected in zip(("absent", "as read", "changed since"), holds, strict=True):
        name = f"{key}-{kind}"
        known = b"a hash that no value has"
        if kind != "absent":
            first = await cache.set_if_hash(name, b"x", Unconditional(), **TTL)
            assert isinstance(first, Stored)
            known = first.hash or b""
        if kind == "changed since":
            assert isinstance(await cache.set_if_hash(name, b"y", Unconditional(), **TTL), Stored)
        outcome = await cache.set_if_hash(name, b"new", condition(known), **TTL)
        assert isinstance(outcome, Stored if expected else NotStored), kind


async def test_a_new_value_has_a_new_hash_and_a_reader_sees_it(cache: CacheClient, key: str) -> None:
    hashes = set()
    for value in (b"1", b"2", b"3"):
        stored = await cache.set_if_hash(key, value, Unconditional(), **TTL)
        assert isinstance(stored, Stored)
        read = await found(cache, key)
        assert (bytes(read.value), read.hash) == (value, stored.hash)
        assert (await found(cache, key)).hash == read.hash
        hashes.add(read.hash)
    assert len(hashes) == 3
    assert b"" not in hashes


async def test_of_two_that_read_the_same_one_writes(cache: CacheClient, key: str) -> None:
    assert isinstance(await cache.set_if_hash(key, b"0", Unconditional(), **TTL), Stored)
    known = (await found(cache, key)).hash
    assert isinstance(await cache.set_if_hash(key, b"mine", PresentAndHashEqual(known), **TTL), Stored)
    assert await cache.set_if_hash(key, b"yours", PresentAndHashEqual(known), **TTL) == NotStored()
    assert bytes((await found(cache, key)).value) == b"mine"


async def test_a_lease_is_free_again_when_its_time_is_over(
    cache: CacheClient, key: str, elapse: Elapse
) -> None:
    assert await cache.set_if(key, "me", Absent(), ttl_seconds=2) == Stored()
    assert await cache.set_if(key, "you", Absent(), ttl_seconds=2) == NotStored()
    await elapse(2)
    assert await cache.set_if(key, "you", Absent(), ttl_seconds=2) == Stored()


async def test_renewing_begins_the_time_anew_and_losing_does_not(
    cache: CacheClient, key: str, elapse: Elapse
) -> None:
    assert await cache.set_if(key, "me", Absent(), ttl_seconds=3) == Stored()
    await elapse(1)
    assert await cache.set_if(key, "me", Equal("me"), ttl_seconds=3) == Stored()
    assert await cache.set_if(key, "you", Equal("you"), ttl_seconds=60) == NotStored()
    await elapse(1)
    assert await cache.set_if(key, "you", Absent(), ttl_seconds=3) == NotStored()
    await elapse(2)
    assert await cache.get_with_hash(key, consistent=True) == Miss()
