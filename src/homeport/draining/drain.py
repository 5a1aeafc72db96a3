"""Driver of a drain: replay what a lane holds against the origin until nothing in it is due."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from homeport import keys
from homeport.ports import Effects, Origin, Region, Seal
from homeport.pushing.changed import Site
from momento_http_shim.outcomes import Elements, Failed, Miss

from .budget import WALL_MS, Budget
from .bulks import Bulks
from .depth import Tally, note
from .lease import acquire
from .protection import Protected
from .renew import PAGE, QUEUE_AGE_MS, renew
from .resource import Progress, Replay

LEAST_MS = 5_000
"""A drain begins no request that could take its invocation past its wall time. It has this long at least to begin one;
a request that is cut off is repeated under its Idempotency-Key."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a drain did, and why it stopped: nothing due, its budget, or a region that does not answer.

    `settled` counts writes, `waiting` the members it left, `in_flight` those of them whose commit may yet come.
    `cut`: its budget ended before the lane. `unfinished`: it got somewhere, and the next drain has more to do; that may
    `skip` so many members, which were looked at. `paused`: for so many seconds the lane rests.
    """

    settled: int = 0
    waiting: int = 0
    in_flight: int = 0
    unfinished: bool = False
    failed: bool = False
    oldest: int | None = field(default=None, compare=False)
    """The lowest score that was left, where the last look tells."""
    cut: bool = field(default=False, compare=False)
    skip: int = 0
    paused: float = 0.0


@dataclass(frozen=True, slots=True)
class Drain:
    """What the drains of one invocation need; `request_ms` bounds one replay, `wall_ms` the invocation.

    `most_tries` of one write, 0 for no limit.
    """

    site: Site
    origin: Origin
    request_ms: int
    effects: Effects
    budget: Budget = field(default_factory=Budget)
    wall_ms: int = WALL_MS
    most_tries: int = 0
    seal: Seal | None = None
    history: bool = False
    """Whether operators may look at what was settled."""

    def until(self) -> int:
        """When an invocation that begins now begins nothing new any more, in ms since 1970."""
        return self.effects.now() + max(self.wall_ms - self.request_ms, LEAST_MS)

    async def lane(
        self, region: Region, others: Sequence[Region], lane: int, until: int | None = None, skip: int = 0
    ) -> Report | None:
        """Drain one lane as far as the budget goes, but for the first members; None where another drainer is at it."""
        lease = await acquire(region, lane, self.effects)
        if isinstance(lease, Failed):
            self._failed(region, lease)
            return Report(failed=True)
        if lease is None:
            return None
        end = self.until() if until is None else until
        tally, effects = self._tally()
        try:
            origin = Protected(
                self.origin, self.site.routes, effects, lease, self.request_ms, end, self.budget
            )
            replay = Replay(
                self.site,
                origin,
                self.request_ms,
                effects,
                region,
                tuple(others),
                lease,
                end,
                self.budget,
                self.most_tries,
                seal=self.seal,
                tally=tally,
            )
            report = replace(await self._pages(replay, lane, skip), paused=lease.pause)
            if not report.failed:
                await note(region, lane, replay.tally, report.waiting, self.effects)
            return report
        finally:
            await lease.release()
            self._keep(tally, region)

    def _tally(self) -> tuple[Tally, Effects]:
        if not self.history:
            return Tally(), self.effects
        from homeport import history  # only where somebody may look

        self.budget.held += history.CALLS
        journal = history.Journal()
        return journal, journal.noting(self.effects)

    def _keep(self, tally: Tally, region: Region) -> None:
        if self.history:
            from homeport import history

            self.budget.held -= history.CALLS
            if isinstance(tally, history.Journal) and tally.ended:
                self.effects.behind(tally.keep(region))

    async def _pages(self, replay: Replay, lane: int, skip: int) -> Report:
        settled = gone = in_flight = 0
        left, size = skip, self.budget.page
        oldest: int | None = None
        while True:
            page = await self._look(replay.region, lane, left, size)
            if isinstance(page, Failed):
                self._failed(replay.region, page)
            if not isinstance(page, Elements):
                failed = isinstance(page, Failed)
                return Report(settled, left, in_flight, unfinished=failed and settled > 0, failed=failed)
            if replay.tally.first is None and page.elements:
                await self._begin(replay, lane, *page.elements[0])
            progress = await self._page(page, replay)
            settled += progress.settled
            if not left:
                oldest = None if progress.gone else int(page.elements[0][1])
            gone += progress.gone
            seen, left = left, left + len(page.elements) - progress.gone
            in_flight += progress.in_flight
            if self.budget.refused or self.effects.now() > replay.until or replay.lease.pause:
                # Where a page was not looked at to its end, the next drain looks at it again.
                unfinished = not replay.lease.pause and (gone > 0 or seen > skip)
                return Report(settled, left, in_flight, unfinished=unfinished, cut=True, skip=seen)
            if len(page.elements) < size:
                if not gone:
                    return Report(settled, left, in_flight, oldest=oldest)
                left = skip = gone = in_flight = 0  # some went, some may have come: look from the start
                replay.tally.restart()

    async def _look(self, region: Region, lane: int, offset: int, size: int) -> Elements | Miss | Failed:
        """What is not answered in time is asked for once more: what waits would have to wait for cron."""
        page = await region.cache.sorted_set_fetch_by_score(keys.queue(lane), offset=offset, count=size)
        if isinstance(page, Failed) and page.error.may_have_happened:
            page = await region.cache.sorted_set_fetch_by_score(keys.queue(lane), offset=offset, count=size)
        return page

    async def _begin(self, replay: Replay, lane: int, oldest: bytes, score: float) -> None:
        """What is about to end with Momento's day first, for the rest may take all the time there is."""
        replay.tally.first = int(score)
        if self.effects.now() - score > QUEUE_AGE_MS:
            page = min(PAGE, self.budget.subrequests // 6)
            await renew(replay.region, lane, (oldest.decode(), int(score)), self.effects, page)

    async def _page(self, page: Elements, replay: Replay) -> Progress:
        members: dict[str, dict[str, int]] = {}
        for name, score in page.elements:
            if not keys.is_member(name):
                continue
            key, write_id = keys.parse_member(name)
            members.setdefault(key, {})[write_id] = int(score)
        limit = asyncio.Semaphore(self.budget.at_once)
        bulks = Bulks(replay.region.name, replay.origin, replay.may_send, limit, len(members), self.effects)
        replay = replace(replay, bulks=bulks)

        async def one(key: str) -> Progress:
            async with limit:
                progress = await self._resource(replay, key, members[key])
                await bulks.left()
                return progress

        try:
            return Progress.total(await asyncio.gather(*map(one, members)))
        finally:
            bulks.close()

    async def _resource(self, replay: Replay, key: str, members: Mapping[str, int]) -> Progress:
        """One that fails as nobody foresaw must not hold up its lane for good: the others go on, and it stays."""
        try:
            return await replay.resource(key, members)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next drain meets it again
            fields = {"region": replay.region.name, "key": key, "error": type(error).__name__}
            self.effects.emit("resource_crashed", fields)
            return Progress()

    def _failed(self, region: Region, failed: Failed) -> None:
        self.effects.emit("region_failed", {"region": region.name, "code": failed.error.code})
