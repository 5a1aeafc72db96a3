"""Driver of a purge in one region, as much of it as one invocation may do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from homeport import keys, versions
from homeport.entry import Entry
from homeport.ports import Effects, Region
from homeport.reading.key import Resource, resource
from momento_http_shim.outcomes import Elements, Failed

from . import tagged
from .order import Order, Progress
from .owe import owe
from .precedence import gone, softened
from .tag_index import SKEW_MS, parse

MOST_ENTRIES = 450
"""Looked at by one invocation, of two calls each at least; a tag counts as two. Cloudflare allowed 1000 calls for
long, and 10 000 of late."""

PAGE = 75
AT_ONCE = 6
"""Entries purged side by side: a Worker has six connections."""


@dataclass(slots=True)
class Purge:
    """One part of an order in one region. At the first failure it begins nothing new: the rest is owed, or fails."""

    order: Order
    origin: str
    region: Region
    keeper: Region | None
    """Another region, which remembers what this one could not be told."""
    effects: Effects
    left: int = MOST_ENTRIES
    purged: int = 0
    error: str | None = None
    _begun: dict[str, asyncio.Future[None]] = field(default_factory=dict)
    _failed: list[Resource] = field(default_factory=list)
    _entries_at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _tags_at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def run(self) -> Progress:
        """Purge URLs, then tags, until all is done or the invocation's share is used up."""
        order, now = self.order, self.left
        self.left -= len(order.targets[:now])
        await self._entries([resource(self.origin, target) for target in order.targets[:now]])
        later = await asyncio.gather(*(self._tag(tag, score) for tag, score in order.tags))
        owed = sum(await asyncio.gather(*map(self._owe, self._failed)))
        # The tags of a region that does not answer are not tried again, and nobody can owe what nobody can read.
        tags = () if self.error else tuple(each for each in later if each is not None)
        rest = Order(order.targets[now:], tags, order.soft, order.at)
        return Progress(self.purged, owed, self.error, rest if rest.targets or rest.tags else None)

    async def _tag(self, tag: str, first: float | None) -> tuple[str, float | None] | None:
        """Purge a tag's entries; what is left of it, if anything."""
        async with self._tags_at_once:
            if self._stops():
                return tag, first
            self.left -= 2
            at, soft = self.order.at, self.order.soft
            mark = await tagged.change(tag, self.region, lambda mark: mark.noted(at))
            if isinstance(mark, Failed):
                self._fails(mark)
                return tag, first
            known = float(mark.first(soft=soft))
            score, done = await self._pages(tag, known if first is None else first)
            if score > known:
                # That this fails is no harm: the next purge has more to look at.
                await tagged.change(tag, self.region, lambda mark: mark.reached(score, at, soft=soft))
            return None if done else (tag, score)

    async def _pages(self, tag: str, score: float) -> tuple[float, bool]:
        """Purge from a score on; below which one that succeeded, and whether it was the last."""
        most, last = PAGE, float(self.order.at + SKEW_MS)
        while not self._stops():
            count = min(most, self.left)
            self.left -= count
            # By score and not by place: a fill that puts a member again moves the others.
            page = await self.region.cache.sorted_set_fetch_by_score(
                keys.tag(tag), min_score=score, max_score=last, count=count
            )
            if isinstance(page, Failed):
                self._fails(page)
                break
            elements = page.elements if isinstance(page, Elements) else ()
            new = await self._entries([found for name, _ in elements if (found := parse(name))])
            self.left += count - new
            if self._failed or (count < most and count == len(elements) and not new):
                break
            if len(elements) < count:
                return (last if elements else score), True
            if elements[-1][1] == score:
                most *= 2
            score = elements[-1][1]
        return score, False

    def _stops(self) -> bool:
        return self.left <= 0 or self.error is not None

    async def _entries(self, resources: Sequence[Resource]) -> int:
        """Purge those that no other tag has brought up, and await those; how many are new."""
        new = {each.key: each for each in resources if each.key not in self._begun}
        self._begun |= {key: asyncio.ensure_future(self._entry(each)) for key, each in new.items()}
        await asyncio.gather(*(self._begun[each.key] for each in resources))
        return len(new)

    async def _entry(self, about: Resource) -> None:
        def follow(seen: versions.Version) -> Entry | bool:
            after = softened if self.order.soft else gone
            return after(about, seen.entry, self.effects.now(), self.effects.token()) or True

        async with self._entries_at_once:
            if self.error is None and await versions.change(self.region, about.key, follow, plain=True):
                self.purged += 1
                return
            self._failed.append(about)
            if self.error is None:
                why = await versions.read(self.region, about.key)
                self.error = why.error.code if isinstance(why, Failed) else "CONTENTION"

    async def _owe(self, about: Resource) -> bool:
        async with self._entries_at_once:
            if self.keeper is None:
                return False
            owed = await owe(about, self.keeper, self.effects)
            self.keeper = self.keeper if owed else None
            return owed

    def _fails(self, failed: Failed) -> None:
        self.error = self.error or failed.error.code
