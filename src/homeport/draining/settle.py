"""Driver of settling one write, and those it superseded: receipts, entry, propagation, members, in that order.

Each step may be repeated; none may be swapped. A member that stays in the queue is all that is needed to repeat the
rest later, so a step that fails leaves the write where it stands.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from homeport import queues, versions
from homeport.entry import Entry, Pending
from homeport.messages import Response
from homeport.ports import Effects, Region
from homeport.pushing.precedence import marker
from homeport.pushing.propagate import PutsAgain, propagate
from homeport.reading.key import Resource
from homeport.writing.look_up import look_up, note
from homeport.writing.receipt import Illegible, Receipt, State
from momento_http_shim.outcomes import Done, Failed, NotStored, Stored

from . import dead_letter
from .letter import Letter
from .settled import without


@dataclass(frozen=True, slots=True)
class Settlement:
    """A write's end: its receipt, the origin's answer where it took the write, and what it superseded."""

    receipt: Receipt
    answer: Response | None
    superseded: tuple[Pending, ...] = ()
    letter: Letter | None = None
    """What is kept of a write that the origin refused."""
    seen: versions.Version | None = field(default=None, compare=False, repr=False)
    """The version of the entry from which it was sent; it mostly still stands."""
    left: list[versions.Version] = field(default_factory=list, compare=False, repr=False)
    """Gets the version without the write: what is sent next is sent from it."""


Settled = Literal["settled", "owed", "failed"]
"""owed: all but a region's knowledge is done, the member stays; failed: the write itself has to be settled again."""


async def settle(
    settlement: Settlement,
    resources: Sequence[Resource],
    region: Region,
    others: Sequence[Region],
    effects: Effects,
    again: PutsAgain | None = None,
    lists: Sequence[str] = (),
) -> Settled:
    """Settle a write; `resources` are what it changed, its own first, `lists` the keys of those that show it.

    What is pending after a write that the origin refused is put `again` on what the origin shows.
    """
    receipt = settlement.receipt
    written = await write_receipt(receipt, region, effects)
    stands = await _standing(settlement, written, region)
    if isinstance(stands, Failed) or stands == "foreign":
        return "failed"
    if receipt.state == stands == "dead" and not await _keep_dead_letter(settlement, region):
        return "failed"
    if stands != "applied":
        settlement = replace(settlement, superseded=())
    if not await _note_superseded(settlement, region, effects):
        return "failed"
    if not await _clear_entry(settlement, resources[0], region, effects, again):
        return "failed"
    names = (receipt.id, *(item.id for item in settlement.superseded))
    return await tell_and_remove(names, resources, region, others, effects, lists)


async def write_receipt(receipt: Receipt, region: Region, effects: Effects) -> Stored | NotStored | Failed:
    """Write the terminal receipt; one that is there already wins (`NotStored`)."""
    stored = await note(receipt, region)
    if isinstance(stored, Stored):
        event = {"region": region.name, "key": receipt.key, "id": receipt.id, "status": receipt.status}
        effects.emit(f"write_{receipt.state}", event)
    return stored


async def _standing(
    settlement: Settlement, written: Stored | NotStored | Failed, region: Region
) -> State | Failed | Literal["foreign"] | None:
    """What the receipt that stands says, where that matters; None where it is damaged, or gone again."""
    ours = settlement.receipt
    if isinstance(written, Failed):
        return written
    if isinstance(written, Stored) or (ours.state != "dead" and not settlement.superseded):
        return ours.state
    first = await look_up(ours.id, region)
    if isinstance(first, Illegible) and first.foreign:
        return "foreign"  # what it says decides what is kept of the write: the release that wrote it goes on
    return first.state if isinstance(first, Receipt) else first if isinstance(first, Failed) else None


async def _keep_dead_letter(settlement: Settlement, region: Region) -> bool:
    receipt = settlement.receipt
    return await dead_letter.keep(receipt.key, receipt.id, settlement.letter, receipt.at, region)


async def _note_superseded(settlement: Settlement, region: Region, effects: Effects) -> bool:
    """After the superseder's own receipt: without that, a write could be called superseded by one that was refused."""
    by = settlement.receipt
    for item in settlement.superseded:
        receipt = Receipt(
            item.id, by.key, "superseded", by.at, target=item.target, accepted=item.accepted, by=by.id
        )
        if isinstance(await write_receipt(receipt, region, effects), Failed):
            return False
    return True


async def _clear_entry(
    settlement: Settlement, resource: Resource, region: Region, effects: Effects, again: PutsAgain | None
) -> bool:
    write_id, answer = settlement.receipt.id, settlement.answer
    superseded = {item.id for item in settlement.superseded}

    def cleared(seen: versions.Version) -> Entry | bool | Awaitable[Entry]:
        if seen.foreign:
            return False
        if not isinstance(seen.entry, Entry):
            return marker(resource, effects.now(), effects.token())
        if write_id not in seen.pending_ids:
            return True
        left = without(seen.entry, write_id, effects.token(), effects.now(), answer, superseded)
        return again.put(left) if again and left.dirty and answer is None else left

    return await versions.change(region, resource.key, cleared, settlement.seen, left=settlement.left)


async def tell_and_remove(
    write_ids: Iterable[str],
    resources: Sequence[Resource],
    region: Region,
    others: Sequence[Region],
    effects: Effects,
    lists: Sequence[str] = (),
) -> Settled:
    """What follows the entry: every region learns that the resources changed, then the members go.

    The lists show the writes until they are stale themselves: no read may go back behind one.
    """
    told = await propagate(resources[1:], [region], effects)
    if told and lists:
        told = isinstance(await queues.hide(region, lists, resources[0].key, *write_ids), Done)
    told = await propagate(resources, others, effects) and told
    if not told:
        return "owed"
    removed = await queues.remove(region, resources[0].key, *write_ids)
    return "settled" if isinstance(removed, Done) else "owed"
