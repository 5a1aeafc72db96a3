"""What each thing that Homeport does costs: exact numbers, which `tests/cost/test_operations.py` measures and compares.

`python -m tools.operations_table` writes them into docs/operations.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.operations.world import Cost


@dataclass(frozen=True, slots=True)
class Line:
    """One step. `trips`: its longest chain of calls that wait for each other, requests to the `origin` included.

    `calls` of the home region's cache, and the operations that they are metered as where the entry has less than 1 KB
    (`small`), and less than 21 KB (`large`); `away*`: the same of each other region.
    """

    what: str
    trips: int
    origin: int
    calls: int
    small: int
    large: int
    away_calls: int = 0
    away_small: int = 0
    away_large: int = 0

    def costs(self) -> tuple[Cost, Cost]:
        """As they are measured: with small bodies, and with large ones."""
        return (
            Cost(self.trips, self.origin, self.calls, self.small, self.away_calls, self.away_small),
            Cost(self.trips, self.origin, self.calls, self.large, self.away_calls, self.away_large),
        )


TABLES: Mapping[str, Sequence[Line]] = {
    "Reads": (
        Line("a miss", 2, 1, 1, 1, 1),
        Line("behind a miss", 1, 0, 1, 2, 40),
        Line("a hit", 1, 0, 1, 1, 20),
        Line("a revalidation, 304", 3, 1, 2, 2, 40),
        Line("behind a revalidation", 1, 0, 1, 2, 40),
        Line("a hit by who has just written", 1, 0, 1, 2, 40),
        Line("a miss of a variant", 2, 1, 1, 1, 1),
        Line("behind a miss of a variant", 2, 0, 3, 6, 44),
        Line("a hit of a variant", 2, 0, 2, 2, 21),
        Line("a stale hit, revalidated behind", 1, 0, 1, 1, 20),
        Line("behind a stale hit", 5, 1, 4, 8, 84),
        Line("a miss with a tag", 2, 1, 1, 1, 1),
        Line("behind a miss with a tag", 3, 0, 3, 5, 43),
        Line("a hit of a list", 2, 0, 2, 2, 21),
        Line("a hit of a list, 2 items waiting", 3, 0, 4, 5, 62),
    ),
    "Writes": (
        Line("PUT accepted", 2, 0, 3, 5, 81),
        Line("behind an accepted write", 1, 0, 2, 2, 2),
        Line("PUT of a list's item", 2, 0, 4, 6, 82),
        Line("PATCH accepted", 2, 0, 3, 5, 81),
        Line("POST to a collection accepted", 2, 0, 5, 6, 44),
        Line("POST of a command accepted", 2, 0, 3, 5, 81),
        Line("PUT accepted, with Idempotency-Key", 2, 0, 4, 7, 83),
        Line("PUT accepted, with credentials sealed", 2, 0, 3, 7, 81),
        Line("PUT straight", 3, 1, 2, 3, 22),
        Line("behind a straight write", 2, 0, 0, 0, 0, 2, 3, 22),
    ),
    "Draining": (
        Line("drained alone", 12, 1, 9, 14, 52, 2, 3, 22),
        Line("drained, an item with its list", 15, 1, 12, 18, 75, 4, 6, 44),
        Line("drained, 10 coalesced", 22, 1, 19, 72, 820, 2, 3, 3),
        Line("drained, 10 of one resource", 66, 10, 36, 118, 2180, 20, 30, 30),
        Line("drained, 10 in bulk", 24, 1, 45, 86, 466, 20, 30, 30),
        Line("drained, 10 resources of a lane", 27, 10, 45, 86, 466, 20, 30, 30),
        Line("drained, refused: dead letter", 14, 1, 11, 17, 93, 2, 3, 22),
        Line("drained, a conflict, 412", 14, 1, 11, 17, 93, 2, 3, 22),
    ),
    "Purging": (
        Line("purge by URL", 2, 0, 2, 3, 22, 2, 3, 22),
        Line("purge by tag, 10 entries", 9, 0, 25, 48, 238, 25, 48, 238),
    ),
    "Pushing to 11 regions": (
        Line("push by the only publisher, first", 2, 0, 2, 4, 42, 2, 4, 42),
        Line("push by the only publisher, second", 2, 0, 2, 4, 80, 2, 4, 80),
        Line("push by the only publisher, third", 1, 0, 1, 2, 40, 1, 2, 40),
        Line("push by one of several publishers, first", 2, 0, 2, 4, 42, 2, 4, 42),
        Line("push by one of several publishers, second", 2, 0, 2, 4, 80, 2, 4, 80),
        Line("push by one of several publishers, third", 2, 0, 2, 4, 80, 2, 4, 80),
    ),
    "Idle": (
        Line("an idle minute", 3, 0, 5, 5, 5, 5, 5, 5),
        Line("an idle hour", 180, 0, 300, 300, 300, 300, 300, 300),
    ),
}
"""By heading. The lines of a table come in the order of what happens."""

LINES = tuple(line for lines in TABLES.values() for line in lines)
