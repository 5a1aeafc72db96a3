"""The blocking transport, and running the client without an event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from momento_http_shim import (
    CacheClient,
    Credentials,
    Failed,
    Hit,
    Miss,
    Position,
    Settings,
    TopicMessage,
    TransportFailure,
)
from momento_http_shim.runtime import blocking
from momento_http_shim.runtime.blocking import BlockingTransport, blocking_pause, each, finish
from momento_http_shim.transport import PlainResponse, Request
from tests.momento_http_shim.raw_server import RawServer, plain, raw_server

EVENT = b'{"items":[{"item":{"topic_sequence_number":3,"sequence_page":1,"value":{"text":"hi"}}}]}'
ANSWERS = {
    "/cache/ships": plain(b"v", "200 OK", "X-Seen: yes"),
    "/cache/empty": plain(b"Key Not Found", "404 Not Found"),
    "/topics/ships/t": plain(EVENT),
    "/half": b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\nconnection: close\r\n\r\nhello",
}


async def in_a_thread(work: Callable[[RawServer], object]) -> object:
    async with raw_server(ANSWERS) as server:
        return await asyncio.to_thread(work, server)


def client(server: RawServer, cache: str = "ships") -> CacheClient:
    settings = Settings(pause=blocking_pause)
    return CacheClient(BlockingTransport(), Credentials("k", server.url), cache, settings=settings)


async def test_a_call_runs_to_its_end_without_an_event_loop() -> None:
    assert await in_a_thread(lambda server: finish(client(server).get("k"))) == Hit(b"v")
    assert await in_a_thread(lambda server: finish(client(server, "empty").get("k"))) == Miss()


async def test_a_request_and_its_response_are_complete() -> None:
    def work(server: RawServer) -> None:
        request = Request("PUT", f"{server.url}/cache/ships?key=a", (("x-a", "b"),), (b"one", b"two"), 5000)
        response = finish(BlockingTransport().send(request))
        assert (response.status, response.body, response.header("x-seen")) == (200, b"v", "yes")
        ((line, headers, body),) = server.requests
        assert line == "PUT /cache/ships?key=a HTTP/1.1"
        assert (headers["x-a"], body) == ("b", b"onetwo")

    await in_a_thread(work)


async def test_a_topic_is_followed_without_an_event_loop() -> None:
    def work(server: RawServer) -> object:
        return next(each(client(server).subscribe("t", Position(3, 1))))

    assert await in_a_thread(work) == TopicMessage("hi", 3, 1)


async def test_a_time_out_and_a_broken_body_are_failures() -> None:
    def work(server: RawServer) -> None:
        with pytest.raises(TransportFailure) as slow:
            finish(BlockingTransport().send(Request("GET", server.url + "/silence", (), (), 50)))
        assert slow.value.timed_out
        with pytest.raises(TransportFailure) as broken:
            finish(BlockingTransport().send(Request("GET", server.url + "/half", (), (), 5000)))
        assert (broken.value.timed_out, broken.value.sent) == (False, True)

    await in_a_thread(work)


async def test_a_refused_connection_cannot_have_had_an_effect() -> None:
    async with raw_server({}) as server:
        url = server.url
    c = CacheClient(BlockingTransport(), Credentials("k", url), "ships")
    outcome = await asyncio.to_thread(lambda: finish(c.publish("t", "v")))
    assert isinstance(outcome, Failed)
    assert (outcome.error.code, outcome.error.may_have_happened) == ("SERVER_UNAVAILABLE", False)


class JsException(Exception):  # noqa: N818 - Pyodide's name for what JavaScript threw
    """What `pyodide_http` lets through in a browser."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@pytest.mark.parametrize(("name", "timed_out"), [("NetworkError", False), ("TimeoutError", True)])
def test_what_javascript_throws_in_a_browser_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, name: str, timed_out: bool
) -> None:
    def throwing(*_: object, **__: object) -> None:
        raise JsException(name)

    monkeypatch.setattr(blocking, "urlopen", throwing)
    with pytest.raises(TransportFailure, match=name) as failed:
        finish(BlockingTransport().send(Request("GET", "http://127.0.0.1:1/", (), (), 50)))
    assert (failed.value.timed_out, failed.value.sent) == (timed_out, True)


def test_what_nobody_expected_is_no_failure_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def throwing(*_: object, **__: object) -> None:
        raise KeyError("a defect")

    monkeypatch.setattr(blocking, "urlopen", throwing)
    with pytest.raises(KeyError):
        finish(BlockingTransport().send(Request("GET", "http://127.0.0.1:1/", (), (), 50)))


class Suspending:
    """A transport that waits for something, as those of an event loop do."""

    async def send(self, request: Request) -> PlainResponse:  # noqa: ARG002 - the port has it
        await asyncio.sleep(0)
        return PlainResponse(204, {}, b"")


def test_a_call_that_needs_an_event_loop_says_so() -> None:
    c = CacheClient(Suspending(), Credentials("k", "http://127.0.0.1:1"), "ships")
    with pytest.raises(RuntimeError, match="give the client a BlockingTransport"):
        finish(c.get("k"))


async def test_a_pause_needs_no_event_loop() -> None:
    started = time.monotonic()
    await asyncio.to_thread(lambda: finish(blocking_pause(5)))
    assert time.monotonic() - started >= 0.005
