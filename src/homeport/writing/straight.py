"""Driver of a write that goes straight to the origin, and of what the regions must be told afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from homeport import versions
from homeport.entry import Entry
from homeport.messages import NoAnswer, Relayed, Response
from homeport.ports import Effects, Region, Visit
from homeport.pushing.owe import owe
from homeport.pushing.propagate import propagate
from homeport.reading.key import Resource
from homeport.routing import Route
from momento_http_shim.outcomes import Failed

from . import acknowledgement


async def straight(
    visit: Visit,
    route: Route,
    resources: Sequence[Resource],
    home: Region,
    others: Sequence[Region],
    effects: Effects,
) -> Relayed | NoAnswer | Response:
    """Forward a write; a `Response` is ours and refuses it. `resources` are the written one, then what it invalidates.

    A resource with pending writes is never written straight: this write would overtake them.
    """
    if route.write_behind and (refusal := await _refusal(route, resources[0], home)):
        return refusal
    reply = await visit.forward()
    if isinstance(reply, NoAnswer) or reply.status < 400 or reply.status >= 500:
        # Also where it is unknown what the origin did. The own region before the answer, so that its author does not
        # read the old state. A write that became pending meanwhile keeps its representation: it comes later.
        told = await propagate(resources, [home], effects)
        effects.behind(tell(resources, home, others if told else [home, *others], effects))
    return reply


async def tell(
    resources: Sequence[Resource], home: Region, regions: Sequence[Region], effects: Effects
) -> None:
    """Tell regions that resources changed at the origin; what one could not be told is owed by the home region."""
    if not await propagate(resources, regions, effects):
        await owe(resources[0], home, effects)


async def _refusal(route: Route, resource: Resource, home: Region) -> Response | None:
    seen = await versions.read(home, resource.key)
    if isinstance(seen, Failed):
        return None if route.when_unreachable == "origin" else acknowledgement.region_unreachable(home.name)
    if isinstance(seen.entry, Entry) and seen.entry.dirty:
        return acknowledgement.earlier_writes_wait()
    return None
