"""Driver of a drain: replay what a lane holds against the origin until nothing in it is due."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from homeport import keys
from homeport.ports import Effects, Origin, Region
from homeport.pushing.changed import Site
from momento_http_shim.outcomes import Elements, Failed

from .bulks import Bulks
from .lease import acquire
from .resource import Progress, Replay

PAGE = 200
"""Members looked at in one go."""

AT_ONCE = 4
"""Resources drained side by side: a Worker has six connections, and each resource uses one at a time."""

WALL_MS = 28_000
LEAST_MS = 5_000
"""What runs behind an answer may run for 30 s: a drain begins no request that could take it past the first of these.
It has the second at least; a request that is cut off is repeated under its Idempotency-Key."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a drain did, and why it stopped: nothing due, its budget, or a region that does not answer.

    `settled` counts writes, `waiting` the members it left, `in_flight` those of them whose commit may yet come.
    """

    settled: int = 0
    waiting: int = 0
    in_flight: int = 0
    unfinished: bool = False
    failed: bool = False
    oldest: int | None = field(default=None, compare=False)
    """The lowest score that was left, where the last look tells."""


@dataclass(frozen=True, slots=True)
class Drain:
    """What every drain needs; `request_ms` bounds one replay."""

    site: Site
    origin: Origin
    request_ms: int
    effects: Effects

    def until(self) -> int:
        """When an invocation that begins now begins nothing new any more, in ms since 1970."""
        return self.effects.now() + max(WALL_MS - self.request_ms, LEAST_MS)

    async def lane(
        self, region: Region, others: Sequence[Region], lane: int, budget: int, until: int | None = None
    ) -> Report | None:
        """Drain one lane, settling at most about `budget` writes; None where another drainer is at it."""
        lease = await acquire(region, lane, self.effects)
        if isinstance(lease, Failed):
            self._failed(region, lease)
            return Report(failed=True)
        if lease is None:
            return None
        end = self.until() if until is None else until
        try:
            replay = Replay(
                self.site, self.origin, self.request_ms, self.effects, region, tuple(others), lease, end
            )
            return await self._pages(replay, lane, budget)
        finally:
            await lease.release()

    async def _pages(self, replay: Replay, lane: int, budget: int) -> Report:
        settled = left = in_flight = 0
        oldest: int | None = None
        while True:
            page = await replay.region.cache.sorted_set_fetch_by_score(
                keys.queue(lane), offset=left, count=PAGE
            )
            if isinstance(page, Failed):
                self._failed(replay.region, page)
            if not isinstance(page, Elements):
                return Report(settled, left, in_flight, failed=isinstance(page, Failed))
            progress = await self._page(page, replay)
            settled += progress.settled
            if not left:
                oldest = None if progress.gone else int(page.elements[0][1])
            left += len(page.elements) - progress.gone
            in_flight += progress.in_flight
            if settled >= budget or self.effects.now() > replay.until:
                return Report(settled, left, in_flight, unfinished=progress.gone > 0)
            if len(page.elements) < PAGE:
                if not progress.gone:
                    return Report(settled, left, in_flight, oldest=oldest)
                left = in_flight = 0  # some went, some may have come: look once more from the start

    async def _page(self, page: Elements, replay: Replay) -> Progress:
        members: dict[str, dict[str, int]] = {}
        for name, score in page.elements:
            key, write_id = keys.parse_member(name)
            members.setdefault(key, {})[write_id] = int(score)
        limit = asyncio.Semaphore(AT_ONCE)
        bulks = Bulks(replay.origin, replay.may_send, limit, len(members), self.effects)
        replay = replace(replay, bulks=bulks)

        async def one(key: str) -> Progress:
            async with limit:
                progress = await replay.resource(key, members[key])
                await bulks.left()
                return progress

        try:
            return Progress.total(await asyncio.gather(*map(one, members)))
        finally:
            bulks.close()

    def _failed(self, region: Region, failed: Failed) -> None:
        self.effects.emit("region_failed", {"region": region.name, "code": failed.error.code})
