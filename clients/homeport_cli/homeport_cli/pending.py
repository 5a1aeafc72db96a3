"""Driver of what waits: the members of queues, and the writes that entries hold of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from homeport import keys, versions
from homeport.draining import letter
from homeport.draining.settle import Settled, Settlement, settle
from homeport.entry import Entry, Pending
from homeport.reading.key import Resource
from homeport.versions import Version
from homeport.writing.again import PutAgain
from homeport.writing.look_up import look_up
from homeport.writing.receipt import Illegible, Receipt
from momento_http_shim.outcomes import Elements, Failed

from .house import House, lanes, together
from .lanes import take
from .stop import WRONG, Stop, unanswered

PAGE = 100
AT_ONCE = 6
DROPPED = "dropped by the operator"

State = Literal["pending", "settled", "uncommitted", "unreadable"]
"""settled: what is owed is that others are told; uncommitted: under way, or never committed; unreadable: of a newer
release, or damaged."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A member of a queue, put at `put` (ms since 1970); `item` is its write, where it is pending."""

    region: str
    key: str
    id: str
    put: int
    state: State
    target: str = ""
    item: Pending | None = None

    @property
    def lane(self) -> int:
        """The lane of its resource."""
        return keys.lane_of(self.key)


async def waiting(house: House, region: str, lane: int | None = None) -> AsyncIterator[Waiting]:
    """What waits in a region, lane by lane, oldest first. Raises `Stop`."""
    for number in lanes(lane):
        offset = 0
        while True:
            page = await house.caches[region].sorted_set_fetch_by_score(
                keys.queue(number), offset=offset, count=PAGE
            )
            if isinstance(page, Failed):
                raise unanswered(region, page)
            elements = page.elements if isinstance(page, Elements) else ()
            for each in await _read(house, region, elements):
                yield each
            if len(elements) < PAGE:
                break
            offset += PAGE


async def _read(house: House, region: str, elements: Iterable[tuple[bytes, float]]) -> list[Waiting]:
    members = [(*keys.parse_member(name), int(score)) for name, score in elements]
    places, limit = list(dict.fromkeys(key for key, _, _ in members)), asyncio.Semaphore(AT_ONCE)

    async def read(key: str) -> Version:
        async with limit:
            return await version(house, region, key)

    seen = dict(zip(places, await together(map(read, places)), strict=True))
    found = [_of(region, seen[key], key, write_id, put) for key, write_id, put in members]
    return [await _judged(house, each) for each in found]


async def version(house: House, region: str, key: str) -> Version:
    """What stands under a key; raises `Stop`."""
    seen = await versions.read(house.region(region), key)
    if isinstance(seen, Failed):
        raise unanswered(region, seen)
    return seen


def item_of(seen: Version, write_id: str) -> Pending | None:
    """A pending write of an entry. Pure."""
    pending = seen.entry.pending if isinstance(seen.entry, Entry) else ()
    return next((each for each in pending if each.id == write_id), None)


def _of(region: str, seen: Version, key: str, write_id: str, put: int) -> Waiting:
    if not isinstance(seen.entry, Entry):
        state: State = "uncommitted" if seen.entry is None else "unreadable"
        return Waiting(region, key, write_id, put, state)
    item = item_of(seen, write_id)
    if item is None:
        return Waiting(region, key, write_id, put, "uncommitted", seen.entry.target)
    return Waiting(region, key, write_id, put or item.accepted, "pending", seen.entry.target, item)


async def _judged(house: House, each: Waiting) -> Waiting:
    if each.state != "uncommitted":
        return each
    receipt = await receipt_of(house, each.region, each.id)
    return each if receipt is None else replace(each, state="settled")


async def receipt_of(house: House, region: str, write_id: str) -> Receipt | Illegible | None:
    """A write's terminal receipt; raises `Stop`."""
    found = await look_up(write_id, house.region(region))
    if isinstance(found, Failed):
        raise unanswered(region, found)
    return found


async def locate(house: House, name: str, region: str | None) -> tuple[str, str, str]:
    """Region, key and id of a write: by its receipt's address, `KEY/ID`, or its id, which is looked for in all queues.

    Raises `Stop` where no region that is asked knows it.
    """
    key, _, write_id = name.strip("/").removeprefix(".homeport/writes/").rpartition("/")
    chosen = house.chosen(region)
    for each in chosen:
        if key:
            seen = await version(house, each, key)
            if write_id in seen.pending_ids or await receipt_of(house, each, write_id) is not None:
                return each, key, write_id
            continue
        async for found in waiting(house, each):
            if found.id == write_id:
                return each, found.key, write_id
    raise Stop(
        WRONG, f"No write {name!r} waits in {', '.join(chosen)}. `homeport writes ls` lists those that do."
    )


async def hasten(house: House, region: str, key: str, write_id: str) -> list[str]:
    """Make a write due now, and those before it, which have to go first; their ids. Wakes the lane. Raises `Stop`."""
    made: list[str] = []

    def hastened(seen: Version) -> Entry | bool:
        made.clear()
        if not isinstance(seen.entry, Entry) or write_id not in seen.pending_ids:
            return True
        place = next(n for n, each in enumerate(seen.entry.pending) if each.id == write_id) + 1
        first = tuple(replace(each, not_before=0) for each in seen.entry.pending[:place])
        made.extend(each.id for each in first)
        pending = (*first, *seen.entry.pending[place:])
        return seen.entry.version(house.effects.token(), pending=pending)

    if not await versions.change(house.region(region), key, hastened):
        raise Stop(
            WRONG, f"{region}: the entry could not be changed: others came first each time. Try again."
        )
    if not made:
        raise Stop(
            WRONG,
            f"{region}: {write_id} is not pending any more. `homeport writes show` says what became of it.",
        )
    failed = await house.wake(region, keys.lane_of(key))
    if failed is not None:
        raise unanswered(region, failed)
    return made


async def drop(
    house: House, region: str, key: str, write_id: str
) -> tuple[Settled, Receipt | Illegible | None]:
    """Settle a pending write as dead, in settling's own order, its dead letter kept; how far that went, its receipt.

    The lane is held meanwhile: a drain could be sending the write this moment. Raises `Stop`.
    """
    taken = await take(house, region, keys.lane_of(key))
    try:
        seen = await version(house, region, key)
        entry, item = seen.entry, item_of(seen, write_id)
        if item is None or not isinstance(entry, Entry):
            raise Stop(WRONG, f"{region}: {write_id} is not pending, so there is nothing to drop.")
        done = await settle(
            _settlement(key, entry, item, region, house.effects.now()),
            house.site.changed_by(key, entry.target),
            house.region(region),
            house.others(region),
            house.effects,
            PutAgain(house.site.routes, house.origin, house.effects, house.seal),
            [each.key for each in house.site.lists(entry.target)],
        )
        return done, await receipt_of(house, region, write_id)
    finally:
        await taken.release()


def _settlement(key: str, entry: Entry, item: Pending, region: str, now: int) -> Settlement:
    about = Resource(key, entry.target, entry.vary)
    kept = letter.of(about, entry.whose, item, region, None, now, DROPPED, item.tries)
    whose = entry.whose if item.sealed else None
    receipt = Receipt(
        item.id, key, "dead", now, None, DROPPED, entry.target, item.accepted, item.tries, whose=whose
    )
    return Settlement(receipt, None, (), kept)
