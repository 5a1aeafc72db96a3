"""`make bench-client`: print a table of medians; exit code 1 if one is over its limit.

Every row is measured in a worker, see `local.shim_on_workerd.speed`. Of several series the one with the lowest median
counts: whatever else the machine does can only add to a time. It should not have much else to do even so.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table

from local.shim_on_workerd import speed
from local.shim_on_workerd.running import Running, running
from local.stack.process import StackError, end_on_sigterm

SERIES = 4
TIMES = 15
# The first rounds find V8 still compiling the interpreter itself.
WARM_UP = 5

_CLIENT = ("momento_http_shim", "momento_http_shim.runtime.workers")
_GRPC = tuple(f"momento_http_shim.{name}" for name in ("scalar", "sorted_sets", "conditions"))
_TOPICS = ("momento_http_shim.topics",)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; times in ms."""

    what: str
    times: Sequence[float]
    limit: float | None = None

    @property
    def fails(self) -> bool:
        """Whether the median is over the limit."""
        return self.limit is not None and median(self.times) >= self.limit


def main() -> int:
    """Measure and print."""
    end_on_sigterm()
    console = Console()
    try:
        with running() as shim:
            rows = [*_reference(shim), *_imports(shim), *_codec(shim)]
    except StackError as error:
        console.print(f"[red]{error}[/red]")
        return 1
    console.print(_table(rows))
    return int(any(row.fails for row in rows))


def _reference(shim: Running) -> Iterator[Row]:
    series = (shim.ask("speed/reference", times=WARM_UP + TIMES) for _ in range(SERIES))
    yield Row("100 000 additions in a loop, to compare machines and moments by", _best(series))


def _imports(shim: Running) -> Iterator[Row]:
    yield Row("import of the client, for plain items", _imported(shim, _CLIENT), 25.0)
    yield Row("… and of what gRPC-web needs", _imported(shim, (*_CLIENT, *_GRPC)))
    yield Row("… and of topics", _imported(shim, (*_CLIENT, *_GRPC, *_TOPICS)))


def _imported(shim: Running, modules: Sequence[str]) -> list[float]:
    of, times = ",".join(modules), WARM_UP + TIMES
    return _best(shim.ask("speed/imports", of=of, times=times)["ms"] for _ in range(SERIES))


def _codec(shim: Running) -> Iterator[Row]:
    answers = [shim.ask("speed/fetch", times=WARM_UP + TIMES) for _ in range(SERIES)]
    encode, decode = (_best(answer[name] for answer in answers) for name in ("encode_ms", "decode_ms"))
    both = [one + other for one, other in zip(encode, decode, strict=True)]
    what = f"SortedSetFetch, {answers[0]['elements']} elements of {speed.VALUE_OCTETS} octets"
    yield Row(f"{what}: encode", encode)
    yield Row(f"{what}: decode", decode)
    yield Row(f"{what}: both", both, 2.0)


def _best(series: Iterable[list[float]]) -> list[float]:
    return min((each[WARM_UP:] for each in series), key=median)


def _table(rows: Sequence[Row]) -> Table:
    table = Table(title="momento_http_shim on workerd")
    table.add_column("what")
    for name in ("median ms", "least", "most", "limit"):
        table.add_column(name, justify="right")
    for row in rows:
        colour = "red" if row.fails else "green" if row.limit else "default"
        limit = "" if row.limit is None else f"< {row.limit:g}"
        numbers = (median(row.times), min(row.times), max(row.times))
        table.add_row(row.what, *(f"[{colour}]{number:.2f}[/{colour}]" for number in numbers), limit)
    return table


if __name__ == "__main__":
    sys.exit(main())
