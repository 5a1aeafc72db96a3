"""Measure how far a URL is: the time of a TCP connection, and of requests on connections that are kept open.

Plain asyncio with h11, because a client's pool would decide when a connection is opened and when it is used again.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import h11

from .ping_verdicts import Measured

CONNECTIONS, REQUESTS = 5, 5
TIMEOUT_SECONDS = 4.0
"""Of a connection with its TLS handshake, and of each request: the antipodes are 0.4 s away."""

PATH = "/cache/ping?key=ping"
"""A Get without a key: Momento refuses it with 401, which is an answer."""

Address = tuple[int, int, tuple[Any, ...]]
"""Family, protocol and address, as for a socket."""


@dataclass(frozen=True, slots=True)
class Pinger:
    """How to measure. `clock` tells seconds."""

    clock: Callable[[], float]
    tls: ssl.SSLContext
    path: str = PATH
    timeout_seconds: float = TIMEOUT_SECONDS

    async def measure(self, region: str, url: str) -> Measured:
        """All connections to a base URL, one after the other; the first failure ends it where nothing answered yet."""
        connects: list[float] = []
        answers: list[float] = []
        try:
            addresses = await self._resolve(url)
            for _ in range(CONNECTIONS):
                await self._connection(url, addresses, connects, answers)
        except (OSError, h11.RemoteProtocolError) as error:  # TimeoutError and ssl.SSLError are among them
            if not answers:
                return Measured(region, failure=_reason(error, self.timeout_seconds))
        return Measured(region, tuple(connects), tuple(answers))

    async def _resolve(self, url: str) -> list[Address]:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self.timeout_seconds):
            found = await loop.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        return [(family, proto, address) for family, _, proto, _, address in found]

    async def _connection(
        self,
        url: str,
        addresses: list[Address],
        connects: list[float],
        answers: list[float],
    ) -> None:
        parts = urlsplit(url)
        async with asyncio.timeout(self.timeout_seconds):
            opened, took = await self._connect(addresses)
            tls, name = (self.tls, parts.hostname) if parts.scheme == "https" else (None, None)
            reader, writer = await asyncio.open_connection(sock=opened, ssl=tls, server_hostname=name)
        connects.append(took)
        http = h11.Connection(h11.CLIENT)
        try:
            for _ in range(REQUESTS):
                async with asyncio.timeout(self.timeout_seconds):
                    answers.append(
                        await self._ask(http, parts.netloc, parts.path + self.path, reader, writer)
                    )
                if http.our_state is not h11.DONE:
                    break  # the server closes after each answer
                http.start_next_cycle()
        finally:
            writer.transport.abort()

    async def _connect(self, addresses: list[Address]) -> tuple[socket.socket, float]:
        """A connected socket of the first address that can be reached, and the ms it took."""
        for family, proto, address in addresses:
            opened = socket.socket(family, socket.SOCK_STREAM, proto)
            opened.setblocking(False)
            began = self.clock()
            try:
                await asyncio.get_running_loop().sock_connect(opened, address)
            except BaseException as error:
                opened.close()
                if not isinstance(error, OSError) or address == addresses[-1][2]:
                    raise
            else:
                return opened, (self.clock() - began) * 1000
        raise OSError("its name has no address")

    async def _ask(
        self,
        http: h11.Connection,
        host: str,
        target: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> float:
        """One request on an open connection: the ms until the first octet of its answer; the rest is read too."""
        headers = [("Host", host), ("User-Agent", "homeport-ping"), ("Accept", "*/*")]
        sent = http.send(h11.Request(method="GET", target=target, headers=headers))
        began, took = self.clock(), None
        writer.write((sent or b"") + (http.send(h11.EndOfMessage()) or b""))
        while not isinstance(event := http.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                http.receive_data(await reader.read(65_536))
                took = (self.clock() - began) * 1000 if took is None else took
        return took or 0.0


def _reason(error: Exception, timeout_seconds: float) -> str:
    match error:
        case TimeoutError():
            return f"no answer within {timeout_seconds:g} s"
        case socket.gaierror():
            return "its name is not known to the DNS"
        case ConnectionRefusedError():
            return "it refuses the connection"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted: {error.verify_message}"
        case ssl.SSLError():
            return f"it does not speak TLS as it should: {error.reason}"
        case h11.RemoteProtocolError():
            return f"it does not speak HTTP/1.1 as it should: {error}"
        case _:
            return str(error) or type(error).__name__
