"""Lists: the newest first, cut at the back, with one time for the whole list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from momento_http_shim import CacheClient, Failed, Miss, Number, Values

Elapse = Callable[[float], Awaitable[None]]
LIST: dict[str, Any] = {"ttl_seconds": 60, "refresh_ttl": True}


async def test_a_list_that_is_not_there_is_a_miss(cache: CacheClient, key: str) -> None:
    assert await cache.list_fetch(key) == Miss()


async def test_what_is_pushed_to_the_front_comes_first(cache: CacheClient, key: str) -> None:
    values: tuple[str | bytes, ...] = ("a", b"\xff\x00", "c")
    for number, value in enumerate(values, 1):
        assert await cache.list_push_front(key, value, **LIST) == Number(number)
    assert await cache.list_fetch(key) == Values((b"c", b"\xff\x00", b"a"))
    assert await cache.list_fetch(key, 1) == Values((b"\xff\x00", b"a"))
    assert await cache.list_fetch(key, 0, -1) == Values((b"c", b"\xff\x00"))


async def test_the_oldest_values_are_cut(cache: CacheClient, key: str) -> None:
    for value in "abcd":
        pushed = await cache.list_push_front(key, value, **LIST, truncate_back_to=2)
    assert pushed == Number(2)
    assert await cache.list_fetch(key) == Values((b"d", b"c"))


async def test_a_push_that_refreshes_the_time_begins_it_anew(
    cache: CacheClient, key: str, elapse: Elapse
) -> None:
    await cache.list_push_front(key, "a", ttl_seconds=3, refresh_ttl=False)
    await cache.list_push_front(key, "b", ttl_seconds=8, refresh_ttl=True)
    await elapse(4)
    assert await cache.list_fetch(key) == Values((b"b", b"a"))
    await elapse(6)
    assert await cache.list_fetch(key) == Miss()


async def test_a_cache_that_does_not_exist_fails(elsewhere: CacheClient, key: str) -> None:
    assert isinstance(await elsewhere.list_fetch(key), Failed)
    assert isinstance(await elsewhere.list_push_front(key, "a", **LIST), Failed)
