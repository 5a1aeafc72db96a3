"""Driver of a drain: replay what a lane holds against the origin, in order within a resource, until nothing is due."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from homeport import keys, versions
from homeport.entry import Entry, Pending
from homeport.messages import Request
from homeport.ports import Effects, Origin, Region
from homeport.pushing.changed import Site
from homeport.writing.receipt import Receipt
from momento_http_shim.outcomes import Elements, Failed

from .lease import Lease, acquire
from .outcome import Again, Applied, Dead, judge
from .settle import Settlement, settle
from .settled import head, postponed
from .stray import settle_stray

PAGE = 200
"""Members looked at in one go."""

AT_ONCE = 4
"""Resources drained side by side: a Worker has six connections, and each resource uses one at a time."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a drain did: writes settled, members left waiting, and whether it stopped at its budget."""

    settled: int = 0
    waiting: int = 0
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Drain:
    """What every drain needs; `request_ms` bounds one replay."""

    site: Site
    origin: Origin
    request_ms: int
    effects: Effects

    async def lane(self, region: Region, others: Sequence[Region], lane: int, budget: int) -> Report | None:
        """Drain one lane, settling at most about `budget` writes; None where another drainer is at it."""
        lease = await acquire(region, lane, self.effects)
        if isinstance(lease, Failed):
            self.effects.emit("region_failed", {"region": region.name, "code": lease.error.code})
            return Report()
        if lease is None:
            return None
        try:
            return await self._pages(region, others, lease, budget)
        finally:
            await lease.release()

    async def _pages(self, region: Region, others: Sequence[Region], lease: Lease, budget: int) -> Report:
        settled, left = 0, 0
        while True:
            page = await region.cache.sorted_set_fetch_by_score(
                keys.queue(lease.lane), offset=left, count=PAGE
            )
            if not isinstance(page, Elements):
                if isinstance(page, Failed):
                    self.effects.emit("region_failed", {"region": region.name, "code": page.error.code})
                return Report(settled, left)
            done = await self._page(page, region, others, lease)
            settled, left = settled + done, left + len(page.elements) - done
            if len(page.elements) < PAGE and not done:
                return Report(settled, left)
            if settled >= budget:
                return Report(settled, left, unfinished=True)
            if len(page.elements) < PAGE:
                left = 0  # some went, some may have come: look once more from the start

    async def _page(self, page: Elements, region: Region, others: Sequence[Region], lease: Lease) -> int:
        members: dict[str, dict[str, int]] = {}
        for name, score in page.elements:
            key, write_id = keys.parse_member(name)
            members.setdefault(key, {})[write_id] = int(score)
        limit = asyncio.Semaphore(AT_ONCE)

        async def one(key: str) -> int:
            async with limit:
                return await self._resource(key, members[key], region, others, lease)

        return sum(await asyncio.gather(*map(one, members)))

    async def _resource(
        self, key: str, members: Mapping[str, int], region: Region, others: Sequence[Region], lease: Lease
    ) -> int:
        """Drain one resource; the number of its members that are settled and gone."""
        seen = await versions.read(region, key)
        if isinstance(seen, Failed):
            return 0
        pending = seen.entry.pending if isinstance(seen.entry, Entry) else ()
        listed = {item.id for item in pending}
        gone = 0
        for write_id, put in members.items():
            if write_id not in listed:
                gone += await settle_stray(self.site, self.effects, key, write_id, put, region, others)
        while isinstance(seen, versions.Version) and isinstance(seen.entry, Entry):
            item = head(seen.entry)
            if item is None or item.not_before > self.effects.now():
                break
            if not await lease.covers(self.effects, self.request_ms):
                break
            if not await self._replay(key, item, seen, region, others):
                break
            gone += 1
            seen = await versions.read(region, key)
        return gone

    async def _replay(
        self, key: str, item: Pending, seen: versions.Version, region: Region, others: Sequence[Region]
    ) -> bool:
        reply = await self.origin.ask(_replayed(item))
        now = self.effects.now()
        match judge(item, reply, now, self.effects.chance()):
            case Applied(answer):
                receipt = Receipt(item.id, key, "applied", now, answer.status, target=item.target)
                settlement = Settlement(receipt, answer)
            case Dead(reason, status):
                receipt = Receipt(item.id, key, "dead", now, status, reason, item.target)
                settlement = Settlement(receipt, None)
            case Again(not_before, reason):
                await self._postpone(key, item, seen, region, not_before, reason)
                return False
            case _ as never:
                assert_never(never)
        resources = self.site.changed_by(key, item.target)
        return await settle(settlement, resources, region, others, self.effects)

    async def _postpone(
        self, key: str, item: Pending, seen: versions.Version, region: Region, not_before: int, reason: str
    ) -> None:
        if isinstance(seen.entry, Entry):
            later = postponed(seen.entry, item.id, self.effects.token(), not_before)
            # Not stored: a writer came first. Then this try goes uncounted, and no harm is done.
            await versions.store(region, key, later, seen.condition)
        event = {"region": region.name, "key": key, "id": item.id, "tries": item.tries + 1, "reason": reason}
        self.effects.emit("write_postponed", event)


def _replayed(item: Pending) -> Request:
    headers = item.header.plus(("idempotency-key", item.id))
    return Request(item.method, item.target, headers, item.body)
