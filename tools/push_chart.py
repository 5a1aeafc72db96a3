"""Generate the comparison in docs/pushing.md, its table and `docs/push.svg`, from what `make demo-push` recorded.

    python -m tools.push_chart           write them
    python -m tools.push_chart --check   exit 1 if a file is not what would be written

The record is benchmarks/push.json: `make demo-push RECORD=benchmarks/push.json` writes it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .block import replaced

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "benchmarks" / "push.json"
CHART = ROOT / "docs" / "push.svg"
PAGE = ROOT / "docs" / "pushing.md"

Numbers = Mapping[str, Any]
"""One way's, by the names of `local.demo_push.counting.Counts`."""

NAMES = {
    "none": "no cache",
    "ttl": "TTL 60 s",
    "swr": "stale-while-revalidate 60 s",
    "push": "push",
}
HEADINGS = (
    "the page",
    "renders",
    "requests at the origin",
    "stale pages",
    "during a push",
    "median ms",
)

PANELS = (
    ("renders", "Renders at the origin", ""),
    ("stale", "Stale pages served", ""),
    ("median_ms", "Median of a visit", " ms"),
)
STYLE = """text{font:500 13px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:#1f2328}
.p{fill:#fff}.h{font-size:17px;font-weight:600}.s{fill:#59636e}.n{font-weight:600}
.b{fill:#8c959f}.push{fill:#2a65ba}.r{fill:#d1d9e0}
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.p{fill:#0d1117}.s{fill:#9198a1}.b{fill:#656c76}.push{fill:#4493f8}
.r{fill:#3d444d}}"""
WIDTH, LEFT, PANEL, BAR = 1000, 245, 250, 165
"""Of the drawing, the ways' names, a panel, and its longest bar."""
TOP, ROW, THICK = 112, 34, 20


def rows(results: Sequence[Numbers]) -> Iterator[tuple[str, ...]]:
    """The table's rows, as texts."""
    for each in results:
        meanwhile = str(each["stale_meanwhile"]) if each["way"] == "push" else "-"
        numbers = (each["renders"], each["requests"], each["stale"], meanwhile, f"{each['median_ms']:.0f}")
        yield (NAMES[each["way"]], *map(str, numbers))


def markdown(results: Sequence[Numbers]) -> str:
    """The table for the docs."""
    lines = [HEADINGS, ("---", *("---:",) * (len(HEADINGS) - 1)), *rows(results)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def render(results: Sequence[Numbers]) -> str:
    """The bar chart: a panel for each number, a bar for each way."""
    height = TOP + ROW * len(results) + 14
    first = results[0]
    heading = f"{first['visits']} visits, {first['purchases']} purchases: one page, kept in four ways"
    minutes, changes = round(first["minutes"]), first["changes"]
    told = "; ".join(f"{NAMES[each['way']]}: {', '.join(_all(each))}" for each in results)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
            ' aria-labelledby="title desc">',
            f'<title id="title">{heading}</title>',
            f'<desc id="desc">{told}.</desc>',
            f"<style>{STYLE}</style>",
            f'<rect class="p" width="100%" height="{height}" rx="8"/>',
            _text(20, 30, "h", heading),
            _text(
                20,
                52,
                "s",
                f"Three regions, {minutes} minutes; the look of the page changes {changes} times.",
            ),
            *(_text(20, _middle(at), "n", NAMES[each["way"]]) for at, each in enumerate(results)),
            *(line for at, panel in enumerate(PANELS) for line in _panel(LEFT + at * PANEL, panel, results)),
            "</svg>\n",
        ]
    )


def _all(each: Numbers) -> Iterator[str]:
    for name, title, unit in PANELS:
        yield f"{title.lower()} {_said(each[name])}{unit}"


def _panel(x: int, panel: tuple[str, str, str], results: Sequence[Numbers]) -> Iterator[str]:
    name, title, unit = panel
    most = max(each[name] for each in results) or 1
    yield _text(x, TOP - 16, "s", title)
    yield f'<rect class="r" x="{x - 1}" y="{TOP - 4}" width="1" height="{ROW * len(results)}"/>'
    for at, each in enumerate(results):
        long = round(BAR * each[name] / most, 1)
        kind = "b push" if each["way"] == "push" else "b"
        yield f'<rect class="{kind}" x="{x}" y="{TOP + at * ROW}" width="{long}" height="{THICK}" rx="2"/>'
        yield _text(x + long + 7, _middle(at), "n", f"{_said(each[name])}{unit}")


def _middle(row: int) -> int:
    return TOP + row * ROW + 15


def _said(number: float) -> str:
    return f"{number:.0f}"


def _text(x: float, y: float, kind: str, text: str) -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{text}</text>'


def page(text: str, results: Sequence[Numbers]) -> str:
    """The document with its table as recorded. Raises ValueError where it has no place for it."""
    return replaced(text, "comparison", markdown(results))


def main(arguments: list[str]) -> int:
    """Write chart and table, or compare."""
    results = json.loads(RECORD.read_text())
    different = False
    for target, text in ((CHART, render(results)), (PAGE, page(PAGE.read_text(), results))):
        if "--check" not in arguments:
            target.write_text(text)
        elif not target.exists() or target.read_text() != text:
            print(f"{target} is not what tools/push_chart.py generates: run `make generate`")
            different = True
    return int(different)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
