"""Readers of one resource at the same time, on a route that collapses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from homeport import keys
from homeport.messages import Headers, Request, Response
from homeport.routing import Route
from tests.homeport.homeport_world import Answer, Surroundings
from tests.homeport.reading_world import ITEM, Sea

ROUTE = Route("/items/{id}", ttl=60, collapse=True)
TURN = keys.turn(ITEM.key)
PRIVATE = Response(200, Headers([("cache-control", "private")]), b"yours")


@dataclass
class Queue(Surroundings):
    """Whoever waits for another's turn does so until `resumed`."""

    resumed: asyncio.Event = field(default_factory=asyncio.Event)
    between: Callable[[], Awaitable[object]] | None = None
    """What happens before each look of a reader who waits."""

    async def _pause(self, seconds: float) -> None:
        await super()._pause(seconds)
        if self.between is not None:
            await self.between()
        await self.resumed.wait()


class Harbour(Sea):
    """Readers of one resource at the same time, and an origin that answers when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.queue = self.surroundings = Queue(self.clock)
        self.answered = asyncio.Event()

    def answering_when_let(self, answer: Answer | Callable[[Request], Answer]) -> None:
        async def script(request: Request) -> Answer:
            await self.answered.wait()
            return answer(request) if callable(answer) else answer

        self.answering(script)

    async def all_at_once(
        self, count: int, *fields: tuple[str, str], route: Route = ROUTE, let: bool = True
    ) -> list[Response]:
        """The answers of so many readers, who all missed before the origin answered; the first one asked it first."""
        readers = [asyncio.ensure_future(self.read(*fields, route=route)) for _ in range(count)]
        for _ in range(20 * count):
            await asyncio.sleep(0)
        if let:
            self.answered.set()
            await readers[0]
            await self.surroundings.run_behind()
        self.queue.resumed.set()
        answers = await asyncio.gather(*readers) if let else []
        await self.surroundings.run_behind()
        return answers


def turn(sea: Sea) -> bytes | None:
    """What stands where the turn is, without a call."""
    return sea.home.cache.store.content(TURN.encode(), bytes)


def free(sea: Sea) -> bool:
    """Whether the next reader may take the turn, a moment later."""
    sea.clock.advance(2)
    return turn(sea) is None
