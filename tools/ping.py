"""`make ping`: how far each region is from this machine, and where the table of regions is wrong about it.

    python -m tools.ping [all | word …] [--country DE]

Words are those of HOMEPORT_REGIONS; without any, wrangler.toml's. Exit code 1 if no region answered, 2 for bad
arguments.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import ssl
import sys
import time
import tomllib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from homeport.regions.cells import CELLS, Added
from homeport.regions.choose import Choice
from homeport.regions.declared import Declared, declared

from .ping_verdicts import (
    TOLERANCE_MS,
    Disagreement,
    Measured,
    by_time,
    country_of,
    disagreements,
    is_known,
    rows,
)
from .pinging import Pinger

ROOT = Path(__file__).parents[1]


def main(arguments: Sequence[str], zone: Callable[[], str] | None = None) -> int:
    """Measure, print and judge; `zone` names the machine's time zone."""
    parser = argparse.ArgumentParser(prog="make ping", description=__doc__, allow_abbrev=False)
    parser.add_argument("regions", nargs="*", help="as in HOMEPORT_REGIONS; or all")
    parser.add_argument("--country", default="", help="where this machine is: DE, or US-VA")
    given = parser.parse_args(arguments)
    words = list(CELLS) if given.regions == ["all"] else given.regions or [configured()]
    regions, country = declared(" ".join(words)), given.country.upper()
    if regions.faults:
        parser.error(f"REGIONS: {'; '.join(regions.faults)}")
    if country and not is_known(country):
        parser.error(
            f"COUNTRY: {country} is no country (DE) and no state or province (US-VA, CA-ON) of the table"
        )
    measured = asyncio.run(_all(regions))
    _tell(Console(), measured, country or country_of((zone or machine_zone)()), regions.added)
    return 0 if any(each.answers for each in measured) else 1


def configured() -> str:
    """The regions of wrangler.toml."""
    variables: dict[str, str] = tomllib.loads((ROOT / "wrangler.toml").read_text())["vars"]
    return variables["HOMEPORT_REGIONS"]


def machine_zone(environment: Mapping[str, str] = os.environ, link: Path = Path("/etc/localtime")) -> str:
    """The machine's IANA time zone: the variable TZ, else what /etc/localtime points to; empty if neither tells."""
    named = environment.get("TZ", "").lstrip(":") or (str(link.resolve()) if link.is_symlink() else "")
    return named.rpartition("zoneinfo/")[2]


async def _all(regions: Declared) -> list[Measured]:
    pinger = Pinger(time.perf_counter, ssl.create_default_context())
    calls = (pinger.measure(name, base_url(endpoint)) for name, endpoint in regions.endpoints.items())
    return by_time(await asyncio.gather(*calls))


def base_url(endpoint: str) -> str:
    """Where the HTTP API of a region is."""
    return endpoint if "://" in endpoint else f"https://api.cache.{endpoint}"


def _tell(console: Console, measured: list[Measured], here: str | None, added: Sequence[Added]) -> None:
    answered = [each for each in measured if each.answers]
    table = rows(here, [each.region for each in answered], added) if here and answered else []
    if answered:
        console.print(_table(answered, table[0].choice if table else None, here))
    for each in measured:
        if each.failure:
            console.print(
                f"{each.region} did not answer: {each.failure}.", style="red", markup=False, soft_wrap=True
            )
    if not answered:
        console.print("No region answered.", style="red")
    elif not table:
        text = "The time zone does not tell where this is. To compare with the table: make ping COUNTRY=DE"
        console.print(text, soft_wrap=True)
    else:
        for line in verdict(disagreements(table, answered), [row.place for row in table]):
            console.print(line, markup=False, soft_wrap=True)


def _table(answered: list[Measured], choice: Choice | None, here: str | None) -> Table:
    table = Table(title=f"Round trips in ms, from {here}" if here else "Round trips in ms")
    table.add_column("region", no_wrap=True)
    for column in ("TCP min", "TCP median", "HTTP min", "HTTP median", "table: ms", "table: place"):
        table.add_column(column, justify="right")
    told = dict(zip(choice.order, choice.milliseconds, strict=False)) if choice else {}
    for each in answered:
        times = (f"{f(of):.1f}" for of in (each.connects, each.answers) for f in (min, median))
        place = str(choice.order.index(each.region) + 1) if choice else ""
        table.add_row(each.region, *times, f"{told[each.region]:.0f}" if each.region in told else "", place)
    return table


def verdict(found: Sequence[Disagreement], judged: Sequence[str]) -> list[str]:
    """What is said of the table's rows."""
    rows_ = f"the row {judged[0]}" if len(judged) == 1 else f"the rows {judged[0]} to {judged[-1]}"
    if not found:
        return [f"The table agrees: in {rows_} the first region is within {TOLERANCE_MS:.0f} ms of the best."]
    alike: dict[str, list[str]] = defaultdict(list)
    for each in found:
        alike[f"{each.chosen}, {each.worse_ms:.0f} ms slower than {each.best}"].append(each.place)
    lines = [f"The table disagrees: {', '.join(places)} to {what}." for what, places in alike.items()]
    if len(judged) > 1:
        lines.append(
            f"This machine is in one of them. To judge that row alone: make ping COUNTRY={judged[1]}"
        )
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
