"""Driver of a lane's lease: one drainer at a time, as far as a clock can promise that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from homeport import keys
from homeport.ports import Effects, Region
from momento_http_shim.conditions import AbsentOrEqual, Equal, ValueCondition
from momento_http_shim.outcomes import Failed, Hit, Miss, NotStored, Stored

LEASE_SECONDS = 30
"""Longer than one request to the origin may take."""

_FREE, _PAUSED = b"free", b"paused"


@dataclass(slots=True)
class Lease:
    """Held until `expires`, ms since 1970 by its owner's own clock, taken before the request for it was sent."""

    region: Region
    lane: int
    owner: bytes
    expires: int
    pause: float = 0.0
    """For so many seconds after its release nobody is to drain the lane: the origin has enough to do."""

    async def covers(self, effects: Effects, duration_ms: int) -> bool:
        """Whether something that takes so long may begin now; renews the lease where it must."""
        if self.pause:
            return False
        now = effects.now()
        if now + duration_ms < self.expires:
            return True
        if now >= self.expires:
            return False
        renewed = await _put(self.region, self.lane, self.owner, Equal(self.owner))
        if not isinstance(renewed, Stored):
            return False
        self.expires = now + LEASE_SECONDS * 1000
        return now + duration_ms < self.expires

    async def release(self) -> None:
        """Give the lane free, after its pause. Delete is of another family of Momento's: the lease is overwritten.

        Twice where no answer came: else whoever goes on would find the lane taken until the lease ends.
        """
        word, seconds = (_PAUSED, self.pause) if self.pause else (_FREE, 1)
        for _ in range(2):
            released = await self.region.cache.set_if(
                keys.lease(self.lane), word, Equal(self.owner), ttl_seconds=seconds
            )
            if not isinstance(released, Failed):
                return


async def acquire(region: Region, lane: int, effects: Effects) -> Lease | Failed | None:
    """Take the lane's lease; None where another drainer holds it."""
    owner, now = effects.token().encode(), effects.now()
    taken = await _put(region, lane, owner, AbsentOrEqual(_FREE))
    if isinstance(taken, Failed) and taken.error.may_have_happened:
        # It may be this owner's already, and then nobody drains the lane for half a minute.
        ours = await _put(region, lane, owner, Equal(owner))
        missed = isinstance(ours, NotStored)
        taken = await _put(region, lane, owner, AbsentOrEqual(_FREE)) if missed else ours
    match taken:
        case Stored():
            return Lease(region, lane, owner, now + LEASE_SECONDS * 1000)
        case Failed() as failed:
            return failed
        case _:
            return None


async def _put(
    region: Region, lane: int, owner: bytes, condition: ValueCondition
) -> Stored | NotStored | Failed:
    return await region.cache.set_if(keys.lease(lane), owner, condition, ttl_seconds=LEASE_SECONDS)


def state_of(lease: Hit | Miss) -> Literal["free", "draining", "paused"]:
    """What stands in a lease's place, for display: nobody's, a drainer's, or a pause that nobody drains in.

    An operator's pause says more than the origin's: its word only begins as that.
    """
    match lease:
        case Miss():
            return "free"
        case Hit(value):
            word = bytes(value)
            return "free" if word == _FREE else "paused" if word.startswith(_PAUSED) else "draining"
