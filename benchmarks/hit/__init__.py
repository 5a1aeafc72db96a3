"""The hit path: a fresh stored representation, answered on workerd; requests per second, and how long each takes.

Contenders are all up at once and take turns, round by round, so that what else the machine does meets all of them.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Iterator, Mapping, Sequence

import httpx

from benchmarks.part import Effort, Part, Row
from benchmarks.peers.proxies import AbsentError
from benchmarks.rig.load import Load
from benchmarks.rig.origin import page
from benchmarks.rig.rounds import Cell, in_turn, over_the_grid
from benchmarks.rig.surroundings import VISITOR, Surroundings, surroundings
from benchmarks.rig.versions import versions
from benchmarks.rig.workerd import Served

from .contenders import CONTENDERS

FLOOR, OURS, PEER = "bare_python", "homeport", "hono"
BODIES = (1_000, 100_000)
CONNECTIONS = (1, 4, 32)
ROUNDS = 5
LONG, SHORT = 2, 1
"""Seconds of a round: of the two that a promise is about, and of the others."""

WARM_UP = 5
"""Seconds: V8 compiles the interpreter's hot functions meanwhile."""

PATIENCE = 10.0
"""Seconds for the fill that comes behind the first answer."""


def measure(effort: Effort, only: Sequence[str] = ()) -> Part:
    """Everything; `only` some contenders by name."""
    with contextlib.ExitStack() as up:
        around = up.enter_context(surroundings())
        for octets in BODIES:
            around.put(f"plain:{octets}", page(octets))
        peers, rows = start(only or tuple(CONTENDERS), around, up)
        asked = around.asked()
        for peer in peers.values():
            load(peer, BODIES[0], 4, effort.times(WARM_UP)).run()
        cells = list(_cells(around, peers, effort))
        if around.asked() != asked:
            raise RuntimeError(f"{around.asked() - asked} requests of the load were no hits")
    return Part("hit", [*(cell.row() for cell in cells), *rows], ratios(cells), versions())


def start(
    names: Sequence[str], around: Surroundings, up: contextlib.ExitStack
) -> tuple[dict[str, Served], list[Row]]:
    """Every contender, filled; and a line for each that is not on this machine."""
    peers: dict[str, Served] = {}
    absent: list[Row] = []
    for name in names:
        try:
            peers[name] = up.enter_context(CONTENDERS[name](around))
        except AbsentError as error:
            absent.append({"contender": name, "note": str(error)})
        else:
            for octets in BODIES:
                fill(name, peers[name], octets, around)
    return peers, absent


def fill(name: str, peer: Served, octets: int, around: Surroundings) -> None:
    """Ask until it answers with the right body and without the origin."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        before = around.asked()
        answer = httpx.get(f"{peer.url}/hit/{octets}", headers=VISITOR)
        if answer.status_code != 200 or answer.content != page(octets):
            raise RuntimeError(f"{name} answers {answer.status_code} with {len(answer.content)} octets")
        if around.asked() == before:
            return
    raise RuntimeError(f"{name} keeps nothing of {octets} octets")


def _cells(around: Surroundings, peers: Mapping[str, Served], effort: Effort) -> Iterator[Cell]:
    grid = itertools.product(BODIES, CONNECTIONS)
    for octets, connections in [(BODIES[0], 4)] if effort.quick else grid:
        loads = {
            name: load(peer, octets, connections, effort.times(LONG if name in (FLOOR, OURS) else SHORT))
            for name, peer in peers.items()
        }
        yield from in_turn(loads, peers, around.momento, octets, effort.times(ROUNDS))


def load(peer: Served, octets: int, connections: int, seconds: int) -> Load:
    """Readers of one page."""
    return Load(f"{peer.url}/hit/{octets}", connections, seconds, VISITOR)


def ratios(cells: Sequence[Cell]) -> dict[str, float]:
    """Homeport's over the floor's and Hono's, where both were measured."""
    found = {
        "hit_throughput_vs_floor": over_the_grid(cells, OURS, FLOOR, "per_second"),
        "hit_p99_vs_floor": over_the_grid(cells, OURS, FLOOR, "p99_ms"),
        "hit_processor_time_vs_floor": over_the_grid(cells, OURS, FLOOR, "processor_ms"),
        "hit_throughput_vs_hono": over_the_grid(cells, OURS, PEER, "per_second"),
    }
    return {name: ratio for name, ratio in found.items() if ratio is not None}
