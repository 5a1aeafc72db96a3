"""Guarded processes: what they say, how they fail, and that nothing of them stays."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local.stack.process import ROOT, Process, StackError

CHILD = (
    "import json, os, subprocess, sys\n"
    "grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "print(json.dumps({'pids': [os.getpid(), grandchild.pid]}), flush=True)\n"
    "grandchild.wait()\n"
)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at processes through /proc")
def test_ending_a_process_ends_what_it_started(tmp_path: Path) -> None:
    with Process("child", [sys.executable, "-c", CHILD], tmp_path / "log") as process:
        pids = process.first_line(20.0)["pids"]
        assert all(map(alive, pids))
        assert process.alive()
    until = time.monotonic() + 10
    while any(map(alive, pids)) and time.monotonic() < until:
        os.sched_yield()
    assert not any(map(alive, pids))


PARENT = (
    "import sys, json, pathlib\n"
    "from local.stack.process import Process\n"
    "process = Process('child', [sys.executable, '-c', sys.argv[1]], pathlib.Path(sys.argv[2]))\n"
    "print(json.dumps(process.first_line(20.0)), flush=True)\n"
    "process.wait()\n"
)


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at processes through /proc")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_however_the_one_who_started_it_dies(tmp_path: Path, how: signal.Signals) -> None:
    command = [sys.executable, "-c", PARENT, CHILD, str(tmp_path / "log")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = json.loads(parent.stdout.readline())["pids"]
        assert all(map(alive, pids))
        parent.send_signal(how)
    until = time.monotonic() + 10
    while any(map(alive, pids)) and time.monotonic() < until:
        os.sched_yield()
    assert not any(map(alive, pids))


def test_a_process_that_ends_at_once_is_told_with_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('out of paper')"]
    with (
        Process("printer", command, tmp_path / "log") as process,
        pytest.raises(StackError, match=r"printer did not start; see .*log"),
    ):
        process.first_line(20.0)
    assert "out of paper" in (tmp_path / "log").read_text()


def test_a_process_that_says_nothing_is_given_up_in_time(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    with Process("mute", command, tmp_path / "log") as process, pytest.raises(StackError):
        process.first_line(0.2)
