"""The world's land on a flat page: Natural Earth's outlines of countries in the Equal Earth projection.

Shapes: Natural Earth (public domain) at 1:110 million, as TopoJSON by the npm package `world-atlas`.
Projection: B. Šavrič, T. Patterson, B. Jenny, The Equal Earth map projection, International Journal of Geographical
Information Science 33 (3), 2019, https://doi.org/10.1080/13658816.2018.1504949: areas are true, so that a colour's
share of the land is what it looks like.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any

import pycountry

SHAPES = Path(__file__).parents[1] / "node_modules/world-atlas/countries-110m.json"

WIDTH = 1000
"""Of the whole world, in the drawing's units. Points are whole quarters of it."""

MIDDLE = 11.5
"""The meridian in the middle, in degrees: the cut goes through the Bering Strait and through no country."""

NORTH, SOUTH = 83.7, -57.0
"""The edges in degrees: Greenland and Tierra del Fuego. Antarctica, where nobody lives, is left out."""

ANTARCTICA = "AQ"
UNNUMBERED = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO"}
"""Shapes without an ISO 3166-1 number, and the country that their visitors appear to be in."""

Point = tuple[int, int]
Degrees = tuple[float, float]


def project(latitude: float, longitude: float) -> Point:
    """Right and down from the map's middle, in quarters of the drawing's unit (the paper's equations 1 and 2)."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    lam = math.radians((longitude - MIDDLE + 180) % 360 - 180)
    slope = 9 * a4 * theta**8 + 7 * a3 * theta**6 + 3 * a2 * theta**2 + a1
    x = 2 * math.sqrt(3) * lam * math.cos(theta) / (3 * slope)
    y = a4 * theta**9 + a3 * theta**7 + a2 * theta**3 + a1 * theta
    scale = 4 * WIDTH * a1 * 3 / (4 * math.sqrt(3) * math.pi)
    return round(x * scale), round(-y * scale)


def bounds() -> tuple[int, int, int, int]:
    """The map's west, north, east and south edge."""
    return -2 * WIDTH, project(NORTH, MIDDLE)[1], 2 * WIDTH, project(SOUTH, MIDDLE)[1]


def land() -> Iterator[tuple[str, list[list[Point]]]]:
    """Each piece of land: its country's ISO 3166-1 alpha-2 code, its outline and its holes."""
    if not SHAPES.exists():
        raise SystemExit(f"{SHAPES} is missing: run `make setup`")
    topology = json.loads(SHAPES.read_text())
    arcs = [_arc(arc, topology["transform"]) for arc in topology["arcs"]]
    codes = {country.numeric: country.alpha_2 for country in pycountry.countries}
    for shape in topology["objects"]["countries"]["geometries"]:
        code = codes[shape["id"]] if "id" in shape else UNNUMBERED[shape["properties"]["name"]]
        for polygon in shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]:
            rings = [_ring(ring, arcs) for ring in polygon]
            if code != ANTARCTICA:
                yield _inhabited_by(code, rings[0]), [_flat(ring) for ring in rings]


def coasts() -> Iterator[list[Degrees]]:
    """Each outline of land and of an inner sea, in degrees and without borders."""
    topology = json.loads(SHAPES.with_name("land-110m.json").read_text())
    arcs = [_arc(arc, topology["transform"]) for arc in topology["arcs"]]
    for shape in topology["objects"]["land"]["geometries"]:
        for polygon in shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]:
            yield from (_ring(ring, arcs) for ring in polygon)


def _inhabited_by(code: str, outline: list[Degrees]) -> str:
    """The country its visitors appear to be in: Natural Earth draws French Guiana as a part of France."""
    return "GF" if code == "FR" and outline[0][0] < -40 else code


def _arc(arc: list[list[int]], transform: Any) -> list[Degrees]:
    """Longitudes and latitudes of a delta-encoded line (TopoJSON specification 2.1.3)."""
    (east, north), (x, y) = transform["scale"], transform["translate"]
    places = accumulate(arc, lambda one, step: [one[0] + step[0], one[1] + step[1]])
    return [(place[0] * east + x, place[1] * north + y) for place in places]


def _ring(indices: list[int], arcs: list[list[Degrees]]) -> list[Degrees]:
    """Lines joined end to end; `~i` is line i backwards."""
    lines = (arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices)
    return [place for line in lines for place in line[:-1]]


def _flat(ring: list[Degrees]) -> list[Point]:
    """A ring on the page. It may cross the 180th meridian, but not the map's cut."""
    longitudes = [(longitude - MIDDLE + 180) % 360 for longitude, _ in ring]
    if max(longitudes) - min(longitudes) > 340:
        raise ValueError(f"{ring[0]} and on: this land lies across the map's cut: move MIDDLE")
    points = [project(latitude, longitude) for longitude, latitude in ring]
    return [point for point, _ in groupby(points)]
