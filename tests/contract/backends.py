"""The places where one contract holds: a twin in memory, a local Momento by three roads, and the real service."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

import httpx

from local.momento_local.in_memory import InMemoryCache
from momento_http_shim import CacheClient, Credentials, Limits, Settings, Transport
from momento_http_shim.runtime.aio import AioTransport
from momento_http_shim.runtime.blocking import BlockingTransport, blocking_pause, each, finish
from tests.momento_local.momento_rig import HandClock

LOCAL = ("binary", "text", "blocking")
VARIABLES = ("MOMENTO_API_KEY", "MOMENTO_ENDPOINT", "MOMENTO_CACHE")
CACHE = "ships"

# What the twin, made for Homeport's own tests, does not have. A test that names one of these is not collected for it.
TWIN_LACKS = frozenset(
    (
        "get_batch",
        "increment",
        "item_get_ttl",
        "keys_exist",
        "set_batch",
        "sorted_set_fetch_by_index",
        "sorted_set_get_rank",
        "sorted_set_length_by_score",
        "subscribe",
        "update_ttl",
    )
)
# Nothing is refused before it is sent: for asking the service itself.
UNCHECKED = Limits(ttl_seconds=1e9, item_bytes=1 << 40, element_bytes=1 << 40, topic_bytes=1 << 40)


@dataclass(frozen=True, slots=True)
class Local:
    """A local Momento whose clock is moved by hand."""

    region: str
    admin: str

    async def elapse(self, seconds: float) -> None:
        """Let the stores' time pass."""
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{self.admin}/clock", json={"advance_ms": round(seconds * 1000)})
        answer.raise_for_status()


@dataclass(frozen=True, slots=True)
class Place:
    """One backend: makes clients, and lets time pass for their items."""

    name: str
    client: Callable[[Limits, str | None], CacheClient]
    elapse: Callable[[float], Awaitable[None]]


def missing_variables() -> list[str]:
    """Which of the variables that lead to the real service are not set."""
    return [name for name in VARIABLES if not os.environ.get(name)]


def twin() -> Place:
    """The twin, typed as the client whose methods it has."""
    clock = HandClock()

    async def elapse(seconds: float) -> None:
        clock.now += round(seconds * 1000)

    def client(limits: Limits, cache: str | None) -> CacheClient:
        if cache is not None:
            raise ValueError("the twin is one cache")
        return cast(CacheClient, InMemoryCache(clock, checks=limits))

    return Place("twin", client, elapse)


async def over_aio(local: Local, *, text_mode: bool) -> AsyncGenerator[Place, None]:
    """The local Momento over asyncio, in one of gRPC-web's modes."""
    async with AioTransport() as transport:
        make = _maker(transport, Credentials("any-key", local.region), CACHE, Settings(text_mode=text_mode))
        yield Place("text" if text_mode else "binary", make, local.elapse)


def blocking(local: Local) -> Place:
    """The local Momento without an event loop: every call is run by `finish`."""
    credentials, settings = Credentials("any-key", local.region), Settings(pause=blocking_pause)
    make = _maker(BlockingTransport(), credentials, CACHE, settings)
    return Place("blocking", lambda *given: cast(CacheClient, Finished(make(*given))), local.elapse)


async def real() -> AsyncGenerator[Place, None]:
    """Momento itself, at the expense of whoever set the variables."""
    credentials = Credentials.from_key(os.environ["MOMENTO_API_KEY"], os.environ["MOMENTO_ENDPOINT"])
    async with AioTransport() as transport:
        # Time really passes there; half a second more, because expiry there is not exact.
        make = _maker(transport, credentials, os.environ["MOMENTO_CACHE"], Settings())
        yield Place("real", make, lambda seconds: asyncio.sleep(seconds + 0.5))


def _maker(
    transport: Transport, credentials: Credentials, cache: str, settings: Settings
) -> Callable[[Limits, str | None], CacheClient]:
    def make(limits: Limits, other: str | None) -> CacheClient:
        return CacheClient(transport, credentials, other or cache, settings=settings, limits=limits)

    return make


class Finished:
    """A client whose calls are finished on the spot, so that a test may await them like any other's."""

    def __init__(self, client: CacheClient) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)

        async def finished(*arguments: Any, **options: Any) -> Any:
            return finish(method(*arguments, **options))

        async def following(*arguments: Any, **options: Any) -> Any:
            for event in each(method(*arguments, **options)):
                yield event

        return following if name == "subscribe" else finished
