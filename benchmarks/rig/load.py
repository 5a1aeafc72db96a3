"""The load: Debian's and Homebrew's `wrk`, closed loop on one thread of C, so that it takes little of the machine.

Its histogram is in microseconds. npm's autocannon rounds to milliseconds, too coarse for a ratio of two p99s.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.stack.process import StackError

REPORT = Path(__file__).with_name("report.lua")


@dataclass(frozen=True, slots=True)
class Told:
    """What one run of the load saw."""

    requests: int
    per_second: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Load:
    """Requests to one URL, over some connections for some seconds; `script` in Lua says more about them."""

    url: str
    connections: int
    seconds: int
    headers: Mapping[str, str]
    script: Path = REPORT
    arguments: tuple[str, ...] = ()

    def run(self) -> Told:
        """Send them; raises `StackError` where an answer was no success, or did not come."""
        wrk = shutil.which("wrk")
        if wrk is None:
            raise StackError("wrk, the load generator, is not installed. On Debian: apt install wrk")
        command = [
            wrk,
            "-t1",
            f"-c{self.connections}",
            f"-d{self.seconds}s",
            "--timeout",
            "30s",
        ]
        command += ["-s", str(self.script)]
        command += [word for name, value in self.headers.items() for word in ("-H", f"{name}: {value}")]
        run = subprocess.run(
            [*command, self.url, "--", *self.arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=REPORT.parent,
        )
        return told(run.stdout, self.url)


def told(output: str, url: str) -> Told:
    """Read the report's line."""
    line = next((line for line in output.splitlines() if line.startswith('{"requests"')), None)
    if line is None:
        raise StackError(f"wrk said nothing about {url}: {output}")
    numbers = json.loads(line)
    if numbers["failed"] or not numbers["requests"]:
        raise StackError(f"{url}: {numbers['failed']} of {numbers['requests']} requests failed")
    return Told(
        numbers["requests"],
        numbers["requests"] / numbers["us"] * 1e6,
        numbers["p50_us"] / 1e3,
        numbers["p99_us"] / 1e3,
    )
