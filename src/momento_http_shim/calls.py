"""The thin driver under every client: send, decipher, and send again where that is right.

It decides nothing: what to send and what an answer means come from the call's own pure functions, whether
to try again from `retries`. Whatever goes wrong on the way becomes `Failed`.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, Generic, NamedTuple, TypeVar

from . import grpc_web
from .credentials import Credentials
from .errors import MalformedAnswer, MomentoError, Unavailable
from .outcomes import Failed
from .retries import RetryPolicy
from .transport import Headers, Request, Response, Transport, TransportFailure
from .wire import Message, Shape, decode, encode

T = TypeVar("T")

# An answer up to this size is cheaper to copy into Python whole than to look at piece by piece.
_COPIED_BELOW = 16 * 1024
_SHORTEST_SECRET = 8


class Method(NamedTuple):
    """One gRPC method: `path` is `package.Service/Method`; `idempotent` says if it may be sent twice.

    `views` leaves a large answer outside Python and gives views on it: for answers that are one large
    value. `streams` is for methods that answer with several messages; they are handed on as one, under
    `messages`.
    """

    path: str
    request: Shape
    response: Shape
    idempotent: bool
    views: bool = False
    streams: bool = False


class Call(Generic[T]):
    """One call of a gRPC method: its message, and the pure function that gives its outcome."""

    __slots__ = ("decipher", "message", "method")

    def __init__(self, method: Method, message: Message, decipher: Callable[[dict[str, Any]], T]) -> None:
        self.method = method
        self.message = message
        self.decipher = decipher


async def asyncio_pause(ms: float) -> None:
    """Pause on the running asyncio loop; Pyodide's is one."""
    import asyncio

    await asyncio.sleep(ms / 1000)


class Settings(NamedTuple):
    """What all calls of a client share. `clock` gives seconds, `pause` takes milliseconds."""

    deadline_ms: int = 5000
    retries: RetryPolicy = RetryPolicy()
    text_mode: bool = False
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], Awaitable[None]] = asyncio_pause


class Caller:
    """Performs calls through one transport with one key."""

    def __init__(self, transport: Transport, credentials: Credentials, settings: Settings) -> None:
        self._transport = transport
        self._secret = credentials.authorization
        self.settings = settings

    async def http(
        self, request: Request, decipher: Callable[[Response], T | Failed], *, idempotent: bool
    ) -> T | Failed:
        """Perform a request; all tries together stay within the time of the first."""
        clock, policy = self.settings.clock, self.settings.retries
        deadline = clock() + request.timeout_ms / 1000
        tried = 1
        while True:
            outcome = await self._attempt(request, decipher)
            if not isinstance(outcome, Failed):
                return outcome
            error, remaining = outcome.error, (deadline - clock()) * 1000
            pause = policy.pause_ms(error, tried=tried, idempotent=idempotent, remaining_ms=remaining)
            if pause is None:
                return outcome
            if pause:
                await self.settings.pause(pause)
                remaining = (deadline - clock()) * 1000
            request = request.within(max(1, round(remaining)))
            tried += 1

    async def grpc(self, host: str, headers: Headers, call: Call[T]) -> T | Failed:
        """Perform a call of gRPC-web."""
        method, text = call.method, self.settings.text_mode
        body = grpc_web.framed(encode(method.request, call.message))

        def decipher(response: Response) -> T | Failed:
            below = _COPIED_BELOW if method.views else len(response.body)
            messages = grpc_web.decipher(response, text=text, copied_below=below)
            if isinstance(messages, MomentoError):
                return Failed(messages)
            decoded = [decode(method.response, message) for message in messages]
            if method.streams:
                return call.decipher({"messages": decoded})
            if len(decoded) != 1:
                raise MalformedAnswer(f"{len(decoded)} messages where one belongs")
            return call.decipher(decoded[0])

        request = Request(
            "POST",
            f"{host}/{method.path}",
            headers,
            grpc_web.as_text(body) if text else body,
            self.settings.deadline_ms,
        )
        return await self.http(request, decipher, idempotent=method.idempotent)

    def grpc_headers(self, *more: tuple[str, str]) -> Headers:
        """Give the headers of gRPC calls; make them once, transports keep what they made of the tuple."""
        content_type = grpc_web.TEXT if self.settings.text_mode else grpc_web.BINARY
        return (
            ("content-type", content_type),
            # Some gateways choose the mode of their answer by this one.
            ("accept", content_type),
            ("x-grpc-web", "1"),
            ("authorization", self._secret),
            ("grpc-timeout", f"{self.settings.deadline_ms}m"),
            *more,
        )

    async def _attempt(self, request: Request, decipher: Callable[[Response], T | Failed]) -> T | Failed:
        try:
            outcome = decipher(await self._transport.send(request))
        except TransportFailure as failure:
            return Failed(self._unanswered(failure))
        except MalformedAnswer as error:
            return Failed(Unavailable("UNKNOWN_SERVICE_ERROR", str(error)))
        if isinstance(outcome, Failed):
            self._redact(outcome.error)
        return outcome

    def _unanswered(self, failure: TransportFailure) -> Unavailable:
        code = "TIMEOUT_ERROR" if failure.timed_out else "SERVER_UNAVAILABLE"
        reason = self._redacted(failure.reason)
        # As Momento's SDKs do: a time-out is not sent again, a broken connection is.
        return Unavailable(code, reason, retryable=not failure.timed_out, may_have_happened=failure.sent)

    def _redact(self, error: MomentoError) -> None:
        """Keep the key out of an error even if the service quoted it."""
        redacted = self._redacted(error.message)
        if redacted != error.message:
            error.message = redacted
            error.args = (f"{error.code}: {redacted}",)

    def _redacted(self, text: str) -> str:
        # A shorter key is one of a local Momento, and would be found in ordinary words.
        return text if len(self._secret) < _SHORTEST_SECRET else text.replace(self._secret, "[key]")
