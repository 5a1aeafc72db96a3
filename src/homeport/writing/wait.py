"""Driver of an answer that waits for the origin's: the drain is woken, then the write's receipt is looked for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import assert_never

from homeport.ports import Effects, Region
from momento_http_shim.outcomes import Failed

from .look_up import look_up
from .receipt import Illegible, Receipt

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds between two looks, doubled by each: the longest wait costs 14 looks, two operations each at most."""


async def fate(
    write_id: str,
    region: Region,
    until: float,
    waking: Coroutine[object, object, object],
    effects: Effects,
) -> Receipt | None:
    """What became of an accepted write, None where that is not known by `until`, in ms since 1970.

    `waking` wakes the drain: behind the answer where there is no time to wait, else at once.
    """
    if effects.now() >= until:
        effects.behind(waking)
        return None
    effects.behind(_ended(asyncio.ensure_future(waking)))
    pause = FIRST_PAUSE
    while (left := until - effects.now()) > 0:
        await effects.pause(min(pause, left / 1000))
        pause = min(2 * pause, LONGEST_PAUSE)
        match await look_up(write_id, region):
            case Receipt() as receipt:
                return receipt
            case Illegible():
                return None
            case None | Failed():
                pass
            case _ as never:
                assert_never(never)
    return None


async def _ended(task: asyncio.Future[object]) -> None:
    await task
