"""The measuring of round trips, against servers on this machine and a clock that they move."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from local.stack.process import Process
from tools.pinging import CONNECTIONS, PATH, REQUESTS, Pinger

REFUSED = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 5\r\n\r\nno no"
CHUNKED = b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
LAST = b"HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Far:
    """A server whose answers take as many seconds of a clock that is moved by hand."""

    answer: bytes = REFUSED
    seconds: float = 0.05
    now: float = 100.0
    greeting: bytes = b""
    asked: list[bytes] = field(default_factory=list)
    visits: list[asyncio.Task[None]] = field(default_factory=list)

    def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits.append(asyncio.ensure_future(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(self.greeting)
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while not self.greeting:
                self.asked.append(await reader.readuntil(b"\r\n\r\n"))
                self.now += self.seconds
                writer.write(self.answer)
                if self.answer in (b"", LAST):
                    break
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    def pinger(self, tls: ssl.SSLContext | None = None, timeout_seconds: float = 4.0) -> Pinger:
        return Pinger(lambda: self.now, tls or ssl.create_default_context(), PATH, timeout_seconds)


@asynccontextmanager
async def listening(far: Far, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    server = await asyncio.start_server(far.serve, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield f"{'https' if tls else 'http'}://localhost:{server.sockets[0].getsockname()[1]}"
        await asyncio.wait_for(asyncio.gather(*far.visits), 10)


@pytest.mark.parametrize("answer", [REFUSED, CHUNKED])
async def test_every_connection_is_kept_for_several_requests(answer: bytes) -> None:
    far = Far(answer)
    async with listening(far) as url:
        found = await far.pinger().measure("near", f"{url}/near")
    assert (found.region, found.failure, found.connects) == ("near", "", (0.0,) * CONNECTIONS)
    assert found.answers == pytest.approx([50.0] * CONNECTIONS * REQUESTS)
    assert len(far.visits) == CONNECTIONS
    assert {line.split(b"\r\n")[0] for line in far.asked} == {f"GET /near{PATH} HTTP/1.1".encode()}
    assert not any(b"authorization" in line.lower() for line in far.asked)


async def test_a_server_that_closes_after_each_answer_is_measured_all_the_same() -> None:
    far = Far(LAST)
    async with listening(far) as url:
        found = await far.pinger().measure("near", url)
    assert len(found.connects) == len(found.answers) == len(far.visits) == CONNECTIONS


async def test_a_server_that_does_not_listen_is_told() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        found = await Far().pinger().measure("near", f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert (found.answers, found.failure) == ((), "it refuses the connection")


async def test_a_server_that_never_answers_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # the kernel accepts, and nobody reads
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        found = await Far().pinger(timeout_seconds=0.05).measure("near", url)
    assert found.failure == "no answer within 0.05 s"


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9.9\r\n\r\n"])
async def test_a_server_that_does_not_speak_http_is_told(answer: bytes) -> None:
    far = Far(answer)
    async with listening(far) as url:
        found = await far.pinger().measure("near", url)
    assert found.answers == ()
    assert found.failure.startswith("it does not speak HTTP/1.1")


async def test_a_server_that_does_not_speak_tls_is_told() -> None:
    far = Far(greeting=b"220 mail.example ESMTP\r\n")
    async with listening(far) as url:
        found = await far.pinger().measure("near", url.replace("http:", "https:"))
    assert found.answers == ()
    assert found.failure.startswith("it does not speak TLS")


async def test_a_name_that_is_nobodys_is_told() -> None:
    found = await Far().pinger().measure("near", "http://nobody.invalid")
    assert found.failure == "its name is not known to the DNS"


def _certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    made = (
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    )
    names = ("-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate))
    try:
        subprocess.run([*made, *names], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("there is no openssl to make a certificate with")
    return certificate, key


async def test_over_tls_the_certificate_is_checked_and_the_connection_kept(tmp_path: Path) -> None:
    certificate, key = _certificate(tmp_path)
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(certificate, key)
    far = Far()
    async with listening(far, own) as url:
        refused = await far.pinger().measure("near", url)
        assert "certificate is not trusted" in refused.failure
        trusting = ssl.create_default_context(cafile=str(certificate))
        found = await far.pinger(trusting).measure("near", url)
    assert found.answers == pytest.approx([50.0] * CONNECTIONS * REQUESTS)


async def test_the_slower_region_of_the_local_momento_is_found(tmp_path: Path) -> None:
    slow = {"kind": "latency", "region": "far", "ms": 15}
    command = [sys.executable, "-m", "local.momento_local", "--regions", "near,far", "--caches", "a"]
    log = tmp_path / "momento.log"
    with Process("momento_local", [*command, "--fault", json.dumps(slow)], log) as momento:
        urls = momento.first_line(20.0)["regions"]
        pinger = Pinger(time.perf_counter, ssl.create_default_context(), "/cache/a?key=k&token=any")
        near, far = [await pinger.measure(name, urls[name]) for name in ("near", "far")]
    assert min(far.answers) >= 15 > near.typical
    assert len(near.answers) == len(far.answers) == CONNECTIONS * REQUESTS
