"""Regions in memory, an origin, and Homeport's own edge and sync workers over them: one world for each play."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from benchmarks.operations.counting import MeteredCache, Tally, tick
from homeport import keys
from homeport.draining.drain import Drain
from homeport.edge import Edge
from homeport.messages import Headers, NoAnswer, Relayed, Request, Response
from homeport.ports import Effects, Region, Unopened
from homeport.pushing.changed import Site
from homeport.reading.key import resource
from homeport.regions.location import Location
from homeport.routing import Routes
from homeport.settings import Settings
from homeport.sync import SyncWorker
from homeport.writing.gauge import Gauge
from homeport.writing.pressure import Marks
from homeport.writing.wake import Waker
from momento_http_shim.octets import Octets

NOON = 1_700_000_000_000
ORIGIN = "https://origin.test"
NAMES = (
    *("ap-northeast-1", "us-east-1", "us-west-2", "ca-central-1", "sa-east-1", "eu-west-1"),
    *("eu-central-1", "eu-north-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
)
"""The regions; a visitor from Japan is at home in the first."""
JAPAN = Location(country="JP")
REQUEST_MS = 20_000


@dataclass(frozen=True)
class Cost:
    """What one step costs. `trips`: the longest chain of calls that wait for each other, those to the origin included.

    `calls` and `operations` of the home region; `away_calls` and `away` of each other one; `origin` requests to it.
    """

    trips: int
    origin: int
    calls: int
    operations: int
    away_calls: int = 0
    away: int = 0


@dataclass
class Answering:
    """Implements `ports.Opened`."""

    answer: Response

    def __post_init__(self) -> None:
        self.status, self.headers = self.answer.status, self.answer.headers
        self.length: int | None = len(self.answer.body)

    async def read(self) -> Octets | NoAnswer:
        """The whole body."""
        return self.answer.body

    def relay(self, headers: Headers) -> Relayed:
        """The body under other fields."""
        return Relayed(self.status, self.answer.body, headers=headers)

    async def copy(self, _most: int) -> Octets | None:
        """The body once more."""
        return self.answer.body

    def discard(self) -> None:
        """Nobody wants it."""


@dataclass
class CountingOrigin:
    """Implements `ports.Origin`: a tick for each request, and always the same answer to one of a method."""

    answers: dict[str, Response] = field(default_factory=dict)
    bulk: str = ""
    """The path of its bulk endpoint, which takes all that comes."""
    requests: int = 0

    async def ask(self, request: Request, /) -> Response | NoAnswer:
        """Send it, and wait for the whole answer."""
        self.requests += 1
        await tick()
        if request.path == self.bulk:
            told = [
                {"id": each["id"], "status": 204} for each in json.loads(bytes(request.body))["operations"]
            ]
            return Response(200, Headers(), json.dumps({"results": told}).encode())
        return self.answers.get(request.method, Response(204))

    async def open(self, request: Request, /) -> Answering | NoAnswer:
        """Send it, and wait for the answer's head."""
        return Answering(cast("Response", await self.ask(request)))


@dataclass
class Asking:
    """Implements `ports.Visit`."""

    request: Request
    origin: CountingOrigin

    async def body(self) -> bytes:
        """The whole body."""
        return bytes(self.request.body)

    async def forward(self, _instead: Mapping[str, str | None] | None = None, /) -> Relayed | NoAnswer:
        """Stream it to the origin."""
        await self.origin.ask(self.request)
        return Relayed(204, None)

    async def hand_to_sync(self, _fields: Mapping[str, str] | None = None, /) -> Relayed:
        """Nobody asks for that here."""
        raise NotImplementedError


@dataclass
class Heard:
    """Implements `ports.Sync`: every kick is heard, and what is kicked is drained when a play says so."""

    async def kick(self, _region: str, _lane: int, _skip: int = 0, /) -> bool:
        """It was heard."""
        return True


class Sealed:
    """Implements `ports.Seal`: as long as AES-256-GCM makes it, and no secret to anybody."""

    async def seal(self, plaintext: bytes, _tied_to: bytes, /) -> str:
        """As long as its nonce, the text and its tag."""
        return "new." + base64.urlsafe_b64encode(bytes(12) + plaintext + bytes(16)).decode().rstrip("=")

    async def open(self, sealed: str, _tied_to: bytes, /) -> bytes | Unopened:
        """What was sealed."""
        text = sealed.partition(".")[2]
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))[12:-16]


class World:
    """Everything of one play; `regions` many, and each step's cost by its name in `costs`."""

    def __init__(self, routes: Routes, octets: int, regions: int = 2) -> None:
        self.site, self.octets = Site(ORIGIN, routes), octets
        self.ms, self._tokens = NOON, 0
        self.caches = {name: MeteredCache(lambda: self.ms) for name in NAMES[:regions]}
        self.regions = {name: Region(name, cache) for name, cache in self.caches.items()}
        self.origin = CountingOrigin()
        self.costs: dict[str, Cost] = {}
        self._behind: list[Coroutine[object, object, object]] = []
        seal_keys = (("new", bytes(32)),)
        self.edge = Edge(
            self.site,
            self.regions,
            self.origin,
            Waker(Heard()),
            home_secrets=("x" * 32,),
            seal=Sealed(),
            seal_keys=seal_keys,
            gauge=Gauge(Marks()),
        )

    @property
    def home(self) -> Region:
        """The visitors' region."""
        return next(iter(self.regions.values()))

    @property
    def effects(self) -> Effects:
        """A clock that the play moves; pauses take no tick."""
        return Effects(
            now=lambda: self.ms,
            token=self._token,
            pause=self._pause,
            chance=lambda: 0.5,
            behind=self._behind.append,
            emit=lambda *_: None,
        )

    def _token(self) -> str:
        self._tokens += 1
        return f"{self._tokens:032x}"

    async def _pause(self, seconds: float) -> None:
        self.ms += round(seconds * 1000)

    async def step(self, name: str, work: Awaitable[Any]) -> Any:
        """Do something, and note what it costs."""
        before = [cache.tally.copy() for cache in self.caches.values()]
        asked, began = self.origin.requests, asyncio.get_running_loop().time()
        outcome = await work
        trips = round(asyncio.get_running_loop().time() - began)
        home, *others = (
            cache.tally - earlier for cache, earlier in zip(self.caches.values(), before, strict=True)
        )
        away = _same(others)
        origin = self.origin.requests - asked
        self.costs[name] = Cost(trips, origin, home.calls, home.operations, away.calls, away.operations)
        return outcome

    async def send(self, request: Request) -> Response | Relayed:
        """A visitor's request, up to its answer."""
        visit = Asking(request, self.origin)
        return await self.edge.answer(request, JAPAN, visit, self.effects)

    async def behind(self) -> None:
        """What runs behind the answers, all at once, and what that leaves behind in turn."""
        while self._behind:
            works, self._behind[:] = [*self._behind], []
            await asyncio.gather(*works)

    def sync(self) -> SyncWorker:
        """A sync worker's invocation."""
        endpoints = dict.fromkeys(self.regions, "http://a.test")
        settings = Settings(ORIGIN, endpoints, "homeport-", 1_000, REQUEST_MS, "key", ())
        drain = Drain(self.site, self.origin, REQUEST_MS, self.effects, seal=Sealed())
        return SyncWorker(settings, self.regions, drain, Heard(), self.effects)

    async def drain(self, target: str) -> None:
        """Drain a target's lane, as whoever heard a kick does."""
        await self.sync().lane(self.home.name, keys.lane_of(resource(ORIGIN, target).key), "kick")

    async def filled(self, *targets: str, fields: Sequence[tuple[str, str]] = ()) -> None:
        """Let the visitors of each region have read something."""
        self.origin.answers["GET"] = self.page(*fields)
        for place in self.regions:
            for target in targets:
                edge = replace(self.edge, regions={place: self.regions[place]})
                request = Request("GET", target)
                await edge.answer(request, JAPAN, Asking(request, self.origin), self.effects)
                await self.behind()

    def page(self, *fields: tuple[str, str]) -> Response:
        """What the origin shows."""
        header = Headers((("content-type", "application/json"), ("etag", '"1"'), *fields))
        return Response(200, header, self.body("page"))

    def rendered(self) -> tuple[bytes, dict[str, str], int]:
        """What the origin's renderer gives."""
        return self.body("page"), {"content-type": "application/json"}, 200

    def body(self, word: str) -> bytes:
        """JSON of the play's size."""
        empty = len(json.dumps({"id": "1", "text": "", "word": word}))
        return json.dumps({"id": "1", "text": "x" * (self.octets - empty), "word": word}).encode()


def put(target: str, body: bytes, *fields: tuple[str, str], method: str = "PUT") -> Request:
    """A visitor's request with a body of JSON."""
    kind = ("content-type", "application/json")
    header = Headers((("content-length", str(len(body))), *(fields if _typed(fields) else (kind, *fields))))
    return Request(method, target, header, body)


def _typed(fields: Sequence[tuple[str, str]]) -> bool:
    return any(name == "content-type" for name, _ in fields)


def _same(others: Sequence[Tally]) -> Tally:
    """What each of the other regions was asked: the same."""
    first = others[0] if others else Tally()
    if any(each != first for each in others):
        raise ValueError(f"the other regions were not asked the same: {others}")
    return first
