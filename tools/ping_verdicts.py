"""What `make ping` makes of its measurements: an order, and which rows of the table they contradict. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from homeport.regions.cells import Added
from homeport.regions.choose import Choice, explain
from homeport.regions.location import Location
from homeport.regions.table import COUNTRIES, SUBDIVISIONS, all_hubs, hints

TOLERANCE_MS = 10.0
"""A row may be so much worse than the best: routes change, and a table of hubs cannot know one street from another."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A region's times in ms: of each TCP connection, and of each request on an open one; or why there are none."""

    region: str
    connects: tuple[float, ...] = ()
    answers: tuple[float, ...] = ()
    failure: str = ""

    @property
    def typical(self) -> float:
        """The median round trip; infinite where nothing answered."""
        return median(self.answers) if self.answers else float("inf")


class Row(NamedTuple):
    """A row of the table, `DE` or `US-CA`, and what it makes of the regions that answered."""

    place: str
    choice: Choice


class Disagreement(NamedTuple):
    """A row whose first region is so many ms slower than the best."""

    place: str
    chosen: str
    best: str
    worse_ms: float


def by_time(measured: Iterable[Measured]) -> list[Measured]:
    """Those that answered, the fastest first, then those that did not."""
    return sorted(measured, key=lambda each: (each.typical, each.region))


def is_known(place: str) -> bool:
    """Whether the table has a row for a country or a subdivision."""
    return place in COUNTRIES or place in SUBDIVISIONS


def country_of(zone: str) -> str | None:
    """The country of the hub for an IANA time zone; None for one that says nothing, as UTC."""
    hub = hints()[1].get(zone)
    return all_hubs()[hub].country if hub else None


def rows(here: str, regions: Sequence[str], added: Sequence[Added] = ()) -> list[Row]:
    """The row of a place, and those of its subdivisions."""
    within = [place for place in sorted(SUBDIVISIONS) if place.startswith(f"{here}-")]
    return [Row(place, explain(_at(place), regions, added)) for place in (here, *within)]


def disagreements(table: Iterable[Row], measured: Iterable[Measured]) -> list[Disagreement]:
    """The rows that send visitors to a region measured more than `TOLERANCE_MS` worse than the best."""
    times = {each.region: each.typical for each in by_time(measured) if each.answers}
    best = next(iter(times))
    return [
        Disagreement(row.place, first, best, times[first] - times[best])
        for row in table
        if times[first := row.choice.order[0]] - times[best] > TOLERANCE_MS
    ]


def _at(place: str) -> Location:
    country, _, subdivision = place.partition("-")
    return Location(country=country, subdivision=subdivision or None)
