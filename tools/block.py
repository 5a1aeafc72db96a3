"""The generated part of a page: what stands between `<!-- NAME:begin -->` and `<!-- NAME:end -->`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table, numbers to the right."""
    marks = ["---", *("---:",) * (len(headings) - 1)]
    lines = [headings, marks, *([str(each) for each in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def replaced(text: str, name: str, body: str) -> str:
    """The page with another body in its block. Raises ValueError where it has no such block."""
    begin, end = f"<!-- {name}:begin -->\n", f"<!-- {name}:end -->\n"
    before, found, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise ValueError(f"the page has no lines {begin.strip()} and {end.strip()}")
    return f"{before}{begin}{body}{end}{after}"


def settle(page: Path, blocks: Mapping[str, str], *, check: bool) -> bool:
    """Write the blocks into the page, or only look; whether the page was as it should be."""
    text = wanted = page.read_text()
    for name, body in blocks.items():
        wanted = replaced(wanted, name, body)
    if text != wanted and check:
        print(f"{page} is not what would be generated: run `make generate`")
    elif text != wanted:
        page.write_text(wanted)
    return text == wanted
