"""What needs a stack of its own: wrong settings, and how everything ends."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from local.stack.process import ROOT
from local.stack.stack import Plan, running
from local.stack.wrangler import free_port
from tests.e2e.e2e_rig import eventually

PROBLEM = "application/problem+json"
PARTS = ("workerd", "wrangler", "local.momento_local", "local.origins.items")


def test_wrong_settings_and_routes_are_all_named_at_once() -> None:
    wrong = {"HOMEPORT_ORIGIN": "ftp://x", "HOMEPORT_REGIONS": "mars-1", "MOMENTO_API_KEY": ""}
    routes = Path(__file__).with_name("faulty_routes.py")
    with running(Plan(variables=wrong, routes=routes)) as stack:
        for path in ("/", "/.homeport/where", "/.homeport/topics"):
            answer = httpx.get(f"{stack.edge}{path}")
            assert answer.status_code == 503
            assert answer.headers["content-type"] == PROBLEM
            named = {error["name"] for error in answer.json()["errors"]}
            assert named >= {"HOMEPORT_ORIGIN", "HOMEPORT_REGIONS", "MOMENTO_API_KEY"}
            assert {"routes.py api/items", "routes.py /api/items/{id}"} <= named
            assert "Traceback" not in answer.text


@pytest.fixture
def dev() -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    command = [sys.executable, "-m", "local.dev", "--port", str(port)]
    # A shell's background job ignores Ctrl-C, and so would its children: this one shall hear it wherever tests run.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        yield child, port
    finally:
        child.kill()
        child.communicate()


def test_ctrl_c_ends_everything_that_make_dev_started(dev: tuple[subprocess.Popen[str], int]) -> None:
    child, port = dev
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith("Ctrl-C"):
            break
    assert httpx.get(f"http://127.0.0.1:{port}/.homeport/where", timeout=30.0).status_code == 200
    running_now = _of(child.pid)
    assert {"workerd", "local.momento_local", "local.origins.items"} <= {each[0] for each in running_now}
    child.send_signal(signal.SIGINT)
    assert child.wait(30) == 0
    eventually(lambda: [each for each in running_now if _alive(each[1])], lambda left: not left)


def _of(parent: int) -> list[tuple[str, int]]:
    """Names and numbers of a process's descendants."""
    listing = subprocess.run(
        ["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(None, 2) for line in listing.splitlines()[1:]]
    family = {parent}
    found: list[tuple[str, int]] = []
    for pid, ppid, arguments in sorted(rows, key=lambda row: int(row[0])):
        if int(ppid) in family:
            family.add(int(pid))
            if "local.stack.guard" not in arguments:
                found += [(name, int(pid)) for name in PARTS if name in arguments]
    return found


def _alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return state.stdout.strip()[:1] not in (
        "",
        "Z",
    )  # a zombie runs no more; its new parent is slow to notice
