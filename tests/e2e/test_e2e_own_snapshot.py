"""Cloudflare starts a worker from a snapshot of its memory, taken after its imports: both of ours survive that.

https://developers.cloudflare.com/workers/languages/python/how-python-workers-work/
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from benchmarks.hit.contenders import ROUTES
from benchmarks.rig.config import PYTHON, PYTHON_FUNCTION, Worker
from benchmarks.rig.deployed import deployed
from benchmarks.rig.homeport import SYNC
from benchmarks.rig.workerd import laid_out, served
from local.stack.wrangler import free_port

pytestmark = pytest.mark.e2e

NOWHERE = "http://127.0.0.1:9"
TEXTS = {
    "HOMEPORT_ORIGIN": NOWHERE,
    "HOMEPORT_REGIONS": f"us-east-1={NOWHERE}",
    "MOMENTO_API_KEY": "key-of-the-snapshots-test",
}


@pytest.mark.parametrize(
    ("entry", "flags", "binding", "answers"),
    [
        # It asks its region, which nobody is, and then the origin.
        ("entry", PYTHON_FUNCTION, "SYNC", {"/.homeport/where": 200, "/hit/1000": 502}),
        ("entry_sync", PYTHON, "SELF", {"/.homeport/hook": 404}),  # it has no secret: it does not exist
    ],
)
def test_a_worker_starts_from_a_snapshot(
    entry: str, flags: Sequence[str], binding: str, answers: dict[str, int], tmp_path: Path
) -> None:
    modules = deployed(entry, ROUTES, tmp_path / "modules")
    worker = Worker(modules, TEXTS, {binding: "sync"}, flags=(*flags, "python_dedicated_snapshot"))
    workers = {"main": worker, "sync": SYNC}
    (kept := tmp_path / "snapshots").mkdir()
    there = f"--python-snapshot-dir={kept}"
    program, given = laid_out(workers, tmp_path / "taking", free_port())
    # It takes the snapshot, and then finds that there is no test.
    taking = subprocess.run(
        [program, "test", *given, there, "--python-save-snapshot", "main"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (kept / "snapshot.bin").exists(), taking.stderr
    Path(modules["homeport/modules.bin"]).write_bytes(b"nothing that could be imported")

    options = (there, "--python-load-snapshot=snapshot.bin")
    with served("serving", workers, tmp_path, next(iter(answers)), options=options) as started:
        found = {path: httpx.get(started.url + path) for path in answers}

    assert {path: answer.status_code for path, answer in found.items()} == answers
    assert all(each.headers["content-type"].startswith("application/") for each in found.values())
