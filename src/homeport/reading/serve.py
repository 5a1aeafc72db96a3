"""Driver of a read: one look at the region's cache, the origin where it must be asked, the fill behind the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from homeport import keys, versions
from homeport.entry import Entry, Unreadable, decode
from homeport.errors import no_answer, problem
from homeport.messages import NoAnswer, Request, Response
from homeport.ports import Effects, Origin, Region
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
    request: Request, route: Route, resource: Resource, region: Region, origin: Origin, effects: Effects
) -> Response:
    """Answer a GET or HEAD on a cached route; a failing cache costs its time-out and is never the visitor's error."""
    return for_method(request, await _Read(request, route, resource, region, origin, effects).answer())


@dataclass(frozen=True, slots=True)
class _Read:
    request: Request
    route: Route
    resource: Resource
    region: Region
    origin: Origin
    effects: Effects

    async def answer(self) -> Response:
        found = await self._look()
        condition: Condition = Absent()
        step: Step
        if isinstance(found, Failed):
            self._failed("region_failed", found)
            step = around(self.request)
        else:
            step = self._judge(found)
        if isinstance(step, Ask) and step.fill == "replace":
            step, condition = await self._look_again(step)
        note = found.error.code if isinstance(found, Failed) else ""
        match step:
            case Reuse(entry, ttl):
                answer = from_entry(self.request, entry, self.effects.now())
                members = ("hit",) if ttl is None else ("hit", f"ttl={ttl}")
                return self._said(answer, *members, note="dirty" if ttl is None else "")
            case Decline():
                detail = "Only a stored response was asked for, and none is stored."
                return self._said(problem(504, "Nothing stored", detail), note=note)
            case Ask():
                return await self._ask(step, condition, note)
            case _ as never:
                assert_never(never)

    async def _look(self) -> Entry | Unreadable | Failed | None:
        match await self.region.cache.get(keys.entry(self.resource.key)):
            case Hit(value):
                return decode(value)
            case Miss():
                return None
            case Failed() as failed:
                return failed
            case _ as never:
                assert_never(never)

    def _judge(self, found: Entry | Unreadable | None) -> Step:
        return judge(self.request, self.route, self.resource, found, self.effects.now())

    async def _look_again(self, step: Ask) -> tuple[Step, Condition]:
        """Take the hash before the origin is asked: a write that commits since then wins over the origin's answer."""
        seen = await versions.read(self.region, self.resource.key)
        if isinstance(seen, Failed):
            self._failed("region_failed", seen)
            return Ask(step.why, "no"), Absent()
        return self._judge(seen.entry), seen.condition

    async def _ask(self, step: Ask, condition: Condition, note: str) -> Response:
        asked = self.effects.now()
        reply = await self.origin.ask(fill_request(self.request, self.route.vary))
        if isinstance(reply, NoAnswer):
            return self._said(no_answer(reply), f"fwd={step.why}", note=note)
        answered = self.effects.now()
        reply = dated(reply, answered)
        members = [f"fwd={step.why}", f"fwd-status={reply.status}"]
        if step.fill != "no" and may_store(self.request, reply, self.route):
            self.effects.behind(self._fill(reply, (asked, answered), condition))
            members.append("stored")
        return self._said(without_session(reply), *members, note=note)

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
        return cache_status.say(answer, *members, detail=f"{self.region.name} {note}".strip())
