"""The origin over `fetch`, and the visitor's request in the runtime's hands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import js
from pyodide.ffi import JsException, to_js

from homeport.messages import NoAnswer, Relayed, Request, Response
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
        options: dict[str, Any] = {
            "method": request.method,
            "headers": js.Headers.new(to_js([list(pair) for pair in request.headers])),
            "redirect": "manual",
            "cache": "no-store",  # Cloudflare's own cache must not answer for the origin
            "signal": js.AbortSignal.timeout(self._timeout_ms),
        }
        if len(request.body):
            options["body"] = js_body((request.body,))
        try:
            return await javascript.response(await js.fetch(self._base + request.target, **options))
        except JsException as error:
            return _no_answer(error)

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
        return Relayed(answer.status, answer)


class JsVisit:
    """Implements `ports.Visit` over one JavaScript request."""

    def __init__(self, js_request: Any, target: str, origin: FetchOrigin, sync: Any) -> None:
        self._request, self._target, self._origin, self._sync = js_request, target, origin, sync

    async def body(self) -> Octets:
        """The whole body, left in JavaScript."""
        return await javascript.octets(self._request)

    async def forward(self, instead: Mapping[str, str | None], /) -> Relayed | NoAnswer:
        """Stream it to the origin."""
        return await self._origin.forward(self._request, self._target, instead)

    async def hand_to_sync(self) -> Relayed:
        """Give it to the sync worker as it came."""
        answer = await self._sync.fetch(self._request)
        return Relayed(answer.status, answer.js_object)


def _no_answer(error: JsException) -> NoAnswer:
    timed_out = error.name == "TimeoutError"
    return NoAnswer("it took too long" if timed_out else "it could not be reached")
