"""The order in which a visitor's regions are asked, nearest first. Pure, and the same for the same visitor.

By country, because it stays the same from one request to the next; by the visitor's own coordinates in countries so
large that one region cannot serve them all; by continent where no country is known.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from .cells import CELLS
from .location import Location
from .positions import CONTINENTS, COUNTRIES

LARGE = frozenset(("AU", "BR", "CA", "CN", "IN", "KZ", "RU", "US"))
"""Countries whose people do not all live nearest to the same region."""


def order(location: Location, regions: Sequence[str]) -> tuple[str, ...]:
    """All of `regions`, the nearest to the visitor first; as given where nothing is known of the visitor."""
    position = _position(location)
    return _by_distance(position, tuple(regions)) if position else tuple(dict.fromkeys(regions))


def _position(location: Location) -> tuple[float, float] | None:
    if location.country in LARGE and location.position:
        return location.position
    return (
        COUNTRIES.get(location.country or "") or location.position or CONTINENTS.get(location.continent or "")
    )


@lru_cache(maxsize=1024)
def _by_distance(position: tuple[float, float], regions: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(regions), key=lambda region: _angle(position, CELLS[region][2:])))


def _angle(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """The great-circle distance of two points, in radians (haversine formula)."""
    (a, b), (c, d) = map(math.radians, one), map(math.radians, other)
    h = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * math.asin(math.sqrt(h))
