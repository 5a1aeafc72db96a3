"""Driver of a read: a look at a region's cache, the origin where it must be asked, the fill behind the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from homeport import keys, versions
from homeport.entry import Entry, Unreadable, decode
from homeport.errors import no_answer, problem
from homeport.messages import NoAnswer, Request, Response
from homeport.ports import Effects, Origin, Region
from homeport.regions.breaker import Breaker
from homeport.regions.failover import look
from homeport.routing import Route
from momento_http_shim.conditions import Absent, PresentAndHashEqual
from momento_http_shim.outcomes import Failed, Hit, Miss

from . import cache_status
from .answer import for_method, from_entry
from .decide import Ask, Decline, Reuse, Step, around, judge
from .key import Resource
from .storing import dated, may_store, stored_headers, without_session
from .upstream import fill_request

FILL_MS = 30_000
"""A fill is dropped this long after its request to the origin began: longer than any write's whole effort."""

Condition = Absent | PresentAndHashEqual


async def serve(
    request: Request,
    route: Route,
    resource: Resource,
    regions: Sequence[Region],
    breakers: Mapping[str, Breaker],
    origin: Origin,
    effects: Effects,
    *,
    consistent: bool,
) -> Response:
    """Answer a GET or HEAD on a cached route; a failing cache costs its time-out and is never the visitor's error.

    `regions` are the visitor's, home first. The one that answered is the read's to its end: its entry is judged and
    looked at again there, and the fill goes there. Where none answered, the origin does and nothing is filled.
    `consistent`: the visitor may have written so lately that a plain read would miss it.
    """
    looked = await look(lambda region: _look(region, resource, consistent), regions, breakers, effects)
    region, seen, where = (regions[0], (None, None), looked) if isinstance(looked, str) else looked
    read = _Read(request, route, resource, region, where, origin, effects)
    step = around(request) if isinstance(looked, str) else read.judge(seen[0])
    return for_method(request, await read.answer(step, seen[1]))


async def _look(
    region: Region, resource: Resource, consistent: bool
) -> tuple[Entry | Unreadable | None, Condition | None] | Failed:
    """What stands there, and the condition under which it may be replaced; None where that takes another look."""
    if consistent:
        seen = await versions.read(region, resource.key)
        return seen if isinstance(seen, Failed) else (seen.entry, seen.condition)
    match await region.cache.get(keys.entry(resource.key)):
        case Hit(value):
            return decode(value), None
        case Miss():
            return None, Absent()
        case Failed() as failed:
            return failed
        case _ as never:
            assert_never(never)


@dataclass(frozen=True, slots=True)
class _Read:
    request: Request
    route: Route
    resource: Resource
    region: Region
    where: str
    """The detail of Cache-Status: `regions.failover` has its words."""
    origin: Origin
    effects: Effects

    async def answer(self, step: Step, condition: Condition | None) -> Response:
        if isinstance(step, Ask) and step.fill == "replace" and condition is None:
            step, condition = await self._look_again(step)
        match step:
            case Reuse(entry, ttl):
                answer = from_entry(self.request, entry, self.effects.now())
                members = ("hit",) if ttl is None else ("hit", f"ttl={ttl}")
                return self._said(answer, *members, note="dirty" if ttl is None else "")
            case Decline():
                detail = "Only a stored response was asked for, and none is stored."
                return self._said(problem(504, "Nothing stored", detail))
            case Ask():
                return await self._ask(step, condition or Absent())
            case _ as never:
                assert_never(never)

    def judge(self, found: Entry | Unreadable | None) -> Step:
        return judge(self.request, self.route, self.resource, found, self.effects.now())

    async def _look_again(self, step: Ask) -> tuple[Step, Condition]:
        """Take the hash before the origin is asked: a write that commits since then wins over the origin's answer."""
        seen = await versions.read(self.region, self.resource.key)
        if isinstance(seen, Failed):
            self._failed("region_failed", seen)
            return Ask(step.why, "no"), Absent()
        return self.judge(seen.entry), seen.condition

    async def _ask(self, step: Ask, condition: Condition) -> Response:
        asked = self.effects.now()
        reply = await self.origin.ask(fill_request(self.request, self.route.vary))
        if isinstance(reply, NoAnswer):
            return self._said(no_answer(reply), f"fwd={step.why}")
        answered = self.effects.now()
        reply = dated(reply, answered)
        members = [f"fwd={step.why}", f"fwd-status={reply.status}"]
        if step.fill != "no" and may_store(self.request, reply, self.route):
            self.effects.behind(self._fill(reply, (asked, answered), condition))
            members.append("stored")
        return self._said(without_session(reply), *members)

    async def _fill(self, reply: Response, as_of: tuple[int, int], condition: Condition) -> None:
        """Store, if nothing was written since; that it was not stored is no loss."""
        if self.effects.now() - as_of[0] > FILL_MS:
            return
        entry = Entry(
            target=self.resource.target,
            vary=self.resource.vary,
            kind="stored",
            nonce=self.effects.token(),
            as_of=as_of,
            status=reply.status,
            header=stored_headers(reply.headers, as_of),
            body=reply.body,
        )
        outcome = await versions.store(self.region, self.resource.key, entry, condition)
        if isinstance(outcome, Failed):
            self._failed("fill_failed", outcome)

    def _failed(self, event: str, failed: Failed) -> None:
        self.effects.emit(event, {"region": self.region.name, "code": failed.error.code})

    def _said(self, answer: Response, *members: str, note: str = "") -> Response:
        return cache_status.say(answer, *members, detail=f"{self.where} {note}".strip())
