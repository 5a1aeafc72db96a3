"""Writes with credentials: sent again by whoever has the keys, and shown to nobody."""

from __future__ import annotations

import asyncio
import base64

import pytest

from homeport.messages import Headers, NoAnswer, Request, Response
from homeport.ports import Unopened
from homeport_cli.origin import AioOrigin
from homeport_cli.seal import AesGcmSeal
from momento_http_shim.runtime.aio import AioTransport
from tests.clients.cli_world import Bay, refuses, takes
from tests.homeport.seal_vectors import VECTORS

TARGET = "/items/7"
BEARER = "Bearer a-visitors-own-token"
KEY = f"k1:{base64.urlsafe_b64encode(bytes(range(32))).decode().rstrip('=')}"


@pytest.fixture
def sealed(bay: Bay) -> str:
    bay.changes["HOMEPORT_SEAL_KEYS"] = KEY
    write = bay.accept(TARGET, secret=Headers([("authorization", BEARER)]))
    assert bay.drain(TARGET, refuses).requests[0].headers.get("authorization") == BEARER
    return write


def test_it_is_sent_again_with_its_credentials(bay: Bay, sealed: str) -> None:
    assert bay.run("dead", "retry", sealed).code == 0
    (request,) = bay.drain(TARGET, takes).requests
    assert request.headers.get("authorization") == BEARER


def test_without_the_key_it_stays_and_the_key_is_named(bay: Bay, sealed: str) -> None:
    del bay.changes["HOMEPORT_SEAL_KEYS"]
    done = bay.run("dead", "retry", sealed)
    assert (done.code, "sealed with the key 'k1'" in done.said) == (1, True)
    assert len(bay.json("dead", "ls")) == 1


def test_the_receipt_of_a_dropped_one_stays_its_authors(bay: Bay) -> None:
    bay.changes["HOMEPORT_SEAL_KEYS"] = KEY
    write = bay.accept(TARGET, secret=Headers([("authorization", BEARER)]))
    assert bay.run("writes", "drop", write, "--yes").code == 0
    receipt = bay.receipt(write)
    assert receipt is not None
    assert (receipt.state, receipt.whose) == ("dead", "its author")


def test_no_verb_shows_credentials_or_what_they_are_sealed_to(bay: Bay, sealed: str) -> None:
    waiting = bay.accept(TARGET, secret=Headers([("authorization", BEARER)]))
    entry = bay.entry(TARGET)
    assert entry is not None
    ciphertext = entry.pending[0].sealed.partition(".")[2]
    verbs = (
        *(("dead", "ls"), ("dead", "show", sealed, "--body"), ("dead", "export")),
        *(("writes", "ls"), ("writes", "show", waiting, "--body"), ("doctor",), ("status",)),
    )
    said = "".join(bay.run(*verb).said + bay.run(*verb, "--json").said for verb in verbs)
    assert "k1" in said
    assert [secret for secret in (BEARER, ciphertext, KEY.partition(":")[2]) if secret in said] == []


async def test_the_seal_opens_what_it_sealed_for_the_same_write_alone() -> None:
    seal = AesGcmSeal((("k1", bytes.fromhex(VECTORS[0].key)),))
    text = await seal.seal(b"secret", b"a write")
    assert await seal.open(text, b"a write") == b"secret"
    assert isinstance(await seal.open(text, b"another"), Unopened)
    assert isinstance(await seal.open("k2" + text[2:], b"a write"), Unopened)
    assert isinstance(await seal.open("k1.!", b"a write"), Unopened)


async def test_the_origin_is_asked_for_the_whole_state_and_may_be_silent() -> None:
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(
            b'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\netag: "1"\r\ncontent-length: 5\r\n\r\nstate'
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with AioTransport() as transport:
        origin = AioOrigin(transport, base, 5_000)
        answer = await origin.ask(
            Request("GET", "/a?b=c", Headers([("accept", "text/plain"), ("host", "x")]))
        )
        server.close()
        await server.wait_closed()
        assert isinstance(await origin.ask(Request("GET", "/")), NoAnswer)
    assert isinstance(answer, Response)
    assert (answer.status, answer.headers.get("etag"), bytes(answer.body)) == (200, '"1"', b"state")
    assert asked[0].startswith(b"GET /a?b=c HTTP/1.1\r\n")
    assert b"accept: text/plain" in asked[0]
