"""Driver of a write that goes straight to the origin, and of what the regions must be told afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from homeport import versions
from homeport.messages import NoAnswer, Relayed, Response
from homeport.ports import Effects, Region
from homeport.pushing.owe import owe
from homeport.pushing.propagate import propagate
from homeport.reading.key import Resource
from homeport.routing import Route
from momento_http_shim.outcomes import Failed

from .again import PutAgain
from .commit import Why

Send = Callable[[], Awaitable[Relayed | Response | NoAnswer]]


async def straight(
    send: Send,
    resources: Sequence[Resource],
    named: Callable[[Sequence[str]], Sequence[Resource]],
    home: Region,
    others: Sequence[Region],
    effects: Effects,
    again: PutAgain | None = None,
) -> Relayed | Response | NoAnswer:
    """Send a write, then tell the regions; `resources` are the written one and those it invalidates.

    `named` gives those that the answer's Location and Content-Location stand for (RFC 9111 section 4.4).

    The own region before the answer, so that its author does not read the old state; and also where it is unknown what
    the origin did. A write that became pending meanwhile comes later: it is put `again` on what
    the origin shows now.
    """
    reply = await send()
    if locations := _locations(reply):
        known = {each.key for each in resources}
        resources = (*resources, *(each for each in named(locations) if each.key not in known))
    if isinstance(reply, NoAnswer) or _may_have_changed(reply.status):
        told = await propagate(resources, [home], effects, again)
        effects.behind(_tell(resources, home, others if told else [home, *others], effects))
    return reply


async def overtakes(route: Route, resource: Resource, home: Region) -> Why | None:
    """Why a write to a write-behind route must not go straight: writes accepted before it may still be pending."""
    if not route.write_behind:
        return None
    seen = await versions.read(home, resource.key)
    if isinstance(seen, Failed):
        return None if route.when_unreachable == "origin" else "unreachable"
    if seen.foreign:
        return "foreign"
    return "waiting" if seen.pending_ids else None


def _locations(reply: Relayed | Response | NoAnswer) -> Sequence[str]:
    if not isinstance(reply, Response):
        return reply.locations if isinstance(reply, Relayed) else ()
    return [value for name, value in reply.headers if name in ("location", "content-location")]


def _may_have_changed(status: int) -> bool:
    """RFC 9111 section 4.4: a non-error answer; and one that says it is gone, or leaves open what the origin did."""
    return status < 400 or status in (404, 410, 502, 503, 504)


async def _tell(
    resources: Sequence[Resource], home: Region, regions: Sequence[Region], effects: Effects
) -> None:
    if not await propagate(resources, regions, effects):
        await owe(resources[0], home, effects)
