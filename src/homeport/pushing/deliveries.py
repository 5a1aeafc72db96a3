"""Driver of a delivery: pages into every region, then what is gone, then what is outdated, and the answer."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence

from homeport.errors import problem
from homeport.messages import Headers, Request, Response
from homeport.ports import Effects, Region

from .changed import Site
from .deliver import Told, deliver_everywhere
from .delivery import Delivery, read
from .everywhere import Part, carry_out, more
from .order import Order, Progress
from .page import Page
from .signature import MEMBERS, SIGNATURE, forged

AT_ONCE = 6
"""Pages times regions pushed side by side: a Worker has six connections."""


async def answer(
    request: Request,
    secrets: Sequence[str],
    site: Site,
    regions: Mapping[str, Region],
    part: Part,
    effects: Effects,
) -> Response:
    """The answer to a delivery, its body read: 200 where all is stored or remembered, 502 where something is not."""
    body, members = bytes(request.body), request.headers.get(MEMBERS)
    why = forged(request.headers.get(SIGNATURE), secrets, effects.now(), body, members)
    if why:
        effects.emit("push_refused", {"reason": why})
        return problem(401, "Not signed", f"{why[0].upper()}{why[1:]}.")
    delivery = read(request, site, len(regions), effects.now())
    if isinstance(delivery, Response):
        return delivery
    return await _carry_out(delivery, regions, part, effects)


async def _carry_out(
    delivery: Delivery, regions: Mapping[str, Region], part: Part, effects: Effects
) -> Response:
    limit, began = asyncio.Semaphore(AT_ONCE), effects.now()

    async def one(page: Page) -> dict[str, Told]:
        return await deliver_everywhere(page, [*regions.values()], effects, at_once=limit)

    told = await asyncio.gather(*(one(page) for _, page in delivery.pages))
    for name in regions if told else ():
        states = Counter[str](each[name].state for each in told)
        effects.emit("pushed", {"region": name, "duration": (effects.now() - began) / 1000} | dict(states))
    failed = any(each.state == "failed" for each_told in told for each in each_told.values())
    shown: dict[str, object] = {}
    if told:
        shown["pages"] = {
            url: {name: _shown(of) for name, of in each.items()}
            for (url, _), each in zip(delivery.pages, told, strict=True)
        }
    for title, order in (("delete", delivery.gone), ("invalidate", delivery.outdated)):
        if order.targets or order.tags:
            done = await carry_out(order, tuple(regions), part, effects)
            failed = failed or any(_forgotten(each, order) for each in done)
            shown[title] = {
                name: {"purged": each.purged} | more(each) for name, each in zip(regions, done, strict=True)
            }
    fields = (("content-type", "application/json"), ("cache-control", "no-store"))
    return Response(502 if failed else 200, Headers(fields), json.dumps(shown).encode())


def _shown(told: Told) -> dict[str, str]:
    return {"state": told.state} | ({"error": told.error} if told.error else {})


def _forgotten(progress: Progress, order: Order) -> bool:
    """Whether a region could not be told of all, and not all of that is owed: what has a tag only its index knows."""
    lost = len(order.targets) - progress.purged - progress.owed
    return progress.error is not None and (bool(order.tags) or lost > 0)
