"""Driver of a look at lanes: how much waits in each, for how long, and who holds it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from homeport import keys, queues
from homeport.draining.lease import LEASE_SECONDS
from homeport.writing.pressure import Depth, decode
from momento_http_shim import CacheClient
from momento_http_shim.conditions import AbsentOrEqual, Equal
from momento_http_shim.outcomes import Elements, Failed, Found, Hit, NotStored, Number, Stored

from .house import House
from .stop import WRONG, Stop, unanswered

FREE, PAUSED = b"free", b"paused"
OPERATOR = PAUSED + b":operator:"
"""What stands in a lease that an operator holds, and then when it may be freed, in ms since 1970: a drain that was
under way when it was taken goes on until its own lease would have ended."""

SKEW_MS = 5_000
"""By how much two clocks may differ."""

LEASE_MS = LEASE_SECONDS * 1000

Holder = Literal["free", "drained", "paused", "paused by an operator"]


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane; times in ms, ages counted from now. `octets` are an estimate by the last drain's note."""

    region: str
    lane: int
    waiting: int
    octets: int | None
    oldest: int | None
    newest: int | None
    read_mark: int | None
    holder: Holder
    held_for: int | None
    pauses: int


@dataclass(frozen=True, slots=True)
class Held:
    """What stands in a lane's lease, for how many ms more."""

    word: bytes
    ms: int

    @property
    def holder(self) -> Holder:
        """Who that is."""
        if self.word.startswith(OPERATOR):
            return "paused by an operator"
        if self.word.startswith(PAUSED):
            return "paused"
        return "free" if self.word in (b"", FREE) else "drained"

    def owed(self, now: int) -> int:
        """For how many ms a drain may still be under way although an operator holds the lane."""
        until = self.word.removeprefix(OPERATOR)
        return max(0, int(until) - now) if self.holder == "paused by an operator" and until.isdigit() else 0


NOBODY = Held(b"", 0)


async def held(house: House, region: str, lane: int) -> Held:
    """What stands in a lane's lease; a consistent read. Raises `Stop`."""
    found, left = await asyncio.gather(
        house.caches[region].get_with_hash(keys.lease(lane), consistent=True),
        house.caches[region].item_get_ttl(keys.lease(lane)),
    )
    for each in (found, left):
        if isinstance(each, Failed):
            raise unanswered(region, each)
    if not isinstance(found, Found):
        return NOBODY
    return Held(bytes(found.value), left.value if isinstance(left, Number) else 0)


async def look(house: House, region: str, lane: int) -> Lane:
    """One lane as it is now. Raises `Stop`."""
    cache, now = house.caches[region], house.effects.now()
    length, first, last, note, pause = await asyncio.gather(
        cache.sorted_set_length(keys.queue(lane)),
        cache.sorted_set_fetch_by_score(keys.queue(lane), count=1),
        cache.sorted_set_fetch_by_score(keys.queue(lane), descending=True, count=1),
        cache.get(keys.depth(lane)),
        cache.get(keys.pause(lane)),
    )
    for each in (length, first, last, note, pause):
        if isinstance(each, Failed):
            raise unanswered(region, each)
    lease = await held(house, region, lane)
    waiting = length.value if isinstance(length, Number) else 0
    oldest, newest = _score(first), _score(last)
    count = bytes(pause.value) if isinstance(pause, Hit) else b""
    return Lane(
        region,
        lane,
        waiting,
        estimate(waiting, decode(note.value) if isinstance(note, Hit) else None),
        None if oldest is None else now - oldest,
        None if newest is None else now - newest,
        None if oldest is None else queues.read_mark(oldest),
        lease.holder,
        lease.ms if lease.holder != "free" else None,
        int(count) if count.isdigit() else 0,
    )


def estimate(waiting: int, depth: Depth | None) -> int | None:
    """Octets of what waits, by what a drain noted of the members that it saw; None where none did. Pure."""
    if waiting == 0:
        return 0
    return depth.octets * waiting // depth.members if depth and depth.members else None


def _score(found: object) -> int | None:
    return int(found.elements[0][1]) if isinstance(found, Elements) and found.elements else None


async def pause(house: House, region: str, lane: int, seconds: int) -> int:
    """Hold a lane's lease; for how many ms a drain may still be under way. Raises `Stop`."""
    cache, name = house.caches[region], keys.lease(lane)
    for _ in range(8):
        seen, now = await held(house, region, lane), house.effects.now()
        under_way = LEASE_MS + SKEW_MS if seen.holder == "drained" else seen.owed(now)
        word = OPERATOR + b"%d" % (now + under_way)
        condition = AbsentOrEqual(seen.word or FREE) if seen.holder == "free" else Equal(seen.word)
        stored = await cache.set_if(name, word, condition, ttl_seconds=seconds)
        if isinstance(stored, Failed):
            raise unanswered(region, stored)
        if isinstance(stored, Stored):
            return under_way
    raise Stop(WRONG, f"{region} lane {lane}: its lease changed hands at every try. Try again.")


async def resume(house: House, region: str, lane: int) -> int | None:
    """Free a lane that is paused, by whom ever; in how many ms it will be, None where it is not paused."""
    cache, name = house.caches[region], keys.lease(lane)
    seen = await held(house, region, lane)
    if not seen.word.startswith(PAUSED):
        return None
    owed = seen.owed(house.effects.now())
    # Until the drain that it was taken from has ended, nobody else may begin: the pause is only made shorter.
    word, seconds = (seen.word, min(owed, seen.ms) / 1000) if owed else (FREE, 1.0)
    stored = await cache.set_if(name, word, Equal(seen.word), ttl_seconds=max(seconds, 0.001))
    if isinstance(stored, Failed):
        raise unanswered(region, stored)
    return owed if isinstance(stored, Stored) else None


@dataclass(frozen=True, slots=True)
class Taken:
    """A lane that a command holds in place of a drain, and what it puts back."""

    cache: CacheClient
    lane: int
    owner: bytes
    before: Held

    async def release(self) -> None:
        """Free it, or leave it paused as it was."""
        paused = self.before.word.startswith(PAUSED)
        word, seconds = (self.before.word, max(self.before.ms / 1000, 1.0)) if paused else (FREE, 1.0)
        await self.cache.set_if(keys.lease(self.lane), word, Equal(self.owner), ttl_seconds=seconds)


async def take(house: House, region: str, lane: int) -> Taken:
    """Take a lane's lease, also one that is paused; raises `Stop` where a drain is at work."""
    cache, seen = house.caches[region], await held(house, region, lane)
    if seen.holder == "drained" or seen.owed(house.effects.now()):
        raise Stop(WRONG, f"{region} lane {lane} is being drained. `homeport pause {region}`, or try again.")
    owner = house.effects.token().encode()
    condition = AbsentOrEqual(seen.word or FREE) if seen.holder == "free" else Equal(seen.word)
    stored = await cache.set_if(keys.lease(lane), owner, condition, ttl_seconds=LEASE_SECONDS)
    if isinstance(stored, Failed):
        raise unanswered(region, stored)
    if isinstance(stored, NotStored):
        raise Stop(WRONG, f"{region} lane {lane} was taken by a drain just now. Try again.")
    return Taken(cache, lane, owner, seen)


async def may_write(cache: CacheClient, token: str) -> Failed | None:
    """Whether the key may change a cache's items, by a change whose condition never holds; the refusal, if any."""
    nobodys = token.encode()
    outcome = await cache.set_if(keys.lease(0), nobodys, Equal(nobodys), ttl_seconds=1)
    return outcome if isinstance(outcome, Failed) else None
