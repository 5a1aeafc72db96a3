"""The order in which a visitor's regions are asked, nearest first. Pure, and the same for the same visitor.

Nearest is what the network of tools/regions/network.toml makes it: the hub that stands for the visitor's place is
found, and the regions are sorted by their round trips from it. Country before data centre, because it stays the same
from one request to the next, and anycast does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from .cells import CELLS, Added
from .location import Location
from .paths import Position, kilometres, times, to_hub
from .table import CONTINENTS, COUNTRIES, SUBDIVISIONS, all_hubs, all_links, hints, large_countries

Because = Literal[
    "home", "subdivision", "coordinates", "country", "data centre", "time zone", "continent", "default"
]
NEAREST_HUBS = 3
"""Through how many hubs near it a region that is not in the table may be reached."""


class Choice(NamedTuple):
    """All regions in order; by what they were chosen; the place, as `KE`, `US-CA` or `NBO`; the hub that stands for it.

    `milliseconds` are the round trips expected from that hub, in the same order; empty where no place is known.
    """

    order: tuple[str, ...]
    because: Because
    place: str
    hub: str
    milliseconds: tuple[float, ...]


@lru_cache(maxsize=1024)
def order(location: Location, regions: tuple[str, ...], added: tuple[Added, ...] = ()) -> tuple[str, ...]:
    """All of `regions`, nearest first and the visitor's home before all, without repetition.

    `added` says where those stand that CELLS does not know. Where nothing is known of the visitor: in their own order.
    """
    _, _, hub = _place(location)
    found = _ordered(hub, regions, added)[0] if hub else tuple(dict.fromkeys(regions))
    home = location.home
    if home in found and home != found[0]:
        return (home, *(region for region in found if region != home))
    return found


def explain(location: Location, regions: Sequence[str], added: Sequence[Added] = ()) -> Choice:
    """The same order with its reason."""
    because, place, hub = _place(location)
    found = order(location, tuple(regions), tuple(added))
    away = dict(zip(*_ordered(hub, tuple(regions), tuple(added)), strict=True)) if hub else {}
    if location.home in found:
        because = "home"
    return Choice(found, because, place, hub, tuple(away[region] for region in found) if away else ())


def _place(location: Location) -> tuple[Because, str, str]:
    """By what the visitor's place is known, the place, and its hub."""
    country = location.country
    if country is not None and (hub := COUNTRIES.get(country)):
        if location.subdivision and (own := SUBDIVISIONS.get(place := f"{country}-{location.subdivision}")):
            return "subdivision", place, own
        if location.position and country in large_countries():
            return "coordinates", country, _nearest(location.position, country)
        return "country", country, hub
    if location.position:
        return "coordinates", "", _nearest(location.position, "")
    return _faint(location)


def _faint(location: Location) -> tuple[Because, str, str]:
    """The same where neither country nor position is known, as of a Tor exit."""
    if location.colo or location.timezone:
        data_centres, zones = hints()
        if hub := data_centres.get(location.colo or ""):
            return "data centre", location.colo or "", hub
        if hub := zones.get(location.timezone or ""):
            return "time zone", location.timezone or "", hub
    if hub := CONTINENTS.get(location.continent or ""):
        return "continent", location.continent or "", hub
    return "default", "", ""


@lru_cache(maxsize=1024)
def _ordered(
    hub: str, regions: tuple[str, ...], added: tuple[Added, ...]
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """The regions in order from a hub, and the round trips to them; one that nobody knows comes last."""
    row = all_hubs()[hub].times
    known = {region: int(row[2 * place : 2 * place + 2], 36) for place, region in enumerate(CELLS)}
    far = known | _to_added(hub, added)
    found = tuple(sorted(dict.fromkeys(regions), key=lambda region: far.get(region, float("inf"))))
    return found, tuple(far.get(region, float("inf")) for region in found)


def _to_added(hub: str, added: tuple[Added, ...]) -> dict[str, float]:
    """The round trips to regions that the table does not have: along the network, then from the last hub to them."""
    if not added:
        return {}
    way = times(all_links(), hub)
    found = {}
    for region, *position in added:
        at = (position[0], position[1])
        last = sorted(all_hubs().items(), key=lambda each: kilometres(at, each[1].position))[:NEAREST_HUBS]
        found[region] = min(way[code] + to_hub(at, each.position) for code, each in last)
    return found


@lru_cache(maxsize=512)
def _nearest(position: Position, country: str) -> str:
    """The hub nearest to a position, in a country or anywhere."""
    codes = large_countries()[country] if country else tuple(all_hubs())
    return min(codes, key=lambda code: kilometres(position, all_hubs()[code].position))
