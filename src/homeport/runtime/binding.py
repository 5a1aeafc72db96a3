"""The sync worker as the edge sees it, and as it sees itself: a service binding, called by RPC."""

from __future__ import annotations

import json
from typing import Any

from pyodide.ffi import JsException

from homeport.pushing.order import Progress, decode_progress

from .effects import emit


class BoundSync:
    """Implements `ports.Sync`. A kick that fails is told and forgotten: the topic and cron wake the drain too."""

    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def kick(self, region: str, lane: int, skip: int = 0, /) -> bool:
        """Wake the sync worker for one lane; False where it could not be reached."""
        try:
            await self._binding.kick(region, lane, skip)
        except (JsException, RuntimeError) as error:
            emit("kick_failed", {"region": region, "lane": lane, "reason": type(error).__name__})
            return False
        return True

    async def purge(self, region: str, order: str, /) -> Progress:
        """Have the sync worker purge as much of an order, in JSON, as one invocation may."""
        try:
            return decode_progress(json.loads(await self._binding.purge(region, order)))
        except (JsException, RuntimeError) as error:
            emit("purge_failed", {"region": region, "reason": type(error).__name__})
            return Progress(error="INVOCATION_FAILED")
