"""The edge worker's whole behaviour, over ports: from a visitor's request to the answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import assert_never

from .dispatch import Ambiguous, Ours, PassThrough, Personal, Read, Write, dispatch
from .errors import method_not_allowed, problem
from .messages import Headers, NoAnswer, Relayed, Request, Response
from .ports import Effects, Origin, Region, Seal, Visit
from .pushing.changed import Site
from .reading import cache_status, serve
from .reading.answer import for_method
from .reading.key import resource, target_of, varying
from .reading.lists import Lists
from .reading.personal import personal
from .reading.whose import SealKeys, sender
from .regions.breaker import OPENED, Breaker
from .regions.cells import Added
from .regions.choose import order
from .regions.home import instead, recall, take_off
from .regions.location import Location
from .regions.where import where
from .routing import Match
from .trace import Trace, Traced
from .writing.arrival import Arrival
from .writing.gauge import Gauge
from .writing.status import find
from .writing.wake import Waker
from .writing.write import ANY


@dataclass(frozen=True, slots=True)
class Edge:
    """One per isolate."""

    site: Site
    regions: Mapping[str, Region]
    origin: Origin
    waker: Waker
    breakers: Mapping[str, Breaker] = field(default_factory=lambda: defaultdict(Breaker))
    """By region; of this isolate alone."""
    added: tuple[Added, ...] = ()
    """Where regions stand that are the user's own."""
    home_secrets: tuple[str, ...] = field(default=(), repr=False)
    """The first signs where a visitor's home is, all verify; without one nobody has a home."""
    seal: Seal | None = None
    seal_keys: SealKeys = field(default=(), repr=False)
    """With which credentials of accepted writes are sealed, and their authors known again."""
    gauge: Gauge | None = None
    local: bool = False
    """On a developer's machine: `where` answers for other places too."""

    async def answer(
        self, request: Request, location: Location, visit: Visit, effects: Effects
    ) -> Response | Relayed:
        """The answer to any request; every one says in Cache-Status what became of it (RFC 9211)."""
        headers, shown = take_off(request.headers)
        changed = instead(request.headers, headers) if shown else {}
        forward, origin = partial(visit.forward, changed), self.origin
        if trace := effects.trace:
            forward, origin = partial(_forward, visit, changed, headers, trace), Traced(origin, trace)
        request = replace(request, headers=headers) if shown else request
        honoured = recall(shown, effects.now(), self.regions, self.home_secrets) if shown else None
        location = replace(location, home=honoured.region) if honoured else location
        regions = [self.regions[name] for name in order(location, tuple(self.regions), self.added)]
        home = regions[0]
        match dispatch(request, self.site.routes, sealing=self.seal is not None):
            case PassThrough():
                return cache_status.answered(await forward(), "fwd=bypass")
            case Ambiguous():
                detail = "The path holds a dot segment or a backslash. Send it as it is meant."
                return cache_status.say(problem(400, "Ambiguous path", detail), detail=home.name)
            case Ours(path):
                return await self._ours(path, request, location, regions, visit)
            case Read(match) | Personal(match) as read:
                target = target_of(request.target, match.route)
                about = resource(self.site.origin, target, varying(request.headers, match.route.vary))
                recent = honoured is not None and honoured.recent(effects.now())
                theirs = partial(self._sent, request, match, about.key)
                if isinstance(read, Personal):
                    answer = await personal(
                        request,
                        about,
                        regions,
                        self.breakers,
                        effects,
                        theirs,
                        own=read.own,
                        consistent=recent,
                    )
                    return answer or cache_status.answered(await forward(), "fwd=bypass")
                return await serve.serve(
                    request,
                    match,
                    about,
                    regions,
                    self.breakers,
                    origin,
                    effects,
                    consistent=recent,
                    lists=Lists.of(self.site, match, request, target),
                    shown=theirs,
                )
            case Write(match):
                home, *others = regions
                # What is replayed later stays in the trace of its author.
                return await Arrival(
                    replace(request, headers=trace.onto(headers)) if trace else request,
                    match,
                    home,
                    others,
                    honoured,
                    visit,
                    forward,
                    self.site,
                    origin,
                    self.waker,
                    self.breakers[home.name],
                    effects,
                    self.home_secrets,
                    self.seal,
                    self.seal_keys,
                    self.gauge,
                ).answer()
            case _ as never:
                assert_never(never)

    def _sent(self, request: Request, match: Match, resource_key: str, whose: str) -> bool:
        """Whether a fingerprint is the sender's of this request; computed only where one stands."""
        return sender(request.headers, match.route, self.seal_keys).sent(whose, resource_key)

    async def _ours(
        self, path: str, request: Request, location: Location, regions: Sequence[Region], visit: Visit
    ) -> Response | Relayed:
        answer: Response
        match path.split("/"):
            case ["where"] | ["writes", _, _] if request.method not in ("GET", "HEAD"):
                answer = method_not_allowed("This address can be read only.", "GET, HEAD")
            case ["where"]:
                answer = where(location, tuple(self.regions), self.added, request.query if self.local else "")
            case ["writes", key, write_id]:
                return await self._receipt(key, write_id, request, regions[0], visit)
            case ["status" | "metrics" | "console"]:
                opened = [name for name in self.regions if not self.breakers[name].closed]
                return cache_status.answered(await visit.hand_to_sync({OPENED: ", ".join(opened)}))
            case _:
                return cache_status.answered(await visit.hand_to_sync())
        return for_method(request, cache_status.say(answer, detail=regions[0].name))

    async def _receipt(
        self, key: str, write_id: str, request: Request, home: Region, visit: Visit
    ) -> Response | Relayed:
        """For its author and, from any region, for an operator in a browser; the sync worker knows those."""
        from .operating import session  # few look at receipts

        headers = session.without(request.headers)
        answer = await find(key, write_id, home, partial(self._author, headers, key))
        if answer.status == 404 and session.may_operate(request.headers):
            # A bearer token is the site's own: it is no guess at an operator's, and opens no receipt.
            shown = await visit.hand_to_sync({"authorization": ""})
            if shown.status == 200:
                return cache_status.answered(shown)
        return for_method(request, cache_status.say(answer, detail=home.name))

    def _author(self, headers: Headers, key: str, whose: str, target: str) -> bool:
        match = self.site.routes.match(target.partition("?")[0])
        asking = sender(headers, match.route if match else ANY, self.seal_keys)
        nobody = bool(self.seal_keys) and not asking.pairs
        return asking.sent(whose, key) or (nobody and asking.fingerprint(key) == whose)


async def _forward(
    visit: Visit, changed: Mapping[str, str | None], headers: Headers, trace: Trace
) -> Relayed | NoAnswer:
    return await visit.forward({**changed, **trace.instead(headers)})
