"""Driver behind an accepted write: tell the sync worker, by the topic and by the service binding, coalesced."""

from __future__ import annotations

import asyncio
import json

from homeport import keys
from homeport.ports import Effects, Region, Sync
from momento_http_shim.outcomes import Failed

INTERVAL_MS = 250
"""At most four wake-ups a second and lane from one isolate: Momento allows ten topic operations a second."""

OVERDUE_MS = 5_000
"""A wake-up that has not begun by then died with its isolate's request and covers nobody."""


class Waker:
    """One per isolate. A wake-up that has yet to begin covers every write committed before it does."""

    def __init__(self, sync: Sync) -> None:
        self._sync = sync
        self._waiting: dict[tuple[str, int], int] = {}
        self._last: dict[tuple[str, int], int] = {}

    def wake_behind(self, region: Region, lane: int, effects: Effects) -> None:
        """The same after the answer, if there is anything to do."""
        if not self._covered((region.name, lane), effects.now()):
            effects.behind(self.wake(region, lane, effects))

    def _covered(self, at: tuple[str, int], now: int) -> bool:
        return now - self._waiting.get(at, -OVERDUE_MS) < OVERDUE_MS

    async def wake(self, region: Region, lane: int, effects: Effects) -> None:
        """Say that the lane has something to drain. That nobody hears it is no error: cron sweeps."""
        at, now = (region.name, lane), effects.now()
        if self._covered(at, now):
            return
        self._waiting[at] = now
        early = self._last.get(at, 0) + INTERVAL_MS - now
        if early > 0:
            await effects.pause(early / 1000)
        self._last[at] = effects.now()
        self._waiting.pop(at, None)
        published, _ = await asyncio.gather(
            region.cache.publish(keys.TOPIC, json.dumps({"lane": lane}, separators=(",", ":"))),
            self._sync.kick(region.name, lane),
        )
        if isinstance(published, Failed):
            effects.emit("publish_failed", {"region": region.name, "code": published.error.code})
