"""Round trips along a network of hubs: the shortest ones (Dijkstra 1959). Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from heapq import heappop, heappush

Position = tuple[float, float]
"""Latitude and longitude in degrees."""

EARTH_KM = 6371
KM_PER_MS = 100
"""Light in fibre makes 200 km in a millisecond, there and back 100."""

STRETCH = 1.5
"""How much longer the way to a hub is than the great circle."""


def kilometres(one: Position, other: Position) -> float:
    """The great circle between two positions."""
    (a, b), (c, d) = map(math.radians, one), map(math.radians, other)
    h = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(h, 1.0)))


def to_hub(place: Position, hub: Position) -> float:
    """The round trip in ms between a place and a hub near it."""
    return kilometres(place, hub) * STRETCH / KM_PER_MS


def times(links: Mapping[str, Sequence[tuple[str, float]]], start: str) -> dict[str, float]:
    """The shortest round trip in ms from one hub to every hub that can be reached."""
    found: dict[str, float] = {}
    waiting = [(0.0, start)]
    while waiting:
        time, hub = heappop(waiting)
        if hub not in found:
            found[hub] = time
            for other, more in links.get(hub, ()):
                if other not in found:
                    heappush(waiting, (time + more, other))
    return found
