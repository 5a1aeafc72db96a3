"""The network of network.toml: hubs with their positions, links with their round trips."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import airportsdata

from homeport.regions.paths import KM_PER_MS, Position, kilometres, times

HERE = Path(__file__).parent
STRETCH = 1.25
"""Of cables whose length is not given: they run around what lies in their way."""

ENDS_MS = 1.0
"""What the routers at the ends of a link add."""


@dataclass(frozen=True, slots=True)
class Hub:
    """Where networks meet: its ISO 3166-1 country and its position in degrees."""

    country: str
    position: Position


@dataclass(frozen=True, slots=True)
class Network:
    """Everything that network.toml says, resolved. Round trips in ms."""

    hubs: dict[str, Hub]
    links: dict[str, list[tuple[str, float]]]
    regions: dict[str, str]
    attached: dict[str, str]
    """The hub of each country and subdivision that has none of its own."""

    def rows(self) -> dict[str, dict[str, float]]:
        """For every hub, the round trip to every region."""
        ways = {region: times(self.links, hub) for region, hub in self.regions.items()}
        return {hub: {region: way[hub] for region, way in ways.items()} for hub in self.hubs}


def places() -> dict[str, Hub]:
    """Every airport of the world by its IATA code, and the data centres that bear no airport's code."""
    airports: dict[str, Any] = airportsdata.load("IATA")
    found = {code: Hub(each["country"], (each["lat"], each["lon"])) for code, each in airports.items()}
    return found | {code: Hub(country, (lat, lon)) for code, (country, lat, lon) in _told()["places"].items()}


def read() -> Network:
    """The network; `ValueError` for a link that is drawn twice, or joins nothing known."""
    told, known = _told(), places()
    links: dict[str, list[tuple[str, float]]] = defaultdict(list)
    drawn: set[frozenset[str]] = set()
    for group in told["routes"]:
        for link in group["links"]:
            ends, _, length = link.partition(" ")
            one, other = ends.split("-")
            if frozenset((one, other)) in drawn:
                raise ValueError(f"network.toml: {ends} is drawn twice")
            drawn.add(frozenset((one, other)))
            circle = kilometres(known[one].position, known[other].position)
            if length and float(length) < circle - 100:
                raise ValueError(f"network.toml: {link} is shorter than the great circle of {circle:.0f} km")
            time = (float(length) if length else circle * group.get("stretch", STRETCH)) / KM_PER_MS + ENDS_MS
            links[one].append((other, time))
            links[other].append((one, time))
    attached = told["attached"]["countries"] | told["attached"]["subdivisions"]
    hubs = {code: known[code] for code in sorted(links)}
    return Network(hubs, dict(links), told["regions"], attached)


def _told() -> dict[str, Any]:
    return tomllib.loads((HERE / "network.toml").read_text())
