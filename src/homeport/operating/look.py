"""Driver of a look at the regions: what waits in each lane, who drains it, and what is dead."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from homeport import keys, queues
from homeport.draining.budget import Budget
from homeport.draining.lease import state_of
from homeport.ports import Region
from homeport.writing.pressure import decode
from momento_http_shim.outcomes import Elements, Failed, Hit, Number

State = Literal["free", "draining", "paused"]


@dataclass(slots=True)
class Lane:
    """One lane of a region; what nobody could tell is None. `oldest` in ms since 1970, on the clock of its writer.

    `depth` counts members, `octets` are those of their writes by the note of the last drain, which notes only what may
    press; `pauses` how often in a row it has paused.
    """

    lane: int
    depth: int | None = None
    octets: int | None = None
    oldest: int | None = None
    state: State | None = None
    pauses: int = 0
    error: str | None = None

    def age(self, now: int) -> float | None:
        """Seconds since the oldest member was put; `now` in ms since 1970."""
        return None if self.oldest is None else max(now - self.oldest, 0) / 1000

    @property
    def read_mark(self) -> int | None:
        """Up to when all of the lane's writes are settled, where something waits."""
        return None if self.oldest is None else queues.read_mark(self.oldest)


@dataclass(frozen=True, slots=True)
class Seen:
    """One region, its lanes in order; `error` is Momento's code where it did not tell everything."""

    region: str
    lanes: tuple[Lane, ...]
    dead: int | None
    error: str | None


async def look(region: Region, budget: Budget) -> Seen:
    """Look at a region: two calls for each lane and one, and up to three more for a lane in which something waits."""
    *lanes, dead = await asyncio.gather(
        *(_lane(region, lane, budget) for lane in range(keys.LANES)),
        region.cache.sorted_set_length(keys.DEAD),
    )
    seen = tuple(lane for lane in lanes if isinstance(lane, Lane))
    errors = [lane.error for lane in seen if lane.error]
    if isinstance(dead, Failed):
        return Seen(region.name, seen, None, dead.error.code)
    count = dead.value if isinstance(dead, Number) else 0
    return Seen(region.name, seen, count, errors[0] if errors else None)


async def _lane(region: Region, lane: int, budget: Budget) -> Lane:
    seen = Lane(lane)
    first, lease = await asyncio.gather(
        region.cache.sorted_set_fetch_by_score(keys.queue(lane), count=1), region.cache.get(keys.lease(lane))
    )
    if isinstance(first, Failed) or isinstance(lease, Failed):
        seen.error = (first if isinstance(first, Failed) else lease).error.code  # type: ignore[union-attr]
        return seen
    seen.state = state_of(lease)
    if isinstance(first, Elements) and first.elements:
        seen.oldest = int(first.elements[0][1])
        if budget.fits(2):
            await _depth(region, seen)
    else:
        seen.depth = seen.octets = 0
    if seen.state == "paused" and budget.fits(1):
        note = await region.cache.get(keys.pause(lane))
        text = bytes(note.value) if isinstance(note, Hit) else b""
        seen.pauses = int(text) if text.isdigit() else 0
    return seen


async def _depth(region: Region, seen: Lane) -> None:
    length, note = await asyncio.gather(
        region.cache.sorted_set_length(keys.queue(seen.lane)), region.cache.get(keys.depth(seen.lane))
    )
    if isinstance(length, Failed) or isinstance(note, Failed):
        seen.error = (length if isinstance(length, Failed) else note).error.code  # type: ignore[union-attr]
        return
    seen.depth = length.value if isinstance(length, Number) else 0
    noted = decode(note.value) if isinstance(note, Hit) else None
    if noted is not None and noted.members:
        seen.octets = noted.octets * seen.depth // noted.members
