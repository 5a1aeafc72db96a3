"""Driver of a region's tags: fills enter what they are about to store, purges note themselves and how far they got."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import assert_never

from homeport import keys
from homeport.ports import Effects, Region
from homeport.reading.key import Resource
from homeport.versions import MOST_TRIES
from momento_http_shim.conditions import Absent, PresentAndHashEqual
from momento_http_shim.errors import Unavailable
from momento_http_shim.outcomes import Elements, Failed, Found, Miss, Stored

from .tag_index import DAY_MS, Mark, decode, encode, member

TRIM_CHANCE = 1 / 16
TRIMMED = 100
"""One entering of sixteen takes away up to so many members that are of no use any more: more than come."""

LATE_MS = 600_000
"""Longer than any fill takes from its request to the origin to its store."""


async def index(
    tags: Sequence[str], resource: Resource, asked_ms: int, region: Region, effects: Effects
) -> bool:
    """Enter a resource under its tags, before its fill stores it; whether the fill may be stored.

    `asked_ms` is when its request to the origin was about to be sent. False: a tag was purged since, or may have been,
    or the region does not answer.
    """
    cache, put = region.cache, {member(resource, asked_ms): float(asked_ms)}
    outcomes = await asyncio.gather(
        *(
            cache.sorted_set_put(keys.tag(tag), put, ttl_seconds=keys.DAY_SECONDS, refresh_ttl=True)
            for tag in tags
        )
    )
    # Only then: a purge that is noted after this look finds what was put before it.
    looks = await asyncio.gather(*(_look(tag, region) for tag in tags))
    for outcome in (*outcomes, *looks):
        if isinstance(outcome, Failed):
            effects.emit("index_failed", {"region": region.name, "code": outcome.error.code})
            return False
    await asyncio.gather(*(_trim(tag, region, effects) for tag in tags if effects.chance() < TRIM_CHANCE))
    return not any(
        isinstance(look, Failed) or look[0] is None or not look[0].spares(asked_ms) for look in looks
    )


async def change(tag: str, region: Region, follow: Callable[[Mark], Mark]) -> Mark | Failed:
    """Replace a tag's mark by what follows from it; the new one."""
    for _ in range(MOST_TRIES):
        seen = await _look(tag, region)
        if isinstance(seen, Failed):
            return seen
        found, condition = seen
        mark = follow(found or Mark())
        if mark == found:
            return mark
        match await _store(tag, region, mark, condition):
            case Stored():
                return mark
            case Failed(error) as failed if not error.may_have_happened:
                return failed
            case _:
                continue  # another purge came first, or nobody knows: look again
    return Failed(Unavailable("CONTENTION", f"{MOST_TRIES} others came first", may_have_happened=False))


async def _look(tag: str, region: Region) -> tuple[Mark | None, Absent | PresentAndHashEqual] | Failed:
    """A consistent look at a tag's mark; None for one that cannot be read, whose purges are unknown."""
    match await region.cache.get_with_hash(keys.tag_mark(tag), consistent=True):
        case Found(value, value_hash):
            return decode(value), PresentAndHashEqual(value_hash)
        case Miss():
            return Mark(), Absent()
        case Failed() as failed:
            return failed
        case _ as never:
            assert_never(never)


async def _store(tag: str, region: Region, mark: Mark, condition: Absent | PresentAndHashEqual) -> object:
    name, value = keys.tag_mark(tag), encode(mark)
    if isinstance(condition, Absent):
        return await region.cache.set_if(name, value, condition, ttl_seconds=keys.DAY_SECONDS)
    return await region.cache.set_if_hash(name, value, condition, ttl_seconds=keys.DAY_SECONDS)


async def _trim(tag: str, region: Region, effects: Effects) -> None:
    """Remove members of days that ended a day ago: their entries are gone, and fills of later days put others."""
    last = (effects.now() - DAY_MS - LATE_MS) // DAY_MS * DAY_MS - 1
    old = await region.cache.sorted_set_fetch_by_score(keys.tag(tag), max_score=last, count=TRIMMED)
    if isinstance(old, Elements) and old.elements:
        await region.cache.sorted_set_remove(keys.tag(tag), [name.decode() for name, _ in old.elements])
