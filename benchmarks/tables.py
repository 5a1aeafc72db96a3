"""A part's rows and a run's ratios as tables of rich. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table

from .part import Part, Row
from .promises import PROMISES

_SPREAD = ("_least", "_most")


def of_part(part: Part) -> Table:
    """All columns that any of its rows has, as they first appear; a spread stands behind its median."""
    columns = dict.fromkeys(name for row in part.rows for name in row if not name.endswith(_SPREAD))
    table = Table(title=part.name, title_justify="left")
    for name in columns:
        texts = any(isinstance(row.get(name), str) for row in part.rows)
        table.add_column(name.replace("_", " "), justify="left" if texts else "right")
    for row in part.rows:
        table.add_row(*(_cell(row, name) for name in columns))
    return table


def of_ratios(ratios: Mapping[str, float]) -> Table:
    """Each with its limits, red where it is beyond them."""
    table = Table(title="ratios", title_justify="left")
    table.add_column("ratio")
    table.add_column("", justify="right")
    table.add_column("promised")
    for name, ratio in ratios.items():
        promise = PROMISES.get(name)
        limits = promise.limits() if promise else ""
        colour = "default" if not (promise and limits) else "green" if promise.kept(ratio) else "red"
        table.add_row(name, f"[{colour}]{ratio:g}[/{colour}]", limits)
    return table


def _cell(row: Row, name: str) -> str:
    spread = [_text(row[name + end]) for end in _SPREAD if name + end in row]
    return f"{_text(row.get(name))} ({' to '.join(spread)})" if spread else _text(row.get(name))


def _text(value: str | float | None) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return "" if value is None else str(value)
