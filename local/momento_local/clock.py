"""The only clock of the emulator: the machine's, or one that stands still until it is advanced."""

from __future__ import annotations

import time


def wall_ms() -> int:
    """Read the machine's clock in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


class Clock:
    """Milliseconds since the epoch. A `manual` one moves only by `advance`; any can be advanced."""

    def __init__(self, *, manual: bool = False) -> None:
        self.manual = manual
        self._started = wall_ms()
        self._advanced = 0

    def __call__(self) -> int:
        """Read the clock."""
        return (self._started if self.manual else wall_ms()) + self._advanced

    def advance(self, milliseconds: int) -> int:
        """Move the clock forward; the new time."""
        self._advanced += milliseconds
        return self()
