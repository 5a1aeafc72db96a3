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
from benchmarks.rig import config
from benchmarks.rig.config import PYTHON, PYTHON_FUNCTION, Worker
from benchmarks.rig.deployed import deployed
from benchmarks.rig.homeport import SYNC
from local.stack import node
from local.stack.process import Process
from local.stack.wrangler import await_ready, free_port

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
    modules, port = deployed(entry, ROUTES, tmp_path / "modules"), free_port()
    worker = Worker(modules, TEXTS, {binding: "sync"}, flags=(*flags, "python_dedicated_snapshot"))
    written = tmp_path / "config.capnp"
    written.write_text(config.text({"main": worker, "sync": SYNC}, port))
    (kept := tmp_path / "snapshots").mkdir()
    common = [str(written), "--experimental", "--import-path=/", f"--python-snapshot-dir={kept}"]
    program = str(node.workerd_with_bundle(tmp_path))
    # It takes the snapshot, and then finds that there is no test.
    taking = subprocess.run(
        [program, "test", common[0], "main", *common[1:], "--python-save-snapshot"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (kept / "snapshot.bin").exists(), taking.stderr
    Path(modules["homeport/modules.bin"]).write_bytes(b"nothing that could be imported")

    command = [program, "serve", *common, "--python-load-snapshot=snapshot.bin"]
    with Process(entry, command, tmp_path / "log", speaks=False, directory=tmp_path) as process:
        url = f"http://127.0.0.1:{port}"
        await_ready(f"{url}/", process, lambda _: True)
        found = {path: httpx.get(url + path) for path in answers}

    assert {path: answer.status_code for path, answer in found.items()} == answers
    assert all(each.headers["content-type"].startswith("application/") for each in found.values())
