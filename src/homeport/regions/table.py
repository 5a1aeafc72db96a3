"""The generated tables, read: hubs, who goes through them, and the links between them."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from . import hubs
from .paths import Position


class Hub(NamedTuple):
    """One of `hubs.HUBS`."""

    country: str
    position: Position
    times: str


@lru_cache(maxsize=1)
def all_hubs() -> dict[str, Hub]:
    """Every hub by its code."""
    lines = (line.split() for line in hubs.HUBS.replace("\n", ",").split(",") if line)
    return {code: Hub(country, (float(lat), float(lon)), row) for code, country, lat, lon, row in lines}


@lru_cache(maxsize=1)
def large_countries() -> dict[str, tuple[str, ...]]:
    """The hubs of countries with several: one region may not be nearest for all of their people."""
    codes: dict[str, list[str]] = {}
    for code, hub in all_hubs().items():
        codes.setdefault(hub.country, []).append(code)
    return {country: tuple(each) for country, each in codes.items() if len(each) > 1}


@lru_cache(maxsize=1)
def all_links() -> dict[str, list[tuple[str, float]]]:
    """From each hub, the hubs next to it and the round trips to them in ms."""
    from .far import LINKS

    links: dict[str, list[tuple[str, float]]] = {}
    for link in LINKS.split(","):
        ends, time = link.split()
        one, other = ends.split("-")
        links.setdefault(one, []).append((other, float(time)))
        links.setdefault(other, []).append((one, float(time)))
    return links


@lru_cache(maxsize=1)
def hints() -> tuple[dict[str, str], dict[str, str]]:
    """The hubs of data centres and of time zones, by their names."""
    from .far import DATA_CENTRES, ZONES

    return _ungrouped(DATA_CENTRES), _ungrouped(ZONES)


def _ungrouped(text: str) -> dict[str, str]:
    groups = (group.partition(":") for group in text.split())
    return {place: hub for hub, _, places in groups for place in places.split(",")}


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split(":") for pair in text.split())


COUNTRIES = _pairs(hubs.COUNTRIES)
SUBDIVISIONS = _pairs(hubs.SUBDIVISIONS)
CONTINENTS = _pairs(hubs.CONTINENTS)
