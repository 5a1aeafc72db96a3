"""Driver of a debt: a region that could not be told is told later, by whoever drains the lane.

A member of the queue whose write is settled *is* the debt: the drain repeats what follows settling until it succeeds.
A debt to a region by its name is of a push: the others have the page, and are not told.
"""

from __future__ import annotations

from dataclasses import replace

from homeport import queues
from homeport.ports import Effects, Region
from homeport.reading.key import Resource
from homeport.writing.look_up import note
from homeport.writing.receipt import Receipt
from momento_http_shim.outcomes import Failed

PAST_MS = 60_000
"""A debt to one region is put as if this long ago, so that the next sweep does not take it for a commit in flight."""


async def owe(changed: Resource, home: Region, effects: Effects, *, to: str | None = None) -> bool:
    """Remember in the home region that the others, or one, have yet to be told of a change; False where that failed."""
    now, name = effects.now(), effects.token()
    receipt = Receipt(id=name, key=changed.key, state="applied", at=now, target=changed.target)
    if to is not None:
        receipt, now = replace(receipt, regions=(to,)), now - PAST_MS
    # The receipt first: a member without one would be judged a write that never was.
    noted = await note(receipt, home)
    if isinstance(noted, Failed):
        return _forgotten(noted, changed, home, effects)
    put = await queues.put(home, changed.key, name, now)
    if isinstance(put, Failed):
        return _forgotten(put, changed, home, effects)
    return True


def _forgotten(failed: Failed, changed: Resource, home: Region, effects: Effects) -> bool:
    effects.emit("debt_forgotten", {"region": home.name, "key": changed.key, "code": failed.error.code})
    return False
