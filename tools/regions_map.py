"""Generate the maps of who goes to which region: `docs/regions.svg`, `docs/regions-demo.svg`.

    python -m tools.regions_map           write them
    python -m tools.regions_map --check   exit 1 if a file is not what would be written

Land is tinted by what a country's visitors get of whom no more is known; a dot, an inhabited grid cell, has the colour
of the region that its people really get. Colours are `tools/regions_palette.py`'s; land is `tools/world.py`'s.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from homeport.regions.cells import CELLS
from homeport.regions.choose import order
from homeport.regions.location import Location

from .regions_palette import PALETTE
from .regions_people import Settled, cells, settled, shares
from .world import WIDTH, Point, bounds, land, project

DOCS = Path(__file__).parents[1] / "docs"
MAPS = {
    DOCS / "regions.svg": tuple(CELLS),
    DOCS / "regions-demo.svg": ("us-east-1", "eu-central-1", "ap-northeast-1"),
}

SIZES = ((5_000_000, 24), (1_000_000, 15), (200_000, 10), (0, 7))
"""How many people a cell has at least, and how wide its dot is, in quarters of the drawing's unit."""

LABELS = {
    "us-east-1": (8, 9, "start"),
    "us-east-2": (-7, -5, "end"),
    "us-west-2": (-8, 4, "end"),
    "eu-west-1": (-8, 0, "end"),
    "eu-west-2": (-8, 11, "end"),
    "eu-central-1": (8, 10, "start"),
    "eu-north-1": (8, -5, "start"),
    "ap-south-1": (-8, 5, "end"),
    "ap-northeast-1": (9, 6, "start"),
    "ap-southeast-1": (-5, 15, "end"),
    "ap-southeast-2": (9, 5, "start"),
}
"""Where a region's name stands: right and down of its city, and which end of it is there."""

STYLE = """text{font:500 12px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:#1f2328}
.p{fill:#fff}.h{font-size:17px;font-weight:600}.s{fill:#59636e}.n{font-weight:600}
.l{fill-opacity:.36;stroke:#fff;stroke-width:2;stroke-linejoin:round;fill-rule:evenodd}
.d{fill:none;stroke-linecap:round}.c{stroke:#1f2328;stroke-width:1.6}
.m{font-weight:600;paint-order:stroke;stroke:#fff;stroke-width:3;stroke-linejoin:round;stroke-opacity:.85}
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.p{fill:#0d1117}.s{fill:#9198a1}.l{stroke:#0d1117}
.c{stroke:#f0f6fc}.m{stroke:#0d1117}}"""

TOP, LINE, COLUMNS = 62, 24, 4
"""Room above the map, a line of the legend, and the legend's columns."""


def render(regions: Sequence[str]) -> str:
    """The drawing for a choice of regions."""
    west, north, east, south = bounds()
    people = settled(regions)
    share = shares(people, regions)
    rows = -(-len(regions) // COLUMNS)
    legend = TOP + (south - north) // 4 + 24
    height = legend + rows * LINE + 22
    names = ", ".join(f"{region} {_percent(share[region])}" for region in regions)
    heading = f"Which of {len(regions)} Momento regions a visitor goes to"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {(east - west) // 4} {height}" role="img"'
            ' aria-labelledby="title desc">',
            f'<title id="title">{heading}</title>',
            f'<desc id="desc">A map of the world, coloured by region. Shares of all people: {names}.</desc>',
            f"<style>{STYLE}</style>",
            f'<rect class="p" width="100%" height="{height}" rx="8"/>',
            _text(20, 30, "h", heading),
            _text(20, 50, "s", "Land: where only the country is known. Dots: people, by all that is known."),
            f'<g transform="translate(0 {TOP})scale(.25)translate({-west} {-north})">',
            *_land(regions),
            *_dots(cells(people)),
            "</g>",
            *(_city(region, west, north) for region in regions),
            *_legend(regions, share, legend),
            _text(
                20,
                height - 12,
                "s",
                "Land: Natural Earth. People: GeoNames, CC BY 4.0. Projection: Equal Earth.",
            ),
            "</svg>\n",
        ]
    )


def _land(regions: Sequence[str]) -> Iterator[str]:
    outlines: dict[str, list[str]] = defaultdict(list)
    for country, rings in land():
        outlines[order(Location(country=country), regions)[0]] += (
            _outline(ring) for ring in rings if len(ring) > 2
        )
    for region, paths in sorted(outlines.items()):
        yield f'<path class="l" fill="{PALETTE[region]}" d="{"".join(paths)}"/>'


def _dots(people: Iterable[Settled]) -> Iterator[str]:
    dots: dict[tuple[int, str], list[Point]] = defaultdict(list)
    for cell in people:
        width = next(width for least, width in SIZES if cell.people >= least)
        dots[width, cell.region].append(project(cell.latitude, cell.longitude))
    for (width, region), points in sorted(dots.items()):
        steps = "".join(f"m{_step(*step)}h0" for step in pairwise([(0, 0), *points]))
        yield f'<path class="d" stroke="{PALETTE[region]}" stroke-width="{width}" d="{steps}"/>'


def _outline(ring: Sequence[Point]) -> str:
    steps = [_step(*step) for step in pairwise(ring)]
    return f"M{_step((0, 0), ring[0])}l{' '.join(steps)}z".replace(" -", "-")


def _step(start: Point, end: Point) -> str:
    return f"{end[0] - start[0]} {end[1] - start[1]}".replace(" -", "-")


def _city(region: str, west: int, north: int) -> str:
    across, down = project(*CELLS[region][2:])
    x, y = (across - west) / 4, TOP + (down - north) / 4
    right, below, anchor = LABELS[region]
    return (
        f'<circle class="c" cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{PALETTE[region]}"/>'
        f'<text class="m" x="{x + right:.1f}" y="{y + below:.1f}" text-anchor="{anchor}">{region}</text>'
    )


def _legend(regions: Sequence[str], share: dict[str, float], top: int) -> Iterator[str]:
    rows = -(-len(regions) // COLUMNS)
    for place, region in enumerate(regions):
        x, y = 20 + place // rows * (WIDTH // COLUMNS), top + place % rows * LINE
        yield f'<rect x="{x}" y="{y - 11}" width="14" height="14" rx="3" fill="{PALETTE[region]}"/>'
        told = f"{CELLS[region].city} {_percent(share[region])}"
        yield f'<text x="{x + 21}" y="{y}"><tspan class="n">{region}</tspan> <tspan class="s">{told}</tspan></text>'


def _percent(share: float) -> str:
    return f"{100 * share:.{0 if share >= 0.0995 else 1}f} %"


def _text(x: float, y: float, kind: str, text: str) -> str:
    return f'<text class="{kind}" x="{x}" y="{y}">{text}</text>'


def main(arguments: list[str]) -> int:
    """Write the maps, or compare."""
    different = False
    for target, regions in MAPS.items():
        text = render(regions)
        if "--check" not in arguments:
            target.write_text(text)
        elif not target.exists() or target.read_text() != text:
            print(f"{target} is not what tools/regions_map.py generates: run `make generate`")
            different = True
    return int(different)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
