"""Driver of what a drain says of its lane: how much it left there, for the edge to judge; and how old the oldest is."""

from __future__ import annotations

from dataclasses import dataclass

from homeport import keys
from homeport.entry import Entry
from homeport.ports import Effects, Region
from homeport.versions import Version
from homeport.writing.pressure import Depth, encode
from momento_http_shim.conditions import NotEqual
from momento_http_shim.outcomes import Elements, Failed

NOTED_SECONDS = 300
"""How long a note stands: a lane in which something waits is drained at least as often as cron comes."""

WORTH_MS, WORTH_MEMBERS = 60_000, 200
"""A drain that met nothing older than the first, and leaves less than the second, presses nobody: it notes nothing."""

_ANY = b"-"
"""What no note is: whatever stands there is replaced, within the family of conditional sets."""


@dataclass(slots=True)
class Tally:
    """What one drain saw: `first` is the lowest score that it met, `members` and `octets` the writes that it left."""

    first: int | None = None
    members: int = 0
    octets: int = 0

    def left(self, seen: Version | Failed, settled: set[str]) -> None:
        """Count what a resource's entry holds still."""
        entry = seen.entry if isinstance(seen, Version) else None
        for item in entry.pending if isinstance(entry, Entry) else ():
            if item.id not in settled:
                self.members += 1
                self.octets += len(item.body)


async def note(region: Region, lane: int, tally: Tally, waiting: int, effects: Effects) -> None:
    """Note what waits, if it may press. That it cannot be noted is no harm: the next drain does."""
    old = tally.first is not None and effects.now() - tally.first > WORTH_MS
    if not old and waiting < WORTH_MEMBERS:
        return
    first = await oldest(region, lane) if waiting else None
    depth = Depth(tally.members, tally.octets, first[1] if first else None)
    await region.cache.set_if(keys.depth(lane), encode(depth), NotEqual(_ANY), ttl_seconds=NOTED_SECONDS)


async def oldest(region: Region, lane: int) -> tuple[str, int] | None:
    """The lane's oldest member and its score, in ms since 1970; None where nothing waits, or nobody can tell."""
    found = await region.cache.sorted_set_fetch_by_score(keys.queue(lane), count=1)
    if not isinstance(found, Elements) or not found.elements:
        return None
    name, score = found.elements[0]
    return name.decode(), int(score)


async def alarm(region: Region, lane: int, effects: Effects, alarm_seconds: int) -> None:
    """Say so where the oldest write of a lane has been waiting for too long."""
    first = await oldest(region, lane)
    seconds = (effects.now() - first[1]) // 1000 if first else 0
    if seconds > alarm_seconds:
        event = {"region": region.name, "lane": lane, "seconds": seconds}
        effects.emit("oldest_write_waits", event)
