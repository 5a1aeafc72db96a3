"""Driver of the requests of one page of a lane: alone, or in company where their route names a bulk endpoint.

A write waits for company until its bulk is full, or until nobody is left who could join it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from homeport.bulk import Bulk
from homeport.entry import Pending
from homeport.messages import NoAnswer, Request, Response
from homeport.ports import Effects, Origin

from . import loads
from .conflict import replayed

Reply = Response | NoAnswer | None
"""None: it was not sent."""


@dataclass(slots=True)
class Bulks:
    """`working` counts the resources that may still join: neither waiting here nor for the origin, nor done.

    `slots` bounds how many resources are at work; who waits here gives his away.
    """

    region: str
    origin: Origin
    may_send: Callable[[], Awaitable[bool]]
    slots: asyncio.Semaphore
    working: int
    effects: Effects
    _waiting: dict[Bulk, list[Pending]] = field(default_factory=dict)
    _replies: dict[str, asyncio.Future[Reply]] = field(default_factory=dict)
    _closed: bool = False

    async def ask(self, item: Pending, request: Request, bulk: Bulk | None) -> Reply:
        """The origin's answer to one write, whose request it is where it goes alone."""
        if self._closed:
            return None
        if bulk is None or not loads.fits(bulk, item):
            return await self._alone(request)
        while loads.too_large((*self._waiting.get(bulk, ()), item)) and bulk in self._waiting:
            await self._depart(bulk)
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._replies[item.id] = reply
        waiting = self._waiting.setdefault(bulk, [])
        waiting.append(item)
        self.working -= 1
        if len(waiting) >= bulk.most:
            await self._depart(bulk)
        await self._depart_all()
        if not reply.done():
            self.slots.release()
            await asyncio.wait((reply,))
            await self.slots.acquire()
        return reply.result()

    async def left(self) -> None:
        """A resource is done."""
        self.working -= 1
        await self._depart_all()

    def close(self) -> None:
        """The page is over, perhaps before its time: nobody waits any longer."""
        self._closed = True
        for reply in self._replies.values():
            reply.cancel()

    async def _alone(self, request: Request) -> Reply:
        """The others need not wait meanwhile."""
        self.working -= 1
        asked = self.origin.ask(request)
        reply = (await asyncio.gather(asked, self._depart_all()))[0] if self._waiting else await asked
        self.working += 1
        return reply

    async def _depart_all(self) -> None:
        while self._waiting and self.working <= 0:
            await self._depart(next(iter(self._waiting)))

    async def _depart(self, bulk: Bulk) -> None:
        items = self._waiting.pop(bulk)
        try:
            for load in loads.loads(bulk, items):
                await self._carry(bulk, load)
        finally:
            for item in items:
                self._tell(item, None)

    async def _carry(self, bulk: Bulk, items: Sequence[Pending]) -> None:
        """One request; where it is refused as a whole, its halves, until the one at fault is alone."""
        if self._closed or not await self.may_send():
            return
        if len(items) == 1:
            self._tell(items[0], await self.origin.ask(replayed(items[0], "", authors=True)))
            return
        request = loads.request(bulk, items)
        reply = await self.origin.ask(request) if request else None
        told = loads.answers(bulk, items, reply)
        if told is None:
            status = reply.status if isinstance(reply, Response) else None
            event = {"region": self.region, "path": bulk.path, "writes": len(items), "status": status}
            self.effects.emit("bulk_halved", event)
            middle = len(items) // 2
            await self._carry(bulk, items[:middle])
            await self._carry(bulk, items[middle:])
            return
        for item, answer in zip(items, told, strict=True):
            self._tell(item, answer)

    def _tell(self, item: Pending, reply: Reply) -> None:
        waiting = self._replies.pop(item.id, None)
        if waiting and not waiting.done():
            self.working += 1
            waiting.set_result(reply)
