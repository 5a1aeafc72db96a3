"""The integers by which docs/guides count capacity and cost are what the local Momento meters on the wire."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from homeport import settings as setting
from homeport.draining.drain import Drain
from homeport.messages import Headers, Request, Response
from homeport.settings import Settings
from homeport.sync import SyncWorker
from tests.cost.cost_world import Priced, operations
from tests.homeport.homeport_world import ORIGIN, ScriptedOrigin
from tests.homeport.writing_world import REQUEST_MS, about, put, stored
from tools import capacity

_numbers = itertools.count()
BODIES = {1: 256, 20: 19 * 1024}
"""Octets of a body whose entry has so many KB, begun ones counted."""
SIZES = pytest.mark.parametrize("kilobytes", BODIES)


def target() -> str:
    return f"/items/guide-{next(_numbers)}"


async def read(priced: Priced, path: str, octets: int) -> int:
    """What a GET is metered as at home, its fill included."""
    fields = Headers([("content-type", "application/json"), ("cache-control", "max-age=60")])
    priced = replace(priced, origin=ScriptedOrigin(lambda _: Response(200, fields, b"z" * octets)))
    await priced.bills()
    await priced.send(Request("GET", path))
    await priced.surroundings.run_behind()
    home, away = await priced.bills()
    assert away == {}
    return operations(home)


@SIZES
async def test_a_hit(priced: Priced, kilobytes: int) -> None:
    path = target()
    await priced.keep(stored(path, b"x" * BODIES[kilobytes]), about(path).key)
    assert await read(priced, path, 1) == capacity.HIT.of(kilobytes)


@SIZES
async def test_a_miss_with_its_fill(priced: Priced, kilobytes: int) -> None:
    assert await read(priced, target(), BODIES[kilobytes]) == capacity.MISS.of(kilobytes)


@SIZES
async def test_a_stale_hit_that_is_revalidated(priced: Priced, kilobytes: int) -> None:
    path, octets = target(), BODIES[kilobytes]
    await priced.keep(replace(stored(path, b"x" * octets), stale=True), about(path).key)
    assert await read(priced, path, octets) == capacity.STALE.of(kilobytes)


@SIZES
async def test_a_write_and_its_drain(priced: Priced, kilobytes: int) -> None:
    path, octets = target(), BODIES[kilobytes]
    await priced.drain(path)  # what other tests have left in its lane
    await priced.keep(stored(path, b"x" * octets), about(path).key)
    await priced.bills()
    await priced.send(put(path, b"y" * octets))
    assert operations((await priced.bills())[0]) == capacity.ACCEPTED.of(kilobytes)
    priced.surroundings.drop_behind()
    await priced.drain(path)
    home, away = map(operations, await priced.bills())
    assert home == capacity.DRAINED.of(kilobytes)
    assert away == capacity.ELSEWHERE.of(kilobytes)


async def test_an_idle_minute(priced: Priced) -> None:
    settings = setting.read(
        {"HOMEPORT_ORIGIN": ORIGIN, "HOMEPORT_REGIONS": "us-east-1", "MOMENTO_API_KEY": "any-key"}
    )
    assert isinstance(settings, Settings)
    effects, away = priced.surroundings.effects, priced.regions[1]
    drain = Drain(priced.site, priced.origin, REQUEST_MS, effects)
    worker = SyncWorker(settings, {away.name: away}, drain, priced.kicks, effects)
    await priced.bills()
    await worker.sweep()
    assert operations((await priced.bills())[1]) == capacity.IDLE_MINUTE
