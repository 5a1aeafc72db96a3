"""Looking at a running stack from outside: what a region holds, and what the origin has."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx

from homeport import keys
from homeport.entry import Entry, decode
from momento_http_shim import CacheClient, Credentials
from momento_http_shim.outcomes import Elements, Found, Miss, Number
from momento_http_shim.runtime.blocking import BlockingTransport, finish

from .stack import Stack


def cache(stack: Stack, region: str) -> CacheClient:
    """A blocking client of a region's cache: run its calls with `finish`."""
    credentials = Credentials.from_key(stack.api_key, stack.regions[region])
    return CacheClient(BlockingTransport(), credentials, f"homeport-{region}")


def depth(stack: Stack, region: str) -> int:
    """How many writes wait in a region, over all its lanes."""
    lengths = [finish(cache(stack, region).sorted_set_length(keys.queue(lane))) for lane in range(keys.LANES)]
    if not all(isinstance(length, Number | Miss) for length in lengths):
        raise RuntimeError(f"{region} does not tell its queues' lengths: {lengths}")
    return sum(length.value for length in lengths if isinstance(length, Number))


def waiting(stack: Stack, region: str, key: str) -> list[str]:
    """The ids of a resource's writes that wait in a region, settled ones included whose rest is owed."""
    found = finish(cache(stack, region).sorted_set_fetch_by_score(keys.queue(keys.lane_of(key))))
    if not isinstance(found, Elements | Miss):
        raise RuntimeError(f"{region} does not tell its queue: {found}")
    members = [keys.parse_member(name) for name, _ in found.elements] if isinstance(found, Elements) else []
    return [write_id for owner, write_id in members if owner == key]


def entry(stack: Stack, region: str, key: str) -> Entry | None:
    """What a region holds of a resource."""
    match finish(cache(stack, region).get_with_hash(keys.entry(key))):
        case Found(value) if isinstance(found := decode(value), Entry):
            return found
        case Miss():
            return None
        case other:
            raise RuntimeError(f"{region} holds no readable entry: {other}")


def visitor(stack: Stack, country: str, **more: str) -> httpx.Client:
    """A browser in a country: workerd takes `request.cf` from this header when it runs locally."""
    cf = httpx.Request(
        "GET", "http://x", json={"country": country, "clientAcceptEncoding": "", **more}
    ).content
    return httpx.Client(base_url=stack.edge, headers={"MF-CF-Blob": cf.decode()}, timeout=30.0)


def row(stack: Stack, item: str) -> tuple[str, int] | None:
    """The origin's own row of an item: its body as JSON text, and how many times it was written."""
    with _database(stack) as connection:
        found: tuple[str, int] | None = connection.execute(
            "SELECT body, revision FROM items WHERE id = ?", (item,)
        ).fetchone()
        return found


def asked(stack: Stack, method: str, path: str) -> int:
    """How many times the origin was asked this."""
    with _database(stack) as connection:
        query = "SELECT count(*) FROM requests WHERE method = ? AND path = ?"
        count: int = connection.execute(query, (method, path)).fetchone()[0]
        return count


def woken_by(stack: Stack) -> set[str]:
    """What has woken the sync worker so far, by the workers' log: `webhook`, `kick`, `cron`."""
    log = stack.log.read_text()
    wakers = {"webhook"} if "POST /.homeport/topics 204" in log else set()
    return wakers | {waker for waker in ("kick", "cron") if f'"woken_by": "{waker}"' in log}


@contextmanager
def _database(stack: Stack) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{stack.database}?mode=ro", uri=True)) as connection:
        yield connection
