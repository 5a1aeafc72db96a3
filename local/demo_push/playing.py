"""Driver of the story: visitors of three continents at the edge, each at their time."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from local.stack.stack import Stack

from .counting import Seen
from .shop import Shop
from .story import RESTOCKED_AT, SCALE, STOCK, Visit

AT_ONCE = 16
"""Visitors at the edge at the same time; who comes when so many are there waits outside, and is late for the story."""

_LOOK = re.compile(r'data-look="(\w+)"')


class NotAsToldError(AssertionError):
    """The story went differently."""


@dataclass(slots=True)
class Play:
    """What was seen and sold."""

    shop: Shop
    client: httpx.AsyncClient
    seen: list[Seen] = field(default_factory=list)
    purchases: int = 0
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _restocked: asyncio.Event = field(default_factory=asyncio.Event)

    async def visit(self, number: int, visit: Visit) -> None:
        """Look at the page, and buy."""
        fields = {"MF-CF-Blob": json.dumps({"country": visit.country, "clientAcceptEncoding": ""})}
        async with self._places:
            began = time.time()
            page = await self.client.get("/", headers=fields)
            ended = time.time()
        look = _LOOK.search(page.text)
        if page.status_code != 200 or look is None:
            raise NotAsToldError(f"a visitor was answered {page.status_code}: {page.text[:300]}")
        self.seen.append(Seen(look[1], began, ended))
        if visit.buys:
            await self._buy(number, fields)

    async def _buy(self, number: int, fields: dict[str, str]) -> None:
        if number >= RESTOCKED_AT:
            await self._restocked.wait()
        answer = await self.client.post("/buy", headers=fields)
        if answer.status_code != 303:
            raise NotAsToldError(f"a buyer was answered {answer.status_code}: {answer.text[:300]}")
        self.purchases += 1

    async def restock(self, before: Sequence[asyncio.Task[None]]) -> None:
        """Have new stock when all has been sold."""
        await asyncio.gather(*before)
        await asyncio.to_thread(self.shop.stock, STOCK)
        self._restocked.set()


async def play(stack: Stack, shop: Shop, visits: Sequence[Visit]) -> tuple[Play, float]:
    """Play the story once; what was seen, and how many minutes of the story it took."""
    await asyncio.to_thread(shop.stock, STOCK)
    async with httpx.AsyncClient(base_url=stack.edge, timeout=30.0) as client:
        scene = Play(shop, client)
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            tasks: list[asyncio.Task[None]] = []
            for number, visit in enumerate(visits):
                await asyncio.sleep(began + visit.at / SCALE - time.monotonic())
                if number == RESTOCKED_AT:
                    group.create_task(scene.restock(tuple(tasks)))
                tasks.append(group.create_task(scene.visit(number, visit)))
        return scene, (time.monotonic() - began) * SCALE / 60
