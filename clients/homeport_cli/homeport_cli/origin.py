"""The origin over ordinary Python: asked only for what a write is put again on."""

from __future__ import annotations

from homeport.messages import Headers, NoAnswer, Request, Response
from homeport.ports import Opened
from momento_http_shim.runtime.aio import AioTransport
from momento_http_shim.transport import Request as Sent
from momento_http_shim.transport import TransportFailure

_KEPT = (
    "content-type",
    "content-language",
    "content-location",
    "cache-control",
    "vary",
    "etag",
    "set-cookie",
)
"""What the drivers judge a state by."""


class AioOrigin:
    """Implements `ports.Origin` as far as commands need it: whole answers to requests without Host of their own."""

    def __init__(self, transport: AioTransport, base: str, timeout_ms: int) -> None:
        """Take the origin's base URL, without a final slash."""
        self._transport, self._base, self._timeout_ms = transport, base, timeout_ms

    async def ask(self, request: Request, /) -> Response | NoAnswer:
        """Send a request and read the whole answer within the time-out."""
        fields = tuple(request.headers.without("host", "content-length", "accept-encoding"))
        body = (request.body,) if len(request.body) else ()
        sent = Sent(request.method, self._base + request.target, fields, body, self._timeout_ms)
        try:
            answer = await self._transport.send(sent)
        except TransportFailure as failure:
            return NoAnswer("it took too long" if failure.timed_out else "it could not be reached")
        found = ((name, answer.header(name)) for name in _KEPT)
        return Response(answer.status, Headers((name, value) for name, value in found if value), answer.body)

    async def open(self, request: Request, /) -> Opened | NoAnswer:
        """Nothing that a command does streams."""
        return NoAnswer(f"a command opens nothing: {request.method}")
