"""Random schedules of two releases: side by side, then rolled back to the older, then forward to the newer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from homeport.edge import Edge
from homeport.messages import Headers, Response
from homeport.ports import Effects, Region
from homeport.sync import SyncWorker
from tests.homeport.homeport_world import ORIGIN, TwinRegion
from tests.homeport.release_next import OLD, Release, next_release
from tests.homeport.schedule_world import LIST, SETTINGS, TARGETS, Dawdler, Schedule, Visitor
from tests.homeport.writing_processes import Died
from tests.homeport.writing_world import AWAY, HOME, REQUEST_MS, Kicks, about, quiet

A_MINUTE = 60_000
WAITING = tuple[str, str, tuple[str, ...]]


def site_of(release: Release) -> Any:
    """The routes of `writing_world.SITE`, as a release's own code has them."""
    routing, both = release.module("routing"), ("PUT", "DELETE")
    route = routing.Route
    routes = routing.Routes(
        route(LIST, ttl=60),
        route("/items/{id}", ttl=60, write_behind=both, invalidates=(LIST,)),
        route("/notes/{id}", ttl=60, write_behind=both, when_unreachable="origin"),
        route("/plain/{id}", ttl=60),
    )
    return release.module("pushing.changed").Site(ORIGIN, routes)


@dataclass
class Releases(Schedule):
    """One run; every worker is of one of the releases that are `running`."""

    running: tuple[Release, ...] = ()
    syncs: tuple[Release, ...] = ()
    """Of the sync worker, where they are others than of the edge worker."""
    newer: Release = field(init=False)
    by: dict[str, str] = field(default_factory=dict)
    """The release that answered a visitor."""
    rolled_back: set[str] = field(default_factory=set)
    """Writes of the newer release that waited while there was only the older."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.newer = next_release()
        self.running = (OLD, self.newer)

    def edge(self, visitor: Visitor, regions: Mapping[str, Region]) -> Edge:
        release = self.chance.choice(self.running)
        self.by[visitor.number] = release.name
        waker = release.module("writing.wake").Waker(Kicks())
        made: Edge = release.module("edge").Edge(
            site_of(release), regions, self.through(visitor.process), waker
        )
        return made

    def sync(self, regions: Mapping[str, Region], process: Dawdler, effects: Effects) -> SyncWorker:
        release = self.chance.choice(self.syncs or self.running)
        drain = release.module("draining.drain").Drain(
            site_of(release), self.through(process), REQUEST_MS, effects
        )
        made: SyncWorker = release.module("sync").SyncWorker(SETTINGS, regions, drain, Kicks(), effects)
        return made

    async def purger(self) -> None:
        """Some release's sync worker carries out an order."""
        await self._soon()
        release, region = self.chance.choice(self.syncs or self.running), self.chance.choice(self.regions)
        order = release.module("pushing.order").Order(
            (self.chance.choice((*TARGETS, LIST)),), (), self.chance.random() < 0.5, self.world.clock()
        )
        process = self.process(8)
        make = release.module("pushing.purge").Purge
        purge = make(order, ORIGIN, process.connect(region), None, self.effects([]))
        await _to_its_end(purge.run())

    async def pusher(self) -> None:
        """The origin renders a page, and some time later a release's sync worker gets it."""
        await self._soon()
        target, begun = self.chance.choice(TARGETS), self.world.clock()
        shown = self.origin.show(target)
        if shown.status != 200:
            return
        await self._soon()
        release, process = self.chance.choice(self.syncs or self.running), self.process(8)
        page_of, push = release.module("pushing.page").page_of, release.module("entry").Push
        number = self.next()
        response = Response(200, Headers((("content-type", "text/plain"),)), shown.body)
        page = page_of(target, response, (begun, begun), push(source="p", number=number), site_of(release))
        regions = [process.connect(each) for each in self.regions]
        deliver = release.module("pushing.deliver").deliver_everywhere
        await _to_its_end(deliver(page, regions, self.effects([])))

    async def _soon(self) -> None:
        for _ in range(self.chance.randint(0, 120)):
            await asyncio.sleep(0)

    def waiting(self, release: Release) -> set[WAITING]:
        """Region, target and writes of what waits and the release can read."""
        entries, found = release.module("entry"), set[WAITING]()
        for region in self.regions:
            for target in TARGETS:
                octets = region.octets(about(target).key)
                entry = entries.decode(octets) if octets is not None else None
                if isinstance(entry, entries.Entry) and entry.pending:
                    found.add((region.name, target, tuple(item.id for item in entry.pending)))
        return found

    async def act(self, first: int) -> None:
        """Visitors, drains, purges and pushes, interleaved."""
        await asyncio.gather(
            *(self.visit(self.visitor(first + n)) for n in range(self.chance.randint(2, 6))),
            *(self.drainer() for _ in range(self.chance.randint(1, 3))),
            *(self.jumper() for _ in range(self.chance.randint(0, self.jumps))),
            *(self.purger() for _ in range(self.chance.randint(0, 2))),
            *(self.pusher() for _ in range(self.chance.randint(0, 2))),
        )
        await quiet()

    async def run(self) -> None:
        """Side by side; only the older; only the newer, until cron finds nothing more."""
        self.begin()
        await self.act(0)
        await self.late()
        self.running = (OLD,)
        before = self.waiting(self.newer) - self.waiting(OLD)
        await self.act(100)
        self.origin.moody = 0.0
        await self.sweeps(3)
        await self.late()
        assert before <= self.waiting(self.newer), f"of {before} remain {self.waiting(self.newer)}"
        self.rolled_back = {write_id for _, _, ids in before for write_id in ids}
        assert self.waiting(OLD) == set()
        self.running = (self.newer,)
        await self.sweeps(5)

    def begin(self) -> None:
        """What stands at the origin and in the regions before anybody comes."""
        self.origin.items = {target: bytes(self.at_first(target).body) for target in TARGETS}
        for region in self.regions:
            for target in TARGETS:
                region.keep(about(target).key, self.at_first(target))
            region.keep(about(LIST).key, self.list_at_first())

    async def late(self) -> None:
        """What lags takes effect."""
        await asyncio.gather(*(late for process in self.processes for late in process.late))

    async def sweeps(self, count: int) -> None:
        """What cron does, while nobody comes."""
        for n in range(count):
            self.world.clock.advance(A_MINUTE + 1000 if n < 2 else 601_000)
            for region in self.regions:
                await self.drain(region, Dawdler(chance=self.chance), "cron")

    def region(self, name: str) -> TwinRegion:
        return {HOME: self.world.home, AWAY: self.world.away}[name]


@dataclass
class InOrder(Releases):
    """The deploys of the guide: the sync worker first, then the edge; back in the other order, and drained between."""

    async def run(self) -> None:
        """After each step nothing waits that a worker which is left cannot read."""
        self.begin()
        old, new = (OLD,), (self.newer,)
        steps = [(old, new), (new, new), (old, new), (old, old)]
        for n, (self.running, self.syncs) in enumerate(steps):
            await self.act(100 * n)
            moody, self.origin.moody = self.origin.moody, 0.0
            await self.sweeps(5)
            await self.late()
            await self.sweeps(2)
            self.origin.moody = moody
            assert self.waiting(self.newer) == set(), f"writes wait after step {n}"


async def _to_its_end(work: Any) -> None:
    try:
        await work
    except Died:
        await quiet()
