"""Driver of propagation: what changed at the origin is marked stale in the regions that may hold it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from homeport import versions
from homeport.ports import Effects, Region
from homeport.reading.key import Resource
from momento_http_shim.outcomes import Failed, Stored

from .precedence import mark_stale

MOST_TRIES = 16
"""A compare-and-set that loses this often in a row is given up, and owed."""


async def propagate(resources: Iterable[Resource], regions: Iterable[Region], effects: Effects) -> bool:
    """Mark resources stale in regions, all at once; False where one could not be told and is owed."""
    pairs = [(resource, region) for region in regions for resource in resources]
    told = await asyncio.gather(*(mark_stale_in(region, resource, effects) for resource, region in pairs))
    for (_, region), done in zip(pairs, told, strict=True):
        if not done:
            effects.emit("propagation_owed", {"region": region.name})
    return all(told)


async def mark_stale_in(region: Region, resource: Resource, effects: Effects) -> bool:
    """Mark one resource stale in one region; True once that stands."""
    for _ in range(MOST_TRIES):
        seen = await versions.read(region, resource.key)
        if isinstance(seen, Failed):
            return False
        entry = mark_stale(resource, seen.entry, effects.now(), effects.token())
        if entry is None:
            return True
        match await versions.store(region, resource.key, entry, seen.condition):
            case Stored():
                return True
            case Failed(error) if not error.may_have_happened:
                return False
            case _:
                continue  # another version came first, or nobody knows: look again
    return False
