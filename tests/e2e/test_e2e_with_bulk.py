"""A thousand waiting writes, one of them poisoned, and a stack whose routes name a bulk endpoint."""

from __future__ import annotations

import asyncio
import json
import math
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from homeport import keys
from homeport.messages import Headers, Request
from homeport.ports import Region
from homeport.reading.key import resource
from homeport.writing.accept import Accepted, accept
from homeport.writing.write import Write
from local.stack import observer
from local.stack.stack import Plan, Stack, running
from momento_http_shim import CacheClient, Credentials
from momento_http_shim.outcomes import Number
from momento_http_shim.runtime.aio import AioTransport
from momento_http_shim.runtime.blocking import finish
from tests.e2e import e2e_rig
from tests.e2e.e2e_rig import eventually

REGION = "ap-northeast-1"
COUNT, POISONED = 1000, 637


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    routes = Path(__file__).with_name("bulk_routes.py")
    with running(
        Plan(seed=0, routes=routes, regions=(REGION,))
    ) as stack:  # others would have to be told of each
        yield stack


async def accepted(stack: Stack, writes: list[tuple[str, bytes]]) -> None:
    """PUTs accepted into the region by the product's own driver; nobody is woken."""
    async with AioTransport() as transport:
        credentials = Credentials.from_key(stack.api_key, stack.regions[REGION])
        region = Region(REGION, CacheClient(transport, credentials, f"homeport-{REGION}"))

        async def one(target: str, body: bytes) -> None:
            request = Request("PUT", target, Headers([("content-type", "application/json")]), body)
            write = Write(secrets.token_hex(16), resource(stack.origin, target), request)
            outcome = await accept(write, region, e2e_rig._NeverAsked(), e2e_rig._effects(0))  # noqa: SLF001
            assert outcome == Accepted()

        for start in range(0, len(writes), 20):
            await asyncio.gather(*(one(*each) for each in writes[start : start + 20]))


def wake(stack: Stack) -> None:
    url = f"{stack.edge}/cdn-cgi/local/explorer/api/local/scheduled?worker=homeport-sync-local"
    fired = httpx.post(url, json={"cron": "* * * * *"}, timeout=60.0)
    assert fired.json()["result"]["outcome"] == "ok", fired.text


def drained(stack: Stack) -> None:
    """Wake the drain and wait until nothing waits, for as long as it gets on."""
    wake(stack)
    left = observer.depth(stack, REGION)
    while left:
        before = left
        left = eventually(lambda: observer.depth(stack, REGION), lambda depth: depth < before)  # noqa: B023


def asked(stack: Stack) -> dict[str, int]:
    """How often the origin was asked: the bulk endpoint, and anything else."""
    with closing(sqlite3.connect(f"file:{stack.database}?mode=ro", uri=True)) as connection:
        query = "SELECT path = '/api/items/bulk', count(*) FROM requests WHERE method != 'GET' GROUP BY 1"
        counted = dict(connection.execute(query).fetchall())
    return {"bulk": counted.get(1, 0), "alone": counted.get(0, 0)}


@pytest.mark.timeout(300)
def test_a_thousand_writes_go_in_bulks_and_the_poisoned_one_alone_is_a_dead_letter(stack: Stack) -> None:
    writes = [(f"/api/items/b{n}", json.dumps({"name": f"{n}"}).encode()) for n in range(COUNT)]
    writes[POISONED] = (writes[POISONED][0], b'{"name":"637","poison":400}')
    asyncio.run(accepted(stack, writes))
    assert observer.depth(stack, REGION) == COUNT
    drained(stack)
    letters = finish(observer.cache(stack, REGION).sorted_set_length(keys.DEAD))
    assert letters == Number(1)
    assert observer.row(stack, f"b{POISONED}") is None
    rows = [observer.row(stack, f"b{n}") for n in range(COUNT) if n != POISONED]
    assert all(row is not None and row[1] == 1 for row in rows)
    # Each lane has pages of its own; what is left of a page goes in a bulk that is not full.
    bound = keys.LANES * (math.ceil(COUNT / keys.LANES / 100) + 2) + 2 * math.ceil(math.log2(100))
    counted = asked(stack)
    assert counted["alone"] <= 1 + keys.LANES
    assert COUNT / 100 <= counted["bulk"] <= bound


def test_writes_of_one_resource_that_wait_go_as_one(stack: Stack) -> None:
    writes = [("/api/items/often", json.dumps({"name": f"{n}"}).encode()) for n in range(20)]
    drained(stack)
    before = asked(stack)
    for write in writes:
        asyncio.run(accepted(stack, [write]))
    drained(stack)
    body, revision = observer.row(stack, "often") or ("", 0)
    assert (json.loads(body)["name"], revision) == ("19", 1)
    after = asked(stack)
    assert (after["bulk"] - before["bulk"], after["alone"] - before["alone"]) == (0, 1)
