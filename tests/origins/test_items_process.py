"""The program itself: one process, its first line, and its end."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx

PROJECT = Path(__file__).parents[2]


@contextmanager
def running(*options: str, temporary: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the program on a free port; give the process and its URL."""
    command = [sys.executable, "-m", "local.origins.items", "--port", "0", *options]
    with subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())["url"]
        finally:
            process.kill()


def test_it_says_where_it_listens_and_stops_at_sigterm(tmp_path: Path) -> None:
    database = tmp_path / "items.db"
    options = ["--database", str(database), "--seed", "2", "--latency-ms", "1"]
    with running(*options, temporary=tmp_path) as (process, url), httpx.Client(base_url=url) as client:
        assert url.startswith("http://127.0.0.1:")
        etag = client.get("/api/items/item-2").headers["etag"]
        head = client.head("/api/items/item-2", headers={"if-none-match": etag})
        put = client.put("/api/items/item-1", content=b"x" * 2_000_000)
        assert (head.status_code, put.status_code) == (304, 413)
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reader:
            noted = reader.execute("SELECT method, status FROM requests ORDER BY rowid").fetchall()
        assert noted == [("GET", 200), ("HEAD", 304), ("PUT", 413)]
        # The client's connection is still open: it must not hold the program up.
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
        assert process.stdout is not None
        assert process.stdout.read() == ""
    assert [entry.name for entry in tmp_path.iterdir()] == ["items.db"]


def test_it_stops_with_stdin_and_leaves_no_temporary_database(tmp_path: Path) -> None:
    with running("--exit-with-stdin", temporary=tmp_path) as (process, url):
        assert httpx.get(f"{url}/api/items").json() == {"items": []}
        assert any(tmp_path.iterdir())
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=5) == 0
    assert not any(tmp_path.iterdir())
