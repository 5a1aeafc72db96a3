"""What the reading side's tests share: a visitor who reads /items/1, and all that may stand there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import replace

from homeport import keys
from homeport.entry import Entry, Pending
from homeport.messages import NO_FIELDS, Headers, Request, Response
from homeport.reading.key import resource
from homeport.reading.serve import serve
from homeport.regions.breaker import Breaker
from homeport.routing import Match, Route
from tests.homeport.homeport_world import (
    NOON,
    ORIGIN,
    Answer,
    Clock,
    ScriptedOrigin,
    Surroundings,
    TwinRegion,
    effects,
    region,
    whole,
)

HOME = "ap-northeast-1"
ROUTE = Route("/items/{id}", ttl=60)
ITEM = resource(ORIGIN, "/items/1")
AT = keys.entry(ITEM.key)
OLD = Entry(
    "/items/1", NO_FIELDS, "stored", "old", (NOON, NOON), header=Headers([("etag", '"1"')]), body=b"old"
)
STALE = replace(OLD, stale=True)
MARKER = Entry("", NO_FIELDS, "marker", "m", (NOON, NOON))
WRITTEN = replace(
    OLD,
    nonce="w",
    body=b"written",
    pending=(Pending("w", 1, NOON, "PUT", "/items/1", NO_FIELDS, b"written"),),
)
NEWS = Response(200, Headers([("content-type", "text/plain")]), b"news")
FOREIGN = b'{"homeport":{"format":2}}\nwho knows'
DAMAGED = b'{"homeport":{"format":1,'


class Sea:
    """Regions, one unless more are named, one origin, and a visitor of the first who reads /items/1."""

    def __init__(self, *others: str) -> None:
        self.clock = Clock()
        self.home: TwinRegion = region(HOME, self.clock)
        self.regions = [self.home, *(region(name, self.clock) for name in others)]
        self.breakers: defaultdict[str, Breaker] = defaultdict(Breaker)
        self.surroundings: Surroundings = effects(self.clock)
        self.origin = ScriptedOrigin()

    def answering(self, script: Answer | Callable[[Request], Answer | Awaitable[Answer]]) -> None:
        self.origin = ScriptedOrigin(script if callable(script) else [script])

    async def read(
        self,
        *fields: tuple[str, str],
        method: str = "GET",
        route: Route = ROUTE,
        consistent: bool = False,
    ) -> Response:
        request, effects = Request(method, "/items/1", Headers(fields)), self.surroundings.effects
        regions, breakers, origin = self.regions, self.breakers, self.origin
        answer = await serve(
            request, Match(route), ITEM, regions, breakers, origin, effects, consistent=consistent
        )
        return whole(answer)

    @property
    def kept(self) -> Entry:
        """The entry that certainly stands at home."""
        found = self.home.kept(ITEM.key)
        assert isinstance(found, Entry), found
        return found

    @property
    def methods(self) -> list[str]:
        return self.home.cache.methods


def status_of(answer: Response) -> str | None:
    return answer.headers.get("cache-status")
