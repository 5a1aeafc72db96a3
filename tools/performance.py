"""Generate the numbers in docs/performance.md from benchmarks/results.json, which `make bench` writes.

    python -m tools.performance           write them
    python -m tools.performance --check   exit 1 if the page is not what would be written

Ratios only: what a machine did in a second means nothing on another one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.promises import PROMISES
from benchmarks.results import FILE

from .block import replaced

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"
FLOOR = "bare_python"
NAMES = {
    FLOOR: "a bare Python Worker",
    "homeport": "**Homeport**",
    "bare_function": "a bare Python Worker whose handler is a function",
    "sdk_python": "the same by the Workers SDK's `fetch` and `Response`",
    "cache_api": "Cache API from a Python Worker",
    "hono": "TypeScript with Hono",
    "nginx": "nginx",
    "varnish": "Varnish",
}
GRIDS = (
    ("hit", "Hits a second", "per_second"),
    ("hit", "p99 of a hit", "p99_ms"),
    ("writes", "Accepted writes a second", "per_second"),
    ("writes", "p99 of an accepted write", "p99_ms"),
)
SAYS = {
    "nothing": "says hello",
    "asked": "… having taken request, place and effects into Python",
    "decided": "… having decided a hit out of memory, too",
    "answered": "answers so: a hit without its look at the region",
    "look": "answers with what one look at the region gives",
    "a hit": "is Homeport: a hit",
}
"""What the steps of `benchmarks/profile` do."""

NOTHING = "Nothing has been measured yet: `make bench` does.\n"


def block(results: Mapping[str, Any] | None) -> str:
    """The generated part of the page; None: there is no file."""
    if results is None:
        return NOTHING
    machine = results["machine"]
    paragraphs = [
        f"Taken {results['taken'][:10]} on {machine['cores']} cores ({machine['cpu']}).",
        _table(("ratio", "", "promised"), _ratios(results["ratios"])),
    ]
    for part, title, what in GRIDS:
        if rows := results["parts"].get(part):
            paragraphs += [f"{title}, over a bare Python Worker's:", _grid(rows, what)]
    if rows := results["parts"].get("profile"):
        paragraphs += [
            "A hit's processor time, over that of a Worker that says hello, step by step:",
            _steps(rows),
        ]
    return "\n\n".join(paragraphs) + "\n"


def _steps(rows: Sequence[Mapping[str, Any]]) -> str:
    """The steps of a hit over the least of them, and how often it crosses to JavaScript."""
    spent = {row["what"]: row["processor_us"] for row in rows if "processor_us" in row}
    lines = [(SAYS.get(what, what), f"{each / spent['nothing']:.2f}") for what, each in spent.items()]
    lines += [
        (f"{row['what']} across the border, a hit", f"{row['count']}") for row in rows if "count" in row
    ]
    return _table(("", ""), lines)


def _ratios(ratios: Mapping[str, float]) -> Iterator[Sequence[str]]:
    for name, ratio in ratios.items():
        promise = PROMISES.get(name)
        says = promise.says if promise else name.replace("_", " ")
        yield says, f"{ratio:g}", promise.limits() if promise else ""


def _grid(rows: Sequence[Mapping[str, Any]], what: str) -> str:
    """Contenders by load: the medians over the floor's."""
    measured = [row for row in rows if what in row]
    loads = list(dict.fromkeys((row["body_kb"], row["connections"]) for row in measured))
    of = {(row["contender"], row["body_kb"], row["connections"]): row[what] for row in measured}
    lines = [
        (NAMES[name], *(f"{of[name, *load] / of[FLOOR, *load]:.2f}" for load in loads))
        for name in dict.fromkeys(row["contender"] for row in measured)
    ]
    lines += [
        (NAMES[row["contender"]], row["note"], *("" for _ in loads[1:])) for row in rows if "note" in row
    ]
    heads = (f"{kb} KB, {connections} connection{'s' * (connections > 1)}" for kb, connections in loads)
    return _table(("", *heads), lines)


def _table(head: Sequence[str], rows: Iterator[Sequence[str]] | Sequence[Sequence[str]]) -> str:
    ruler = ("---", *("--:" for _ in head[1:]))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ruler, *rows))


def page(text: str, results: Mapping[str, Any] | None) -> str:
    """The document with its numbers. Raises ValueError where it has no place for them."""
    return replaced(text, "numbers", block(results))


def main(arguments: list[str]) -> int:
    """Write the page, or compare."""
    results = json.loads(FILE.read_text()) if FILE.exists() else None
    before = PAGE.read_text()
    after = page(before, results)
    if "--check" not in arguments:
        PAGE.write_text(after)
    elif before != after:
        print(f"{PAGE} is not what tools/performance.py generates: run `make generate`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
