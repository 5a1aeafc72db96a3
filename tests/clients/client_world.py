"""A publisher over regions in memory, on an event loop whose time only the test moves."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from homeport import keys
from homeport.entry import Entry, decode
from homeport.ports import Effects, Region
from homeport.pushing.changed import Site
from homeport.reading.key import resource
from homeport.routing import Route, Routes
from homeport_origin import Publisher
from local.momento_local.client_faults import Faults
from local.momento_local.in_memory import InMemoryCache
from momento_http_shim.errors import Unavailable
from momento_http_shim.outcomes import Failed

T = TypeVar("T")
NOON = 1_700_000_000_000
ORIGIN = "https://origin.test"
ROUTES = Routes(Route("/", ttl=60), Route("/items/{id}", ttl=60, tags=("items",)), Route("/plain/{id}"))
SITE = Site(ORIGIN, ROUTES)
NAMES = ("us-east-1", "eu-central-1", "ap-northeast-1")


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop that does not wait: where nothing is ready, its clock jumps to what comes next."""

    def __init__(self) -> None:
        super().__init__()
        self.elapsed = 0.0

    def time(self) -> float:
        """Seconds since it began."""
        return self.elapsed

    def _run_once(self) -> None:
        loop: Any = self
        if not loop._ready and loop._scheduled:  # noqa: SLF001 - the class's own
            self.elapsed = max(self.elapsed, loop._scheduled[0]._when)  # noqa: SLF001 - as above
        super()._run_once()  # type: ignore[misc]  # the standard library does not publish it


def played(test: Callable[[VirtualLoop], Coroutine[Any, Any, T]]) -> T:
    """Run a test's coroutine on a virtual loop."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(test(loop))
    finally:
        loop.close()


def down(code: str = "TIMEOUT_ERROR", *, may_have_happened: bool = True) -> Faults:
    return lambda *_: Failed(Unavailable(code, "no answer", may_have_happened=may_have_happened))


@dataclass
class Sea:
    """Regions in memory, each so many seconds away; every call costs a round trip."""

    names: Sequence[str] = NAMES
    seconds: Mapping[str, float] = field(default_factory=dict)
    moment: Callable[[], float] = lambda: 0.0
    ms: int = 0
    """Moved by hand, beside the loop's own time."""
    calls: list[tuple[str, str]] = field(default_factory=list)
    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    caches: dict[str, InMemoryCache] = field(init=False)

    def __post_init__(self) -> None:
        self.caches = {
            name: InMemoryCache(self.now, pause=self._pause(name), strict_families=True)
            for name in self.names
        }
        for name, cache in self.caches.items():
            cache.faults = self._noting(name, None)

    def now(self) -> int:
        return NOON + self.ms + round(self.moment() * 1000)

    def faulty(self, name: str, faults: Faults | None) -> None:
        self.caches[name].faults = self._noting(name, faults)

    def _noting(self, name: str, faults: Faults | None) -> Faults:
        def note(method: str, key: bytes) -> Any:
            self.calls.append((name, method))
            return faults(method, key) if faults else None

        return note

    def _pause(self, name: str) -> Callable[[], Awaitable[None]]:
        async def pause() -> None:
            if self.seconds.get(name):
                await asyncio.sleep(self.seconds[name])

        return pause

    @property
    def regions(self) -> list[Region]:
        return [Region(name, cache) for name, cache in self.caches.items()]

    def publisher(self, seed: int = 0, **options: Any) -> Publisher:
        return Publisher(SITE, self.regions, self.effects(seed), **options)

    def effects(self, seed: int = 0) -> Effects:
        chance = random.Random(seed)  # noqa: S311 - names for a test, no secret

        def never(work: Coroutine[object, object, object]) -> None:
            work.close()
            raise AssertionError("a publisher leaves nothing behind")

        return Effects(
            now=self.now,
            token=lambda: f"{chance.getrandbits(128):032x}",
            pause=asyncio.sleep,
            chance=chance.random,
            behind=never,
            emit=lambda name, fields: self.events.append((name, dict(fields))),
        )

    def entry(self, target: str, name: str) -> Entry | None:
        key = keys.entry(resource(ORIGIN, target).key).encode()
        octets = self.caches[name].store.content(key, bytes)
        found = None if octets is None else decode(octets)
        assert found is None or isinstance(found, Entry), found
        return found

    def shown(self, target: str) -> dict[str, bytes | None]:
        """What each region shows as fresh."""
        found = {name: self.entry(target, name) for name in self.names}
        return {
            name: bytes(each.body)
            if each and each.kind == "stored" and not each.stale and not each.soft
            else None
            for name, each in found.items()
        }


@dataclass
class Renderer:
    """Gives a body and counts how often."""

    body: str = "page"
    headers: Mapping[str, str] = field(default_factory=dict)
    count: int = 0
    meanwhile: Callable[[], object] | None = None

    def __call__(self) -> tuple[str, Mapping[str, str], int]:
        self.count += 1
        if self.meanwhile is not None:
            self.meanwhile()
        return self.body, self.headers, 200
