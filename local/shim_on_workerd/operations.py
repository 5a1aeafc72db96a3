"""Every operation of the client, each as a small scene whose outcomes are told as JSON.

The scenes know nothing of workerd: the same ones run over any transport, and must come to the same.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from momento_http_shim import (
    Absent,
    CacheClient,
    ControlClient,
    Credentials,
    Equal,
    Position,
    PresentAndHashEqual,
    Settings,
    Stored,
    Transport,
    Unconditional,
)
from momento_http_shim.tokens import CacheAccess

Scene = Callable[[CacheClient, str], Awaitable[list[Any]]]
CACHE = "ships"
TTL = {"ttl_seconds": 60}
QUEUE: dict[str, Any] = {"ttl_seconds": 60, "refresh_ttl": True}
OCTETS = bytes(range(256))


async def scalars(cache: CacheClient, key: str) -> list[Any]:
    """Write, read and delete over the HTTP API; a key of any octets."""
    odd = b"\xff\x00/ " + key.encode()
    return [
        await cache.get(key),
        await cache.set(key, OCTETS, **TTL),
        await cache.get(key),
        await cache.set(odd, "é", **TTL),
        await cache.get(odd),
        await cache.delete(key),
        await cache.get(key),
    ]


async def conditions(cache: CacheClient, key: str) -> list[Any]:
    """Take a lease, lose the race for it, renew it."""
    return [
        await cache.set_if(key, "me", Absent(), **TTL),
        await cache.set_if(key, "you", Absent(), **TTL),
        await cache.set_if(key, "me", Equal("me"), **TTL),
    ]


async def hashes(cache: CacheClient, key: str) -> list[Any]:
    """Replace a value on top of what was read, and not on top of what was read before that."""
    first = await cache.set_if_hash(key, "1", Unconditional(), **TTL)
    known = first.hash if isinstance(first, Stored) and first.hash else b""
    second = await cache.set_if_hash(key, "2", PresentAndHashEqual(known), **TTL)
    third = await cache.set_if_hash(key, "3", PresentAndHashEqual(known), **TTL)
    found = await cache.get_with_hash(key, consistent=True)
    return [len(known) > 0, isinstance(second, Stored), second != first, third, found == _found(b"2", second)]


def _found(value: bytes, stored: Any) -> Any:
    from momento_http_shim import Found

    return Found(value, stored.hash)


async def counters(cache: CacheClient, key: str) -> list[Any]:
    """Count up, and down below nothing."""
    return [await cache.increment(key, 5, **TTL), await cache.increment(key, -7, **TTL)]


async def times(cache: CacheClient, key: str) -> list[Any]:
    """Read and change the time that an item has left."""
    await cache.set(key, "v", **TTL)
    left: Any = await cache.item_get_ttl(key)
    return [
        50_000 < left.value <= 60_000,
        await cache.update_ttl(key, ttl_seconds=90),
        await cache.update_ttl(key, ttl_seconds=1, change="increase"),
        await cache.update_ttl(key, ttl_seconds=30, change="decrease"),
        await cache.item_get_ttl(key + "-none"),
    ]


async def batches(cache: CacheClient, key: str) -> list[Any]:
    """Write, read and look for several items in one call."""
    return [
        await cache.set_batch({key: b"1", key + "b": b"2"}, **TTL),
        await cache.get_batch([key, key + "-none", key + "b"]),
        await cache.keys_exist([key, key + "-none"]),
    ]


async def sorted_set_writes(cache: CacheClient, key: str) -> list[Any]:
    """Put, raise, remove some and remove all."""
    return [
        await cache.sorted_set_put(key, {"a": 1.5, "c": 3.0, "b": 3.0}, **QUEUE),
        await cache.sorted_set_increment(key, "a", 2.5, **QUEUE),
        await cache.sorted_set_remove(key, ["b", "nobody"]),
        await cache.sorted_set_fetch_by_score(key),
        await cache.sorted_set_remove_all(key),
        await cache.sorted_set_length(key),
    ]


async def sorted_set_reads(cache: CacheClient, key: str) -> list[Any]:
    """Look at a set in every way there is."""
    await cache.sorted_set_put(key, {"a": 1.5, "c": 3.0, "b": 3.0}, **QUEUE)
    return [
        await cache.sorted_set_fetch_by_score(key, 2, 3, offset=1, count=5),
        await cache.sorted_set_fetch_by_score(key, max_score=1),
        await cache.sorted_set_fetch_by_index(key, 0, -1, descending=True),
        await cache.sorted_set_get_score(key, "a"),
        await cache.sorted_set_get_rank(key, "c", descending=True),
        await cache.sorted_set_length(key),
        await cache.sorted_set_length_by_score(key, 2),
        await cache.sorted_set_fetch_by_score(key + "-none"),
    ]


async def lists(cache: CacheClient, key: str) -> list[Any]:
    """Push to the front, keep the newest, and read them."""
    return [
        await cache.list_push_front(key, b"\xff\x00", **QUEUE),
        await cache.list_push_front(key, "b", **QUEUE, truncate_back_to=2),
        await cache.list_push_front(key, "c", **QUEUE, truncate_back_to=2),
        await cache.list_fetch(key),
        await cache.list_fetch(key, 1),
        await cache.list_fetch(key + "-none"),
    ]


async def topics(cache: CacheClient, key: str) -> list[Any]:
    """Publish text and octets, then follow the topic from its beginning by long polls."""
    told: list[Any] = [await cache.publish(key, "one"), await cache.publish(key, b"\xff\x00two")]
    async for event in cache.subscribe(key, Position(1, 0), poll_ms=5000):
        told.append(getattr(event, "value", event))
        if len(told) == 4:
            break
    return told


SCENES: dict[str, Scene] = {
    scene.__name__: scene
    for scene in (
        *(scalars, conditions, hashes, counters, times, batches),
        *(sorted_set_writes, sorted_set_reads, lists, topics),
    )
}


async def account(control: ControlClient) -> list[Any]:
    """Everything of the control client's."""
    told: list[Any] = [
        await control.create_cache("extra"),
        await control.create_cache("extra"),
        await control.list_caches(),
        await control.flush_cache("extra"),
    ]
    put: Any = await control.put_webhook("extra", "hook", "news", "https://example.test/hook")
    got: Any = await control.get_webhook_secret("extra", "hook")
    new: Any = await control.rotate_webhook_secret("extra", "hook")
    told += [put.secret == got.secret, new.secret != put.secret, await control.list_webhooks("extra")]
    told += [await control.delete_webhook("extra", "hook"), await control.delete_cache("extra")]
    told += [await control.delete_cache("extra")]
    made: Any = await control.generate_disposable_token([CacheAccess("readonly")], valid_seconds=60)
    return [*told, type(made).__name__]


async def every(transport: Transport, region: str, *, text_mode: bool, prefix: str) -> dict[str, list[Any]]:
    """Play all scenes with a key of its own for each; what they came to, as JSON values by the scene's name."""
    credentials, settings = Credentials("any-key", region), Settings(text_mode=text_mode)
    cache = CacheClient(transport, credentials, CACHE, settings=settings)
    played = {name: await scene(cache, f"{prefix}-{name}") for name, scene in SCENES.items()}
    played["account"] = await account(ControlClient(transport, credentials, settings=settings))
    return {name: [described(outcome) for outcome in outcomes] for name, outcomes in played.items()}


def described(outcome: Any) -> Any:
    """Give an outcome as JSON: class and values, octets as text of one character each."""
    if outcome is None or isinstance(outcome, bool | int | float | str):
        return outcome
    if isinstance(outcome, tuple | list):
        return [described(each) for each in outcome]
    if isinstance(outcome, bytes) or hasattr(outcome, "__bytes__"):
        return bytes(outcome).decode("latin-1")
    names = getattr(outcome, "__match_args__", ())
    return {type(outcome).__name__: [described(getattr(outcome, name)) for name in names]}
