"""Generate the tables in docs/operations.md from `benchmarks/operations/numbers.py`.

python -m tools.operations_table           write them
python -m tools.operations_table --check   exit 1 if the file is not what would be written
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.operations.numbers import TABLES, Line

from .block import replaced

PAGE = Path(__file__).parents[1] / "docs" / "operations.md"
HEADINGS = ("round trips", "origin", "calls", "1 KB", "20 KB")
AWAY = ("each other region: calls", "1 KB", "20 KB")


def table(heading: str, lines: Sequence[Line]) -> Iterator[str]:
    """A heading, and its lines as Markdown; what nobody asks of other regions has no columns."""
    away = any(line.away_calls for line in lines)
    names = (*HEADINGS, *(AWAY if away else ()))
    yield f"## {heading}\n"
    yield _row("", *names)
    yield _row("---", *("---:",) * len(names))
    for line in lines:
        numbers = (line.trips, line.origin, line.calls, line.small, line.large)
        yield _row(
            line.what, *numbers, *((line.away_calls, line.away_small, line.away_large) if away else ())
        )
    yield ""


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def page(text: str, tables: Mapping[str, Sequence[Line]] = TABLES) -> str:
    """The document with its tables. Raises ValueError where it has no place for them."""
    lines = (row for heading, each in tables.items() for row in table(heading, each))
    return replaced(text, "operations", "".join(f"{line}\n" for line in lines))


def main(arguments: list[str]) -> int:
    """Write the tables, or compare."""
    old = PAGE.read_text()
    new = page(old)
    if "--check" not in arguments:
        PAGE.write_text(new)
        return 0
    if new != old:
        print(f"{PAGE} is not what tools/operations_table.py generates: run `make generate`")
    return int(new != old)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
