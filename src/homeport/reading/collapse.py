"""Driver of turns: of a region's readers who miss the same, one asks the origin and the others wait for it a little.

The turn is a key of its own, held for `TURN_SECONDS` at the most. Given back after the fill; after a failure it stays
as a mark for `FAILED_SECONDS`, so that a broken origin is not stormed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from homeport import keys
from homeport.entry import Entry, decode
from homeport.ports import Effects, Region
from momento_http_shim.conditions import Absent, Equal
from momento_http_shim.outcomes import Failed, Hit, Stored

from .key import Resource

TURN_SECONDS = 10
FAILED_SECONDS = 2
OVER_SECONDS = 0.001
"""The shortest life that Momento gives: a turn is given back by letting it end."""

WAITS = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between the looks of a reader who waits: a second and a half in all."""

FAILED, DONE = b"failed", b"done"


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to ask: its reader has it alone."""

    region: Region
    name: str
    token: bytes

    async def done(self) -> None:
        """Give the turn back: the answer is stored, or nobody else can use it."""
        await self.region.cache.set_if(self.name, DONE, Equal(self.token), ttl_seconds=OVER_SECONDS)

    async def failed(self) -> None:
        """Leave the mark that the origin failed just now."""
        await self.region.cache.set_if(self.name, FAILED, Equal(self.token), ttl_seconds=FAILED_SECONDS)


async def claim(region: Region, resource: Resource, effects: Effects) -> Turn | None:
    """The turn, None where somebody has it. A region that does not answer keeps nobody from asking."""
    turn = Turn(region, keys.turn(resource.key), effects.token().encode())
    outcome = await region.cache.set_if(turn.name, turn.token, Absent(), ttl_seconds=TURN_SECONDS)
    return turn if isinstance(outcome, Stored | Failed) else None


async def take(
    region: Region, resource: Resource, effects: Effects, usable: Callable[[Entry], bool]
) -> Turn | Entry | Literal["failed"] | None:
    """The turn; or, after some waiting, the entry that another's fill put there, or that the other one failed.

    Names of variants are put there before what they send to: they are given when the other one is done with both.
    None: neither came in time, or the answer cannot be shared. Then everybody asks for themselves.
    """
    turn = await claim(region, resource, effects)
    if turn is not None:
        return turn
    for wait in WAITS:
        await effects.pause(wait)
        held = await region.cache.get(keys.turn(resource.key))
        if isinstance(held, Hit) and bytes(held.value) == FAILED:
            return "failed"
        found = await region.cache.get(keys.entry(resource.key))
        entry = decode(found.value) if isinstance(found, Hit) else None
        going_on = isinstance(held, Hit) and bytes(held.value) != DONE
        if isinstance(entry, Entry) and usable(entry) and not (going_on and entry.kind == "variants"):
            return entry
        if not going_on:
            return None
    return None
