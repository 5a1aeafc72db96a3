"""A random schedule: visitors, drainers, evictions and jumps of the clock, in two regions, some workers failing."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from homeport.draining.drain import Drain
from homeport.edge import Edge
from homeport.entry import Entry
from homeport.messages import Headers, NoAnswer, Relayed, Request, Response
from homeport.ports import Effects, Origin, Region
from homeport.pushing.changed import Site
from homeport.regions.location import Location
from homeport.settings import Settings
from homeport.sync import SyncWorker
from homeport.writing.wake import Waker
from tests.homeport.homeport_world import ORIGIN, TwinRegion
from tests.homeport.writing_processes import Died, ItemsOrigin, Process, ProcessOrigin
from tests.homeport.writing_world import (
    AWAY,
    HOME,
    REQUEST_MS,
    SITE,
    Kicks,
    World,
    about,
    in_one_lane,
    put,
    quiet,
    stored,
)

LANE, LIST = 0, "/items"
ITEMS = in_one_lane(2, LANE)
NOTE = in_one_lane(1, LANE, "/notes/")[0]
TARGETS = (*ITEMS, NOTE)
WHERE = {HOME: Location(country="JP"), AWAY: Location(country="IE")}
FAULTS = ("dies_at", "loses_at", "vanishes_at", "refused_at", "lags_at")
JUMPS = (200, 3_000, 9_000, 16_000, 31_000, 61_000, 130_000)
MOST_CALLS = 3_000
SETTINGS = Settings(ORIGIN, {HOME: "http://a", AWAY: "http://b"}, "homeport-", 1000, REQUEST_MS, "k", ("s",))


@dataclass
class Dawdler(Process):
    """A process whose every call takes a random number of turns of the loop."""

    chance: random.Random = field(default_factory=random.Random)

    async def begins(self, call: str) -> int:
        number = await super().begins(call)
        assert number < MOST_CALLS, "it goes on for ever"
        await turns(self.chance.choice((0, 0, 1, 1, 2, 3, 8, 20)))
        return number

    async def lag(self) -> None:
        await turns(self.chance.choice((5, 20, 60, 150, 400)))


@dataclass
class MoodyOrigin(ItemsOrigin):
    """It may refuse a write for good, have an answer's content named, fail before or after it did something."""

    chance: random.Random = field(default_factory=random.Random)
    moody: float = 0.0
    applied: list[str] = field(default_factory=list)
    """The writes' numbers, in order."""
    refused: set[str] = field(default_factory=set)

    async def ask(self, request: Request, /) -> Response | NoAnswer:
        mood = self.chance.random() / (self.moody or 1e-9)
        if mood < 0.2:
            return NoAnswer("it could not be reached")
        if mood < 0.4:
            return Response(503)
        answer = self.show(request.target) if request.method == "GET" else await self._write(request, mood)
        return NoAnswer("it took too long") if 0.4 <= mood < 0.6 else answer

    def show(self, target: str) -> Response:
        """What a GET shows."""
        if target == LIST:
            items = sorted((name, body) for name, body in self.items.items() if name in ITEMS)
            return Response(200, Headers(), repr(items).encode())
        body = self.items.get(target)
        return Response(404) if body is None else Response(200, Headers(), body)

    async def _write(self, request: Request, mood: float) -> Response | NoAnswer:
        key, number = request.headers.get("idempotency-key"), request.headers.get("x-number") or ""
        known = key is not None and key in self.seen
        if not known and 0.6 <= mood < 1:
            self.refused.add(number)
            if key is not None:
                self.seen[key] = Response(422)
            return Response(422)
        answer = await super().ask(request)
        if not known:
            self.applied.append(number)
        if isinstance(answer, Response) and mood % 0.01 < 0.005:
            answer = replace(answer, headers=answer.headers.plus(("content-location", request.target)))
        return answer


@dataclass
class Visitor:
    """Implements `ports.Visit`, and remembers what became of the request. `began`, `ended` number all that happens."""

    number: str
    region: str
    request: Request
    process: Dawdler
    origin: MoodyOrigin
    began: int = 0
    ended: int | None = None
    answer: Response | Relayed | None = None
    died: bool = False
    asked_later: Response | Relayed | None = None
    """What its receipt's address told it right after a 202."""

    async def body(self) -> bytes:
        return bytes(self.request.body)

    async def forward(self, _: Mapping[str, str | None], /) -> Relayed | NoAnswer:
        answer = await ProcessOrigin(self.process, self.origin).ask(self.request)
        return answer if isinstance(answer, NoAnswer) else Relayed(answer.status, None)

    async def hand_to_sync(self, _fields: Mapping[str, str] | None = None, /) -> Relayed:
        raise AssertionError("no visitor asks for that")

    @property
    def target(self) -> str:
        return self.request.target

    @property
    def status(self) -> int:
        return self.answer.status if self.answer is not None else 0

    @property
    def faultless(self) -> bool:
        """Whether no call of its worker was made to fail."""
        return all(getattr(self.process, fault) is None for fault in FAULTS)


async def turns(count: int) -> None:
    """Let the loop turn so often."""
    for _ in range(count):
        await asyncio.sleep(0)


@dataclass
class Schedule:
    """One run; everything in it follows from its seed. The probabilities are of a fault per worker, and so on."""

    site: ClassVar[Site] = SITE
    seed: int
    faults: float = 0.0
    moody: float = 0.0
    jumps: int = 0
    evictions: int = 0
    chance: random.Random = field(init=False)
    world: World = field(init=False)
    origin: MoodyOrigin = field(init=False)
    visitors: list[Visitor] = field(default_factory=list)
    evicted: set[tuple[str, str]] = field(default_factory=set)
    """Region and key."""
    processes: list[Dawdler] = field(default_factory=list)
    happened: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - it has to be repeatable
        self.origin = self.mooded()
        self.world = World(origin=self.origin)

    def mooded(self) -> MoodyOrigin:
        """The origin of this run."""
        return MoodyOrigin(chance=self.chance, moody=self.moody)

    def through(self, process: Dawdler) -> Origin:
        """The origin as a worker sees it."""
        return ProcessOrigin(process, self.origin)

    def at_first(self, target: str) -> Entry:
        """What a region holds of a resource at the beginning."""
        return stored(target)

    def list_at_first(self) -> Entry:
        """What a region holds of the list at the beginning."""
        return stored(LIST, bytes(self.origin.show(LIST).body))

    @property
    def regions(self) -> tuple[TwinRegion, TwinRegion]:
        return self.world.home, self.world.away

    def process(self, calls: int) -> Dawdler:
        """A worker, of whose first `calls` calls some may fail."""
        process = Dawdler(chance=self.chance)
        self.processes.append(process)
        while self.chance.random() < self.faults:
            setattr(process, self.chance.choice(FAULTS), self.chance.randint(1, calls))
        return process

    def effects(self, behind: list[Coroutine[object, object, object]]) -> Effects:
        async def pause(seconds: float) -> None:
            self.world.clock.advance(seconds * 1000)
            await turns(self.chance.randint(0, 10))

        surroundings = self.world.surroundings.effects
        return replace(surroundings, pause=pause, chance=self.chance.random, behind=behind.append)

    def next(self) -> int:
        self.happened += 1
        return self.happened

    def visitor(self, number: int) -> Visitor:
        method = self.chance.choices(("PUT", "DELETE", "PATCH", "GET"), (10, 2, 4, 6))[0]
        target = self.chance.choice((*TARGETS, LIST) if method == "GET" else TARGETS)
        region = self.chance.choices((HOME, AWAY), (3, 1))[0]
        body = b"%d" % number if method in ("PUT", "PATCH") else b""
        request = replace(put(target, body, ("x-number", str(number))), method=method)
        return Visitor(str(number), region, request, self.process(8), self.origin)

    def edge(self, visitor: Visitor, regions: Mapping[str, Region]) -> Edge:
        return Edge(self.site, regions, self.through(visitor.process), Waker(Kicks()))

    def sync(self, regions: Mapping[str, Region], process: Dawdler, effects: Effects) -> SyncWorker:
        drain = Drain(self.site, self.through(process), REQUEST_MS, effects)
        return SyncWorker(SETTINGS, regions, drain, Kicks(), effects)

    async def visit(self, visitor: Visitor) -> None:
        await turns(self.chance.randint(0, 80))
        self.visitors.append(visitor)
        behind: list[Coroutine[object, object, object]] = []
        regions: dict[str, Region] = {each.name: visitor.process.connect(each) for each in self.regions}
        edge = self.edge(visitor, regions)
        where, effects = WHERE[visitor.region], self.effects(behind)
        visitor.began = self.next()
        try:
            visitor.answer = await edge.answer(visitor.request, where, visitor, effects)
            visitor.ended = self.next()
            if visitor.status == 202 and isinstance(visitor.answer, Response):
                shown = Headers(pair for pair in visitor.request.headers if pair[0] == "cookie")
                request = Request("GET", visitor.answer.headers.get("location") or "", shown)
                visitor.asked_later = await edge.answer(request, where, visitor, effects)
            while behind:
                await behind.pop(0)
        except Died:
            visitor.died = True
            await quiet()
        for each in behind:
            each.close()

    async def drain(self, region: TwinRegion, process: Dawdler, woken_by: str = "kick") -> None:
        regions: dict[str, Region] = {each.name: process.connect(each) for each in self.regions}
        try:
            await self.sync(regions, process, self.effects([])).lane(region.name, LANE, woken_by)
        except Died:
            await quiet()

    async def drainer(self) -> None:
        await turns(self.chance.randint(0, 120))
        await self.drain(self.chance.choice(self.regions), self.process(40))

    async def jumper(self) -> None:
        await turns(self.chance.randint(0, 200))
        self.world.clock.advance(self.chance.choice(JUMPS))

    async def evictor(self) -> None:
        """Momento may drop any item; that of a queue would leave its writes to the next one of their resource."""
        await turns(self.chance.randint(0, 200))
        region = self.chance.choice(self.regions)
        keys = sorted(key for key, _ in region.cache.store.items() if key[:2] in (b"e:", b"r:", b"le"))
        if keys:
            key = self.chance.choice(keys)
            region.cache.store.remove(key)
            self.evicted.add((region.name, key.decode()))

    async def run(self) -> None:
        """Play it, then let cron find what is left."""
        self.origin.items = {target: bytes(self.at_first(target).body) for target in TARGETS}
        for region in self.regions:
            for target in TARGETS:
                region.keep(about(target).key, self.at_first(target))
            region.keep(about(LIST).key, self.list_at_first())
        await asyncio.gather(
            *(self.visit(self.visitor(number)) for number in range(self.chance.randint(2, 8))),
            *(self.drainer() for _ in range(self.chance.randint(1, 4))),
            *(self.jumper() for _ in range(self.chance.randint(0, self.jumps))),
            *(self.evictor() for _ in range(self.chance.randint(0, self.evictions))),
        )
        await quiet()
        self.origin.moody = 0.0
        for n in range(5):
            self.world.clock.advance(61_000 if n < 2 else 601_000)
            for region in self.regions:
                await self.drain(region, Dawdler(chance=self.chance), "cron")
            if n == 1:
                await asyncio.gather(*(late for process in self.processes for late in process.late))
