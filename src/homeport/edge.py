"""The edge worker's whole behaviour, over ports: from a visitor's request to the answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import assert_never

from . import keys
from .dispatch import Ambiguous, Ours, PassThrough, Read, Write, dispatch
from .entry import Entry
from .errors import method_not_allowed, no_answer, problem
from .messages import NoAnswer, Relayed, Request, Response
from .ports import Effects, Origin, Region, Visit
from .pushing.changed import Site
from .reading import cache_status, serve
from .reading.answer import for_method
from .reading.key import Resource, resource, target_of, varying
from .regions import failover
from .regions.breaker import Breaker
from .regions.cells import Added
from .regions.choose import order
from .regions.home import Home, instead, recall, renewal, take_off
from .regions.location import Location
from .regions.where import where
from .routing import Match
from .writing import acknowledgement, patch, prefer
from .writing import write as writes
from .writing.accept import Accepted, Refused, Straight, accept
from .writing.again import PutAgain
from .writing.commit import Why
from .writing.receipt import Receipt, address
from .writing.representation import media_type
from .writing.status import find
from .writing.straight import Send, overtakes, straight
from .writing.wait import fate
from .writing.wake import Waker


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
    local: bool = False
    """On a developer's machine: `where` answers for other places too."""

    async def answer(
        self, request: Request, location: Location, visit: Visit, effects: Effects
    ) -> Response | Relayed:
        """The answer to any request; every one says in Cache-Status what became of it (RFC 9211)."""
        headers, shown = take_off(request.headers)
        forward = partial(visit.forward, instead(request.headers, headers) if shown else {})
        request = replace(request, headers=headers) if shown else request
        honoured = recall(shown, effects.now(), self.regions, self.home_secrets)
        location = replace(location, home=honoured.region) if honoured else location
        regions = [self.regions[name] for name in order(location, tuple(self.regions), self.added)]
        home = regions[0]
        match dispatch(request, self.site.routes):
            case PassThrough():
                return _relay(await forward(), "fwd=bypass")
            case Ambiguous():
                detail = "The path holds a dot segment or a backslash. Send it as it is meant."
                return cache_status.say(problem(400, "Ambiguous path", detail), detail=home.name)
            case Ours(path):
                return await self._ours(path, request, location, regions, visit)
            case Read(match):
                target = target_of(request.target, match.route)
                about = resource(self.site.origin, target, varying(request.headers, match.route.vary))
                recent = honoured is not None and honoured.recent(effects.now())
                return await serve.serve(
                    request,
                    match,
                    about,
                    regions,
                    self.breakers,
                    self.origin,
                    effects,
                    consistent=recent,
                )
            case Write(match):
                # No breaker keeps a write, or `overtakes`, from its home: to refuse one because of a single lost
                # packet is worse than to answer it late.
                return await self._write(request, match, regions, honoured, visit, forward, effects)
            case _ as never:
                assert_never(never)

    async def _write(
        self,
        request: Request,
        match: Match,
        regions: Sequence[Region],
        honoured: Home | None,
        visit: Visit,
        forward: Send,
        effects: Effects,
    ) -> Response | Relayed:
        home, *others = regions
        resources = self.site.changed(match, request.target)
        again = PutAgain(self.site.routes, self.origin, effects)
        why = "method" if request.method not in match.route.write_behind else writes.straight_because(request)
        if why is not None:
            refused = await overtakes(match.route, resources[0], home)
            if refused is not None:
                return self._refused(refused, home, resources[0].key, "", effects)
            named = self._named(request)
            reply = await straight(forward, resources, named, home, others, effects, again)
            return _relay(reply, "fwd=method", detail=f"{home.name} straight {why}")
        request = replace(request, body=await visit.body())
        if request.method == "PATCH" and (fault := patch.fault(media_type(request.headers), request.body)):
            return cache_status.say(acknowledgement.malformed(fault), detail=f"{home.name} refused")
        wishes = prefer.read(request.headers)
        until = effects.now() + 1000 * wishes.seconds
        write = writes.Write(effects.token(), resources[0], request, match.route)
        key = write.resource.key
        outcome = await accept(write, home, self.origin, effects)
        match outcome:
            case Accepted(created, left):
                failover.answered(home, self.breakers[home.name], effects)
                fields = renewal(honoured, home.name, effects.now(), self.home_secrets)
                waking = self.waker.wake(home, keys.lane_of(key), effects)
                receipt = await fate(write.id, home, until, waking, effects)
                if receipt is not None:
                    answer = _settled(receipt, write, wishes, home, left)
                else:
                    status = match.route.accepted_status
                    answer = acknowledgement.accepted(write, wishes, status, left, created=created)
                    answer = cache_status.say(answer, detail=f"{home.name} accepted")
                return replace(answer, headers=answer.headers.plus(*fields))
            case Receipt() as receipt:
                return _settled(receipt, write, wishes, home)
            case Response():
                return cache_status.say(outcome, detail=f"{home.name} refused")
            case Straight() | Refused("unreachable") if (
                isinstance(outcome, Straight) or match.route.when_unreachable == "origin"
            ):
                sent, named = (
                    replace(request, headers=writes.replayed(request.headers)),
                    self._named(request),
                )
                reply = await straight(
                    lambda: self.origin.ask(sent), resources, named, home, others, effects, again
                )
                why = "representation" if isinstance(outcome, Straight) else "unreachable"
                return _relay(reply, "fwd=method", detail=f"{home.name} straight {why}")
            case Refused(refused):
                return self._refused(refused, home, key, write.id, effects)
            case _ as never:
                assert_never(never)

    def _named(self, request: Request) -> Callable[[Sequence[str]], Sequence[Resource]]:
        return lambda locations: self.site.named(locations, request.target, request.headers.get("host") or "")

    def _refused(self, why: Why, home: Region, key: str, write_id: str, effects: Effects) -> Response:
        if why in ("full", "waiting"):
            effects.behind(self.waker.wake(home, keys.lane_of(key), effects))
        answer = acknowledgement.refusal(why, home.name, address(key, write_id))
        return cache_status.say(answer, detail=f"{home.name} {why}")

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
                answer = await find(key, write_id, regions[0])
            case _:
                return _relay(await visit.hand_to_sync())
        return for_method(request, cache_status.say(answer, detail=regions[0].name))


def _settled(
    receipt: Receipt, write: writes.Write, wishes: prefer.Preferences, home: Region, left: Entry | None = None
) -> Response:
    answer = acknowledgement.settled(receipt, write, wishes, home.name, left)
    return cache_status.say(answer, detail=f"{home.name} {receipt.state}")


def _relay(reply: Relayed | NoAnswer | Response, *members: str, detail: str = "") -> Response | Relayed:
    if isinstance(reply, Relayed):
        return cache_status.relayed(reply, *members, detail=detail)
    return _answered(reply, *members, detail=detail)


def _answered(reply: Response | NoAnswer, *members: str, detail: str = "") -> Response:
    if isinstance(reply, NoAnswer):
        reply = no_answer(reply)
    return cache_status.say(reply, *members, detail=detail)
