"""The maps of regions: true, small, safe to show, and readable by people who do not see all colours."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from homeport.regions.cells import CELLS
from homeport.regions.choose import order
from homeport.regions.location import Location
from tools import regions_map, world
from tools.regions_palette import PALETTE
from tools.regions_people import Settled, cells, settled, shares

ALL = tuple(CELLS)
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {path.name: path.read_text() for path in regions_map.MAPS}
Colour = tuple[float, float, float]

MACHADO = {
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.01182, 0.04294, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.3039),
    ),
    "full sight": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}
"""On linear RGB, at full severity: https://www.inf.ufrgs.br/~oliveira/pubs_files/CVD_Simulation/CVD_Simulation.html."""


def times(matrix: Sequence[Sequence[float]], colour: Colour) -> Colour:
    r, g, b = (sum(a * c for a, c in zip(row, colour, strict=True)) for row in matrix)
    return r, g, b


def oklab(colour: str, sight: str) -> Colour:
    octets = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in octets)
    linear = times(MACHADO[sight], (r, g, b))
    cones = (
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    )
    long, medium, short = (max(0.0, x) ** (1 / 3) for x in times(cones, linear))
    opponents = (
        (0.2104542553, 0.793617785, -0.0040720468),
        (1.9779984951, -2.428592205, 0.4505937099),
        (0.0259040371, 0.7827717662, -0.808675766),
    )
    return times(opponents, (long, medium, short))


def meeting() -> Iterator[tuple[str, str]]:
    """Pairs of regions whose people live less than five degrees apart."""
    found: set[tuple[str, str]] = set()
    for regions in regions_map.MAPS.values():
        grid: dict[tuple[int, int], set[str]] = {}
        for each in settled(regions):
            grid.setdefault((int(each.latitude // 5), int(each.longitude // 5)), set()).add(each.region)
        found.update(pair for here in grid.values() for pair in combinations(sorted(here), 2))
    return iter(sorted(found))


def test_the_maps_that_ship_are_the_ones_that_are_generated() -> None:
    assert regions_map.main(["--check"]) == 0


def test_a_map_that_was_edited_by_hand_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "regions.svg"
    monkeypatch.setattr(regions_map, "MAPS", {target: ("us-east-1",)})
    assert regions_map.main(["--check"]) == 1
    assert regions_map.main([]) == 0
    assert regions_map.main(["--check"]) == 0
    target.write_text(target.read_text().replace("us-east-1", "us-east-2"))
    assert regions_map.main(["--check"]) == 1
    assert "make generate" in capsys.readouterr().out


@pytest.mark.parametrize("name", DRAWN)
def test_a_map_is_small_says_what_it_shows_and_loads_nothing(name: str) -> None:
    text = DRAWN[name]
    assert len(text.encode()) <= 150_000
    root = ET.fromstring(text)  # noqa: S314 - it is ours
    assert root.get("role") == "img"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert "%" in (desc.text or "")
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        *("svg", "title", "desc", "style", "rect", "text", "tspan", "g", "path", "circle")
    }
    assert not any(word in text for word in ("href", "url(", "@import", "@font-face", "<script"))
    assert "prefers-color-scheme:dark" in text


@pytest.mark.parametrize("name", DRAWN)
def test_every_outline_can_be_drawn_and_lies_on_the_page(name: str) -> None:
    west, north, east, south = world.bounds()
    for path in ET.fromstring(DRAWN[name]).iter(f"{SVG}path"):  # noqa: S314 - it is ours
        if path.get("class") == "l":
            assert "lz" not in (path.get("d") or "")
    for _, rings in world.land():
        for ring in rings:
            assert all(west <= x <= east and north <= y <= south for x, y in ring)


def test_no_land_lies_across_the_page() -> None:
    for country, rings in world.land():
        for ring in rings:
            steps = zip(ring, [*ring[1:], ring[0]], strict=True)
            assert max(abs(one[0] - other[0]) for one, other in steps) < world.WIDTH // 4, country


def test_fiji_and_the_far_east_of_russia_are_east_of_all_asia() -> None:
    assert world.project(-17.7, 178.0)[0] < world.project(-16.8, -179.9)[0]
    assert world.project(66.0, 179.0)[0] < world.project(66.0, -170.0)[0]


def test_equal_areas_on_earth_are_equal_on_the_page() -> None:
    def area(latitude: float, longitude: float) -> float:
        corners = [(0, 0), (0, 4), (4, 4), (4, 0)]
        points = [world.project(latitude + up, longitude + right) for up, right in corners]
        pairs = zip(points, [*points[1:], points[0]], strict=True)
        return abs(sum(a * d - b * c for (a, b), (c, d) in pairs)) / 2

    def true(latitude: float) -> float:
        return math.sin(math.radians(latitude + 4)) - math.sin(math.radians(latitude))

    scale = area(0, 0) / true(0)
    for latitude, longitude in [(0, 150), (40, -100), (-40, 140), (56, 100), (-56, -120)]:
        assert area(latitude, longitude) == pytest.approx(scale * true(latitude), rel=0.03)


def test_the_projection_is_the_papers() -> None:
    # The paper's table of extents: the equator is 2 x 2.7066 long, the pole 1.3173 from it, and 0.592 as long.
    x, _ = world.project(0, world.MIDDLE + 179.999)
    _, pole = world.project(90, world.MIDDLE)
    along, _ = world.project(90, world.MIDDLE + 179.999)
    assert x == 2 * world.WIDTH
    assert -pole / x == pytest.approx(1.3173 / 2.7066, abs=1e-3)
    assert along / x == pytest.approx(0.592, abs=1e-2)


def test_every_country_is_tinted_by_what_its_visitors_get() -> None:
    root = ET.fromstring(DRAWN["regions.svg"])  # noqa: S314 - it is ours
    tints = {path.get("fill") for path in root.iter(f"{SVG}path") if path.get("class") == "l"}
    got = {order(Location(country=country), ALL)[0] for country, _ in world.land()}
    assert tints == {PALETTE[region] for region in got}
    assert {"KE", "XK", "SO", "CY", "GF"} <= {country for country, _ in world.land()}


def test_the_shares_are_of_everybody() -> None:
    for regions in regions_map.MAPS.values():
        share = shares(settled(regions), regions)
        assert list(share) == list(regions)
        assert sum(share.values()) == pytest.approx(1)
        assert min(share.values()) > 0


def test_a_cell_has_the_colour_that_most_of_its_people_get() -> None:
    few, many = Settled(10.2, 20.2, 10, "us-east-1"), Settled(10.8, 20.8, 30, "eu-west-1")
    (cell,) = cells([few, many])
    assert cell[:2] == pytest.approx((10.65, 20.65))
    assert cell[2:] == (40, "eu-west-1")
    assert len(cells([few, Settled(-10.2, -20.2, 1, "us-east-1")])) == 2


@pytest.mark.parametrize("sight", MACHADO)
def test_colours_can_be_told_apart_and_best_where_regions_meet(sight: str) -> None:
    assert list(PALETTE) == list(CELLS)
    seen = {region: oklab(colour, sight) for region, colour in PALETTE.items()}
    for one, other in combinations(seen, 2):
        assert math.dist(seen[one], seen[other]) >= 0.075, (one, other)
    for one, other in meeting():
        assert math.dist(seen[one], seen[other]) >= 0.14, (one, other)
