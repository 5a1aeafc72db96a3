"""Limits: what the client refuses before it sends, and what the service refuses whoever asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from momento_http_shim import (
    Absent,
    CacheClient,
    Done,
    Failed,
    InvalidArgument,
    LimitExceeded,
    Refused,
    Stored,
)

KB, MB = 1024, 1024 * 1024
DAY = 24 * 3600
QUEUE: dict[str, Any] = {"ttl_seconds": 60, "refresh_ttl": True}
Call = Callable[[CacheClient, str], Awaitable[object]]

MISUSES: dict[str, Call] = {
    "an empty key": lambda cache, _: cache.get(""),
    "an empty element": lambda cache, key: cache.sorted_set_put(key, {"": 1.0}, **QUEUE),
    "no time": lambda cache, key: cache.set(key, b"v", ttl_seconds=0),
    "a time below nothing": lambda cache, key: cache.set_if(key, b"v", Absent(), ttl_seconds=-1),
    "a time over a day": lambda cache, key: cache.set(key, b"v", ttl_seconds=DAY + 1),
    "a set's time over a day": lambda cache, key: cache.sorted_set_put(
        key, {"a": 1.0}, ttl_seconds=DAY + 1, refresh_ttl=True
    ),
    "an item over 5 MB": lambda cache, key: cache.set(key, bytes(5 * MB), ttl_seconds=1),
    "an element over 128 KB": lambda cache, key: cache.sorted_set_put(
        key, [(bytes(128 * KB + 1), 1.0)], **QUEUE
    ),
    "a message over 4 KB": lambda cache, key: cache.publish(key, bytes(4 * KB + 1)),
    "a score that is no number": lambda cache, key: cache.sorted_set_put(key, {"a": float("nan")}, **QUEUE),
    "bounds the wrong way round": lambda cache, key: cache.sorted_set_fetch_by_score(key, 2, 1),
    "an offset below nothing": lambda cache, key: cache.sorted_set_fetch_by_score(key, offset=-1),
    "a count of nothing": lambda cache, key: cache.sorted_set_fetch_by_score(key, count=0),
}


@pytest.mark.parametrize("misuse", MISUSES)
async def test_what_cannot_be_meant_is_raised_and_never_sent(
    cache: CacheClient, key: str, misuse: str
) -> None:
    with pytest.raises(InvalidArgument):
        await MISUSES[misuse](cache, key)


async def test_what_is_just_within_the_limits_is_taken(cache: CacheClient, key: str) -> None:
    assert await cache.set_if(key, b"v", Absent(), ttl_seconds=DAY) == Stored()
    assert await cache.sorted_set_put(key + "q", [(bytes(128 * 1000), 1.0)], **QUEUE) == Done()
    assert await cache.publish(key, bytes(4 * 1000)) == Done()
    assert await cache.set(key + "v", bytes(5_000_000 - 100), ttl_seconds=1) == Done()


@pytest.mark.parametrize(
    ("call", "limit"),
    [
        (lambda c, k: c.set_if(k, bytes(5 * MB + 1), Absent(), ttl_seconds=1), "item_size_limit_exceeded"),
        (
            lambda c, k: c.sorted_set_put(k, [(bytes(128 * KB + 1), 1.0)], **QUEUE),
            "element_size_limit_exceeded",
        ),
    ],
    ids=["item", "element"],
)
async def test_the_service_names_the_limit_of_size_that_was_hit(
    unchecked: CacheClient, key: str, call: Call, limit: str
) -> None:
    outcome = await call(unchecked, key)
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, LimitExceeded), outcome
    assert outcome.error.limit == limit
    assert not outcome.error.may_have_happened


@pytest.mark.parametrize(
    "call",
    [
        lambda c, k: c.set(k, b"v", ttl_seconds=DAY + 1),
        lambda c, k: c.set_if(k, b"v", Absent(), ttl_seconds=DAY + 1),
        lambda c, k: c.sorted_set_put(k, {"a": 1.0}, ttl_seconds=DAY + 1, refresh_ttl=True),
        lambda c, k: c.publish(k, bytes(4 * KB + 1)),
        lambda c, k: c.set(k, bytes(5 * MB + 1), ttl_seconds=1),
    ],
    ids=["ttl of set", "ttl of set_if", "ttl of sorted_set_put", "message", "item of set"],
)
async def test_the_service_refuses_by_itself_what_is_over_a_limit(
    unchecked: CacheClient, key: str, call: Call
) -> None:
    outcome = await call(unchecked, key)
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Refused), outcome
