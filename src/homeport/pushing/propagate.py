"""Driver of propagation: what changed at the origin is marked stale in the regions that may hold it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from typing import Protocol

from homeport import versions
from homeport.entry import Entry
from homeport.ports import Effects, Region
from homeport.reading.key import Resource

from .precedence import mark_stale


class PutsAgain(Protocol):
    """Implemented by `writing.again.PutAgain`."""

    async def put(self, entry: Entry) -> Entry:
        """A dirty entry with its pending writes put again on the origin's current state."""
        ...


async def propagate(
    resources: Iterable[Resource],
    regions: Iterable[Region],
    effects: Effects,
    again: PutsAgain | None = None,
) -> bool:
    """Mark resources stale in regions, all at once; False where one could not be told and is owed.

    `again`: what is dirty there is put again on the origin's current state in the same compare-and-set.
    """
    pairs = [(resource, region) for region in regions for resource in resources]
    told = await asyncio.gather(
        *(mark_stale_in(region, resource, effects, again) for resource, region in pairs)
    )
    for (_, region), done in zip(pairs, told, strict=True):
        if not done:
            effects.emit("propagation_owed", {"region": region.name})
    return all(told)


async def mark_stale_in(
    region: Region, resource: Resource, effects: Effects, again: PutsAgain | None = None
) -> bool:
    """Mark one resource stale in one region; True once that stands, or must not be."""

    def marked(seen: versions.Version) -> Entry | bool | Awaitable[Entry]:
        entry = mark_stale(resource, seen.entry, effects.now(), effects.token())
        return again.put(entry) if again and entry and entry.dirty else entry or True

    return await versions.change(region, resource.key, marked, plain=True)
