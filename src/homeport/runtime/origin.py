"""The origin over `fetch`, and the visitor's request in the runtime's hands."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any

import js
from pyodide.ffi import JsException, to_js

from homeport.messages import Headers, NoAnswer, Relayed, Request, Response
from momento_http_shim.octets import Octets
from momento_http_shim.runtime.workers import js_body

from . import javascript


class FetchOrigin:
    """Implements `ports.Origin`: redirects are answers, and nothing is sent twice."""

    def __init__(self, base: str, timeout_ms: int) -> None:
        self._base = base
        self._timeout_ms = timeout_ms

    async def ask(self, request: Request, /) -> Response | NoAnswer:
        """Send a request and read the whole answer within the time-out."""
        try:
            return await javascript.response(
                await self._fetch(request, js.AbortSignal.timeout(self._timeout_ms))
            )
        except JsException as error:
            return _no_answer(error)

    async def open(self, request: Request, /) -> Opened | NoAnswer:
        """Send a request and wait for the answer's head within the time-out; as long again for a body that is read."""
        abort = js.AbortController.new()
        answering = asyncio.ensure_future(self._fetch(request, abort.signal))
        try:
            answer = await asyncio.wait_for(answering, self._timeout_ms / 1000)
        except TimeoutError:
            abort.abort()
            return NoAnswer("it took too long")
        except JsException as error:
            return _no_answer(error)
        return Opened(answer, abort, self._timeout_ms)

    def _fetch(self, request: Request, signal: Any) -> Any:
        options: dict[str, Any] = {
            "method": request.method,
            "headers": js.Headers.new(to_js([list(pair) for pair in request.headers])),
            "redirect": "manual",
            "cache": "no-store",  # Cloudflare's own cache must not answer for the origin
            "signal": signal,
        }
        if len(request.body):
            options["body"] = js_body((request.body,))
        return js.fetch(self._base + request.target, **options)

    async def forward(
        self, js_request: Any, target: str, instead: Mapping[str, str | None]
    ) -> Relayed | NoAnswer:
        """Stream the visitor's request to the origin, and the answer back."""
        try:
            upstream = js.Request.new(self._base + target, js_request)
            for name, value in instead.items():
                if value is None:
                    upstream.headers.delete(name)
                else:
                    upstream.headers.set(name, value)
            answer = await js.fetch(upstream, redirect="manual")
        except JsException as error:
            return _no_answer(error)
        named = (answer.headers.get(name) for name in ("location", "content-location"))
        return Relayed(answer.status, answer, locations=tuple(str(each) for each in named if each))


class Opened:
    """Implements `ports.Opened` over a response of `fetch`."""

    def __init__(self, answer: Any, abort: Any, timeout_ms: int) -> None:
        self._answer, self._abort, self._timeout_ms = answer, abort, timeout_ms
        self.status: int = answer.status
        self.headers, length = javascript.head(answer)
        self.length = length if answer.body else 0  # null: there is none, and nothing to split in two

    async def read(self) -> Octets | NoAnswer:
        """The whole body, left in JavaScript."""
        try:
            return await asyncio.wait_for(javascript.octets(self._answer), self._timeout_ms / 1000)
        except TimeoutError:
            self._abort.abort()
            return NoAnswer("it took too long")
        except JsException as error:
            return _no_answer(error)

    def relay(self, headers: Headers) -> Relayed:
        """The body as it comes in."""
        return Relayed(self.status, self._answer, headers=headers)

    def copy(self, most: int) -> Awaitable[Octets | None]:
        """The body once more: the stream is split in two."""
        one, other = self._answer.body.tee()
        self._answer = js.Response.new(one, self._answer)
        return _collected(other, most)

    def discard(self) -> None:
        """End the connection, or the stream on it."""
        self._abort.abort()


async def _collected(stream: Any, most: int) -> Octets | None:
    """All of a stream, chunk by chunk, so that one without end is given up in time."""
    reader, chunks, length = stream.getReader(), js.Array.new(), 0
    try:
        while not (step := await reader.read()).done:
            length += step.value.byteLength
            if length > most:
                await reader.cancel()
                return None
            chunks.push(step.value)
    except JsException:
        return None
    return await javascript.octets(js.Blob.new(chunks))


class JsVisit:
    """Implements `ports.Visit` over one JavaScript request."""

    def __init__(self, js_request: Any, target: str, origin: FetchOrigin, env: Any) -> None:
        self._request, self._target, self._origin, self._env = js_request, target, origin, env

    async def body(self) -> Octets:
        """The whole body, left in JavaScript."""
        return await javascript.octets(self._request)

    async def forward(self, instead: Mapping[str, str | None], /) -> Relayed | NoAnswer:
        """Stream it to the origin."""
        return await self._origin.forward(self._request, self._target, instead)

    async def hand_to_sync(self, fields: Mapping[str, str] | None = None, /) -> Relayed:
        """Give it to the sync worker as it came, or with these fields."""
        request = js.Request.new(self._request) if fields else self._request
        for name, value in (fields or {}).items():
            request.headers.set(name, value)
        answer = await self._env.SYNC.fetch(request)
        return Relayed(answer.status, answer)


def _no_answer(error: JsException) -> NoAnswer:
    timed_out = error.name == "TimeoutError"
    return NoAnswer("it took too long" if timed_out else "it could not be reached")
