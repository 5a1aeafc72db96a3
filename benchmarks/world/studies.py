"""What is simulated for docs/world.md: every design for every origin, and what moves Homeport's gain."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from typing import Any

from .people import COUNTRIES
from .percentiles import told
from .setting import ALL, ORIGINS, THREE, Costs, Design, Setting
from .simulate import Shown, simulate

Record = dict[str, Any]
"""What stands in benchmarks/world.json."""

STUDY_ORIGIN = "us-east-1"
READ_SHARES = (0.1, 0.5, 0.9, 0.99)
TTLS_S = (10, 60, 300, 3600)
ROUNDS = (1, 3, 5)


def designs(origin: str) -> Mapping[str, tuple[Design, tuple[str, ...]]]:
    """The columns of the tables. One region of Homeport's is the origin's own."""
    return {
        "origin": ("origin", ALL),
        "placed": ("placed", ALL),
        "second": ("second", ALL),
        "both": ("both", ALL),
        "cdn": ("cdn", ALL),
        "homeport-1": ("homeport", (origin,)),
        "homeport-3": ("homeport", THREE),
        "homeport-11": ("homeport", ALL),
    }


def setting_of(base: Setting, origin: str, name: str) -> Setting:
    """A column's setting."""
    design, regions = designs(origin)[name]
    return replace(base, origin=origin, design=design, regions=regions)


def summary(setting: Setting) -> Record:
    """One simulation in numbers: p50 and p95 in ms of the world, and of each country for reads, then writes."""
    shown = simulate(setting)
    lag = told(shown.lags) if shown.lags else None
    return {
        "read": shown.of_all(True),
        "write": shown.of_all(False),
        "hits": round(shown.hits, 3),
        "stale": round(shown.stale, 4),
        "origin_share": round(shown.origin_share, 3),
        "lag": lag,
        "least": min(map(len, shown.by_country.values())),
        "countries": _countries(shown),
    }


def _countries(shown: Shown) -> dict[str, tuple[float, ...]]:
    return {
        country: (*shown.of(country, True), *shown.of(country, False))
        for country in COUNTRIES
        if {(country, True), (country, False)} <= shown.by_country.keys()
    }


def by_design(base: Setting, origins: Sequence[str] = ORIGINS) -> dict[str, dict[str, Record]]:
    """Every design for every origin."""
    cells = [(origin, name) for origin in origins for name in designs(origin)]
    found = _side_by_side(setting_of(base, *cell) for cell in cells)
    table: dict[str, dict[str, Record]] = {origin: {} for origin in origins}
    for (origin, name), each in zip(cells, found, strict=True):
        table[origin][name] = each
    return table


def study(base: Setting, names: Sequence[str], field: str, values: Sequence[float]) -> list[Record]:
    """Some designs while one field of the setting takes these values."""
    cells = [(name, value) for value in values for name in names]
    settings = (_with(setting_of(base, STUDY_ORIGIN, name), field, value) for name, value in cells)
    rows = []
    for (name, value), each in zip(cells, _side_by_side(settings), strict=True):
        del each["countries"], each["least"]
        rows.append({"design": name, field: value, **each})
    return rows


def _with(setting: Setting, field: str, value: float) -> Setting:
    changed: dict[str, Any] = {field: value}
    return replace(setting, **changed)


def everything(costs: Costs, visits: int, study_visits: int) -> Record:
    """The whole record."""
    base = Setting(visits=visits, costs=costs)
    short = replace(base, visits=study_visits)
    near = ("origin", "cdn", "homeport-3", "homeport-11")
    said = asdict(base)
    for name in ("design", "origin", "regions", "calm", "rounds"):
        del said[name]
    return {
        "setting": said,
        "study_visits": study_visits,
        "origins": by_design(base),
        "read_share": study(short, near, "read_share", READ_SHARES),
        "ttl_ms": study(short, near[1:], "ttl_ms", [1000 * ttl for ttl in TTLS_S]),
        "rounds": study(
            _with(short, "servers", base.servers * max(ROUNDS)), ("origin", "placed"), "rounds", ROUNDS
        ),
        "write_skew": study(short, near[1:], "write_skew", (0.0, base.skew)),
    }


def _side_by_side(settings: Iterable[Setting]) -> list[Record]:
    with ProcessPoolExecutor(os.cpu_count()) as cores:
        return list(cores.map(summary, settings))
