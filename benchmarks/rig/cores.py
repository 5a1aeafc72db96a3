"""How many cores a process and its children keep busy, by Linux's own account; nothing is known elsewhere."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Family:
    """A process and all that descends from it."""

    head: int

    def seconds(self) -> float | None:
        """Processor time so far of those that live; None where the system does not say."""
        if not (PROC / "self" / "stat").exists():
            return None
        found, parents = {}, {}
        for entry in PROC.iterdir():
            if entry.name.isdigit() and (stat := _stat(entry)):
                # Fields 4, 14 and 15 of proc(5), counted after the name, which may hold anything.
                parents[int(entry.name)] = int(stat[1])
                found[int(entry.name)] = int(stat[11]) + int(stat[12])
        ticks = sum(spent for process, spent in found.items() if self._descends(process, parents))
        return ticks / os.sysconf("SC_CLK_TCK")

    def _descends(self, process: int, parents: dict[int, int]) -> bool:
        while process in parents:
            if process == self.head:
                return True
            process = parents[process]
        return False


@dataclass(frozen=True, slots=True)
class Busy:
    """Processor time and the clock's, in seconds."""

    processor: float
    clock: float


class Watch:
    """What a family spends from now on."""

    def __init__(self, family: Family) -> None:
        self._family, self._spent, self._since = family, family.seconds(), time.monotonic()

    def busy(self) -> Busy | None:
        """It, so far; None where the system does not say."""
        now = self._family.seconds()
        if now is None or self._spent is None:
            return None
        return Busy(now - self._spent, time.monotonic() - self._since)


def _stat(entry: Path) -> list[str] | None:
    try:
        return (entry / "stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return None  # it has ended meanwhile
