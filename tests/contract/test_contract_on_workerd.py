"""The whole client on the real workerd: every operation over `fetch`, and what only a worker can show.

The same scenes run over asyncio too: both must come to what is written here.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.shim_on_workerd import operations
from local.shim_on_workerd.running import HOLD_MS, Running, running
from momento_http_shim import (
    AlreadyExists,
    Batch,
    CacheClient,
    Caches,
    ControlClient,
    Done,
    Elements,
    Hit,
    Miss,
    NotStored,
    Number,
    Presence,
    Score,
    Stored,
    Values,
    Webhook,
    Webhooks,
)
from momento_http_shim.runtime.aio import AioTransport
from tests.momento_http_shim.raw_server import RawServer, raw_server

pytestmark = pytest.mark.e2e

EXPECTED: dict[str, list[Any]] = {
    "scalars": [Miss(), Done(), Hit(operations.OCTETS), Done(), Hit("é".encode()), Done(), Miss()],
    "conditions": [Stored(), NotStored(), Stored()],
    "hashes": [True, True, True, NotStored(), True],
    "counters": [Number(5), Number(-2)],
    "times": [True, Done(), NotStored(), Done(), Miss()],
    "batches": [Done(), Batch((Hit(b"1"), Miss(), Hit(b"2"))), Presence((True, False))],
    "sorted_set_writes": [
        *(Done(), Score(4.0), Done()),
        *(Elements(((b"c", 3.0), (b"a", 4.0))), Done(), Miss()),
    ],
    "sorted_set_reads": [
        *(Elements(((b"c", 3.0),)), Elements(()), Elements(((b"c", 3.0), (b"b", 3.0)))),
        *(Score(1.5), Number(0), Number(3), Number(2), Miss()),
    ],
    "lists": [Number(1), Number(2), Number(2), Values((b"c", b"b")), Values((b"b",)), Miss()],
    "topics": [Done(), Done(), "one", b"\xff\x00two"],
    "account": [
        *(Done(), AlreadyExists(), Caches(("extra", "ships")), Done(), True, True),
        Webhooks((Webhook("extra", "hook", "news", "https://example.test/hook"),)),
        *(Done(), Done(), Miss(), "DisposableToken"),
    ],
}
MODES = ("binary", "text")
DEADLINE_MS = 200


@pytest.fixture(scope="module")
def shim() -> Iterator[Running]:
    """The worker on workerd, and a local Momento."""
    with running() as shim:
        yield shim


@pytest.fixture(scope="module")
def played(shim: Running) -> Callable[[str, str], dict[str, list[Any]]]:
    """What all scenes came to, in one runtime and one mode; played once."""
    known: dict[tuple[str, str], dict[str, list[Any]]] = {}

    def play(runtime: str, mode: str) -> dict[str, list[Any]]:
        if (runtime, mode) not in known:
            on_workerd = runtime == "workerd"
            known[runtime, mode] = shim.ask("on_workerd/every", mode=mode) if on_workerd else _aio(shim, mode)
        return known[runtime, mode]

    return play


def _aio(shim: Running, mode: str) -> dict[str, list[Any]]:
    async def play() -> dict[str, list[Any]]:
        async with AioTransport() as transport:
            text = mode == "text"
            return await operations.every(transport, shim.region, text_mode=text, prefix=f"a-{mode}")

    return asyncio.run(play())


@pytest.mark.parametrize("scene", EXPECTED)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("runtime", ["workerd", "aio"])
def test_every_operation_comes_to_the_same(
    played: Callable[[str, str], dict[str, list[Any]]], runtime: str, mode: str, scene: str
) -> None:
    assert played(runtime, mode)[scene] == [operations.described(outcome) for outcome in EXPECTED[scene]]


def test_no_operation_is_left_out() -> None:
    tree = ast.parse(Path(operations.__file__).read_text())
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for client in (CacheClient, ControlClient):
        public = {name for name, _ in inspect.getmembers(client, inspect.isfunction) if name[0] != "_"}
        assert public - called == set()
    assert set(EXPECTED) == {*operations.SCENES, "account"}


@pytest.mark.parametrize("mode", MODES)
def test_100_kb_never_become_python_bytes_on_their_way(shim: Running, mode: str) -> None:
    seen = shim.ask("on_workerd/large", mode=mode)
    assert seen.pop("copied_while_written") == 0
    # The text mode is base64 for the whole answer: its price is a copy into Python.
    kind = "JsOctets" if mode == "binary" else "bytes"
    assert seen == {
        "hit": ["JsOctets", 102_400],
        "stored": True,
        "found": [kind, 102_400, "head:"],
        "same": True,
    }


@contextmanager
def fault(shim: Running, **spec: Any) -> Iterator[None]:
    httpx.post(f"{shim.admin}/faults", json={"key_prefix": "slow", **spec}).raise_for_status()
    try:
        yield
    finally:
        httpx.delete(f"{shim.admin}/faults").raise_for_status()


FAILING = [("get", "binary"), ("set", "binary"), ("set_if_hash", "binary"), ("set_if_hash", "text")]


@pytest.mark.parametrize(("operation", "mode"), FAILING)
def test_an_answer_that_is_late_is_given_up_in_time(shim: Running, operation: str, mode: str) -> None:
    with fault(shim, kind="latency", ms=5000):
        seen = shim.ask("on_workerd/failure", operation=operation, mode=mode, deadline_ms=DEADLINE_MS)
    assert DEADLINE_MS - 10 <= seen.pop("took_ms") < 2000
    assert seen == {"code": "TIMEOUT_ERROR", "may_have_happened": True, "next": {"Miss": []}}


@pytest.mark.parametrize("kind", ["reset", "lost_answer"])
@pytest.mark.parametrize(("operation", "mode"), FAILING)
def test_a_connection_that_breaks_is_told_from_a_late_answer(
    shim: Running, operation: str, mode: str, kind: str
) -> None:
    with fault(shim, kind=kind):
        seen = shim.ask("on_workerd/failure", operation=operation, mode=mode, deadline_ms=5000)
    assert seen.pop("took_ms") < 4000
    assert seen == {"code": "SERVER_UNAVAILABLE", "may_have_happened": True, "next": {"Miss": []}}


@pytest.mark.parametrize(("operation", "mode"), FAILING)
async def test_a_time_out_closes_the_connection(shim: Running, operation: str, mode: str) -> None:
    async with raw_server({}) as server:
        seen = await _asked(shim, server, operation, mode)
        # workerd closes what was aborted by itself: the server sees it without another request.
        await asyncio.wait_for(server.hung_up.wait(), 5)
    assert seen["code"] == "TIMEOUT_ERROR"
    assert len(server.requests) == 1


async def _asked(shim: Running, server: RawServer, operation: str, mode: str) -> Any:
    def ask() -> Any:
        arguments = {"operation": operation, "mode": mode, "endpoint": server.url}
        return shim.ask("on_workerd/failure", deadline_ms=DEADLINE_MS, **arguments)

    return await asyncio.to_thread(ask)


def test_a_long_poll_outlasts_silence(shim: Running) -> None:
    seen = shim.ask("on_workerd/silence", seconds=str(2.5 * HOLD_MS / 1000))
    assert seen == {"early": False, "value": "now"}
