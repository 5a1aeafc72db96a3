"""The edge worker's whole behaviour, over ports: from a visitor's request to the answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from . import VERSION, keys
from .dispatch import Ambiguous, Ours, PassThrough, Read, Write, dispatch
from .errors import method_not_allowed, no_answer, problem
from .messages import Headers, NoAnswer, Relayed, Request, Response
from .ports import Effects, Origin, Region, Visit
from .pushing.changed import Site
from .reading import cache_status, serve
from .reading.answer import for_method
from .reading.key import resource, varying
from .regions.choose import order
from .regions.location import Location
from .routing import Match
from .writing import acknowledgement
from .writing import write as writes
from .writing.accept import Accepted, Refused, accept
from .writing.commit import Why
from .writing.receipt import Receipt, address
from .writing.status import find
from .writing.straight import overtakes, straight
from .writing.wake import Waker


@dataclass(frozen=True, slots=True)
class Edge:
    """One per isolate."""

    site: Site
    regions: Mapping[str, Region]
    origin: Origin
    waker: Waker

    async def answer(
        self, request: Request, location: Location, visit: Visit, effects: Effects
    ) -> Response | Relayed:
        """The answer to any request; every one says in Cache-Status what became of it (RFC 9211)."""
        home, *others = (self.regions[name] for name in order(location, tuple(self.regions)))
        match dispatch(request, self.site.routes):
            case PassThrough():
                return _relay(await visit.forward(), "fwd=bypass")
            case Ambiguous():
                detail = "The path holds a dot segment or a backslash. Send it as it is meant."
                return cache_status.say(problem(400, "Ambiguous path", detail), detail=home.name)
            case Ours(path):
                return await self._ours(path, request, location, (home, *others), visit)
            case Read(match):
                about = resource(self.site.origin, request.target, varying(request.headers, match.route.vary))
                return await serve.serve(request, match.route, about, home, self.origin, effects)
            case Write(match):
                return await self._write(request, match, home, others, visit, effects)
            case _ as never:
                assert_never(never)

    async def _write(
        self,
        request: Request,
        match: Match,
        home: Region,
        others: Sequence[Region],
        visit: Visit,
        effects: Effects,
    ) -> Response | Relayed:
        resources = self.site.changed(match, request.target)
        why = "method" if request.method not in match.route.write_behind else writes.straight_because(request)
        if why is not None:
            refused = await overtakes(match.route, resources[0], home)
            if refused is not None:
                return self._refused(refused, home, resources[0].key, "", effects)
            reply = await straight(visit.forward, resources, home, others, effects)
            return _relay(reply, "fwd=method", detail=f"{home.name} straight {why}")
        write = writes.Write(effects.token(), resources[0], replace(request, body=await visit.body()))
        key = write.resource.key
        match await accept(write, home, effects):
            case Accepted():
                effects.behind(self.waker.wake(home, keys.lane_of(key), effects))
                answer = acknowledgement.accepted(key, write.id)
                return cache_status.say(answer, detail=f"{home.name} accepted")
            case Receipt() as receipt:
                answer = acknowledgement.settled(receipt, home.name)
                return cache_status.say(answer, detail=f"{home.name} {receipt.state}")
            case Refused("unreachable") if match.route.when_unreachable == "origin":
                sent = replace(write.request, headers=writes.replayed(request.headers))
                reply = await straight(lambda: self.origin.ask(sent), resources, home, others, effects)
                return _relay(reply, "fwd=method", detail=f"{home.name} straight unreachable")
            case Refused(refused):
                return self._refused(refused, home, key, write.id, effects)
            case _ as never:
                assert_never(never)

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
                answer = _where(location, [region.name for region in regions])
            case ["writes", key, write_id]:
                answer = await find(key, write_id, regions[0])
            case _:
                return _relay(await visit.hand_to_sync())
        return for_method(request, cache_status.say(answer, detail=regions[0].name))


def _where(location: Location, order: Sequence[str]) -> Response:
    body = {
        "version": VERSION,
        "country": location.country,
        "city": location.city,
        "continent": location.continent,
        "colo": location.colo,
        "region": order[0],
        "others": list(order[1:]),
    }
    fields = (("content-type", "application/json"), ("cache-control", "no-store"))
    return Response(200, Headers(fields), json.dumps(body).encode())


def _relay(reply: Relayed | NoAnswer | Response, *members: str, detail: str = "") -> Response | Relayed:
    if isinstance(reply, Relayed):
        ours = ("cache-status", cache_status.member(*members, detail=detail))
        return replace(reply, added=(*reply.added, ours))
    return _answered(reply, *members, detail=detail)


def _answered(reply: Response | NoAnswer, *members: str, detail: str = "") -> Response:
    if isinstance(reply, NoAnswer):
        reply = no_answer(reply)
    return cache_status.say(reply, *members, detail=detail)
