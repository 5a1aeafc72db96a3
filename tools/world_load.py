"""The tables of docs/performance-world.md: what load a deployment bears, by benchmarks/world/load.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from benchmarks.world.load import (
    KNOBS,
    MOST_LANES,
    Load,
    at_origin,
    cores,
    first,
    lanes_needed,
    limits,
    operations,
)
from benchmarks.world.people import entrances
from benchmarks.world.places import home
from benchmarks.world.setting import ALL, THREE

RATES = (10, 100, 1_000, 10_000, 100_000, 1_000_000)
"""Accepted writes a second, of the whole world."""

SETS = {1: ("us-east-1",), 3: THREE, 11: ALL}

Lines = tuple[Sequence[str], Sequence[Sequence[str]]]
"""A table's head and lines."""


@lru_cache(maxsize=8)
def busiest(regions: int) -> float:
    """The busiest region's share of the people of the 60 countries."""
    living: dict[str, float] = defaultdict(float)
    for door in entrances():
        living[home(door.location, SETS[regions])] += door.people
    return max(living.values()) / sum(living.values())


def as_shipped(regions: int, writes: float = 1.0) -> Load:
    """A deployment with every limit at its default."""
    return Load(writes, regions, round(busiest(regions), 2))


RAISED = replace(as_shipped(11), lanes=64, operations=100_000)
DEPLOYMENTS = {
    "plain": as_shipped(11),
    "raised": RAISED,
    "turned": replace(RAISED, coalesced=10, bulk=100),
}
"""As shipped; with 64 lanes and Momento's limit at 100 000; with ten writes in one, and 100 of those in a request."""


def shipped() -> Lines:
    """At how many writes a second each limit is met."""
    each = [as_shipped(regions) for regions in SETS]
    names = {
        "operations": "Momento's 100 operations a second and region",
        "lanes": "4 lanes a region, 4 resources at work in each",
        "origin": "100 requests at once at the origin",
    }
    lines = [(said, *(_count(limits(load)[name]) for load in each)) for name, said in names.items()]
    lines.insert(
        0, ("share of the busiest region", *(f"{load.share:.0%}".replace("%", " %") for load in each))
    )
    return (
        "writes a second",
        *(f"{regions} regions" if regions > 1 else "1 region" for regions in SETS),
    ), lines


def needs(load: Load) -> Lines:
    """What each rate of writes takes, and what stops it first."""
    head = (
        "writes a second",
        "operations a second, busiest region",
        "lanes it needs",
        "requests at once at the origin",
        "cores at the edge",
        "met first",
        "what moves it",
    )
    return head, [tuple(_line(replace(load, writes=float(rate)))) for rate in RATES]


def _line(load: Load) -> Iterator[str]:
    lanes = lanes_needed(load)
    stops = first(load)
    yield _count(load.writes)
    yield _count(operations(load))
    yield _count(lanes) if lanes <= MOST_LANES else f"{_count(lanes)}, of {MOST_LANES} at most"
    yield _count(at_origin(load))
    yield _count(cores(load))
    yield stops or "nothing"
    yield KNOBS[stops] or "-"


def _count(number: float) -> str:
    """To two figures, thousands apart."""
    if number < 10:
        return f"{number:.2g}"
    digits = len(str(int(number))) - 2
    return f"{round(number, -digits):,.0f}".replace(",", " ")
