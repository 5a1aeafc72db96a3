"""The blocking client under Pyodide in Chromium, in the page and in a web worker, against the local Momento."""

from __future__ import annotations

import importlib.util
import json
import queue
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from momento_http_shim import (
    Batch,
    CacheClient,
    Credentials,
    Done,
    Elements,
    Equal,
    Hit,
    Miss,
    NotStored,
    Number,
    Presence,
    Score,
    Stored,
)
from momento_http_shim.runtime.aio import AioTransport
from tests.browser import chromium
from tests.browser.page_server import Site, archive, serving
from tests.momento_sdk_web.local_momento import LocalMomento, local_momento

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
PYODIDE = ROOT / "node_modules" / "pyodide"
PLACES = ("page", "worker")
WITHIN_SECONDS = 60.0
EVERY_OCTET = bytes(range(256))
BYTE_ORDER_MARK = "get: a byte order mark"

SORTED_SET = {
    "put": Done(),
    "by score": Elements(
        ((b"job-2", -1.0), (b"job-0", 3.0), (b"job-3", 3.0), (b"job-1", 1_790_000_000_000.5))
    ),
    "by score, a page": Elements(((b"job-3", 3.0),)),
    "by rank, descending": Elements(((b"job-1", 1_790_000_000_000.5), (b"job-3", 3.0))),
    "rank": Number(3),
    "score": Score(1_790_000_000_000.5),
    "remove": Done(),
    "left": Elements(((b"job-2", -1.0), (b"job-3", 3.0))),
}
EXPECTED: dict[str, Any] = {
    "get: nothing there": Miss(),
    "set": Done(),
    "get": Hit("grüße".encode()),
    "delete": Done(),
    "get: deleted": Miss(),
    "set: every octet": Done(),
    "get: every octet": True,
    "set: a byte order mark": Done(),
    "get_with_hash: a byte order mark": b"\xff\xfea\x00",
    "set_batch": Done(),
    "get_batch": Batch((Hit(b"2"), Miss(), Hit(b"1"))),
    "keys_exist": Presence((True, False)),
    "increment": Number(-7),
    "set_if: taken": Stored(),
    "set_if: held": NotStored(),
    "set_if: given over": Stored(),
    **{f"binary: {name}": outcome for name, outcome in SORTED_SET.items()},
    **{f"text: {name}": outcome for name, outcome in SORTED_SET.items()},
    "publish": [Done(), Done()],
    "subscribe": ["grüße", EVERY_OCTET],
    "no cache: get": ("NOT_FOUND_ERROR", False),
    "no cache: sorted_set_length": ("NOT_FOUND_ERROR", False),
    "no server: get": ("SERVER_UNAVAILABLE", True),
    "no server: increment": ("SERVER_UNAVAILABLE", True),
}


@pytest.fixture(scope="module")
def momento(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalMomento]:
    log = tmp_path_factory.mktemp("momento") / "momento_local.log"
    with local_momento(log, "--caches", "ships", "--manual-clock") as running:
        yield running


@pytest.fixture(scope="module")
def seen(momento: LocalMomento, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What in_browser.py reported from each place."""
    program = chromium.find()
    if program is None:
        pytest.skip("no Chromium: on Debian, `apt-get install chromium`")
    if not PYODIDE.exists():
        pytest.skip("npm's pyodide is not installed: run `make setup`")
    files = {f"/{name}": HERE / name for name in ("page.html", "run.mjs", "worker.mjs")}
    files |= {f"/pyodide/{path.name}": path for path in PYODIDE.iterdir()}
    folder = tmp_path_factory.mktemp("chromium")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and never listens, so that connections are refused
        urls = {"momento": momento.url, "nobody": f"http://127.0.0.1:{nobody.getsockname()[1]}"}
        contents = {"/urls.json": json.dumps(urls).encode(), "/packages.zip": archive(sources())}
        site = Site(files, contents, {place: queue.Queue() for place in PLACES})
        with serving(site), chromium.visiting(program, f"{site.url}/page.html", folder) as log:
            return {place: awaited(site, place, log) for place in PLACES}


def sources() -> dict[str, Path]:
    pyodide_http = importlib.util.find_spec("pyodide_http")
    assert pyodide_http is not None
    assert pyodide_http.origin is not None
    return {
        "momento_http_shim": ROOT / "src" / "momento_http_shim",
        "pyodide_http": Path(pyodide_http.origin).parent,
        "in_browser.py": HERE / "in_browser.py",
    }


def awaited(site: Site, place: str, log: Path) -> dict[str, Any]:
    try:
        report = site.reports[place].get(timeout=WITHIN_SECONDS)
    except queue.Empty:
        pytest.fail(f"the {place} reported nothing; Chromium said:\n{log.read_text()}")
    assert "failed" not in report, report["failed"]
    return report


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("operation", EXPECTED)
def test_the_client_works_in_a_browser(seen: dict[str, dict[str, Any]], place: str, operation: str) -> None:
    assert seen[place][operation] == repr(EXPECTED[operation])


@pytest.mark.parametrize(("place", "value"), [("page", b"a"), ("worker", b"\xff\xfea\x00")])
def test_a_value_that_begins_with_a_byte_order_mark_is_whole_in_a_worker_only(
    seen: dict[str, dict[str, Any]], place: str, value: bytes
) -> None:
    # In a page a synchronous XMLHttpRequest gives text, and the browser takes the mark for the text's encoding.
    # gRPC-web is not concerned (`get_with_hash` above): its frames begin with a zero.
    assert seen[place][BYTE_ORDER_MARK] == repr(Hit(value))


@pytest.fixture
async def client(momento: LocalMomento) -> AsyncIterator[CacheClient]:
    async with AioTransport() as transport:
        yield CacheClient(transport, Credentials("any-key", momento.url), "ships")


@pytest.mark.parametrize("place", PLACES)
async def test_what_a_browser_wrote_is_there_for_others(
    seen: dict[str, dict[str, Any]], client: CacheClient, place: str
) -> None:
    assert set(seen[place]) == {*EXPECTED, BYTE_ORDER_MARK}
    assert await client.get(f"{place}/octets") == Hit(EVERY_OCTET * 4096)
    assert await client.sorted_set_fetch_by_score(f"{place}/queue") == SORTED_SET["left"]
    assert await client.set_if(f"{place}/lease", "you", Equal("you"), ttl_seconds=60) == Stored()
