"""One HTTP request and its answer as plain values; the ASGI messages they come from and go to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from starlette.types import Receive, Scope, Send

from .faults import FaultKind
from .permissions import Pass

TRANSPORT = "momento_local.transport"
"""Where the server's protocol leaves the connection in the ASGI scope's extensions."""

PLAIN = (b"content-type", b"text/plain; charset=utf-8")


@dataclass(slots=True)
class Request:
    """A request. `segments` are the path's, decoded; header names are in lower case.

    `holder` is the disposable token it came with, once its key was looked at; None for any other key.
    """

    method: str
    segments: list[str]
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes
    scope: Scope
    receive: Receive
    holder: Pass | None = None

    def parameter(self, name: str) -> str | None:
        """Return the first value of a query parameter, or None."""
        return next((value for key, value in self.query if key == name), None)


@dataclass(slots=True)
class Answer:
    """A whole answer."""

    status: int
    body: bytes = b""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)


@dataclass(slots=True)
class Stream:
    """An answer that goes on until its parts end or the client goes away."""

    parts: AsyncIterator[bytes]
    headers: list[tuple[bytes, bytes]]


class HangUp(Exception):  # noqa: N818 - it is a deed, not a defect
    """The connection is to be closed without an answer."""

    def __init__(self, kind: FaultKind) -> None:
        super().__init__(kind.value)
        self.kind = kind


class Disconnected(Exception):  # noqa: N818 - the other side's deed
    """The client went away before its request was complete."""


async def read_request(scope: Scope, receive: Receive) -> Request:
    """Read a request to its end."""
    raw_path = scope["raw_path"].decode("ascii")
    segments = [unquote(segment) if "%" in segment else segment for segment in raw_path.split("/")[1:]]
    query = scope["query_string"]
    return Request(
        scope["method"],
        segments,
        parse_qsl(query.decode("latin-1"), keep_blank_values=True) if query else [],
        {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        await _body(receive),
        scope,
        receive,
    )


async def _body(receive: Receive) -> bytes:
    message = await receive()
    if not message.get("more_body", False) and message["type"] == "http.request":
        return bytes(message.get("body", b""))
    parts = []
    while message["type"] == "http.request":
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)
        message = await receive()
    raise Disconnected


async def send_answer(answer: Answer, send: Send, extra: list[tuple[bytes, bytes]]) -> None:
    """Send an answer with its length and the extra headers."""
    headers = [*answer.headers, *extra]
    if answer.status != 204:
        headers.append((b"content-length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def send_stream(stream: Stream, receive: Receive, send: Send, extra: list[tuple[bytes, bytes]]) -> None:
    """Send a stream until it ends or the client is gone."""
    await send({"type": "http.response.start", "status": 200, "headers": [*stream.headers, *extra]})
    sending = asyncio.ensure_future(_pump(stream, send))
    gone = asyncio.ensure_future(until_gone(receive))
    await asyncio.wait({sending, gone}, return_when=asyncio.FIRST_COMPLETED)
    for task in (sending, gone):
        task.cancel()
    await asyncio.gather(sending, gone, return_exceptions=True)


async def _pump(stream: Stream, send: Send) -> None:
    async for part in stream.parts:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def until_gone(receive: Receive) -> None:
    """Wait until the connection is closed."""
    while (await receive())["type"] != "http.disconnect":
        pass


def transport_of(scope: Scope) -> Any:
    """Return the connection's transport, or None where no real connection is."""
    return scope.get("extensions", {}).get(TRANSPORT)
