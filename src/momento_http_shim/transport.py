"""The port through which every octet leaves and arrives.

Implemented by `runtime.workers` (Cloudflare Workers), `runtime.aio` (asyncio), `runtime.blocking`
(scripts and notebooks), and by whatever a test needs. A transport moves octets: it knows nothing about
Momento and never retries.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from .errors import ShimError
from .octets import Octets, Parts

Headers = tuple[tuple[str, str], ...]


class Request:
    """One HTTP request; the answer, body included, must be there within `timeout_ms`.

    Header names are lower case. The same tuple of headers is handed over again and again, so that a
    transport may keep what it made of it. `body` is a tuple of parts, to be sent one after the other.
    """

    __slots__ = ("body", "headers", "method", "timeout_ms", "url")

    def __init__(self, method: str, url: str, headers: Headers, body: Parts, timeout_ms: int) -> None:
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout_ms = timeout_ms

    def within(self, timeout_ms: int) -> Request:
        """Give the same request with less time, in the `grpc-timeout` header too."""
        headers = tuple(
            (name, f"{timeout_ms}m") if name == "grpc-timeout" else (name, value)
            for name, value in self.headers
        )
        return Request(self.method, self.url, headers, self.body, timeout_ms)

    def __repr__(self) -> str:
        # Header values stay out: one of them is the credential.
        names = ", ".join(name for name, _ in self.headers)
        return f"<Request {self.method} {self.url} [{names}] {sum(map(len, self.body))} octets>"


class Response(Protocol):
    """One HTTP response, its body read to the end."""

    @property
    def status(self) -> int:
        """The HTTP status code."""
        ...

    @property
    def body(self) -> Octets:
        """The whole body."""
        ...

    def header(self, name: str) -> str | None:
        """Give one header by its lower-case name; never converts the others."""
        ...


class Transport(Protocol):
    """Sends one request and gives its response, whatever its status; raises only `TransportFailure`."""

    async def send(self, request: Request) -> Response:
        """Send `request`; on a time-out, stop it for real."""
        ...


class TransportFailure(ShimError):  # noqa: N818 - named by what happened
    """There is no response. `sent` is False only if the request provably never left."""

    def __init__(self, reason: str, *, sent: bool = True, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
        self.timed_out = timed_out


class PlainResponse:
    """A response whose headers are a mapping with lower-case names: what CPython's transports give."""

    __slots__ = ("_headers", "body", "status")

    def __init__(self, status: int, headers: Mapping[str, str], body: Octets) -> None:
        self.status = status
        self.body = body
        self._headers = headers

    def header(self, name: str) -> str | None:
        """Give one header by its lower-case name."""
        return self._headers.get(name)
