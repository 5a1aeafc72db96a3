"""The workers' transport in Pyodide, the Python of Cloudflare's Workers, here on Node's `fetch`.

The same interpreter and the same JavaScript border as in a worker; workerd itself is for the end-to-end tests.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from momento_http_shim import scalar
from tests.momento_http_shim.raw_server import plain, raw_server
from tests.momento_http_shim.recording import grpc

ROOT = Path(__file__).parents[2]
LARGE = bytes(grpc(scalar.GET_WITH_HASH, {"found": {"value": b"abc" * 20_000, "hash": b"h"}}).body)
ANSWERS = {
    "/blob": plain(b"hello", "200 OK", "X-Seen: yes"),
    "/none": b"HTTP/1.1 204 No Content\r\n\r\n",
    "/half": plain(b"hello")[:-2] + b"...",
    "/cache/ships": plain(b"cargo"),
    "/cache_client.Scs/GetWithHash": plain(LARGE),
}


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What in_pyodide.py reported; `sent` is what the server got from its five requests with and without body."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules/pyodide/pyodide.mjs").exists():
        pytest.skip("needs node and npm's pyodide: run `npm install`")

    async def run() -> dict[str, Any]:
        async with raw_server(ANSWERS) as server:
            program = Path(__file__).with_name("in_pyodide.mjs")
            process = await asyncio.create_subprocess_exec(
                node, str(program), str(ROOT), server.url, stdout=asyncio.subprocess.PIPE
            )
            output, _ = await process.communicate()
            assert process.returncode == 0
            sent = [[line.split(" ")[0], body.decode()] for line, _, body in server.requests]
            headers = [each[1] for each in server.requests]
            return {**json.loads(output.splitlines()[-1]), "sent": sent[1:6], "headers": headers[0]}

    return asyncio.run(run())


def test_octets_are_views_on_javascripts_memory(seen: dict[str, Any]) -> None:
    assert seen["octets"] == {
        "lengths": [10, 5, 4, 0, 2, 3],
        "view": [3, 99, 5, 6, 7],
        "step": "octets are sliced with a step of 1",
        "repr": "JsOctets(5 octets)",
    }


def test_a_response_is_read(seen: dict[str, Any]) -> None:
    assert seen["requests"] == {
        "status": 200,
        "body": "hello",
        "header": "yes",
        "no_header": None,
        "none": [204, 0],
        "prepared": 3,
    }


def test_bodies_of_parts_from_both_sides_arrive_whole(seen: dict[str, Any]) -> None:
    assert seen["sent"] == [
        ["PUT", "<hello|el>"],
        ["PUT", "hello"],
        ["PUT", "small"],
        ["PUT", ""],
        ["DELETE", ""],
    ]
    assert seen["headers"]["authorization"] == "k"
    assert seen["headers"]["content-type"] == "application/octet-stream"


def test_a_time_out_is_told_from_a_broken_connection(seen: dict[str, Any]) -> None:
    assert seen["failures"] == [[True, True], [True, True], [False, True]]


def test_the_client_works_and_a_large_value_stays_in_javascript(seen: dict[str, Any]) -> None:
    assert seen["client"] == {
        "hit": "cargo",
        "found": ["JsOctets", 60_000, "abc"],
        "hash": "h",
        "written": "Done",
        "late": "TIMEOUT_ERROR",
    }


def test_importing_the_client_is_cheap(seen: dict[str, Any]) -> None:
    assert [name for name in seen["imported"] if not name.startswith("momento_http_shim")] == []
    own = {name.partition(".")[2] for name in seen["imported"]}
    assert own.isdisjoint({"control", "control_client", "webhooks", "tokens", "runtime.aio"})
    assert own.isdisjoint({"scalar", "sorted_sets", "topics", "wire", "grpc_web", "calls"})
