"""Driver of the look at how much waits in a lane: behind an accepted write's answer, and not often."""

from __future__ import annotations

from homeport import keys
from homeport.ports import Effects, Region
from momento_http_shim.outcomes import Failed, Hit, Number

from .pressure import Marks, decode, pressing

INTERVAL_MS = 2_000
"""Between two looks at a lane by one isolate."""


class Gauge:
    """One per isolate: which lanes are under pressure, as far as it knows. Nothing is shared between isolates."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self._looked: dict[tuple[str, int], int] = {}
        self._pressing: dict[tuple[str, int], tuple[str, ...]] = {}

    def pressed(self, region: Region, resource_key: str, effects: Effects) -> bool:
        """Whether a resource's lane is under pressure; if it is, somebody has to look when that ends."""
        on = bool(self._pressing.get((region.name, keys.lane_of(resource_key))))
        if on:
            self.look_behind(region, resource_key, effects)
        return on

    def look_behind(self, region: Region, resource_key: str, effects: Effects) -> None:
        """Look at the resource's lane after the answer, unless this isolate did so just now."""
        at, now = (region.name, keys.lane_of(resource_key)), effects.now()
        if now - self._looked.get(at, now - INTERVAL_MS) >= INTERVAL_MS:
            self._looked[at] = now
            effects.behind(self._look(region, at[1], effects))

    async def _look(self, region: Region, lane: int, effects: Effects) -> None:
        at = (region.name, lane)
        before = self._pressing.get(at, ())
        length = await region.cache.sorted_set_length(keys.queue(lane))
        waiting = length.value if isinstance(length, Number) else 0
        if isinstance(length, Failed) or (waiting <= 1 and not before):
            return  # it says nothing about what waits; or the write that was just accepted waits alone
        note = await region.cache.get(keys.depth(lane))
        if isinstance(note, Failed):
            return
        noted = decode(note.value) if isinstance(note, Hit) else None
        after = pressing(waiting, noted, effects.now(), self._marks, on=bool(before))
        self._pressing[at] = after
        if bool(before) != bool(after):
            what = " ".join(after or before)
            event = {"region": region.name, "lane": lane, "what": what}
            effects.emit("pressure_on" if after else "pressure_off", event)
