"""Where the time of a hit goes: workerd's processor time for each request, step by step, and its crossings counted.

A step answers by as much of a hit as it names, so the difference of two is what lies between them. Processor time, and
the least of some rounds: whatever else the machine does can only add to it. What they say: `docs/performance.md`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import httpx

from benchmarks.hit import PATIENCE, fill
from benchmarks.hit.contenders import ROUTES
from benchmarks.part import Effort, Part, Row
from benchmarks.rig.cores import Watch
from benchmarks.rig.homeport import homeport
from benchmarks.rig.load import Load
from benchmarks.rig.surroundings import VISITOR, surroundings
from benchmarks.rig.versions import versions
from benchmarks.rig.workerd import Served

STEPS = ("nothing", "asked", "decided", "answered", "look")
INSTEAD = {name: str(Path(__file__).with_name("worker") / name) for name in ("entry.py", "counting.py")}
"""The modules by which the edge worker becomes the one that is profiled."""

ROUNDS, CONNECTIONS, WARM_UP = 6, 4, 3
"""Rounds of a second each, and seconds before them."""


def measure(effort: Effort) -> Part:
    """A row for each step and for the whole hit, `processor_us`; one for each kind of crossing, `count`."""
    with contextlib.ExitStack() as up:
        around = up.enter_context(surroundings())
        edge = up.enter_context(homeport(around, ROUTES, "profile", INSTEAD))
        fill("profile", edge, 1000, around)
        paths = {name: f"/step/{name}" for name in STEPS} | {"a hit": "/hit/1000"}
        spent = _spent(edge, paths, effort)
        rows: list[Row] = [{"what": what, "processor_us": round(least)} for what, least in spent.items()]
        crossings = httpx.get(f"{edge.url}/crossings", headers=VISITOR, timeout=PATIENCE).raise_for_status()
        rows += [{"what": what, "count": count} for what, count in crossings.json()]
    return Part("profile", rows, {}, versions())


def _spent(edge: Served, paths: dict[str, str], effort: Effort) -> dict[str, float]:
    """Microseconds of processor time for a request, the least of all rounds."""
    for path in paths.values():
        _load(edge, path, effort.times(WARM_UP)).run()
    found: dict[str, float] = {}
    for name, path in _in_turn(paths, effort.times(ROUNDS)):
        watch = Watch(edge.family)
        told = _load(edge, path, 1).run()
        busy = watch.busy()
        if busy is None:
            raise RuntimeError("only Linux says how busy a process is")
        each = 1e6 * busy.processor / told.requests
        found[name] = min(each, found.get(name, each))
    return found


def _in_turn(paths: dict[str, str], rounds: int) -> Iterator[tuple[str, str]]:
    for number in range(rounds):
        yield from list(paths.items())[:: -1 if number % 2 else 1]


def _load(edge: Served, path: str, seconds: int) -> Load:
    return Load(f"{edge.url}{path}", CONNECTIONS, seconds, VISITOR)
