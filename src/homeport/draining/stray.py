"""Driver for a member of the queue whose write is not in the entry: settled before, in flight, or never committed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from homeport import keys, versions
from homeport.entry import Entry, Unreadable
from homeport.ports import Effects, Region
from homeport.pushing.changed import Site
from homeport.pushing.precedence import marker
from homeport.reading.key import Resource
from homeport.writing.receipt import Receipt, decode
from momento_http_shim.outcomes import Failed, Hit, Miss, Stored

from .settle import tell_and_remove, write_receipt

YOUNG_MS = 60_000
"""A member put less than this ago may belong to a commit in flight; longer than a writer's and a fill's effort."""


async def settle_stray(
    site: Site,
    effects: Effects,
    key: str,
    write_id: str,
    put: int,
    region: Region,
    others: Sequence[Region],
) -> bool:
    """Judge one such member; True once it is gone. `put` is its score, the writer's clock in ms."""
    if effects.now() - put < YOUNG_MS:
        return False
    receipt = await _receipt(write_id, region)
    if isinstance(receipt, Failed):
        return False
    # Touch before anything is said: a commit still in flight must fail and start over, under a new member.
    if not await _touch(
        site.changed_by(key, (receipt.target if receipt else None) or "")[0], region, effects
    ):
        return False
    if receipt is None:
        receipt = Receipt(
            id=write_id,
            key=key,
            state="lost",
            at=effects.now(),
            reason="it was never committed, or its entry was lost",
        )
        if not await write_receipt(receipt, region, effects):
            return False
    target = receipt.target
    if target is None:
        member = keys.member(key, write_id)
        return not isinstance(
            await region.cache.sorted_set_remove(keys.queue(keys.lane_of(key)), [member]), Failed
        )
    return await tell_and_remove(write_id, site.changed_by(key, target), region, others, effects)


async def _receipt(write_id: str, region: Region) -> Receipt | Failed | None:
    match await region.cache.get(keys.receipt(write_id)):
        case Hit(value):
            return decode(value)
        case Miss():
            return None
        case Failed() as failed:
            return failed
        case _ as never:
            assert_never(never)


async def _touch(resource: Resource, region: Region, effects: Effects) -> bool:
    """Give the entry a new version without changing anything in it; a marker where there is none to keep."""
    seen = await versions.read(region, resource.key)
    if isinstance(seen, Failed) or (isinstance(seen.entry, Unreadable) and seen.entry.foreign):
        return False
    if isinstance(seen.entry, Entry):
        entry = seen.entry.version(effects.token())
    else:
        entry = marker(resource, effects.now(), effects.token())
    return isinstance(await versions.store(region, resource.key, entry, seen.condition), Stored)
