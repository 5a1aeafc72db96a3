"""What a part of `make bench` hands over, and how often it measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Row = Mapping[str, str | int | float | None]
"""One line of a part's table: column to value. Units stand in the columns' names (`p99_ms`, `own_code_kb`)."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a part measures: `quick` is for its test, and its numbers are not kept."""

    quick: bool = False

    def times(self, full: int, quick: int = 1) -> int:
        """So many repetitions."""
        return quick if self.quick else full


@dataclass(frozen=True, slots=True)
class Part:
    """A part's numbers: `rows` for its table and file, `ratios` for the promises, `versions` of what it measured."""

    name: str
    rows: Sequence[Row]
    ratios: Mapping[str, float]
    versions: Mapping[str, str] = field(default_factory=dict)
