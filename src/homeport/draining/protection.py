"""Driver of the origin's protection from its own drains: a route's concurrency and rate, and a breaker per lane.

After `MOST_FAILURES` in a row the lane pauses: its lease is left in place of being given free, so a trigger costs one
attempt at it and finds nothing to do. The first replay of every drain goes alone. If it fails while the note of a pause
stands, it was the probe after that pause, and the lane pauses again, for twice as long.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from homeport import keys
from homeport.messages import NoAnswer, Request, Response
from homeport.ports import Effects, Opened, Origin
from homeport.routing import Route, Routes
from momento_http_shim.conditions import NotEqual
from momento_http_shim.outcomes import Hit

from .budget import Budget
from .lease import Lease
from .outcome import retry_after

MOST_FAILURES = 5
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 60.0
"""In seconds. Retry-After counts up to the longest: what asked for more waits by itself, and others need not."""

NOTE_SECONDS = 120.0
"""A pause's note outlives it by two periods of cron, so that the probe finds it."""

_OVERLOADED = frozenset((429, 502, 503, 504))


@dataclass(frozen=True, slots=True)
class Unsent(NoAnswer):
    """The request was not sent, for a reason that is not its own: it keeps its tries."""


UNSENT = Unsent("the lane pauses, or the drain's time is up")


def failing(reply: Response | NoAnswer) -> bool:
    """Whether an answer says that the origin, or the way to it, has too much to do or is down."""
    return isinstance(reply, NoAnswer) or reply.status in _OVERLOADED


def pause_seconds(before: int, reply: Response | NoAnswer, now: int) -> float:
    """How long a lane pauses that has paused so often before in a row."""
    asked = retry_after(reply, now)
    return min(LONGEST_PAUSE, max(asked, FIRST_PAUSE * 2.0 ** min(before, 10)))


@dataclass(slots=True)
class _Limits:
    """A route's, in one drain; `next` is when the next replay may begin, in ms since 1970."""

    places: asyncio.Semaphore
    spacing_ms: float
    next: float = 0.0


@dataclass(slots=True)
class Protected:
    """Implements `ports.Origin` for one drain of one lane. Questions (GET) are neither limited nor counted."""

    origin: Origin
    routes: Routes
    effects: Effects
    lease: Lease
    request_ms: int
    until: int
    budget: Budget
    failures: int = 0
    probed: bool = False
    probe: asyncio.Lock = field(default_factory=asyncio.Lock)
    limits: dict[str, _Limits] = field(default_factory=dict)

    async def open(self, request: Request, /) -> Opened | NoAnswer:
        """Unprotected: a drain opens nothing."""
        return await self.origin.open(request)

    async def ask(self, request: Request, /) -> Response | NoAnswer:
        """Send a request when its turn comes; `Unsent` where it does not come in this drain."""
        if request.method == "GET":
            return await self.origin.ask(request)
        async with self.probe:
            if not self.probed:
                reply = await self._in_turn(request)
                self.probed = not isinstance(reply, Unsent)
                return reply
        return await self._in_turn(request)

    async def _in_turn(self, request: Request) -> Response | NoAnswer:
        limits = self._limits(request.path)
        async with limits.places:
            if not await self._turn(limits):
                return UNSENT
            reply = await self.origin.ask(request)
        await self._heard(reply)
        return reply

    def _limits(self, path: str) -> _Limits:
        match = self.routes.match(path)
        route = match.route if match else Route(path)
        if route.path not in self.limits:
            spacing = 1000 / route.rate if route.rate else 0.0
            self.limits[route.path] = _Limits(asyncio.Semaphore(route.concurrency or 1_000), spacing)
        return self.limits[route.path]

    async def _turn(self, limits: _Limits) -> bool:
        """Wait for it; False where nothing may be sent any more, by the lane's pause, the time or the lease."""
        now = self.effects.now()
        at = max(now, limits.next)
        if at > self.until:
            self.budget.refused = True  # the next invocation goes on
            return False
        limits.next = at + limits.spacing_ms
        if at > now:
            await self.effects.pause((at - now) / 1000)
        return await self.lease.covers(self.effects, self.request_ms)

    async def _heard(self, reply: Response | NoAnswer) -> None:
        if not failing(reply):
            self.failures = 0
            return
        self.failures += 1
        enough = self.failures >= MOST_FAILURES
        if not self.lease.pause and (enough or not self.probed):
            before = await self._paused_before()
            if (enough or before) and not self.lease.pause:
                await self._pause(before, reply)

    async def _paused_before(self) -> int:
        note = await self.lease.region.cache.get(keys.pause(self.lease.lane))
        text = bytes(note.value) if isinstance(note, Hit) else b""
        return int(text) if text.isdigit() else 0

    async def _pause(self, before: int, reply: Response | NoAnswer) -> None:
        seconds = self.lease.pause = pause_seconds(before, reply, self.effects.now())
        region, lane = self.lease.region, self.lease.lane
        reason = reply.reason if isinstance(reply, NoAnswer) else f"the origin answered {reply.status}"
        fields = {"region": region.name, "lane": lane, "seconds": seconds, "reason": reason}
        self.effects.emit("lane_paused", fields)
        # NotEqual to nothing: whatever stands there. Only the lane's owner writes it.
        await region.cache.set_if(
            keys.pause(lane), b"%d" % (before + 1), NotEqual(b""), ttl_seconds=seconds + NOTE_SECONDS
        )
