"""Members of a region's queues: one for each write that was accepted, until everything about it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from momento_http_shim.outcomes import Done, Failed

from . import keys
from .ports import Region


async def put(region: Region, key: str, write_id: str, now: int) -> Done | Failed:
    """Put a write's member into its resource's lane; `now` in ms since 1970 is its score. Renews the queue's life."""
    return await region.cache.sorted_set_put(
        keys.queue(keys.lane_of(key)),
        {keys.member(key, write_id): float(now)},
        ttl_seconds=keys.DAY_SECONDS,
        refresh_ttl=True,
    )


async def remove(region: Region, key: str, *write_ids: str) -> Done | Failed:
    """Remove members of a resource's writes, in one call; one that is not there is no error."""
    names = [keys.member(key, write_id) for write_id in write_ids]
    return await region.cache.sorted_set_remove(keys.queue(keys.lane_of(key)), names)


async def show(region: Region, lists: Sequence[str], key: str, write_id: str, now: int) -> Done | Failed:
    """Put a write's member where the lists that its resource stands in are overlaid; `lists` are their keys."""
    done = await asyncio.gather(
        *(
            region.cache.sorted_set_put(
                keys.overlay(each),
                {keys.member(key, write_id): float(now)},
                ttl_seconds=keys.DAY_SECONDS,
                refresh_ttl=True,
            )
            for each in lists
        )
    )
    return next((each for each in done if isinstance(each, Failed)), Done())


async def hide(region: Region, lists: Sequence[str], key: str, *write_ids: str) -> Done | Failed:
    """Remove the members of a resource's writes there; one that is not there is no error."""
    names = [keys.member(key, write_id) for write_id in write_ids]
    done = await asyncio.gather(
        *(region.cache.sorted_set_remove(keys.overlay(each), names) for each in lists)
    )
    return next((each for each in done if isinstance(each, Failed)), Done())


def read_mark(oldest: int) -> int:
    """Up to when, in ms since 1970, all of a lane's writes are settled; `oldest` is the lowest outstanding score.

    For display, never a test: a put that is late may still come below it.
    """
    return oldest - 1
