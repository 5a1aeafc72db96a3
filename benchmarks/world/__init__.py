"""The world: what visitors of 60 countries wait for, simulated; and what load a deployment bears, on paper.

`measure` is the part of `make bench`. `python -m benchmarks.world` simulates everything that docs/world.md shows, and
writes benchmarks/world.json, from which tools/world_chart.py draws and tabulates.
"""

from __future__ import annotations

import platform

from benchmarks.part import Effort, Part, Row

from .setting import Setting, measured
from .studies import STUDY_ORIGIN, by_design


def measure(effort: Effort) -> Part:
    """Every design for every origin, with fewer visits than the record has."""
    base = Setting(visits=effort.times(90_000, 4_000), costs=measured())
    origins = (STUDY_ORIGIN,) if effort.quick else None
    table = by_design(base, origins) if origins else by_design(base)
    rows: list[Row] = [
        {
            "origin": origin,
            "design": name,
            "read_p50_ms": each["read"][0],
            "read_p95_ms": each["read"][1],
            "write_p50_ms": each["write"][0],
            "write_p95_ms": each["write"][1],
            "hits": each["hits"],
            "stale": each["stale"],
            "origin_share": each["origin_share"],
        }
        for origin, designs in table.items()
        for name, each in designs.items()
    ]
    ours, theirs = table[STUDY_ORIGIN]["homeport-11"], table[STUDY_ORIGIN]["origin"]
    ratios = {
        f"world_{kind}_p50_vs_origin": round(ours[kind][0] / theirs[kind][0], 3) for kind in ("read", "write")
    }
    return Part("world", rows, ratios, {"python": platform.python_version()})
