"""A local Momento of two regions, for as long as these tests run."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from homeport.messages import Headers, Request, Response
from homeport.ports import Region
from homeport.pushing.changed import Site
from homeport.routing import Route, Routes
from local.stack.process import Process
from momento_http_shim import CacheClient, Credentials
from momento_http_shim.runtime.aio import AioTransport
from tests.cost.cost_world import Priced
from tests.homeport.homeport_world import ORIGIN, ScriptedOrigin
from tests.homeport.writing_world import AWAY, HOME

CACHE = "ships"
ROUTES = Routes(Route("/items/{id}", ttl=60, write_behind=("PUT", "DELETE", "PATCH")))


@pytest.fixture(scope="session")
def metered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    log = tmp_path_factory.mktemp("cost") / "momento_local.log"
    options = ("--regions", f"{HOME},{AWAY}", "--caches", CACHE)
    with Process("momento_local", [sys.executable, "-m", "local.momento_local", *options], log) as process:
        yield process.first_line(30.0)


@pytest.fixture
async def priced(metered: dict[str, Any]) -> AsyncIterator[Priced]:
    def answer(_: Request) -> Response:
        return Response(200, Headers([("content-type", "application/json")]), b'{"done":true}')

    async with AioTransport() as transport:
        home, away = (
            Region(name, CacheClient(transport, Credentials("any-key", metered["regions"][name]), CACHE))
            for name in (HOME, AWAY)
        )
        priced = Priced((home, away), metered["admin"], Site(ORIGIN, ROUTES), ScriptedOrigin(answer))
        yield priced
        priced.surroundings.drop_behind()
