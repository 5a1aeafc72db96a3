"""The process: it starts, says where it is, closes connections on demand, and stops."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.momento_local.server import listen

ROOT = Path(__file__).parents[2]
PROMPTLY = 5.0


def test_answers_do_not_wait_for_delayed_acknowledgements() -> None:
    with listen(0) as listener:
        # What asyncio looks at before it sets TCP_NODELAY on an accepted connection.
        assert listener.proto == socket.IPPROTO_TCP
        assert listener.getsockname()[0] == "127.0.0.1"


def start(*options: str) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    command = [
        sys.executable,
        "-m",
        "local.momento_local",
        "--regions",
        "near,far",
        "--caches",
        "a",
        *options,
    ]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.communicate()
    return process, json.loads(line)


def ended(process: subprocess.Popen[bytes]) -> int:
    try:
        _, errors = process.communicate(timeout=PROMPTLY)
        assert errors == b""
        return process.returncode
    finally:
        process.kill()


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, Any]]:
    process, first_line = start()
    with process:
        yield first_line
        process.kill()


def test_the_first_line_says_where_everything_is(running: dict[str, Any]) -> None:
    assert set(running) == {"regions", "admin"}
    assert set(running["regions"]) == {"near", "far"}
    base = running["regions"]["near"]
    put = httpx.put(f"{base}/cache/a?key=k&ttl_seconds=60", content=b"v", headers={"authorization": "k"})
    assert put.status_code == 204
    assert httpx.get(f"{base}/cache/a?key=k&token=k").content == b"v"
    assert "a" in httpx.get(f"{running['admin']}/regions").json()["far"]["caches"]


def test_a_large_body_arrives_whole(running: dict[str, Any]) -> None:
    base, value = running["regions"]["near"], bytes(range(256)) * 8192
    httpx.put(f"{base}/cache/a?key=large&ttl_seconds=60&token=k", content=value)
    assert httpx.get(f"{base}/cache/a?key=large&token=k").content == value


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        ("reset", httpx.ReadError),
        ("partition", httpx.RemoteProtocolError),
        ("lost_answer", httpx.RemoteProtocolError),
    ],
)
def test_a_fault_closes_the_real_connection(
    running: dict[str, Any], kind: str, seen: type[Exception]
) -> None:
    base = running["regions"]["far"]
    spec = {"kind": kind, "region": "far", "count": 1}
    assert httpx.post(f"{running['admin']}/faults", json=spec).status_code == 201
    with pytest.raises(seen):
        httpx.get(f"{base}/cache/a?key=k&token=k")
    assert httpx.get(f"{base}/cache/a?key=k&token=k").status_code == 404


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_even_while_somebody_waits_for_news(number: signal.Signals) -> None:
    process, first_line = start()
    url = f"{first_line['regions']['near']}/topics/a/t?token=k"
    answers = list[httpx.Response]()
    poll = threading.Thread(target=lambda: answers.append(httpx.get(url, timeout=PROMPTLY)))
    poll.start()
    while not httpx.get(f"{first_line['admin']}/regions").json()["near"]["caches"]["a"]["topics"]:
        assert poll.is_alive()
    process.send_signal(number)
    assert ended(process) == 0
    poll.join(PROMPTLY)
    assert answers[0].json() == {"items": []}


def test_closing_standard_input_ends_it_if_so_told() -> None:
    process, _ = start("--exit-with-stdin")
    assert ended(process) == 0
