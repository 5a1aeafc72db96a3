"""Accepted writes: PUTs of 2 KB, each onto an item of its own, on workerd; how many a second, and how long each takes.

Nothing is drained meanwhile, since that is another worker's job, and what waits is forgotten between rounds: the kick
is heard by a worker that does nothing, and the topic by nobody.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

from benchmarks.part import Effort, Part
from benchmarks.rig.config import Worker
from benchmarks.rig.homeport import SYNC, homeport
from benchmarks.rig.load import Load
from benchmarks.rig.rounds import Cell, in_turn, over_the_grid
from benchmarks.rig.surroundings import HOME, KEY, VISITOR, Surroundings, surroundings
from benchmarks.rig.versions import versions
from benchmarks.rig.workerd import Served, served, sources

HERE = Path(__file__).parent
FLOOR, OURS = "bare_python", "homeport"
OCTETS = 2048
CONNECTIONS = (1, 4, 32)
ROUNDS, SECONDS, WARM_UP = 5, 2, 5


def measure(effort: Effort) -> Part:
    """Both contenders in turn."""
    with contextlib.ExitStack() as up:
        around = up.enter_context(surroundings())
        peers = {
            FLOOR: up.enter_context(floor(around)),
            OURS: up.enter_context(homeport(around, HERE.parent / "hit" / "routes.py")),
        }
        for name, peer in peers.items():
            check(name, peer, around)
            load(peer, 4, effort.times(WARM_UP), "warm").run()
        around.empty()
        cells = list(_cells(around, peers, effort))
    ratios = {
        "write_throughput_vs_floor": over_the_grid(cells, OURS, FLOOR, "per_second"),
        "write_p99_vs_floor": over_the_grid(cells, OURS, FLOOR, "p99_ms"),
        "write_processor_time_vs_floor": over_the_grid(cells, OURS, FLOOR, "processor_ms"),
    }
    found = {name: ratio for name, ratio in ratios.items() if ratio is not None}
    return Part("writes", [cell.row() for cell in cells], found, versions())


def check(name: str, peer: Served, around: Surroundings) -> dict[str, int]:
    """See that a write is accepted by the calls of both rounds, each made once; how often each was."""
    before = around.calls()
    answer = httpx.put(f"{peer.url}/items/one", content=b"x" * OCTETS, headers=VISITOR)
    after = around.calls()
    made = {
        method: after[method] - before.get(method, 0) for method in ("SortedSetPut", "GetWithHash", "SetIf")
    }
    if answer.status_code != 202 or set(made.values()) != {1}:
        raise RuntimeError(f"{name} answers a write with {answer.status_code} after {made}")
    around.empty()
    return made


def _cells(around: Surroundings, peers: Mapping[str, Served], effort: Effort) -> Iterator[Cell]:
    for connections in (4,) if effort.quick else CONNECTIONS:
        loads = {name: load(peer, connections, effort.times(SECONDS), name) for name, peer in peers.items()}
        yield from in_turn(loads, peers, around.momento, OCTETS, effort.times(ROUNDS), around.empty)


def load(peer: Served, connections: int, seconds: int, prefix: str) -> Load:
    """Writers, each write onto an item of its own."""
    return Load(peer.url, connections, seconds, VISITOR, HERE / "puts.lua", (prefix,))


@contextlib.contextmanager
def floor(around: Surroundings) -> Iterator[Served]:
    """The bare Worker."""
    texts = {
        "MOMENTO": around.regions[HOME],
        "CACHE_NAME": f"homeport-{HOME}",
        "REGION": HOME,
        "MOMENTO_API_KEY": KEY,
    }
    modules = sources(HERE.parent / "peers" / "bare_writes")
    workers = {"main": Worker(modules, texts, {"SYNC": "sync"}), "sync": SYNC}
    with served("bare_writes", workers, around.directory, "/ready") as peer:
        yield peer
