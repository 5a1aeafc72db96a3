"""The asyncio transport over real sockets: framing, kept connections, time limits, broken servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from momento_http_shim import CacheClient, Credentials, Hit, TransportFailure
from momento_http_shim.runtime.aio import AioTransport
from momento_http_shim.transport import Request
from tests.momento_http_shim.raw_server import plain, raw_server


@pytest.fixture
async def transport() -> AsyncIterator[AioTransport]:
    async with AioTransport() as opened:
        yield opened


def get(url: str, timeout_ms: int = 5000) -> Request:
    return Request("GET", url, (("authorization", "k"),), (), timeout_ms)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
ANSWERS = {
    "/length": plain(b"hello", "200 OK", "X-Seen:  yes "),
    "/empty": plain(b""),
    "/none": b"HTTP/1.1 204 No Content\r\n\r\n",
    "/chunks": CHUNKED + b"3\r\nhel\r\n2;x=1\r\nlo\r\n0\r\nTrailer: x\r\n\r\n",
    "/old": b"HTTP/1.0 200 OK\r\n\r\nhello",
    "/closing": plain(b"hello", "200 OK", "connection: close"),
    "/404": plain(b"Key Not Found", "404 Not Found"),
}


@pytest.mark.parametrize(
    ("path", "status", "body", "connections"),
    [
        ("/length", 200, b"hello", 1),
        ("/empty", 200, b"", 1),
        ("/none", 204, b"", 1),
        ("/chunks", 200, b"hello", 1),
        ("/404", 404, b"Key Not Found", 1),
        ("/old", 200, b"hello", 2),
        ("/closing", 200, b"hello", 2),
    ],
)
async def test_a_body_is_read_however_its_end_is_told(
    transport: AioTransport, path: str, status: int, body: bytes, connections: int
) -> None:
    async with raw_server(ANSWERS) as server:
        for _ in range(2):
            response = await transport.send(get(server.url + path))
            assert (response.status, response.body) == (status, body)
        assert server.connections == connections
        await transport.close()


async def test_a_request_arrives_as_it_was_meant(transport: AioTransport) -> None:
    async with raw_server(ANSWERS) as server:
        request = Request("PUT", f"{server.url}/length?key=a%20b", (("x-a", "b"),), (b"one", b"two"), 5000)
        response = await transport.send(request)
        assert response.header("x-seen") == "yes"
        assert response.header("x-unseen") is None
        ((line, headers, body),) = server.requests
        assert line == "PUT /length?key=a%20b HTTP/1.1"
        assert (headers["x-a"], headers["content-length"], body) == ("b", "6", b"onetwo")
        assert headers["host"] in server.url
        await transport.close()


async def test_requests_side_by_side_have_connections_of_their_own(transport: AioTransport) -> None:
    async with raw_server(ANSWERS) as server:
        responses = await asyncio.gather(*(transport.send(get(server.url + "/length")) for _ in range(3)))
        assert [response.body for response in responses] == [b"hello"] * 3
        assert server.connections == 3
        await transport.close()


async def test_a_connection_that_the_server_closed_is_not_used_again(transport: AioTransport) -> None:
    async with raw_server({"/dies": plain(b"x")}) as server:
        for _ in range(2):
            assert (await transport.send(get(server.url + "/dies"))).body == b"x"
            ((kept,),) = transport._idle.values()  # noqa: SLF001 - the end arrives when it arrives
            await kept.reader.read()
        assert server.connections == 2
        await transport.close()


@pytest.mark.parametrize("path", ["/silence", "/half"])
async def test_a_time_out_really_ends_the_call(transport: AioTransport, path: str) -> None:
    async with raw_server({"/half": plain(b"hello")[:-2] + b"..."}) as server:
        with pytest.raises(TransportFailure, match="within 50 ms") as caught:
            await transport.send(get(server.url + path, timeout_ms=50))
        assert (caught.value.timed_out, caught.value.sent) == (True, True)
        await server.hung_up.wait()


async def test_a_cancelled_call_closes_its_connection(transport: AioTransport) -> None:
    async with raw_server({}) as server:
        call = asyncio.create_task(transport.send(get(server.url + "/silence")))
        await server.asked.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await server.hung_up.wait()


async def test_a_refused_connection_has_sent_nothing(transport: AioTransport) -> None:
    async with raw_server({}) as server:
        url = server.url
    with pytest.raises(TransportFailure) as caught:
        await transport.send(get(url + "/"))
    assert (caught.value.sent, caught.value.timed_out) == (False, False)


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
        CHUNKED + b"zz\r\n",
        CHUNKED + b"-5\r\n",
        CHUNKED + b"fffffffffff\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\n",
    ],
)
async def test_a_broken_answer_is_a_failure_and_never_a_hang(transport: AioTransport, answer: bytes) -> None:
    async with raw_server({"/dies": answer}) as server:
        with pytest.raises(TransportFailure) as caught:
            await transport.send(get(server.url + "/dies"))
        assert caught.value.sent


def test_a_transport_outlives_an_event_loop() -> None:
    transport = AioTransport()

    async def one_call() -> object:
        async with raw_server({"/cache/ships": plain(b"v")}) as server:
            client = CacheClient(transport, Credentials("k", server.url), "ships")
            outcome = await client.get("k")
            await transport.close()
            return outcome

    assert asyncio.run(one_call()) == Hit(b"v")
    assert asyncio.run(one_call()) == Hit(b"v")
