"""A server that answers with exactly the octets a test gives it, right or wrong."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class RawServer:
    """Answers by path; a path without an answer is left hanging until the client closes."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self.answers = answers
        self.url = ""
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.connections = 0
        self.hung_up = asyncio.Event()
        self.asked = asyncio.Event()

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.connections += 1
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: StreamReader, writer: StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.requests.append((head[0], headers, body))
        self.asked.set()
        path = head[0].split(" ")[1].partition("?")[0]
        answer = self.answers.get(path)
        if answer is None or answer.endswith(b"..."):
            writer.write((answer or b"").removesuffix(b"..."))
            await reader.read()
            self.hung_up.set()
            return False
        writer.write(answer)
        await writer.drain()
        return b"connection: close" not in answer and b"HTTP/1.0" not in answer and path != "/dies"


@asynccontextmanager
async def raw_server(answers: dict[str, bytes]) -> AsyncIterator[RawServer]:
    raw = RawServer(answers)
    server = await asyncio.start_server(raw.serve, "127.0.0.1", 0)
    raw.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield raw
    finally:
        server.close()
        await server.wait_closed()


def plain(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
