"""The outside of the application, in the test's hands."""

from __future__ import annotations

from dataclasses import dataclass, field

NOON = 1_700_000_000.5


@dataclass
class Surroundings:
    """What the application takes from outside: the time, and how long it was told to wait."""

    now: float = NOON
    pauses: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
