"""How many requests Momento's limits allow, by what each is metered as. Pure but for `main`.

    python -m tools.capacity --requests 500 --reads 0.95 --kilobytes 10 --regions 3
                                       what to ask Momento for
    python -m tools.capacity --write   write the tables of docs/guides/capacity.md
    python -m tools.capacity --check   exit 1 where they are not what would be written

The integers are asserted on the wire, against the local Momento's meter, by tests/cost/test_cost_of_the_guides.py.
Momento meters an operation for each KB begun of an item, twice that for a consistent read and a compare-and-set
(https://docs.momentohq.com/cache/manage/operations).
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.block import settle, table

PAGE = Path(__file__).parents[1] / "docs" / "guides" / "capacity.md"

LIMIT = 100
"""Operations a second and region, by default, on demand (https://docs.momentohq.com/cache/manage/limits)."""

STORAGE_MB = 100
"""Of hot storage in a region, by default, on demand (the same page)."""

IDLE_MINUTE = 5
"""Operations a minute and region where nothing happens: cron asks each of four lanes and the dead letters."""

HITS = 0.95
"""Of the reads that no write has made stale; the rest are misses."""

SHARES, SIZES, REGIONS = (0.99, 0.95, 0.9, 0.5), (1, 10, 100), (3, 11)
"""Of the tables: shares of reads, KB of an entry, regions."""


@dataclass(frozen=True, slots=True)
class Metered:
    """What one event is metered as: so many operations, and so many for each KB begun of the entry."""

    calls: str
    flat: int
    per_kb: int

    def of(self, kilobytes: int) -> int:
        """Operations where the entry has so many KB, begun ones counted."""
        return self.flat + self.per_kb * kilobytes


HIT = Metered("Get", 0, 1)
OWN = Metered("GetWithHash, consistent", 0, 2)
MISS = Metered("Get; SetIf", 1, 2)
STALE = Metered("Get; GetWithHash; SetIfHash", 0, 4)
ACCEPTED = Metered("SortedSetPut, GetWithHash; SetIfHash", 1, 4)
DRAINED = Metered("3 SetIf, 2 SortedSetFetch, GetWithHash, SetIfHash, SortedSetRemove", 11, 2)
ELSEWHERE = Metered("GetWithHash, SetIfHash", 2, 1)

KINDS = {
    "a hit": HIT,
    "a hit, by a visitor who has just written": OWN,
    "a miss, with its fill": MISS,
    "a stale hit, revalidated": STALE,
    "a write, accepted": ACCEPTED,
    "the same write, drained alone": DRAINED,
    "and told to each other region": ELSEWHERE,
}


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests of cached routes, by any unit of time, over all regions and evenly among them."""

    reads: float
    writes: float
    kilobytes: int
    regions: int
    hits: float = HITS

    @property
    def stale(self) -> float:
        """Reads that find what a write has made stale: at most one for each write in each region."""
        return min(self.reads, self.writes * self.regions)

    @property
    def misses(self) -> float:
        """Reads that find nothing."""
        return (self.reads - self.stale) * (1 - self.hits)


def operations(traffic: Traffic) -> float:
    """What the traffic is metered as, over all regions; nothing is saved by writes that are drained together."""
    size, misses, stale = traffic.kilobytes, traffic.misses, traffic.stale
    reads = (traffic.reads - misses - stale) * HIT.of(size) + misses * MISS.of(size) + stale * STALE.of(size)
    write = ACCEPTED.of(size) + DRAINED.of(size) + (traffic.regions - 1) * ELSEWHERE.of(size)
    return reads + traffic.writes * write


def most(reads: float, kilobytes: int, regions: int, limit: float = LIMIT) -> float:
    """Requests a second in each region that a limit allows, at a share of reads."""
    one = Traffic(reads, 1 - reads, kilobytes, regions)
    return (limit - IDLE_MINUTE / 60) / operations(one)


def needed(requests: float, reads: float, kilobytes: int, regions: int) -> float:
    """Operations a second and region that so many requests a second over all regions need."""
    traffic = Traffic(requests * reads, requests * (1 - reads), kilobytes, regions)
    return operations(traffic) / regions + IDLE_MINUTE / 60


def said(number: float) -> str:
    """A rate as the tables have it: two digits where it is below 10."""
    return f"{number:.{0 if number >= 10 else 1 if number >= 1 else 2}f}"


def of_kinds() -> str:
    """The table of what each kind of request is metered as."""
    rows = [(kind, each.calls, *map(each.of, SIZES)) for kind, each in KINDS.items()]
    return table(("", "calls", *(f"entry of {size} KB" for size in SIZES)), rows)


def of_rates() -> str:
    """The tables of requests a second, one for each number of regions."""
    parts = []
    for regions in REGIONS:
        rows = [(f"{share:.0%}", *(said(most(share, size, regions)) for size in SIZES)) for share in SHARES]
        headings = (f"reads, with {regions} regions", *(f"entries of {size} KB" for size in SIZES))
        parts.append(table(headings, rows))
    return "\n".join(parts)


def of_storage() -> str:
    """How many entries fit."""
    rows = [(f"{size} KB", f"{STORAGE_MB * 1000 // size:,}".replace(",", " ")) for size in SIZES]
    return table(("entry of", f"entries in {STORAGE_MB} MB"), rows)


BLOCKS = {"operations": of_kinds, "rates": of_rates, "storage": of_storage}


def main(arguments: list[str]) -> int:
    """Write or check the tables, or tell what to ask for."""
    parser = argparse.ArgumentParser(prog="python -m tools.capacity")
    parser.add_argument("--requests", type=float, default=100.0, help="a second, over all regions")
    parser.add_argument("--reads", type=float, default=0.95, help="their share, 0 to 1")
    parser.add_argument("--kilobytes", type=int, default=1, help="of an entry: its body and about half a KB")
    parser.add_argument("--regions", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args(arguments)
    if given.write or given.check:
        asked = {name: block() for name, block in BLOCKS.items()}
        return int(not settle(PAGE, asked, check=given.check) and given.check)
    rate = needed(given.requests, given.reads, given.kilobytes, given.regions)
    print(
        f"{said(rate)} operations a second in each of {given.regions} regions; the default limit is {LIMIT}."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
