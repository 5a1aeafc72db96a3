"""Driver of a purge in every region at once, in as many invocations as it takes, and the answer that tells of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from homeport.messages import Headers, Response
from homeport.ports import Effects

from .order import Order, Progress

MOST_INVOCATIONS = 28
"""Of one request, over all regions: Cloudflare allows it 32 Workers, the edge and this one among them."""

Part = Callable[[str, Order], Awaitable[Progress]]
"""Purges as much of an order in a region as one invocation may."""


async def everywhere(order: Order, regions: Sequence[str], part: Part, effects: Effects) -> Response:
    """Carry out an order: 200 where every region was told of everything, else 502; for each region what was done."""
    done = await carry_out(order, regions, part, effects)
    body = {name: {"purged": each.purged} | more(each) for name, each in zip(regions, done, strict=True)}
    status = 502 if any(each.error for each in done) else 200
    fields = (("content-type", "application/json"), ("cache-control", "no-store"))
    return Response(status, Headers(fields), json.dumps({"regions": body}).encode())


async def carry_out(order: Order, regions: Sequence[str], part: Part, effects: Effects) -> list[Progress]:
    """Carry out an order: what was done, region by region."""
    done = await asyncio.gather(*(_region(order, name, len(regions), part) for name in regions))
    for name, progress in zip(regions, done, strict=True):
        counts = {"tags": len(order.tags), "urls": len(order.targets), "entries": progress.purged}
        effects.emit("purged", {"region": name, "soft": order.soft} | counts | more(progress))
    return done


async def _region(order: Order, name: str, regions: int, part: Part) -> Progress:
    total, rest = Progress(), order
    for _ in range(max(1, MOST_INVOCATIONS // regions)):
        step = await part(name, rest)
        total = Progress(total.purged + step.purged, total.owed + step.owed, total.error or step.error)
        if step.rest is None:
            return total
        rest = step.rest
    return replace(total, error=total.error or "UNFINISHED")


def more(progress: Progress) -> dict[str, object]:
    """What the answer says of a region that could not be told of everything."""
    named = {"owed": progress.owed, "error": progress.error}
    return {name: value for name, value in named.items() if value}
