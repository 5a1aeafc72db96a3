"""Contenders under load in turn, round by round, and what their numbers come to."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

from benchmarks.part import Row

from .cores import Family, Watch
from .load import Load, Told
from .workerd import Served

What = Literal["per_second", "p99_ms"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One contender under one load, over all rounds; with each, the cores that it and the local Momento kept busy."""

    contender: str
    octets: int
    connections: int
    told: list[Told] = field(default_factory=list)
    cores: list[tuple[float | None, float | None]] = field(default_factory=list)

    def row(self) -> Row:
        """Its line: medians, and the least and most of the rounds."""
        rates, lates = self.all("per_second"), self.all("p99_ms")
        return {
            "contender": self.contender,
            "body_kb": self.octets // 1000,
            "connections": self.connections,
            "per_second": round(median(rates), 1),
            "per_second_least": round(min(rates), 1),
            "per_second_most": round(max(rates), 1),
            "p50_ms": round(median(each.p50_ms for each in self.told), 3),
            "p99_ms": round(median(lates), 3),
            "p99_ms_least": round(min(lates), 3),
            "p99_ms_most": round(max(lates), 3),
            "worker_cores": _median(worker for worker, _ in self.cores),
            "momento_cores": _median(momento for _, momento in self.cores),
            "rounds": len(self.told),
        }

    def all(self, what: What) -> list[float]:
        """A number of every round."""
        return [each.per_second if what == "per_second" else each.p99_ms for each in self.told]


def in_turn(
    loads: Mapping[str, Load],
    peers: Mapping[str, Served],
    momento: Family,
    octets: int,
    rounds: int,
    between: Callable[[], object] = lambda: None,
) -> list[Cell]:
    """Each contender's load once a round; `between` two of them something else is done."""
    cells = {name: Cell(name, octets, load.connections) for name, load in loads.items()}
    for _, (name, load) in itertools.product(range(rounds), loads.items()):
        worker, momentos = Watch(peers[name].family), Watch(momento)
        told = load.run()
        cells[name].cores.append((worker.cores(), momentos.cores()))
        cells[name].told.append(told)
        between()
    return list(cells.values())


def over_the_grid(cells: Sequence[Cell], ours: str, theirs: str, what: What) -> float | None:
    """One contender's number over another's: of each cell of the grid the median of its rounds; of these the median.

    A round's two numbers were measured one right after the other. None where one of the two was not measured.
    """
    of = {(cell.contender, cell.octets, cell.connections): cell for cell in cells}
    found = [
        median(one / other for one, other in zip(cell.all(what), against.all(what), strict=True))
        for (name, *load), cell in of.items()
        if name == ours and (against := of.get((theirs, load[0], load[1])))
    ]
    return round(median(found), 3) if found else None


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(median(known), 2) if known else None
