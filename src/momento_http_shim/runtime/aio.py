"""The transport of ordinary Python: HTTP/1.1 over asyncio streams, with kept connections.

A call that runs out of time, or is cancelled, closes its connection. Redirects are not followed: Momento
sends none. Only what Momento's answers need is read: a length, chunks, or the end of the connection (RFC
9112, 6.3).
"""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop, StreamReader, StreamWriter
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from momento_http_shim.transport import PlainResponse, Request, TransportFailure

_LONGEST_BODY = 64 * 1024 * 1024
# Servers close idle connections; after this time a kept one is more likely a trap than a gain.
_KEPT_SECONDS = 15.0


class _Connection(NamedTuple):
    reader: StreamReader
    writer: StreamWriter
    loop: AbstractEventLoop
    since: float

    def usable(self, loop: AbstractEventLoop) -> bool:
        alive = self.loop is loop and not self.reader.at_eof() and not self.writer.is_closing()
        return alive and loop.time() - self.since < _KEPT_SECONDS


class AioTransport:
    """Sends over kept connections; close it, or use it in `async with`, when done."""

    def __init__(self) -> None:
        self._idle: dict[tuple[str, str], list[_Connection]] = {}

    async def send(self, request: Request) -> PlainResponse:
        """Send it, and read the whole answer, within the request's time."""
        progress = {"sent": False}
        try:
            async with asyncio.timeout(request.timeout_ms / 1000):
                return await self._exchange(request, progress)
        except TimeoutError:
            reason = f"no answer within {request.timeout_ms} ms"
            raise TransportFailure(reason, sent=progress["sent"], timed_out=True) from None
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise TransportFailure(reason, sent=progress["sent"]) from error

    async def close(self) -> None:
        """Close the idle connections."""
        kept = [connection for connections in self._idle.values() for connection in connections]
        self._idle.clear()
        for connection in kept:
            await _closed(connection)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _exchange(self, request: Request, progress: dict[str, bool]) -> PlainResponse:
        url = urlsplit(request.url)
        connection = await self._connection(url.scheme, url.netloc)
        reusable = False
        try:
            progress["sent"] = True
            target = (url.path or "/") + (f"?{url.query}" if url.query else "")
            connection.writer.write(_head(request, target, url.netloc))
            for part in request.body:
                connection.writer.write(bytes(part))
            await connection.writer.drain()
            response, reusable = await _read(connection.reader)
            return response
        finally:
            if reusable:
                kept = connection._replace(since=connection.loop.time())
                self._idle.setdefault((url.scheme, url.netloc), []).append(kept)
            else:
                connection.writer.close()

    async def _connection(self, scheme: str, netloc: str) -> _Connection:
        loop = asyncio.get_running_loop()
        idle = self._idle.get((scheme, netloc), [])
        while idle:
            connection = idle.pop()
            if connection.usable(loop):
                return connection
            if connection.loop is loop:
                connection.writer.close()
        parts = urlsplit(f"{scheme}://{netloc}")
        tls = scheme == "https"
        reader, writer = await asyncio.open_connection(
            parts.hostname, parts.port or (443 if tls else 80), ssl=tls or None
        )
        return _Connection(reader, writer, loop, loop.time())


def _head(request: Request, target: str, host: str) -> bytes:
    length = sum(map(len, request.body))
    lines = [f"{request.method} {target} HTTP/1.1", f"host: {host}"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    if length or request.method not in ("GET", "DELETE"):
        lines.append(f"content-length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def _read(reader: StreamReader) -> tuple[PlainResponse, bool]:
    """Read one response; also tell whether the connection can be used again."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    version, status = first.split(" ", 2)[:2]
    headers = {}
    for line in filter(None, lines):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    body, framed = await _body(reader, int(status), headers)
    stays = framed and version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
    return PlainResponse(int(status), headers, body), stays


async def _body(reader: StreamReader, status: int, headers: dict[str, str]) -> tuple[bytes, bool]:
    if status in (204, 304):
        return b"", True
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return await _chunks(reader), True
    if "content-length" in headers:
        return await reader.readexactly(_checked(int(headers["content-length"]))), True
    pieces: list[bytes] = []
    while piece := await reader.read(64 * 1024):
        pieces.append(piece)
        _checked(sum(map(len, pieces)))
    return b"".join(pieces), False


async def _chunks(reader: StreamReader) -> bytes:
    chunks: list[bytes] = []
    total = 0
    while True:
        size = int((await reader.readline()).split(b";")[0], 16)
        total = _checked(total + _checked(size))
        if size:
            chunks.append(await reader.readexactly(size))
        line = await reader.readline()
        while not size and line not in (b"\r\n", b"\n", b""):
            line = await reader.readline()
        if not size:
            return b"".join(chunks)


def _checked(length: int) -> int:
    if not 0 <= length <= _LONGEST_BODY:
        raise ValueError(f"a body of {length} octets")
    return length


async def _closed(connection: _Connection) -> None:
    connection.writer.close()
    try:
        await connection.writer.wait_closed()
    except OSError:
        return
