"""Driver of what a drain says of its lane: how much it left there, for the edge to judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from homeport import keys
from homeport.entry import Entry, Pending
from homeport.ports import Effects, Region
from homeport.versions import Version
from homeport.writing.pressure import Depth, encode
from momento_http_shim.conditions import NotEqual
from momento_http_shim.outcomes import Failed

NOTED_SECONDS = 300
"""How long a note stands: a lane in which something waits is drained at least as often as cron comes."""

WORTH_MS, WORTH_MEMBERS = 60_000, 200
"""A drain that met nothing older than the first, and leaves less than the second, presses nobody: it notes nothing."""

_ANY = b"-"
"""What no note is: whatever stands there is replaced, within the family of conditional sets."""


@dataclass(slots=True)
class Tally:
    """What one drain saw: `first` is the lowest score that it met; the rest is of the writes that it left.

    A member whose write is settled, and owed to another region, is no write: it weighs nothing and has no age.
    """

    first: int | None = None
    members: int = 0
    octets: int = 0
    oldest: int | None = None

    def restart(self) -> None:
        """The drain looks at its lane from the start once more."""
        self.members, self.octets, self.oldest = 0, 0, None

    def left(self, seen: Version | Failed, settled: set[str]) -> None:
        """Count what a resource's entry holds still."""
        entry = seen.entry if isinstance(seen, Version) else None
        for item in entry.pending if isinstance(entry, Entry) else ():
            if item.id not in settled:
                self.members += 1
                self.octets += len(item.body)
                self.oldest = min(item.accepted, self.oldest or item.accepted)

    def sends(self, writes: Sequence[Pending]) -> None:
        """What is about to be sent, and superseded by it; nobody asks."""


async def note(region: Region, lane: int, tally: Tally, waiting: int, effects: Effects) -> None:
    """Note what waits, if it may press. That it cannot be noted is no harm: the next drain does."""
    old = tally.first is not None and effects.now() - tally.first > WORTH_MS
    if not old and waiting < WORTH_MEMBERS:
        return
    depth = Depth(tally.members, tally.octets, tally.oldest)
    await region.cache.set_if(keys.depth(lane), encode(depth), NotEqual(_ANY), ttl_seconds=NOTED_SECONDS)
