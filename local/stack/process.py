"""Child processes of the stack: started, waited for by what they say, ended with everything they started."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
SOURCES = (ROOT / "src", ROOT, ROOT / "clients" / "homeport_origin")
GRACE_SECONDS = 8.0


class StackError(RuntimeError):
    """Something of the stack did not start or did not answer; the message names its log."""


class Process:
    """One guarded child, its output in a log file; its first line of standard output may be awaited."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        *,
        speaks: bool = True,
        directory: Path = ROOT,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start `command`; `environment` is added to this process's own. One that `speaks` says when it is ready."""
        self.name, self.log = name, log
        with log.open("ab") as output:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "local.stack.guard", *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if speaks else output,
                stderr=output,
                cwd=directory,
                env={**os.environ, "PYTHONPATH": ":".join(map(str, SOURCES)), **(environment or {})},
                start_new_session=True,  # Ctrl-C reaches the parent, which ends its children in order
            )

    def first_line(self, within_seconds: float) -> Any:
        """The JSON value of the child's first line; raises `StackError` if it ends or says nothing."""
        line, until = b"", time.monotonic() + within_seconds
        stdout = self._stdout
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([stdout], [], [], max(0.0, until - time.monotonic()))
            piece = os.read(stdout, 4096) if ready else b""
            if not piece:
                raise StackError(f"{self.name} did not start; see {self.log}")
            line += piece
        return json.loads(line)

    @property
    def guard(self) -> int:
        """The number of the process that guards the command, which is its only child."""
        return self._child.pid

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._child.poll() is None

    def wait(self) -> int:
        """Wait until it ends; its exit code."""
        return self._child.wait()

    def end(self) -> None:
        """End it and everything it started."""
        if self._child.stdin:
            self._child.stdin.close()
        try:
            self._child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        if self._child.stdout:
            self._child.stdout.close()

    @property
    def _stdout(self) -> int:
        if self._child.stdout is None:
            raise StackError(f"{self.name} has no output to read")
        return self._child.stdout.fileno()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


def end_on_sigterm() -> None:
    """Let SIGTERM unwind like Ctrl-C, so that everything started is ended."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
