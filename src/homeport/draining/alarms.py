"""Driver of the alarms that a sweep raises of a lane: how old the oldest is, who keeps it waiting, how much waits."""

from __future__ import annotations

from homeport import keys
from homeport.ports import Effects, Region
from homeport.settings import Settings
from momento_http_shim.outcomes import Elements, Hit

from .lease import state_of

CONTENDED_SECONDS = 300
"""A lane's oldest member is older, and somebody has the lane: a drain that gets nowhere, or an operator's pause."""

_HELD = b"paused:"
"""What an operator's word in place of a lease begins with; a lane that rests for the origin's sake says no more."""


async def of_lane(region: Region, lane: int, waiting: int, settings: Settings, effects: Effects) -> None:
    """Raise what there is to be raised, `waiting` members. That nothing could be looked at is said by others."""
    about: dict[str, object] = {"region": region.name, "lane": lane}
    if waiting > settings.marks.members:
        effects.emit("queue_deep", about | {"waiting": waiting})
    found = await region.cache.sorted_set_fetch_by_score(keys.queue(lane), count=1)
    put = found.elements[0][1] if isinstance(found, Elements) and found.elements else effects.now()
    about |= {"seconds": (seconds := int(effects.now() - put) // 1000)}
    if seconds > settings.alarm_seconds:
        effects.emit("oldest_write_waits", about)
    if seconds > CONTENDED_SECONDS:
        lease = await region.cache.get(keys.lease(lane))
        held = isinstance(lease, Hit) and bytes(lease.value).startswith(_HELD)
        if held or (isinstance(lease, Hit) and state_of(lease) == "draining"):
            effects.emit("lease_contended", about | {"holder": "operator" if held else "drain"})
