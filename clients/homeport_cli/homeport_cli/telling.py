"""How what was found is shown: JSON for programs, tables for people. What it is made from is pure."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

_MOMENTS = ("accepted", "died")
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def out() -> Console:
    """Standard output; wide where nobody looks at it, so that nothing is folded."""
    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else 200, highlight=False)


def tell(found: object, shown: RenderableType, *, as_json: bool) -> None:
    """Say what was found: as one document of JSON, or as it is shown to people."""
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
        return
    console = out()
    with console.capture() as captured:
        # A sentence is folded by the terminal alone, so that what it names can be copied.
        console.print(shown, soft_wrap=isinstance(shown, str | Text), markup=False)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str | None = None) -> Table:
    """A table of plain text: what visitors and origins say is never taken for markup or for a terminal's commands."""
    made = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(Text(plain("" if each is None else str(each))) for each in row))
    return made


def details(found: Mapping[str, Any]) -> Table:
    """What is known of one thing, a row for each member; header fields are a line each."""
    rows = [(name, moment(value) if name in _MOMENTS else _lines(value)) for name, value in found.items()]
    return table(("", ""), rows)


def moment(ms: int) -> str:
    """A time in ms since 1970 as people say it, in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(sep=" ", timespec="seconds")


def _lines(value: object) -> object:
    if isinstance(value, Mapping):
        value = list(value.items())
    if not isinstance(value, list):
        return value
    return "\n".join(
        ": ".join(map(str, each)) if isinstance(each, list | tuple) else str(each) for each in value
    )


def plain(text: str) -> str:
    """The text without what a terminal would obey."""
    return "".join(each if each in "\n\t" or each.isprintable() else f"\\x{ord(each):02x}" for each in text)


def duration(ms: float | None) -> str:
    """A time in one or two units: `3min 20s`."""
    if ms is None:
        return ""
    seconds, parts = int(abs(ms)) // 1000, []
    for size, unit in _UNITS:
        if seconds >= size:
            parts.append(f"{seconds // size}{unit}")
            seconds %= size
    return ("-" if ms < 0 else "") + (" ".join(parts[:2]) or "0s")


def octets(number: int | None) -> str:
    """A size as people say it."""
    if number is None:
        return ""
    if number < 1024:
        return f"{number} B"
    size = number / 1024
    for unit in ("KB", "MB"):
        if size < 1024:
            return f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GB"


def without_query(target: str) -> str:
    """A target as lists show it: a query may hold what is its sender's secret."""
    path, mark, _ = target.partition("?")
    return path + ("?…" if mark else "")


@contextmanager
def bar(title: str, total: int | None, *, as_json: bool) -> Iterator[Progress]:
    """A progress bar on standard error, where somebody looks at it; its one task is number 0."""
    console = Console(file=sys.stderr)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    hidden = as_json or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as progress:
        progress.add_task(title, total=total)
        yield progress
