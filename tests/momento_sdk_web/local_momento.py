"""A local Momento as a process of its own, for clients that are programs of their own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.stack.process import Process

REGION = "a"


@dataclass(frozen=True)
class LocalMomento:
    """Where one region and the admin interface are."""

    url: str
    admin: str


@contextmanager
def local_momento(log: Path, *options: str) -> Iterator[LocalMomento]:
    """Run a local Momento of one region; it ends with the context, and with this process at the latest."""
    command = [sys.executable, "-m", "local.momento_local", "--regions", REGION, *options]
    with Process("momento_local", command, log) as process:
        told = process.first_line(within_seconds=10.0)
        yield LocalMomento(told["regions"][REGION], told["admin"])
