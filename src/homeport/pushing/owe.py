"""Driver of a debt: a region that could not be told is told later, by whoever drains the lane.

A member of the queue whose write is settled *is* the debt: the drain repeats what follows settling until it succeeds.
"""

from __future__ import annotations

from homeport import keys
from homeport.ports import Effects, Region
from homeport.reading.key import Resource
from homeport.writing.receipt import Receipt, encode
from momento_http_shim.conditions import Absent
from momento_http_shim.outcomes import Failed


async def owe(changed: Resource, home: Region, effects: Effects) -> None:
    """Remember in the home region that the others have yet to be told of a change made straight at the origin."""
    now, name = effects.now(), effects.token()
    receipt = Receipt(id=name, key=changed.key, state="applied", at=now, target=changed.target)
    # The receipt first: a member without one would be judged a write that never was.
    noted = await home.cache.set_if(
        keys.receipt(name), encode(receipt), Absent(), ttl_seconds=keys.DAY_SECONDS
    )
    if isinstance(noted, Failed):
        _forgotten(noted, changed, home, effects)
        return
    put = await home.cache.sorted_set_put(
        keys.queue(keys.lane_of(changed.key)),
        {keys.member(changed.key, name): float(now)},
        ttl_seconds=keys.DAY_SECONDS,
        refresh_ttl=True,
    )
    if isinstance(put, Failed):
        _forgotten(put, changed, home, effects)


def _forgotten(failed: Failed, changed: Resource, home: Region, effects: Effects) -> None:
    effects.emit("debt_forgotten", {"region": home.name, "key": changed.key, "code": failed.error.code})
