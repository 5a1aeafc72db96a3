"""Workers that fail at a chosen call, and the origin they replay writes to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from homeport.messages import Headers, NoAnswer, Request, Response
from momento_http_shim.outcomes import Failed
from tests.homeport.homeport_world import Clock, OpenedTwin, Twin, TwinRegion, failed, opened

T = TypeVar("T")


class Died(BaseException):
    """The process is gone; nothing in it may catch this and go on."""


@dataclass
class Process:
    """One worker's run. Its calls, to any region and the origin, are numbered from 1 in the order they begin.

    `dies_at`: in place of that call and of every later one it dies. `loses_at`: that call takes effect and its answer
    is lost. `vanishes_at`: it takes no effect, and nobody can tell. `lags_at`: nobody can tell either, and to a cache
    it takes effect after `lag`. `refused_at`: it certainly takes no effect. `before`: what happens elsewhere right
    before a call.
    """

    dies_at: int | None = None
    loses_at: int | None = None
    vanishes_at: int | None = None
    refused_at: int | None = None
    lags_at: int | None = None
    late: list[asyncio.Future[object]] = field(default_factory=list)
    """What has yet to take effect."""
    before: dict[int, Callable[[], Awaitable[object]]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    async def begins(self, call: str) -> int:
        """Number a call, and let happen what is to happen before it."""
        self.calls.append(call)
        number = len(self.calls)
        if self.dies_at is not None and number >= self.dies_at:
            raise Died(f"in place of call {number}, {call}")
        if number in self.before:
            await self.before[number]()
        return number

    async def lag(self) -> None:
        """How long a call that lags takes to its effect."""
        for _ in range(100):
            await asyncio.sleep(0)

    def connect(self, to: TwinRegion) -> TwinRegion:
        """The same region as this process sees it."""
        return TwinRegion(to.name, Connection(self, to))


class Connection(Twin):
    """A process's connection to a region's cache."""

    def __init__(self, process: Process, to: TwinRegion) -> None:
        super().__init__(Clock(), to.cache.faults)
        self.store, self.published = to.cache.store, to.cache.published
        self._process, self._name = process, to.name

    async def _call(self, method: str, key: bytes, effect: Callable[[], T]) -> T | Failed:
        number = await self._process.begins(f"{self._name} {method} {key.decode()}")
        if number == self._process.vanishes_at:
            return failed()
        if number == self._process.refused_at:
            return failed("SERVER_UNAVAILABLE", may_have_happened=False)
        if number == self._process.lags_at:
            self._process.late.append(asyncio.ensure_future(self._later(method, key, effect)))
            return failed()
        answer = await super()._call(method, key, effect)
        return failed() if number == self._process.loses_at else answer

    async def _later(self, method: str, key: bytes, effect: Callable[[], T]) -> object:
        await self._process.lag()
        return await super()._call(method, key, effect)


@dataclass
class ItemsOrigin:
    """An origin that remembers: it deduplicates by Idempotency-Key and keeps a journal of what it applied, in order.

    `answers` may give a method and target another answer than the real one; it is popped from the front.
    """

    items: dict[str, bytes] = field(default_factory=dict)
    journal: list[tuple[str, str, bytes]] = field(default_factory=list)
    """Method, target, body."""
    requests: list[Request] = field(default_factory=list)
    answers: dict[str, list[Response | NoAnswer]] = field(default_factory=dict)
    seen: dict[str, Response] = field(default_factory=dict)

    async def ask(self, request: Request, /) -> Response | NoAnswer:
        self.requests.append(request)
        if waiting := self.answers.get(request.target):
            return waiting.pop(0)
        key = request.headers.get("idempotency-key")
        if key is not None and key in self.seen:
            return self.seen[key]
        answer = self._apply(request)
        if key is not None:
            self.seen[key] = answer
        return answer

    async def open(self, request: Request, /) -> OpenedTwin | NoAnswer:
        return opened(await self.ask(request))

    def _apply(self, request: Request) -> Response:
        body = bytes(request.body)
        self.journal.append((request.method, request.target, body))
        if request.method == "DELETE":
            return Response(404 if self.items.pop(request.target, None) is None else 204)
        self.items[request.target] = body
        return Response(200, Headers((("etag", f'"{len(self.journal)}"'),)), body)


@dataclass
class ProcessOrigin:
    """The origin as a process sees it."""

    process: Process
    origin: ItemsOrigin

    async def ask(self, request: Request, /) -> Response | NoAnswer:
        number = await self.process.begins(f"origin {request.method} {request.target}")
        if number in (self.process.vanishes_at, self.process.refused_at, self.process.lags_at):
            return NoAnswer("it could not be reached")
        answer = await self.origin.ask(request)
        return NoAnswer("it took too long") if number == self.process.loses_at else answer

    async def open(self, request: Request, /) -> OpenedTwin | NoAnswer:
        return opened(await self.ask(request))
