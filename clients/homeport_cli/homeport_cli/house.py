"""What a command acts on: every region's cache and account, the site, the origin, time and chance."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from homeport import keys
from homeport.ports import Effects, Origin, Region, Seal
from homeport.pushing.changed import Site
from homeport.routing import Routes
from homeport.settings import Settings
from momento_http_shim import CacheClient, ControlClient, Credentials, InvalidArgument
from momento_http_shim.outcomes import Failed
from momento_http_shim.runtime.aio import AioTransport

from .origin import AioOrigin
from .stop import USAGE, Stop, misconfigured

T = TypeVar("T")

DEADLINE_MS = 5_000
"""An operator has more patience than a visitor, and may be further away."""


@dataclass(frozen=True, slots=True)
class House:
    """All of it, as the workers have it."""

    settings: Settings
    site: Site
    caches: Mapping[str, CacheClient]
    controls: Mapping[str, ControlClient]
    origin: Origin
    effects: Effects
    seal: Seal | None = None

    def region(self, name: str) -> Region:
        """A configured region."""
        return Region(name, self.caches[name])

    def others(self, name: str) -> list[Region]:
        """All regions but one."""
        return [self.region(each) for each in self.caches if each != name]

    def chosen(self, name: str | None) -> list[str]:
        """One region, or all where none is named; raises `Stop` for a name that is not configured."""
        if name is None:
            return list(self.caches)
        if name not in self.caches:
            raise Stop(USAGE, f"{name!r} is not in HOMEPORT_REGIONS: {', '.join(self.caches)}")
        return [name]

    async def wake(self, region: str, lane: int) -> Failed | None:
        """Say on the topic that a lane has something to drain; whether Momento did not take it."""
        message = json.dumps({"lane": lane}, separators=(",", ":"))
        published = await self.caches[region].publish(keys.TOPIC, message)
        return published if isinstance(published, Failed) else None


async def together(works: Iterable[Awaitable[T]]) -> list[T]:
    """What several works give, done at once; where some fail, the first of these, once no call is under way."""
    done = await asyncio.gather(*works, return_exceptions=True)
    for each in done:
        if isinstance(each, BaseException):
            raise each
    return [each for each in done if not isinstance(each, BaseException)]


def lanes(lane: int | None) -> range:
    """One lane, or all of a region."""
    return range(keys.LANES) if lane is None else range(lane, lane + 1)


@asynccontextmanager
async def connected(settings: Settings, routes: Routes) -> AsyncIterator[House]:
    """A house whose connections are closed at the end; raises `Stop` where the key is none."""
    async with AioTransport() as transport:
        try:
            credentials = {
                name: Credentials.from_key(settings.api_key, endpoint)
                for name, endpoint in settings.regions.items()
            }
        except InvalidArgument as error:
            raise misconfigured([("MOMENTO_API_KEY", str(error))]) from None
        yield House(
            settings,
            Site(settings.origin, routes),
            {
                name: CacheClient(transport, each, settings.cache_name(name), DEADLINE_MS)
                for name, each in credentials.items()
            },
            {name: ControlClient(transport, each, DEADLINE_MS) for name, each in credentials.items()},
            AioOrigin(transport, settings.origin, settings.origin_timeout_ms),
            effects(),
            _seal(settings),
        )


def _seal(settings: Settings) -> Seal | None:
    if not settings.seal_keys:
        return None
    from .seal import AesGcmSeal  # few commands need it, and it is not quick to import

    return AesGcmSeal(settings.seal_keys)


def effects() -> Effects:
    """Time, chance and events of ordinary Python; an event is a line of JSON on standard error."""
    return Effects(
        now=lambda: time.time_ns() // 1_000_000,
        token=lambda: secrets.token_hex(16),
        pause=asyncio.sleep,
        chance=random.random,
        behind=_behind,
        emit=_emit,
    )


def _behind(work: Coroutine[object, object, object]) -> None:
    work.close()
    raise NotImplementedError("nothing that a command does runs behind an answer")


def _emit(name: str, fields: Mapping[str, object]) -> None:
    # The same line that the workers write to their log: who keeps that wants to know what operators did.
    sys.stderr.write(json.dumps({"event": name} | dict(fields)) + "\n")
