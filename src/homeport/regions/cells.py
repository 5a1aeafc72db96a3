"""Momento's regions: names, cells and cities, from https://docs.momentohq.com/platform/regions (August 2026).

Cell names follow no rule, so this is a table. Positions are the cities' own, in degrees.
"""

from __future__ import annotations

from typing import NamedTuple

MOMENTO = ".prod.a.momentohq.com"
"""What follows a cell in its endpoint."""


class Added(NamedTuple):
    """Where a region stands that CELLS does not know, or knows elsewhere: its name, and degrees north and east."""

    region: str
    latitude: float
    longitude: float


class Cell(NamedTuple):
    """One Momento cell: `endpoint` is what Momento calls it, without the service's prefix."""

    name: str
    city: str
    latitude: float
    longitude: float

    @property
    def endpoint(self) -> str:
        """The host name suffix that `api.cache.`, `web.cache.` and the others precede."""
        return self.name + MOMENTO


CELLS = {
    "us-east-1": Cell("cell-us-east-1-1", "N. Virginia", 38.95, -77.45),
    "us-east-2": Cell("cell-1-us-east-2-1", "Ohio", 39.96, -83.00),
    "us-west-2": Cell("cell-4-us-west-2-1", "Oregon", 45.84, -119.70),
    "eu-west-1": Cell("cell-1-eu-west-1-1", "Ireland", 53.35, -6.26),
    "eu-west-2": Cell("cell-1-eu-west-2-1", "London", 51.51, -0.13),
    "eu-central-1": Cell("cell-1-eu-central-1-1", "Frankfurt", 50.11, 8.68),
    "eu-north-1": Cell("cell-1-eu-north-1-1", "Stockholm", 59.33, 18.07),
    "ap-south-1": Cell("cell-1-ap-south-1-1", "Mumbai", 19.08, 72.88),
    "ap-northeast-1": Cell("cell-ap-northeast-1-1", "Tokyo", 35.68, 139.69),
    "ap-southeast-1": Cell("cell-1-ap-southeast-1-1", "Singapore", 1.35, 103.82),
    "ap-southeast-2": Cell("cell-1-ap-southeast-2-1", "Sydney", -33.87, 151.21),
}
