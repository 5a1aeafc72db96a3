"""Driver for a member of the queue whose write is not in the entry: settled before, in flight, or never committed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from homeport import keys, versions
from homeport.entry import Entry
from homeport.ports import Effects, Region
from homeport.pushing.changed import Site
from homeport.pushing.precedence import mark_stale
from homeport.reading.key import Resource
from homeport.versions import Version
from homeport.writing.look_up import look_up
from homeport.writing.receipt import Illegible, Receipt
from momento_http_shim.conditions import PresentAndHashEqual
from momento_http_shim.outcomes import Failed, Stored

from .renew import keep
from .settle import tell_and_remove, write_receipt

YOUNG_MS = 60_000
"""A member put less than this ago may belong to a commit in flight; longer than a writer's and a fill's effort."""

KEPT_MS = 500 * keys.DAY_SECONDS
"""Half of Momento's day: for a member that is owed for longer, its receipt must be kept from expiring."""

_REASON = "it was never committed, or its entry was lost before its receipt was written"


@dataclass(frozen=True, slots=True)
class Stray:
    """Such a member; `put` is its score, the writer's clock in ms since 1970."""

    key: str
    id: str
    put: int


async def settle_stray(
    site: Site,
    effects: Effects,
    stray: Stray,
    seen: Version,
    region: Region,
    others: Sequence[Region],
    away: set[str] | None = None,
) -> tuple[bool, Version | Failed]:
    """Judge one; whether it is gone, and what the entry is now. `seen` is the version in which it was not listed.

    `away` are the regions that could not be told of a push; those that cannot now are added.
    """
    if effects.now() - stray.put < YOUNG_MS:
        return False, seen
    receipt = await look_up(stray.id, region)
    # Without it the write would be called lost; what is damaged nobody will ever read, and nothing else ends it.
    if receipt not in (None, Illegible()) and effects.now() - stray.put > KEPT_MS:
        await keep(region, keys.receipt(stray.id))
    if isinstance(receipt, Failed | Illegible):
        return False, seen
    target = receipt.target if receipt else None
    resources = site.changed_by(stray.key, target or "")
    if receipt is not None and receipt.regions is not None:
        owed = [each for each in others if each.name in receipt.regions]
        return await _pay(stray, resources[0], region, owed, effects, set() if away is None else away), seen
    # Before anything is said: a commit still in flight must fail and start over under a new put. The touch is made on
    # the very version that did not list the write, so it fails where the commit has come since.
    touched = await _touch(resources[0], receipt, seen, region, effects)
    if touched is None:
        return False, await versions.read(region, stray.key)
    if receipt is None and not await _pronounce_lost(stray, region, effects):
        return False, touched
    known = target or (seen.entry.target if isinstance(seen.entry, Entry) else "")
    lists = site.lists(known)
    changed = resources if receipt else (*resources, *lists)
    told = await tell_and_remove([stray.id], changed, region, others, effects, [each.key for each in lists])
    return told == "settled", touched


async def _pay(
    stray: Stray, resource: Resource, region: Region, owed: Sequence[Region], effects: Effects, away: set[str]
) -> bool:
    """Tell the regions that a push is owed to; no write was ever under way, and whoever has the page is left alone.

    A page that changes often leaves many debts to a region that is away: one time-out a drain must do.
    """
    names = {each.name for each in owed}
    if names & away:
        return False
    told = await tell_and_remove([stray.id], [resource], region, owed, effects)
    if told != "settled":
        away |= names
    return told == "settled"


async def _pronounce_lost(stray: Stray, region: Region, effects: Effects) -> bool:
    """False where another receipt came first, or none could be written: then the member is judged again next time."""
    receipt = Receipt(stray.id, stray.key, "lost", effects.now(), reason=_REASON)
    return isinstance(await write_receipt(receipt, region, effects), Stored)


async def _touch(
    resource: Resource, receipt: Receipt | None, seen: Version, region: Region, effects: Effects
) -> Version | Failed | None:
    """Store a new version in place of the one that was seen; None where that did not succeed.

    Where the write is settled this marks the entry stale, for the debt may be the own region's; else nothing in it
    changes. A marker is put where nothing stands, or nothing legible.
    """
    entry = mark_stale(resource, seen.entry, effects.now(), effects.token())
    if entry is None:
        return None
    if receipt is None and isinstance(seen.entry, Entry):
        entry = replace(seen.entry, nonce=entry.nonce)
    match await versions.store(region, resource.key, entry, seen.condition):
        case Stored(value_hash) if value_hash is not None:
            return Version(entry, PresentAndHashEqual(value_hash))
        case Stored():
            return await versions.read(region, resource.key)
        case _:
            return None
