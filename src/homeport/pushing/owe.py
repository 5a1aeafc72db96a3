"""Driver of a debt: a region that could not be told is told later, by whoever drains the lane.

A member of the queue whose write is settled *is* the debt: the drain repeats what follows settling until it succeeds.
"""

from __future__ import annotations

from homeport import queues
from homeport.ports import Effects, Region
from homeport.reading.key import Resource
from homeport.writing.look_up import note
from homeport.writing.receipt import Receipt
from momento_http_shim.outcomes import Failed


async def owe(changed: Resource, home: Region, effects: Effects) -> bool:
    """Remember in the home region that the others have yet to be told of a change; False where that failed."""
    now, name = effects.now(), effects.token()
    receipt = Receipt(id=name, key=changed.key, state="applied", at=now, target=changed.target)
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
