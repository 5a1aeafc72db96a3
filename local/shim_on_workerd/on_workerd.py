"""What only a worker can show: all operations by `fetch`, octets that stay in JavaScript, calls that are cut off."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from momento_http_shim import CacheClient, Credentials, Failed, Settings, Stored, Unconditional
from momento_http_shim.octets import Joined
from momento_http_shim.runtime.workers import JsOctets, WorkersTransport

from . import operations

LARGE = 100 * 1024


class _Watched(JsOctets):
    """Octets in JavaScript that count what is copied out of it."""

    __slots__ = ("copied",)

    def __init__(self, array: Any) -> None:
        super().__init__(array)
        self.copied = 0

    def __bytes__(self) -> bytes:
        self.copied += len(self)
        return super().__bytes__()


async def every(env: Any, *, mode: str) -> dict[str, list[Any]]:
    """All scenes of `operations`; `mode` is `binary` or `text`."""
    text = mode == "text"
    return await operations.every(
        WorkersTransport(), env.MOMENTO_ENDPOINT, text_mode=text, prefix=f"w-{mode}"
    )


async def large(env: Any, *, mode: str) -> dict[str, Any]:
    """Carry 100 KB that JavaScript made from item to item; tells where it was whenever it could be seen."""
    import js

    cache = _cache(env, text_mode=mode == "text")
    array = js.Uint8Array.new(LARGE)
    js.crypto.getRandomValues(array.subarray(0, 65536))
    source = _Watched(array)
    await cache.set("large", source, ttl_seconds=60)
    hit: Any = await cache.get("large")
    stored = await cache.set_if_hash(
        "large-hash", Joined((b"head:", hit.value[5:])), Unconditional(), ttl_seconds=60
    )
    found: Any = await cache.get_with_hash("large-hash")
    return {
        "copied_while_written": source.copied,
        "hit": [type(hit.value).__name__, len(hit.value)],
        "stored": isinstance(stored, Stored) and stored.hash == found.hash,
        "found": [type(found.value).__name__, len(found.value), bytes(found.value[:5]).decode()],
        "same": bytes(hit.value) == bytes(source) and bytes(found.value[5:]) == bytes(source[5:]),
    }


async def failure(
    env: Any, *, operation: str, mode: str, deadline_ms: str, endpoint: str = ""
) -> dict[str, Any]:
    """Make one call that is going to fail; its error, how long it took, and that the worker can go on."""
    doomed = _cache(env, text_mode=mode == "text", deadline_ms=int(deadline_ms), endpoint=endpoint)
    calls: dict[str, Any] = {
        "get": lambda: doomed.get("slow"),
        "set": lambda: doomed.set("slow", "v", ttl_seconds=60),
        "set_if_hash": lambda: doomed.set_if_hash("slow", "v", Unconditional(), ttl_seconds=60),
    }
    began = time.monotonic()
    failed: Any = await calls[operation]()
    took = (time.monotonic() - began) * 1000
    if not isinstance(failed, Failed):
        raise TypeError(f"it did not fail: {failed}")
    return {
        "code": failed.error.code,
        "may_have_happened": failed.error.may_have_happened,
        "took_ms": took,
        "next": operations.described(await _cache(env, text_mode=mode == "text").get("nothing-here")),
    }


async def silence(env: Any, *, seconds: str) -> dict[str, Any]:
    """Follow a topic on which nothing is said for some `seconds`, then say something."""
    cache = _cache(env, text_mode=False)
    events = cache.subscribe("quiet")
    heard = asyncio.ensure_future(anext(events))
    await asyncio.wait([heard], timeout=float(seconds))
    early = heard.done()
    await cache.publish("quiet", "now")
    message: Any = await heard
    return {"early": early, "value": message.value}


def _cache(env: Any, *, text_mode: bool, deadline_ms: int = 5000, endpoint: str = "") -> CacheClient:
    credentials = Credentials.from_key(env.MOMENTO_API_KEY, endpoint or env.MOMENTO_ENDPOINT)
    settings = Settings(text_mode=text_mode)
    return CacheClient(WorkersTransport(), credentials, operations.CACHE, deadline_ms, settings=settings)
