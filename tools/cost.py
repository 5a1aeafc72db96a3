"""What Homeport costs a month, beside a second and a third region of the origin. Pure but for `main`.

    python -m tools.cost --reads 10e6 --writes 1e6 --kilobytes 10 --regions 3 [--price momento_million=0.4 …]
    python -m tools.cost --write   write the tables of docs/guides/cost.md
    python -m tools.cost --check   exit 1 where they are not what would be written

Both are counted on top of the origin that there is anyway. The assumptions stand in docs/guides/cost.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.block import settle, table
from tools.capacity import HITS, IDLE_MINUTE, SIZES, Traffic, operations, said
from tools.prices import PRICES, SEEN

PAGE = Path(__file__).parents[1] / "docs" / "guides" / "cost.md"

HOURS, MINUTES = 730, 43_800
"""Of a month of 365 / 12 days."""

MILLION = 1e6
KB_PER_GB = 1e6

CPU_MS = {"hit": 1.2, "miss": 5.0, "write": 8.0}
"""Of a request, a write's drain included: what `make bench` saw of hits, writes and drains; a miss is a guess."""

APPS, VCPU, MEMORY_GB = 2, 0.5, 1.0
"""The app in a further region of the origin: instances, and the size of each."""

DISK_GB = 20
COPIES = 2
"""What a write's octets are in the stream to a replica, its index entries and envelope included: an estimate."""

Usd = Mapping[str, float]
LIST: Usd = {name: price.value for name, price in PRICES.items()}


def homeport(month: Traffic, usd: Usd = LIST) -> dict[str, float]:
    """What Momento and Workers bill for a month's requests of cached routes, by its parts."""
    idle = IDLE_MINUTE * MINUTES * month.regions
    metered = (operations(month) + idle) / MILLION
    hits = month.reads - month.misses - month.stale
    cpu = (
        hits * CPU_MS["hit"] + (month.misses + month.stale) * CPU_MS["miss"] + month.writes * CPU_MS["write"]
    )
    requests = month.reads + month.writes + MINUTES  # and cron's
    return {
        "Momento": max(0.0, metered - usd["momento_free"]) * usd["momento_million"],
        "Workers": usd["workers_month"]
        + max(0.0, requests / MILLION - usd["workers_included"]) * usd["workers_million"]
        + max(0.0, cpu / MILLION - usd["cpu_included"]) * usd["cpu_million"],
    }


def saved(month: Traffic, usd: Usd = LIST) -> float:
    """What the origin's region bills less for egress, because hits do not come from it."""
    return (month.reads - month.misses - month.stale) * month.kilobytes / KB_PER_GB * usd["egress"]


def another_region(month: Traffic, usd: Usd = LIST) -> dict[str, float]:
    """What one more region of the origin bills: the app, a balancer, a database replica that only reads."""
    app = APPS * (VCPU * usd["vcpu_hour"] + MEMORY_GB * usd["memory_hour"])
    return {
        "two instances of the app": app * HOURS,
        "a load balancer": (usd["balancer_hour"] + usd["capacity_hour"]) * HOURS,
        "a database replica": usd["database_hour"] * HOURS + usd["disk_month"] * DISK_GB,
        "replication": month.writes * month.kilobytes * COPIES / KB_PER_GB * usd["between_regions"],
    }


def per_million(kind: str, kilobytes: int, regions: int, usd: Usd = LIST) -> float:
    """What a million more cost once nothing is included any more; writes with the reads that they make stale."""
    big = 1e10  # so many reads that every included one is used, and every write meets its stale reads
    reads, writes = (MILLION, 0.0) if kind == "reads" else (0.0, MILLION)
    base = Traffic(big, big / 1000, kilobytes, regions)
    more = Traffic(base.reads + reads, base.writes + writes, kilobytes, regions)
    return sum(homeport(more, usd).values()) - sum(homeport(base, usd).values())


def break_even(share: float, kilobytes: int, regions: int, further: int, usd: Usd = LIST) -> float:
    """Requests a month below which Homeport is cheaper than so many further regions of the origin."""

    def dearer(requests: float) -> bool:
        month = Traffic(requests * share, requests * (1 - share), kilobytes, regions)
        return sum(homeport(month, usd).values()) > further * sum(another_region(month, usd).values())

    low, high = 0.0, 1e12
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if dearer(middle) else (middle, high)
    return low


@dataclass(frozen=True, slots=True)
class Compared:
    """A month's sums in US dollars."""

    homeport: float
    saved: float
    second: float
    third: float


def compared(month: Traffic, usd: Usd = LIST) -> Compared:
    """The month with Homeport, and with one or two further regions of the origin."""
    one = sum(another_region(month, usd).values())
    return Compared(sum(homeport(month, usd).values()), saved(month, usd), one, 2 * one)


def dollars(amount: float) -> str:
    """An amount as the tables have it."""
    return f"{amount:.2f}" if amount < 10 else f"{amount:,.0f}".replace(",", " ")


def of_prices() -> str:
    """The prices, each with the page and whether it says so."""
    rows = [
        (f"`{name}`", each.unit, f"{each.value:g}", f"[page]({each.page})", each.read)
        for name, each in PRICES.items()
    ]
    return table(("name", "of", "value", "vendor's page", f"read, {SEEN}"), rows)


def of_millions() -> str:
    """The price of a million more reads and writes."""
    rows = [
        (
            f"a million {kind}, {regions} regions",
            *(dollars(per_million(kind, size, regions)) for size in SIZES),
        )
        for kind in ("reads", "writes")
        for regions in (3, 11)
    ]
    return table(("US dollars", *(f"entries of {size} KB" for size in SIZES)), rows)


MONTHS = [(1.0, 1), (1.0, 10), (10.0, 1), (10.0, 10), (10.0, 100), (100.0, 1), (100.0, 10), (1000.0, 1)]
"""Millions of requests, KB of an entry."""


def of_months() -> str:
    """A month's bill at several sizes; 95 reads in 100 requests."""
    rows = []
    for millions, size in MONTHS:
        three, eleven = (
            compared(Traffic(millions * 0.95 * MILLION, millions * 0.05 * MILLION, size, regions))
            for regions in (3, 11)
        )
        amounts = (three.homeport, eleven.homeport, three.second, three.third, three.saved)
        rows.append((f"{millions:g} million, {size} KB", *map(dollars, amounts)))
    headings = ("requests a month", "Homeport, 3 regions", "Homeport, 11", "a second origin region")
    return table((*headings, "a second and a third", "egress saved, 3 regions"), rows)


def of_break_even() -> str:
    """Where Homeport becomes the dearer one, in millions of requests a month."""
    rows = []
    for regions, further in ((3, 1), (3, 2), (11, 2)):
        for share in (0.99, 0.9):
            at = (break_even(share, size, regions, further) / MILLION for size in SIZES)
            origin = "a second region" if further == 1 else "a second and a third"
            rows.append((f"{regions} regions against {origin}, {share:.0%} reads", *map(said, at)))
    return table(("millions of requests a month", *(f"entries of {size} KB" for size in SIZES)), rows)


BLOCKS = {"prices": of_prices, "millions": of_millions, "months": of_months, "break-even": of_break_even}


def told(month: Traffic, usd: Usd) -> str:
    """What the command says of a month."""
    one, lines = another_region(month, usd), [("Homeport", homeport(month, usd))]
    lines.append(("each further region of the origin", one))
    text = ""
    for title, parts in lines:
        text += f"{title}: {sum(parts.values()):.2f} US dollars a month\n"
        text += "".join(f"  {part:26}{amount:10.2f}\n" for part, amount in parts.items())
    return text + f"Egress that the origin's region bills less: {saved(month, usd):.2f}\n"


def _price(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    if name not in PRICES:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(PRICES)}")
    return name, float(value)


def main(arguments: list[str]) -> int:
    """Write or check the tables, or tell a month's bill."""
    parser = argparse.ArgumentParser(prog="python -m tools.cost")
    parser.add_argument(
        "--reads", type=float, default=10e6, help="a month, of cached routes, over all regions"
    )
    parser.add_argument("--writes", type=float, default=1e6, help="a month, accepted near the visitor")
    parser.add_argument("--kilobytes", type=int, default=1, help="of an entry: its body and about half a KB")
    parser.add_argument("--regions", type=int, default=3, help="that have a Momento cache")
    parser.add_argument(
        "--hits", type=float, default=HITS, help="share of the reads that no write made stale"
    )
    parser.add_argument("--price", type=_price, action="append", default=[], metavar="NAME=USD")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args(arguments)
    if given.write or given.check:
        blocks = {name: block() for name, block in BLOCKS.items()}
        return int(not settle(PAGE, blocks, check=given.check) and given.check)
    month = Traffic(given.reads, given.writes, given.kilobytes, given.regions, given.hits)
    print(told(month, {**LIST, **dict(given.price)}), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
