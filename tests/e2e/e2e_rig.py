"""What the end-to-end tests do to a running stack."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import TypeVar

import httpx

from homeport.draining.lease import Lease, acquire
from homeport.messages import Headers, NoAnswer, Request
from homeport.ports import Effects, Region
from homeport.reading.key import resource
from homeport.writing.accept import Accepted, accept
from homeport.writing.write import Write
from local.stack import observer
from local.stack.stack import Stack
from momento_http_shim import CacheClient, Credentials
from momento_http_shim.runtime.aio import AioTransport

T = TypeVar("T")
PATIENCE_SECONDS = 20.0


def eventually(look: Callable[[], T], enough: Callable[[T], bool], within: float = PATIENCE_SECONDS) -> T:
    """Look until it is enough: what happens in other processes announces itself to nobody."""
    until = time.monotonic() + within
    while not enough(found := look()):
        assert time.monotonic() < until, f"waited {within} s; still {found}"
        time.sleep(0.05)
    return found


def quiet(stack: Stack) -> None:
    """Wait until nobody calls Momento any more: a drain looks once more after its last write before it ends."""
    seen: list[int] = []

    def look() -> list[int]:
        counters = httpx.get(f"{stack.admin}/counters").json()
        seen.append(sum(of["calls"] for of in counters.values()))
        return seen[-6:]

    eventually(look, lambda last: len(last) == 6 and len(set(last)) == 1)


def home_again(stack: Stack, country: str) -> None:
    """Wait until a country's reads are answered by their home: after a fault its breaker stays open for a pause."""
    with observer.visitor(stack, country) as visitor:
        home = visitor.get("/.homeport/where").json()["region"]
        eventually(
            lambda: visitor.get("/api/items/item-50").headers["cache-status"],
            lambda said: f'detail="{home}"' in said,
        )


@contextmanager
def fault(stack: Stack, **spec: object) -> Iterator[None]:
    """A fault of the local Momento while the block runs."""
    httpx.post(f"{stack.admin}/faults", json=spec).raise_for_status()
    try:
        yield
    finally:
        httpx.delete(f"{stack.admin}/faults").raise_for_status()


def write_in_silence(
    stack: Stack, region: str, target: str, body: bytes, *, within: tuple[str, ...] = ()
) -> str:
    """Accept a PUT into a region by the product's own driver, and wake nobody. The receipt's address.

    `within` are the lists that the target stands in.
    """
    return write_all_in_silence(stack, region, [(target, body)], within=within)[0]


def write_all_in_silence(
    stack: Stack,
    region: str,
    writes: Sequence[tuple[str, bytes]],
    *,
    ago_ms: int = 0,
    within: tuple[str, ...] = (),
) -> list[str]:
    """The same of many, one after the other, by a writer whose clock is so far behind."""

    async def write() -> list[str]:
        async with _connected(stack, region) as into:
            return [await put(into, target, body) for target, body in writes]

    async def put(into: Region, target: str, body: bytes) -> str:
        request = Request("PUT", target, Headers([("content-type", "application/json")]), body)
        name = secrets.token_hex(16)
        about = resource(stack.origin, target)
        lists = tuple(resource(stack.origin, each).key for each in within)
        write = Write(name, about, request, lists=lists)
        outcome = await accept(write, into, _NeverAsked(), _effects(ago_ms))
        assert outcome == Accepted()
        return f"/.homeport/writes/{about.key}/{name}"

    return asyncio.run(write())


@asynccontextmanager
async def _connected(stack: Stack, region: str) -> AsyncIterator[Region]:
    async with AioTransport() as transport:
        credentials = Credentials.from_key(stack.api_key, stack.regions[region])
        yield Region(region, CacheClient(transport, credentials, f"homeport-{region}"))


@contextmanager
def held(stack: Stack, region: str, lane: int) -> Iterator[None]:
    """Nobody drains the lane while the block runs, for half a minute at most: a drain before may yet be at it."""
    taken: list[Lease] = []

    async def take() -> bool:
        async with _connected(stack, region) as there:
            found = await acquire(there, lane, _effects(0))
        if isinstance(found, Lease):
            taken.append(found)
        return bool(taken)

    async def release() -> None:
        async with _connected(stack, region) as there:
            await replace(taken[0], region=there).release()

    eventually(lambda: asyncio.run(take()), bool, within=45.0)
    yield
    asyncio.run(release())


def cron(stack: Stack) -> None:
    """Let cron come round; workers that have just been started need a moment before they hear it."""
    url = f"{stack.edge}/cdn-cgi/local/explorer/api/local/scheduled?worker=homeport-sync-local"

    def fire() -> str:
        return httpx.post(url, json={"cron": "* * * * *"}, timeout=60.0).text

    eventually(fire, lambda answer: '"outcome":"ok"' in answer.replace(" ", ""))


class _NeverAsked:
    """Implements `ports.Origin`: a PUT determines what it leaves."""

    async def ask(self, request: Request, /) -> NoAnswer:
        raise AssertionError(f"{request.method} {request.target}: the origin need not be asked")

    async def open(self, request: Request, /) -> NoAnswer:
        return await self.ask(request)


def _effects(ago_ms: int) -> Effects:
    def never(_: object) -> None:
        raise AssertionError("accept leaves nothing to do behind it")

    return Effects(
        now=lambda: int(time.time() * 1000) - ago_ms,
        token=lambda: secrets.token_hex(16),
        pause=asyncio.sleep,
        chance=random.random,
        behind=never,
        emit=lambda *_: None,
    )


def event(stack: Stack, region: str, *, age_ms: int = 0, lane: int | None = None) -> bytes:
    """The raw body of a topic's event as Momento posts it."""
    published = int(time.time() * 1000) - age_ms
    members = {
        "cache": f"homeport-{region}",
        "topic": "cache_sync",
        "event_timestamp": published,
        "publish_timestamp": published,
        "topic_sequence_number": 1,
        "token_id": "",
        "text": json.dumps({"lane": lane}),
    }
    return json.dumps(members, separators=(",", ":")).encode()


def signed(stack: Stack, body: bytes) -> dict[str, str]:
    """The header that Momento puts beside a body."""
    signature = hmac.new(stack.webhook_secret.encode(), body, hashlib.sha3_256).hexdigest()
    return {"momento-signature": signature}
