"""The sync worker's whole behaviour, over ports: what wakes it, and how long it stays awake."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from momento_http_shim.outcomes import Failed, Number

from . import keys, queues
from .access import Access, Attempts
from .draining import alarms, dead_letter
from .draining.budget import ENDING
from .draining.drain import Drain, Report
from .draining.signal import SIGNATURE, Forged, verify
from .errors import method_not_allowed, not_found, problem
from .messages import Headers, Request, Response
from .ports import Effects, Region, Sync
from .pushing import order as orders
from .pushing.everywhere import everywhere
from .pushing.order import Order, Progress
from .pushing.purge import Purge
from .reading.answer import for_method
from .settings import Settings

if TYPE_CHECKING:
    from .operating.admission import Door
    from .operating.assertions import Assertions
    from .operating.operator import Operator

PATIENCE_SECONDS = (0.25, 0.5, 1.0, 2.0)
"""How long a drain waits, each time, for commits that are under way; cron finds what takes longer."""

AFTER_A_PAUSE = 0.5
"""Seconds that an invocation waits beyond its lane's pause: the region's clock began it later."""

WEBHOOK, PURGE, PUSH = "/.homeport/topics", "/.homeport/purge", "/.homeport/push"

LARGEST_BODY = {WEBHOOK: 64 * 1024, PURGE: 512 * 1024, PUSH: 5 * 1024 * 1024}
"""Of a request to this worker, in octets, by its address; a topic's message has at most 4 KB."""

_POSTED = {WEBHOOK: "A topic's events are", PURGE: "An order to purge is", PUSH: "A delivery of pages is"}


_NOTHING = "There is nothing at this address."
_LABEL = b"homeport operators 1"


class Purger(Protocol):
    """The sync worker over a binding, by which each part of a purge gets an invocation of its own."""

    async def purge(self, region: str, order: str, /) -> Progress:
        """Purge as much of an order, in JSON, as one invocation may."""
        ...


@dataclass(frozen=True, slots=True)
class SyncWorker:
    """One per invocation. `itself` is the binding by which an invocation continues in a new one."""

    settings: Settings
    regions: Mapping[str, Region]
    drain: Drain
    itself: Sync
    effects: Effects
    purger: Purger | None = None
    """None: a purge is carried out in this invocation."""
    attempts: Attempts = field(default_factory=Attempts)
    """Wrong tokens so far, of the isolate."""

    assertions: Assertions | None = None
    """None: nobody is admitted by Cloudflare Access."""

    @property
    def _door(self) -> Door:
        from .operating.admission import Door

        settings = self.settings
        access = Access(settings.read_tokens, settings.operate_tokens, self.attempts)
        secret = hmac.digest(settings.api_key.encode(), _LABEL, "sha256")
        return Door(access, self.assertions, secret, settings.local)

    async def admit(self, request: Request) -> Operator | Response | None:
        """Who operates, or the refusal of a request whose body is not worth reading: by path, method, sender, length.

        None: the body has yet to say who sends it. None of its addresses exists until the secrets or tokens of who may
        send there are configured.
        """
        now, posted = self.effects.now(), request.path in _POSTED
        if request.path != PURGE and posted:
            secrets = self.settings.webhook_secrets if request.path == WEBHOOK else self.settings.push_secrets
            return _refusal(request) if secrets else not_found(_NOTHING)
        from .operating import surface  # an operator's: rarely

        if not posted:
            return await surface.admit(request, self._door, now)
        if not self._door.opens("operate"):
            return not_found(_NOTHING)
        if request.method != "POST":
            return _refusal(request)
        operator = await self._door.admit(request, "operate", now)
        return operator if isinstance(operator, Response) else _refusal(request) or operator

    async def answer(self, request: Request, operator: Operator | None = None) -> Response:
        """The answer to an event, an order, a delivery or an operator, its body read; `admit` has let it pass."""
        if operator and operator.csrf and (refused := _unasked(request, operator)):
            return refused
        if request.path == PURGE:
            order = orders.read(bytes(request.body), self.drain.site, self.effects.now())
            if isinstance(order, Response):
                return order
            return await everywhere(order, tuple(self.regions), self._purge, self.effects)
        if request.path == PUSH:
            from .pushing import deliveries  # the edge worker never needs it, and this one rarely

            secrets, site = self.settings.push_secrets, self.drain.site
            return await deliveries.answer(request, secrets, site, self.regions, self._purge, self.effects)
        if request.path != WEBHOOK:
            return for_method(request, await self._operate(request, operator))
        signature = request.headers.get(SIGNATURE)
        signal = verify(bytes(request.body), signature, self.settings.webhook_secrets, self.effects.now())
        if isinstance(signal, Forged):
            self.effects.emit("webhook_refused", {"reason": signal.reason})
            return problem(401, "Not a topic's event", f"{signal.reason[0].upper()}{signal.reason[1:]}.")
        region = self.settings.region_of(signal.cache)
        if region is not None:
            lanes = range(keys.LANES) if signal.lane is None else (signal.lane,)
            for lane in lanes:
                self.effects.behind(self.lane(region, lane, "webhook"))
        return Response(204, Headers((("cache-control", "no-store"),)))

    async def _operate(self, request: Request, operator: Operator | None) -> Response:
        from .operating import login
        from .operating.surface import Surface

        if operator is None:
            return login.answer(request, self._door.access, self.effects.now(), self.effects.token())
        added, alarm_seconds = self.settings.added, self.settings.alarm_seconds
        surface = Surface(self.regions, self.drain, self.itself, self.effects, added, alarm_seconds)
        return await surface.answer(request, operator)

    async def _purge(self, region: str, order: Order) -> Progress:
        if self.purger is None:
            return await self.purge(region, order)
        return await self.purger.purge(region, orders.encode(order))

    async def purge(self, region: str, order: Order) -> Progress:
        """Purge as much of an order in a region as one invocation may; called over the service binding by itself."""
        keeper = next((each for name, each in self.regions.items() if name != region), None)
        return await Purge(order, self.drain.site.origin, self.regions[region], keeper, self.effects).run()

    def kick(self, region: str, lane: int, skip: int = 0) -> None:
        """Called over the service binding only: by the edge after a write, by this worker to continue.

        Cloudflare lets invocations call each other so 32 deep; what then remains is found by cron.
        """
        if region in self.regions and 0 <= lane < keys.LANES:
            self.effects.behind(self.lane(region, lane, "kick", skip))

    async def sweep(self) -> None:
        """Cron: whatever woke nobody is found here, in every lane of every region.

        Each lane is drained by an invocation of its own, because what one invocation may call is limited.
        """
        await asyncio.gather(*map(self._sweep_region, self.regions))
        days, budget = self.settings.dead_letter_days, self.drain.budget
        for region in self.regions.values():
            await dead_letter.renew(region, days, self.effects, budget)

    async def _sweep_region(self, region: str) -> None:
        found = await asyncio.gather(*(self._sweep(region, lane) for lane in range(keys.LANES)))
        codes = [each for each in found if isinstance(each, str)]
        if len(codes) == len(found):
            self.effects.emit("region_down", {"region": region, "code": codes[0]})
        if self.drain.history and self.drain.budget.fits(1):
            from . import history

            waiting = sum(each for each in found if isinstance(each, int))
            await history.waited(self.regions[region], waiting, self.effects.now())

    async def _sweep(self, region: str, lane: int) -> int | str:
        """How many members there were; Momento's code where the region did not tell."""
        # An idle lane costs one operation and no lease.
        length = await self.regions[region].cache.sorted_set_length(keys.queue(lane))
        if isinstance(length, Failed):
            self.effects.emit("region_failed", {"region": region, "code": length.error.code})
            return length.error.code
        if isinstance(length, Number):
            await alarms.of_lane(self.regions[region], lane, length.value, self.settings, self.effects)
            if not await self.itself.kick(region, lane):
                await self.lane(region, lane, "cron")
            return length.value
        return 0

    async def lane(self, region: str, lane: int, woken_by: str, skip: int = 0) -> None:
        """Drain a lane until nothing in it is due, but for members that the invocation before this has looked at."""
        home = self.regions[region]
        others = [each for name, each in self.regions.items() if name != region]
        patience = iter(PATIENCE_SECONDS)
        until = self.drain.until()
        began = self.effects.now()
        while (report := await self.drain.lane(home, others, lane, until, skip)) is not None:
            seconds = (self.effects.now() - began) / 1000
            fields = {"region": region, "lane": lane, "woken_by": woken_by, "duration": seconds}
            if report.oldest is not None:
                fields["read_mark"] = queues.read_mark(report.oldest)
            self.effects.emit("drained", fields | {"settled": report.settled, "waiting": report.waiting})
            if report.unfinished:
                await self.itself.kick(region, lane, report.skip)
            skip = 0
            if report.paused and self.effects.now() + report.paused * 1000 <= until:
                await self.effects.pause(report.paused + AFTER_A_PAUSE)
            elif report.failed or report.cut:
                return  # a longer pause ends with the first trigger after it, cron's at the latest
            elif not await self._more(home, lane, report, patience):
                return
            if self.effects.now() > until or not self.drain.budget.fits(ENDING):
                await self.itself.kick(region, lane)
                return
            began = self.effects.now()

    async def _more(self, home: Region, lane: int, report: Report, patience: Iterator[float]) -> bool:
        """Whether to look once more, for writes that came after the last look.

        Their authors' wake-ups found the lease taken: nobody else looks before cron does.
        """
        if report.in_flight and (wait := next(patience, None)) is not None:
            await self.effects.pause(wait)
            return True
        length = await home.cache.sorted_set_length(keys.queue(lane))
        return isinstance(length, Number) and length.value > report.waiting


def _unasked(request: Request, operator: Operator) -> Response | None:
    from .operating import form

    return form.unasked(request, operator)


def _refusal(request: Request) -> Response | None:
    """Why what is posted, whoever sends it, is not read."""
    if request.method != "POST":
        return method_not_allowed(f"{_POSTED[request.path]} POSTed here.", "POST")
    length, most = request.headers.get("content-length") or "", LARGEST_BODY[request.path]
    if not length.isdecimal():
        return problem(411, "Length Required", "Send the body with a Content-Length.")
    if len(length) > 9 or int(length) > most:
        return problem(413, "Content Too Large", f"A body has at most {most} octets here.")
    return None
