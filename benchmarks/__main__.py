"""`make bench`: measure every part, print its table, and write `benchmarks/results.json`.

Only a whole run writes: with `--only` or `--quick` the numbers are printed and that is all, so that the file never
mixes two moments of the machine. Exit code 1 where a part failed, a ratio is missing or a promise is not kept.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module

from rich.console import Console

from local.stack.process import end_on_sigterm

from . import results, tables
from .machine import machine
from .part import Effort, Part
from .promises import broken

BUSY = 0.5
"""Cores that something else has kept busy in the minute before."""

FILE_COLUMNS = 160
"""Where the tables do not go to a terminal."""

PARTS = ("hit", "writes", "profile", "drain", "start", "operations", "world")
"""Packages here, each with `measure(effort) -> Part`, in the order in which they run."""


def main(arguments: Sequence[str]) -> int:
    """Run what the command line says."""
    given = _parser().parse_args(arguments)
    end_on_sigterm()
    console = Console()
    console = console if console.is_terminal else Console(width=FILE_COLUMNS)
    before = machine()
    if float(before["busy"]) > BUSY:
        console.print(
            f"[yellow]The machine is busy ({before['busy']} cores): the numbers will be no good[/yellow]"
        )
    effort = Effort(quick=given.quick)
    parts = [part for name in given.only or PARTS if (part := _measured(name, effort, console))]
    ratios = {name: ratio for part in parts for name, ratio in part.ratios.items()}
    console.print(tables.of_ratios(ratios))
    whole = not given.only and not given.quick
    failed = len(parts) < len(given.only or PARTS) or (whole and not _written(parts, before, console))
    for line in [] if given.quick else broken(ratios):
        console.print(f"[red]{line}[/red]")
        failed = True
    return int(failed)


def _measured(name: str, effort: Effort, console: Console) -> Part | None:
    """A part's numbers, printed; None where it failed: the others are measured all the same."""
    console.print(f"Measuring {name} …")
    try:
        measure: Callable[[Effort], Part] = import_module(f"benchmarks.{name}").measure
        part = measure(effort)
    except Exception:  # noqa: BLE001 - whatever it is, it is shown, and the file is not written
        console.print_exception()
        return None
    console.print(tables.of_part(part))
    return part


def _written(parts: Sequence[Part], before: Mapping[str, str | int | float], console: Console) -> bool:
    taken = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        found = results.document(parts, taken, before)
    except results.IncompleteError as error:
        console.print(f"[red]{results.FILE.name} is not written: {error}[/red]")
        return False
    results.FILE.write_text(results.text(found))
    console.print(f"Written: {results.FILE}. `make generate` puts its ratios into docs/performance.md.")
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", type=_names, default=(), help=f"parts, separated by commas, of {', '.join(PARTS)}"
    )
    parser.add_argument("--quick", action="store_true", help="measure little, to see that it runs")
    return parser


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if unknown := [name for name in names if name not in PARTS]:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: there is {', '.join(PARTS)}")
    return names


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
