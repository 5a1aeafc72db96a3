"""Driver of renewal: what has been waiting for most of Momento's day is written anew, so that it ends by an answer.

A compare-and-set renews an entry, a put its queue. Both happen by themselves while writes come and are tried; where
the origin hangs, a drain does not get to all of them in a day.
"""

from __future__ import annotations

import asyncio

from homeport import keys, versions
from homeport.entry import Entry
from homeport.ports import Effects, Region
from momento_http_shim.conditions import PresentAndHashEqual
from momento_http_shim.outcomes import Elements, Found, Number

from .outcome import MOST_AGE_MS

QUEUE_AGE_MS = 60 * 60 * 1000
"""A queue whose first member is older is put again by each drain: tries renew entries alone, and it lives a day."""

PAGE = 150
"""Members renewed by one drain. Cron drains 240 times in the four hours that are left: 36 000 in a lane."""

AT_ONCE = 4
_GOLDEN = 0.6180339887498949


async def renew(
    region: Region, lane: int, first: tuple[str, int], effects: Effects, page: int = PAGE
) -> None:
    """Renew the lane's queue by its `first` member and score, and a page of the entries that are older than 20 hours.

    With none so old it is one call. Which page follows from the clock: multiples of the golden ratio, so that none is
    left out, however often drains come. That a call fails is no harm while others succeed.
    """
    queue, now = keys.queue(lane), effects.now()
    put = {first[0]: float(first[1])}
    await region.cache.sorted_set_put(queue, put, ttl_seconds=keys.DAY_SECONDS, refresh_ttl=True)
    if now - first[1] <= MOST_AGE_MS:
        return
    length = await region.cache.sorted_set_length(queue)
    pages = -(-length.value // page) if isinstance(length, Number) else 1
    offset = int(now // 60_000 * _GOLDEN % 1 * pages) * page
    before = now - MOST_AGE_MS
    found = await region.cache.sorted_set_fetch_by_score(
        queue, max_score=float(before), offset=offset, count=page
    )
    names = [name for name, _ in found.elements] if isinstance(found, Elements) else []
    old = {keys.parse_member(name)[0] for name in names if keys.is_member(name)}
    limit = asyncio.Semaphore(AT_ONCE)

    def touched(seen: versions.Version) -> Entry | bool:
        if seen.foreign:
            return False
        entry = seen.entry
        waits = isinstance(entry, Entry) and any(item.accepted <= before for item in entry.pending)
        return entry.version(effects.token()) if isinstance(entry, Entry) and waits else True

    async def one(key: str) -> None:
        async with limit:
            if not await versions.change(region, key, touched):
                await keep(region, keys.entry(key))

    await asyncio.gather(*map(one, old))


async def keep(region: Region, name: str) -> None:
    """Let what stands under a name live for another day as it is, whoever wrote it: the same octets once more."""
    found = await region.cache.get_with_hash(name, consistent=True)
    if isinstance(found, Found):
        condition = PresentAndHashEqual(found.hash)
        await region.cache.set_if_hash(name, found.value, condition, ttl_seconds=keys.DAY_SECONDS)
