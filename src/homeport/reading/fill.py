"""Driver of the look at an entry, and of the fill: storing what the origin answered, if nothing was written since."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import assert_never

from homeport import keys, versions
from homeport.entry import Entry, Unreadable, decode
from homeport.messages import Response
from homeport.ports import Region
from homeport.pushing.precedence import mark_stale
from homeport.pushing.tagged import index
from momento_http_shim.conditions import Absent, PresentAndHashEqual
from momento_http_shim.outcomes import Failed, Hit, Miss, Stored

from .collapse import Turn
from .key import Resource
from .read import Read
from .storing import stored_headers, varied
from .tags import tags_of

FILL_MS = 30_000
"""A fill is dropped this long after its request to the origin began: longer than any write's whole effort."""

Condition = Absent | PresentAndHashEqual
Seen = tuple[Entry | Unreadable | None, Condition | None]
"""What stands there, and the condition under which it may be replaced; None where that takes another look."""


async def look_at(region: Region, resource: Resource, *, consistent: bool) -> Seen | Failed:
    """One read of an entry: plain, which is the cheapest, or consistent, which brings the condition along."""
    if consistent:
        seen = await versions.read(region, resource.key)
        return seen if isinstance(seen, Failed) else (seen.entry, seen.condition)
    match await region.cache.get(keys.entry(resource.key)):
        case Hit(value):
            return decode(value), None
        case Miss():
            return None, Absent()
        case Failed() as failed:
            return failed
        case _ as never:
            assert_never(never)


@dataclass(frozen=True, slots=True)
class Fill:
    """What an answer of the origin, asked at `asked` (ms since 1970), may replace: a version, by its condition.

    `turn` is the reader's claim to be the only one who asks; it is given back when the fill is done, or dropped.
    """

    read: Read
    condition: Condition
    asked: int
    turn: Turn | None = None

    async def store(self, reply: Response, answered: int) -> None:
        """Store an answer with its whole body; that it was not stored is no loss."""
        as_of = (self.asked, answered)
        tags = tags_of(reply.headers, self.read.match)
        entry = Entry(
            target=self.read.resource.target,
            vary=self.read.spot.vary,
            kind="stored",
            nonce=self.read.effects.token(),
            as_of=as_of,
            of=self.read.variants.nonce if self.read.variants else "",
            tags=tags,
            status=reply.status,
            header=stored_headers(reply.headers, as_of),
            body=reply.body,
        )
        keyed = {name for name, _ in self.read.spot.vary}
        names = tuple(name for name in varied(reply.headers) if name not in keyed)
        await self._ended(tags, self._spread(entry, names) if names else self._put(self.read.spot, entry))

    async def freshen(self, entry: Entry) -> None:
        """Store what a 304 made of the entry."""
        await self._ended(entry.tags, self._put(self.read.spot, entry))

    async def outdated(self, known: Entry) -> None:
        """Nothing is to be stored, and what stands there is not to be shown stale any more."""
        spot, effects = self.read.spot, self.read.effects
        if marked := mark_stale(spot, known, effects.now(), effects.token()):
            await self._put(spot, marked)
        await self.dropped()

    async def dropped(self) -> None:
        """Nothing is to be stored."""
        if self.turn is not None:
            await self.turn.done()

    async def failed(self) -> None:
        """There is nothing to be stored, because the origin failed."""
        if self.turn is not None:
            await self.turn.failed()

    async def _ended(self, tags: tuple[str, ...], storing: Coroutine[object, object, object]) -> None:
        """Store, unless a tag was purged since the origin was asked, or nobody can tell, or it took too long."""
        read = self.read
        entered = not tags or await index(tags, read.resource, self.asked, read.region, read.effects)
        if entered and read.effects.now() - self.asked <= FILL_MS:
            await storing
        else:
            storing.close()
        await self.dropped()

    async def _put(self, spot: Resource, entry: Entry, condition: Condition | None = None) -> bool:
        outcome = await versions.store(self.read.region, spot.key, entry, condition or self.condition)
        if isinstance(outcome, Failed):
            self.read.failed("fill_failed", outcome)
        return isinstance(outcome, Stored)

    async def _spread(self, entry: Entry, names: tuple[str, ...]) -> None:
        """The answer varies by more than its key tells: name the fields under the own key, and store beside it.

        What is beside it is looked at meanwhile: the visitor's next request is not to come before both stand there.
        """
        known = self.read.variants
        sends = Entry(
            target=entry.target,
            vary=self.read.resource.vary,
            kind="variants",
            nonce=self.read.effects.token(),
            as_of=entry.as_of,
            varies=tuple(sorted({*names, *(known.varies if known else ())})),
        )
        own, spot = self.read.resource, self.read.at(sends).spot
        placed, seen = await asyncio.gather(
            self._put(own, sends) if known is None else self._replace(own, sends, known.nonce),
            versions.read(self.read.region, spot.key),
        )
        if placed and not isinstance(seen, Failed) and not seen.foreign:
            beside = replace(entry, vary=spot.vary, of=sends.nonce)
            await self._put(spot, beside, seen.condition)

    async def _replace(self, spot: Resource, entry: Entry, nonce: str) -> bool:
        """Put an entry in place of the very version that has this nonce."""

        def decide(seen: versions.Version) -> Entry | bool:
            return entry if isinstance(seen.entry, Entry) and seen.entry.nonce == nonce else False

        return await versions.change(self.read.region, spot.key, decide)
