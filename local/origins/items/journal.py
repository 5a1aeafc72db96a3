"""The outermost layer: delays each request as if it came from afar, and notes it in the table `requests`."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .answers import Problem
from .idempotency import read_key


class Journal:
    """An ASGI application around another.

    Waits `pause(latency_seconds)` before each request. The row is committed before the answer goes out: who
    has the answer can read the row. `time` is when the request came in.
    """

    def __init__(
        self,
        application: ASGIApp,
        connection: sqlite3.Connection,
        clock: Callable[[], float],
        pause: Callable[[float], Awaitable[None]],
        latency_seconds: float,
    ) -> None:
        self._application = application
        self._connection = connection
        self._clock = clock
        self._pause = pause
        self._latency_seconds = latency_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; anything but HTTP is passed on."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        began = self._clock()

        async def note_and_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(began, scope, message["status"])
            await send(message)

        if self._latency_seconds:
            await self._pause(self._latency_seconds)
        await self._application(scope, receive, note_and_send)

    def _note(self, began: float, scope: Scope, status: int) -> None:
        key = Headers(scope=scope).get("idempotency-key")
        with suppress(Problem):  # a key that cannot be read is noted as it came
            key = read_key(key)
        row = (began, scope["method"], scope["path"], scope["query_string"].decode("latin-1"), key, status)
        self._connection.execute(
            "INSERT INTO requests (time, method, path, query, idempotency_key, status)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            row,
        )
