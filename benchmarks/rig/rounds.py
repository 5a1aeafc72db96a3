"""Contenders under load in turn, round by round, and what their numbers come to."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

from benchmarks.part import Row

from .cores import Busy, Family, Watch
from .load import Load, Told
from .workerd import Served

What = Literal["per_second", "p99_ms", "processor_ms"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One contender under one load, over all rounds; with each, what it and the local Momento kept busy."""

    contender: str
    octets: int
    connections: int
    told: list[Told] = field(default_factory=list)
    worker: list[Busy | None] = field(default_factory=list)
    momento: list[Busy | None] = field(default_factory=list)

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
            "processor_ms": _median(self.all("processor_ms"), 3),
            "cores": _cores(self.worker),
            "momento_cores": _cores(self.momento),
            "rounds": len(self.told),
        }

    def all(self, what: What) -> list[float]:
        """A number of every round."""
        if what == "processor_ms":
            both = zip(self.worker, self.told, strict=True)
            return [1000 * busy.processor / told.requests for busy, told in both if busy]
        return [each.per_second if what == "per_second" else each.p99_ms for each in self.told]


def in_turn(
    loads: Mapping[str, Load],
    peers: Mapping[str, Served],
    momento: Family,
    octets: int,
    rounds: int,
    between: Callable[[], object] = lambda: None,
) -> list[Cell]:
    """Each contender's load once a round, forwards and backwards in turn; `between` two of them is called."""
    cells = {name: Cell(name, octets, load.connections) for name, load in loads.items()}
    forwards = list(loads.items())
    for name, load in itertools.chain(*([forwards, forwards[::-1]][turn % 2] for turn in range(rounds))):
        worker, momentos = Watch(peers[name].family), Watch(momento)
        cells[name].told.append(load.run())
        cells[name].worker.append(worker.busy())
        cells[name].momento.append(momentos.busy())
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
        if name == ours and (against := of.get((theirs, load[0], load[1]))) and cell.all(what)
    ]
    return round(median(found), 3) if found else None


def _cores(busy: Iterable[Busy | None]) -> float | None:
    return _median([each.processor / each.clock for each in busy if each], 2)


def _median(values: Sequence[float], digits: int) -> float | None:
    return round(median(values), digits) if values else None
