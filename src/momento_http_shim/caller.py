"""The thin driver under every client: send, decipher, and send again where that is right.

It decides nothing: what to send and what an answer means come from the call's own pure functions, whether
to try again from `retries`. Whatever goes wrong on the way becomes `Failed`.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from .credentials import Credentials
from .errors import MalformedAnswer, MomentoError, Unavailable
from .later import Later
from .outcomes import Failed
from .retries import RetryPolicy
from .transport import Headers, Request, Response, Transport, TransportFailure

if TYPE_CHECKING:
    from . import calls
else:
    calls = Later("calls")

T = TypeVar("T")

_BINARY, _TEXT = "application/grpc-web+proto", "application/grpc-web-text"
_SHORTEST_SECRET = 8


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
            try:
                outcome = decipher(await self._transport.send(request))
            except TransportFailure as failure:
                outcome = Failed(self._unanswered(failure))
            except MalformedAnswer as odd:
                outcome = Failed(Unavailable("UNKNOWN_SERVICE_ERROR", str(odd)))
            if not isinstance(outcome, Failed):
                return outcome
            self._redact(outcome.error)
            error, remaining = outcome.error, (deadline - clock()) * 1000
            pause = policy.pause_ms(error, tried=tried, idempotent=idempotent, remaining_ms=remaining)
            if pause is None:
                return outcome
            if pause:
                await self.settings.pause(pause)
                remaining = (deadline - clock()) * 1000
            request = request.within(max(1, round(remaining)))
            tried += 1

    async def grpc(self, host: str, headers: Headers, call: calls.Call[T]) -> T | Failed:
        """Perform a call of gRPC-web."""
        text, deadline_ms = self.settings.text_mode, self.settings.deadline_ms
        request = calls.request(call, host, headers, text=text, timeout_ms=deadline_ms)
        decipher = calls.deciphering(call, text=text)
        return await self.http(request, decipher, idempotent=call.method.idempotent)

    def grpc_headers(self, *more: tuple[str, str]) -> Headers:
        """Give the headers of gRPC calls; make them once, transports keep what they made of the tuple."""
        content_type = _TEXT if self.settings.text_mode else _BINARY
        return (
            ("content-type", content_type),
            # Some gateways choose the mode of their answer by this one.
            ("accept", content_type),
            ("x-grpc-web", "1"),
            ("authorization", self._secret),
            ("grpc-timeout", f"{self.settings.deadline_ms}m"),
            *more,
        )

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
