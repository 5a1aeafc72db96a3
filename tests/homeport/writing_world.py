"""What the writing side's tests add to the world: written resources, a drain of two regions, a visitor's request."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from homeport import keys
from homeport.draining.budget import Budget, metered
from homeport.draining.drain import Drain, Report
from homeport.entry import Entry
from homeport.messages import Headers, NoAnswer, Relayed, Request, Response
from homeport.pushing.changed import Site
from homeport.reading.key import Resource, resource
from homeport.routing import Route, Routes
from homeport.writing.accept import Accepted, Refused, Straight, accept
from homeport.writing.receipt import Receipt, decode
from homeport.writing.write import Write
from tests.homeport.homeport_world import (
    NOON,
    ORIGIN,
    Clock,
    Surroundings,
    TwinRegion,
    effects,
    region,
)
from tests.homeport.writing_processes import ItemsOrigin, Process, ProcessOrigin

HOME, AWAY = "ap-northeast-1", "eu-west-1"

ROUTES = Routes(
    Route("/items", ttl=60),
    Route("/items/{id}", ttl=60, write_behind=("PUT", "DELETE"), invalidates=("/items",)),
    Route("/notes/{id}", ttl=60, write_behind=("PUT", "DELETE"), when_unreachable="origin"),
    Route("/plain/{id}", ttl=60),
)
SITE = Site(ORIGIN, ROUTES)

REQUEST_MS = 20_000
AN_HOUR = 3_600_000


@dataclass
class World:
    """Two regions and one origin under one clock."""

    clock: Clock = field(default_factory=Clock)
    origin: ItemsOrigin = field(default_factory=ItemsOrigin)
    surroundings: Surroundings = field(init=False)
    home: TwinRegion = field(init=False)
    away: TwinRegion = field(init=False)

    def __post_init__(self) -> None:
        self.surroundings = effects(self.clock)
        self.home, self.away = region(HOME, self.clock), region(AWAY, self.clock)

    def write(self, target: str, body: bytes | None) -> Write:
        """A PUT of that body, or a DELETE."""
        name = f"{len(self.surroundings.tokens) + 1_000_000:032x}"
        self.surroundings.tokens.append(name)
        return Write(name, about(target), put(target, body) if body is not None else delete(target))

    async def accept(
        self, write: Write, by: Process | None = None, *, at: TwinRegion | None = None
    ) -> Accepted | Refused | Receipt | Straight | Response:
        """Accept a write, at home if no other region is named."""
        process = by or Process()
        origin = ProcessOrigin(process, self.origin)
        return await accept(write, process.connect(at or self.home), origin, self.surroundings.effects)

    async def accepted(self, target: str, body: bytes | None) -> Write:
        """A write that is certainly accepted."""
        write = self.write(target, body)
        assert await self.accept(write) == Accepted()
        return write

    async def drain(
        self, lane: int, by: Process | None = None, *, budget: int = 900, of: TwinRegion | None = None
    ) -> Report | None:
        """Drain one lane, of the home region if no other is named; `budget` in calls."""
        process, home = by or Process(), of or self.home
        others = [each for each in (self.home, self.away) if each.name != home.name]
        spent = Budget(budget)
        connected = {each.name: process.connect(each) for each in (home, *others)}
        regions, origin = metered(connected, ProcessOrigin(process, self.origin), spent)
        drain = Drain(SITE, origin, REQUEST_MS, self.surroundings.effects, spent)
        try:
            return await drain.lane(regions.pop(home.name), [*regions.values()], lane)
        finally:
            await quiet()

    async def drain_until_idle(self, *lanes: int) -> None:
        """What cron does for as long as something waits: all leases expire and all members grow old in between."""
        for _ in range(6):
            if not self.members(self.home):
                return
            self.clock.advance(61_000)
            for lane in lanes or range(keys.LANES):
                await self.drain(lane)

    def members(self, of: TwinRegion) -> list[str]:
        """Whatever waits in the region's queues, as {key}/{id}."""
        names: list[str] = []
        for key, item in of.cache.store.items():
            if key.startswith(b"q:"):
                content: Any = item.content
                names += [value.decode() for value, _ in content.between(0, len(content))]
        return names

    def receipt(self, write_id: str, of: TwinRegion | None = None) -> Receipt | None:
        """A write's terminal receipt, which certainly is legible."""
        octets = (of or self.home).cache.store.content(keys.receipt(write_id).encode(), bytes)
        if octets is None:
            return None
        found = decode(octets)
        assert isinstance(found, Receipt), octets
        return found

    def entry(self, target: str, of: TwinRegion | None = None) -> Entry:
        """The entry of a target that certainly stands there."""
        found = (of or self.home).kept(about(target).key)
        assert isinstance(found, Entry), f"{target}: {found}"
        return found


def journal(world: World, target: str) -> list[bytes | None]:
    """What the origin applied to a target, in order; None for a deletion."""
    return [
        None if method == "DELETE" else body
        for method, where, body in world.origin.journal
        if where == target
    ]


async def quiet() -> None:
    """Let what an interrupted gather left behind come to its own end."""
    for _ in range(20):
        await asyncio.sleep(0)


def about(target: str) -> Resource:
    """The resource of a target."""
    return resource(ORIGIN, target)


def put(target: str, body: bytes, *fields: tuple[str, str]) -> Request:
    """A visitor's PUT."""
    headers = (("content-type", "text/plain"), ("content-length", str(len(body))), *fields)
    return Request("PUT", target, Headers(headers), body)


def delete(target: str) -> Request:
    """A visitor's DELETE."""
    return Request("DELETE", target)


def lane_of(target: str) -> int:
    """The lane a target's writes go through."""
    return keys.lane_of(about(target).key)


def in_one_lane(count: int, lane: int = 0, path: str = "/items/") -> list[str]:
    """So many targets whose writes share a lane."""
    found = [target for n in range(40 * count) if lane_of(target := f"{path}{n}") == lane]
    return found[:count]


def stored(target: str, body: bytes = b"old", *, stale: bool = False, nonce: str = "n0") -> Entry:
    """A clean entry, fresh unless said otherwise."""
    return Entry(
        target=target,
        vary=Headers(),
        kind="stored",
        nonce=nonce,
        as_of=(NOON - 1000, NOON - 900),
        stale=stale,
        header=Headers((("content-type", "text/plain"),)),
        body=body,
    )


@dataclass
class ScriptedVisit:
    """Implements `ports.Visit`: the visitor's body, and what the origin answers to the streamed request."""

    content: bytes = b""
    replies: Sequence[Relayed | NoAnswer] = (Relayed(204, None),)
    forwarded: int = 0
    instead: list[dict[str, str | None]] = field(default_factory=list)
    """The fields that each forwarded request went without, or with another value."""
    handed: int = 0
    handed_with: dict[str, str] = field(default_factory=dict)
    meanwhile: Callable[[], Awaitable[object]] | None = None
    """What happens while the origin works on the request."""

    async def body(self) -> bytes:
        return self.content

    async def forward(self, instead: Mapping[str, str | None] | None = None, /) -> Relayed | NoAnswer:
        self.instead.append(dict(instead or {}))
        reply = self.replies[self.forwarded]
        self.forwarded += 1
        if self.meanwhile is not None:
            await self.meanwhile()
        return reply

    async def hand_to_sync(self, fields: Mapping[str, str] | None = None, /) -> Relayed:
        self.handed += 1
        self.handed_with = dict(fields or {})
        return Relayed(404, None)


@dataclass
class Kicks:
    """Implements `ports.Sync`: remembers the kicks."""

    kicks: list[tuple[str, int]] = field(default_factory=list)
    heard: bool = False

    async def kick(self, region: str, lane: int, _skip: int = 0, /) -> bool:
        self.kicks.append((region, lane))
        return self.heard
