"""The hit path: a fresh stored representation, answered on workerd; requests per second, and how long each takes.

Contenders are all up at once and take turns, round by round, so that what else the machine does meets all of them.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

import httpx

from benchmarks.part import Effort, Part, Row
from benchmarks.rig.cores import Watch
from benchmarks.rig.load import Load, Told
from benchmarks.rig.origin import page
from benchmarks.rig.surroundings import VISITOR, Surroundings, surroundings
from benchmarks.rig.workerd import Served

from .contenders import CONTENDERS

FLOOR, OURS, PEER = "bare_python", "homeport", "hono"
BODIES = (1_000, 100_000)
CONNECTIONS = (1, 4, 32)
ROUNDS = 5
LONG, SHORT = 2.0, 1.0
"""Seconds of a round: of the two that a promise is about, and of the others."""

WARM_UP = 3.0
"""Seconds: V8 compiles the interpreter's hot functions meanwhile."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One contender under one load, over all rounds."""

    contender: str
    octets: int
    connections: int
    told: list[Told] = field(default_factory=list)
    cores: list[tuple[float | None, float | None]] = field(default_factory=list)

    def row(self) -> Row:
        """Its line: medians, and the least and most of the rounds."""
        rates = [each.per_second for each in self.told]
        lates = [each.p99_ms for each in self.told]
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
            "worker_cores": _median(mine for mine, _ in self.cores),
            "momento_cores": _median(momentos for _, momentos in self.cores),
            "rounds": len(self.told),
        }


def measure(effort: Effort, only: Sequence[str] = ()) -> Part:
    """Everything; `only` some contenders by name."""
    names = only or tuple(CONTENDERS)
    with contextlib.ExitStack() as up:
        around = up.enter_context(surroundings())
        for octets in BODIES:
            around.put(f"plain:{octets}", page(octets))
        peers = {name: up.enter_context(CONTENDERS[name](around)) for name in names}
        for name, octets in itertools.product(peers, BODIES):
            check(name, peers[name], octets)
        for peer in peers.values():
            _load(peer, BODIES[0], 4, WARM_UP).run()
        cells = list(_cells(around, peers, effort))
    return Part("hit", [cell.row() for cell in cells], ratios(cells))


def check(name: str, peer: Served, octets: int) -> None:
    """See that it answers with the right body, and Homeport out of its cache; the first time fills that."""
    for _ in range(2):
        answer = httpx.get(f"{peer.url}/hit/{octets}", headers=VISITOR)
        if answer.status_code != 200 or answer.content != page(octets):
            raise RuntimeError(f"{name} answers {answer.status_code} with {len(answer.content)} octets")
    if name == OURS and "; hit;" not in answer.headers["cache-status"]:
        raise RuntimeError(f"{name} says {answer.headers['cache-status']}, not that it hit")


def _cells(around: Surroundings, peers: dict[str, Served], effort: Effort) -> Iterator[Cell]:
    grid = itertools.product(BODIES, CONNECTIONS)
    for octets, connections in [(BODIES[0], 4)] if effort.quick else grid:
        cells = {name: Cell(name, octets, connections) for name in peers}
        for _ in range(effort.times(ROUNDS)):
            for name, peer in peers.items():
                worker, momento = Watch(peer.family), Watch(around.momento)
                told = _load(peer, octets, connections, LONG if name in (FLOOR, OURS) else SHORT).run()
                cells[name].told.append(told)
                cells[name].cores.append((worker.cores(), momento.cores()))
        yield from cells.values()


def _load(peer: Served, octets: int, connections: int, seconds: float) -> Load:
    return Load(f"{peer.url}/hit/{octets}", connections, seconds, VISITOR)


def ratios(cells: Sequence[Cell]) -> dict[str, float]:
    """Homeport's over the floor's and Hono's, where all were measured.

    Of each cell of the grid the median over its rounds, in each of which both had their turn; of the grid its median.
    """
    found = {}
    for ratio, other, what in (
        ("hit_throughput_vs_floor", FLOOR, "per_second"),
        ("hit_p99_vs_floor", FLOOR, "p99_ms"),
        ("hit_throughput_vs_hono", PEER, "per_second"),
    ):
        pairs = [
            (ours, theirs)
            for ours, theirs in itertools.product(cells, cells)
            if (ours.contender, theirs.contender) == (OURS, other)
            and (ours.octets, ours.connections) == (theirs.octets, theirs.connections)
        ]
        if pairs:
            found[ratio] = round(median(_ratio(ours, theirs, what) for ours, theirs in pairs), 3)
    return found


def _ratio(ours: Cell, theirs: Cell, what: str) -> float:
    return median(
        getattr(one, what) / getattr(other, what) for one, other in zip(ours.told, theirs.told, strict=True)
    )


def _median(values: Iterator[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(median(known), 2) if known else None
