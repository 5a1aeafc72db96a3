"""Generate the tables of docs/world.md and docs/performance-world.md, and `docs/world-gain.svg`.

    python -m tools.world_tables           write them
    python -m tools.world_tables --check   exit 1 if a file is not what would be written

`python -m benchmarks.world` simulates anew and writes the record.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pycountry

from benchmarks.world.people import COUNTRIES
from benchmarks.world.setting import ORIGINS
from homeport.regions.cells import CELLS

from .block import replaced
from .world_gain import Record, render
from .world_load import DEPLOYMENTS, needs, shipped

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "benchmarks" / "world.json"
CHART = ROOT / "docs" / "world-gain.svg"
PAGE = ROOT / "docs" / "world.md"
LOAD_PAGE = ROOT / "docs" / "performance-world.md"

NAMES = {
    "origin": "origin alone",
    "placed": "Smart Placement",
    "second": "second origin, reads",
    "both": "second origin, reads and writes",
    "cdn": "CDN cache",
    "homeport-1": "Homeport, 1 region",
    "homeport-3": "Homeport, 3 regions",
    "homeport-11": "Homeport, 11 regions",
}
COMMON_NAMES = {"CZ": "Czechia", "GB": "United Kingdom", "KR": "South Korea", "RU": "Russia", "TR": "Türkiye"}

Line = Sequence[str]


def table(head: Line, lines: Iterable[Line]) -> str:
    """Markdown: names on the left, numbers on the right."""
    rule = ("---", *("---:",) * (len(head) - 1))
    return "".join(f"| {' | '.join(line)} |\n" for line in (head, rule, *lines))


def _both(pair: Sequence[float]) -> str:
    return f"{pair[0]:.0f} / {pair[1]:.0f}"


def _percent(share: float) -> str:
    if 0 < share < 0.001:
        return "< 0.1 %"
    return f"{100 * share:.1f} %" if 0 < share < 0.0995 else f"{100 * share:.0f} %"


def _numbers(each: Record) -> Iterator[str]:
    yield _both(each["read"])
    yield _both(each["write"])
    yield _percent(each["hits"])
    yield _percent(each["stale"])
    yield _percent(each["origin_share"])
    yield _seconds(each["lag"][0]) if each["lag"] else "-"


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.2f} s" if ms < 10_000 else f"{ms / 1000:.0f} s"


HEAD = ("reads", "writes", "hits", "outdated reads", "requests at the origin", "applied after")


def designs(record: Record) -> str:
    """Every design for every origin."""
    parts = []
    for origin in ORIGINS:
        lines = ((NAMES[name], *_numbers(each)) for name, each in record["origins"][origin].items())
        parts.append(table((f"origin in {CELLS[origin].city}", *HEAD), lines))
    return "\n".join(parts)


def setting(record: Record) -> str:
    """What was simulated."""
    said, costs = record["setting"], record["setting"]["costs"]
    lines = (
        (
            "visits; of which counted",
            f"{said['visits']:,}; ".replace(",", " ") + _percent(1 - said["warm_up"]),
        ),
        ("requests a second, the whole world", f"{said['rate']:g}"),
        ("reads among them", _percent(said["read_share"])),
        (
            "resources; the exponents of Zipf's law for reads, for writes",
            f"{said['resources']}; {said['skew']:g}; {said['write_skew']:g}",
        ),
        ("freshness", f"{said['ttl_ms'] / 1000:g} s"),
        ("servers of the origin; the mean that each takes", f"{said['servers']}; {said['service_ms']:g} ms"),
        ("the worker's time for a hit, a miss, a write", _times(costs, "hit_ms", "miss_ms", "write_ms")),
        ("a regional cache's own time", _times(costs, "store_ms")),
        (
            "start of an isolate; it meets one request in",
            f"{_times(costs, 'start_ms')}; {1 / costs['starts']:,.0f}".replace(",", " "),
        ),
        ("lanes of a region; resources at work in each", f"{said['lanes']}; {said['at_once']}"),
    )
    return table(("setting", ""), lines)


def _times(costs: Mapping[str, float], *names: str) -> str:
    return ", ".join(f"{costs[name]:g}" for name in names) + " ms"


def study(rows: Sequence[Record], field: str, said: Mapping[float, str]) -> str:
    """One of the record's studies."""
    lines = ((said[row[field]], NAMES[row["design"]], *_numbers(row)) for row in rows)
    return table(("", "", *HEAD), lines)


def countries(record: Record) -> str:
    """p50 / p95 of every country, an origin's behind a fold each."""
    parts = []
    for origin in ORIGINS:
        found = record["origins"][origin]
        columns = [
            (f"{kind}: {SHORT[name]}", name, 2 * (kind == "writes")) for kind in SHOWN for name in SHOWN[kind]
        ]
        lines = (
            (
                _name(country),
                *(_both(found[name]["countries"][country][place : place + 2]) for _, name, place in columns),
            )
            for country in COUNTRIES
        )
        text = table(("", *(head for head, _, _ in columns)), lines)
        parts.append(f"<details><summary>Origin in {CELLS[origin].city}</summary>\n\n{text}\n</details>\n")
    return "\n".join(parts)


SHOWN = {
    "reads": ("origin", "second", "cdn", "homeport-3", "homeport-11"),
    "writes": ("origin", "both", "homeport-3", "homeport-11"),
}
"""Of the designs, those that each country is shown for; the record has all."""

SHORT = {
    "origin": "origin",
    "second": "second",
    "both": "second",
    "cdn": "CDN",
    "homeport-3": "3",
    "homeport-11": "11",
}


def _name(code: str) -> str:
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        raise ValueError(f"{code} is no country of ISO 3166-1")
    return COMMON_NAMES.get(code) or str(getattr(country, "common_name", country.name)).partition(",")[0]


def blocks(record: Record) -> Mapping[str, str]:
    """The generated parts of docs/world.md by their names."""
    return {
        "setting": setting(record),
        "designs": designs(record),
        "countries": countries(record),
        "read-share": study(record["read_share"], "read_share", _Said("{:.0%} reads")),
        "ttl": study(record["ttl_ms"], "ttl_ms", _Said("TTL {:g} s", 0.001)),
        "rounds": study(record["rounds"], "rounds", _Said("{:g} in a row")),
        "skew": study(record["write_skew"], "write_skew", _Said("writes by Zipf, {:g}")),
    }


class _Said(dict[float, str]):
    """How a value is said."""

    def __init__(self, form: str, unit: float = 1.0) -> None:
        super().__init__()
        self._form, self._unit = form, unit

    def __missing__(self, value: float) -> str:
        return self._form.format(value * self._unit).replace("%", " %")


def load_blocks() -> Mapping[str, str]:
    """The generated parts of docs/performance-world.md."""
    return {
        "shipped": table(*shipped()),
        **{name: table(*needs(load)) for name, load in DEPLOYMENTS.items()},
    }


def page(text: str, parts: Mapping[str, str]) -> str:
    """A document with its generated parts. Raises ValueError where it has no place for one."""
    for name, part in parts.items():
        text = replaced(text, name, part)
    return text


def main(arguments: list[str]) -> int:
    """Write, or compare."""
    record = json.loads(RECORD.read_text())
    different = False
    for target, text in (
        (CHART, render(record)),
        (PAGE, page(PAGE.read_text(), blocks(record))),
        (LOAD_PAGE, page(LOAD_PAGE.read_text(), load_blocks())),
    ):
        if "--check" not in arguments:
            target.write_text(text)
        elif not target.exists() or target.read_text() != text:
            print(f"{target} is not what tools/world_tables.py generates: run `make generate`")
            different = True
    return int(different)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
