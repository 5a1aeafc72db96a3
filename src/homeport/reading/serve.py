"""Driver of a read: one look at the region's cache, the origin where it must be asked, the fill behind the answer."""

from __future__ import annotations

from typing import assert_never

from homeport import keys, versions
from homeport.entry import Entry, Unreadable, decode
from homeport.errors import problem
from homeport.messages import NoAnswer, Request, Response
from homeport.ports import Effects, Origin, Region
from homeport.routing import Route
from momento_http_shim.conditions import Absent, PresentAndHashEqual
from momento_http_shim.outcomes import Failed, Hit, Miss

from . import cache_status
from .answer import from_entry
from .decide import Ask, Decline, Reuse, judge
from .key import Resource
from .storing import may_store, stored_headers
from .upstream import fill_request

FILL_MS = 30_000
"""A fill is dropped this long after its request to the origin began: longer than any write's whole effort."""

Condition = Absent | PresentAndHashEqual


async def serve(
    request: Request, route: Route, resource: Resource, region: Region, origin: Origin, effects: Effects
) -> Response:
    """Answer a GET or HEAD on a cached route; a failing cache costs its time-out and is never the visitor's error."""
    condition: Condition = Absent()
    found = await _look(region, resource)
    if isinstance(found, Failed):
        effects.emit("region_failed", {"region": region.name, "code": found.error.code})
        reply = await origin.ask(fill_request(request))
        detail = f"{region.name} {found.error.code}"
        return _forwarded(reply, "fwd=miss", detail=detail, head=request.method == "HEAD")
    step = judge(request, route, resource, found, effects.now())
    if isinstance(step, Ask) and step.fill == "replace":
        step, condition = await _look_again(request, route, resource, region, effects, step)
    match step:
        case Reuse(entry, ttl):
            answer = from_entry(request, entry, effects.now())
            if ttl is None:
                return cache_status.say(answer, "hit", detail=f"{region.name} dirty")
            return cache_status.say(answer, "hit", f"ttl={ttl}", detail=region.name)
        case Decline():
            answer = problem(
                504, "Nothing stored", "Only a stored response was asked for, and none is stored."
            )
            return cache_status.say(answer, detail=region.name)
        case Ask():
            return await _ask(request, route, resource, region, origin, effects, step, condition)
        case _ as never:
            assert_never(never)


async def _look(region: Region, resource: Resource) -> Entry | Unreadable | Failed | None:
    match await region.cache.get(keys.entry(resource.key)):
        case Hit(value):
            return decode(value)
        case Miss():
            return None
        case Failed() as failed:
            return failed
        case _ as never:
            assert_never(never)


async def _look_again(
    request: Request, route: Route, resource: Resource, region: Region, effects: Effects, step: Ask
) -> tuple[Reuse | Ask | Decline, Condition]:
    """Take the hash before the origin is asked: a write that commits since then wins over the origin's answer."""
    seen = await versions.read(region, resource.key)
    if isinstance(seen, Failed):
        return Ask(step.why, "no"), Absent()
    return judge(request, route, resource, seen.entry, effects.now()), seen.condition


async def _ask(
    request: Request,
    route: Route,
    resource: Resource,
    region: Region,
    origin: Origin,
    effects: Effects,
    step: Ask,
    condition: Condition,
) -> Response:
    asked = effects.now()
    reply = await origin.ask(fill_request(request))
    members = [f"fwd={step.why}"]
    if isinstance(reply, Response):
        members.append(f"fwd-status={reply.status}")
        if step.fill != "no" and may_store(request, reply, route):
            entry = _entry(resource, reply, (asked, effects.now()), effects.token())
            effects.behind(_fill(region, resource, entry, condition, effects))
            members.append("stored")
    return _forwarded(reply, *members, detail=region.name, head=request.method == "HEAD")


def _entry(resource: Resource, reply: Response, as_of: tuple[int, int], nonce: str) -> Entry:
    return Entry(
        target=resource.target,
        vary=resource.vary,
        kind="stored",
        nonce=nonce,
        as_of=as_of,
        status=reply.status,
        header=stored_headers(reply.headers),
        body=reply.body,
    )


async def _fill(
    region: Region, resource: Resource, entry: Entry, condition: Condition, effects: Effects
) -> None:
    """Store, if nothing was written since; that it was not stored is no loss."""
    if effects.now() - entry.as_of[0] > FILL_MS:
        return
    outcome = await versions.store(region, resource.key, entry, condition)
    if isinstance(outcome, Failed):
        effects.emit("fill_failed", {"region": region.name, "code": outcome.error.code})


def _forwarded(reply: Response | NoAnswer, *members: str, detail: str, head: bool) -> Response:
    if isinstance(reply, NoAnswer):
        answer = problem(502, "No answer from the origin", f"The origin gave no answer: {reply.reason}.")
        return cache_status.say(answer, *members, detail=detail)
    body = b"" if head else reply.body
    return cache_status.say(Response(reply.status, reply.headers, body), *members, detail=detail)
