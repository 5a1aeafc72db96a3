"""Draw what Homeport saves visitors of each country: `docs/world-gain.svg`, from benchmarks/world.json.

A row of maps for each origin, reads on the left, writes on the right. A country's colour is the median of the origin
alone less Homeport's with 11 regions. Land is `tools/world.py`'s; `tools/world_tables.py` writes and compares the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

from benchmarks.world.people import COUNTRIES, entrances
from benchmarks.world.setting import ORIGINS
from homeport.regions.cells import CELLS

from .world import WIDTH, Point, bounds, land, project

Record = Mapping[str, Any]
"""benchmarks/world.json, as benchmarks/world/studies.py makes it."""

THEIRS, OURS = "origin", "homeport-11"
KINDS = (("Reads", 0, "read"), ("Writes", 2, "write"))
"""A column's heading, the place of its median among a country's numbers, and its name in the record."""

CLASSES = (
    (150, "150 ms or more"),
    (100, "100 to 150"),
    (50, "50 to 100"),
    (10, "10 to 50"),
    (-10, "within 10 either way"),
)
"""From how many ms saved, and what the legend says; the last class is below them all."""
SLOWER = "slower by 10 or more"

FINE = 2
"""Outlines are drawn to so many quarters of the map's unit: the maps are small."""

SCALE = 0.48
SIDE, GAP, TOP, CAPTION, LEGEND = 10, 20, 78, 34, 74
HEIGHT_OF_MAP = round((bounds()[3] - bounds()[1]) / 4 * SCALE)
ROW = HEIGHT_OF_MAP + CAPTION + 12

STYLE = """text{font:500 13px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:#1f2328}
.p{fill:#fff}.h{font-size:17px;font-weight:600}.s{fill:#59636e}.n{font-weight:600}.e{text-anchor:end}
.l{fill:#e4e8ec;stroke:#fff;stroke-width:2;stroke-linejoin:round}
.g0{fill:#0b3d6b}.g1{fill:#1f6fb2}.g2{fill:#5ba3d9}.g3{fill:#a9d0ee}.g4{fill:#f3e9c6}.g5{fill:#e0843c}
.o{fill:#d1242f;stroke:#fff;stroke-width:1.5}.c{fill:#fff;stroke:#1f2328;stroke-width:1.2}
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.p{fill:#0d1117}.s{fill:#9198a1}.l{fill:#262c34;stroke:#0d1117}
.g0{fill:#d6ecff}.g1{fill:#8cc6f7}.g2{fill:#4a94d6}.g3{fill:#23578a}.g4{fill:#57523c}.g5{fill:#d9762b}
.o{fill:#ff7b72;stroke:#0d1117}.c{fill:#0d1117;stroke:#f0f6fc}}"""


def grade(saved: float) -> int:
    """The class of so many ms saved: 0 is the most."""
    return next((place for place, (least, _) in enumerate(CLASSES) if saved >= least), len(CLASSES))


def saved(record: Record, origin: str, place: int) -> dict[str, float]:
    """What each country saves in ms."""
    theirs, ours = (record["origins"][origin][name]["countries"] for name in (THEIRS, OURS))
    return {country: theirs[country][place] - ours[country][place] for country in COUNTRIES}


def render(record: Record) -> str:
    """The drawing."""
    height = TOP + ROW * len(ORIGINS) + LEGEND
    heading = "What 11 regions save visitors at the median, by country"
    told = "; ".join(_told(record, origin) for origin in ORIGINS)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
            ' aria-labelledby="title desc">',
            f'<title id="title">{heading}</title>',
            f'<desc id="desc">Maps of the world for three origins. Median of all visitors: {told}.</desc>',
            f"<style>{STYLE}</style>",
            *_shapes(),
            f'<rect class="p" width="100%" height="{height}" rx="8"/>',
            _text(20, 30, "h", heading),
            _text(
                20,
                52,
                "s",
                "Simulated: an origin behind Cloudflare alone, less the same origin behind Homeport.",
            ),
            *(line for row, origin in enumerate(ORIGINS) for line in _row(record, origin, TOP + row * ROW)),
            *_legend(height - LEGEND + 18),
            "</svg>\n",
        ]
    )


def _told(record: Record, origin: str) -> str:
    each = record["origins"][origin]
    medians = (
        f"{name.lower()} {each[THEIRS][key][0]:.0f} to {each[OURS][key][0]:.0f} ms" for name, _, key in KINDS
    )
    return f"origin in {CELLS[origin].city}: {', '.join(medians)}"


def _shapes() -> Iterator[str]:
    """Each of COUNTRIES once, to be used by its code, and all other land as one."""
    outlines: dict[str, list[str]] = defaultdict(list)
    for country, rings in land():
        outlines[country if country in COUNTRIES else "rest"] += filter(None, map(_outline, rings))
    largest = {door.country: door for door in sorted(entrances(), key=lambda door: door.people)}
    yield "<defs>"
    for name in ("rest", *COUNTRIES):
        if name in outlines:
            yield f'<path id="{name}" d="{"".join(outlines[name])}"/>'
        elif position := largest[name].location.position:
            x, y = project(*position)
            yield f'<circle id="{name}" cx="{x // FINE}" cy="{y // FINE}" r="11"/>'
    yield "</defs>"


def _outline(ring: Sequence[Point]) -> str:
    coarse = [point for point, _ in groupby((x // FINE, y // FINE) for x, y in ring)]
    if len(set(coarse)) < 3:
        return ""
    steps = " ".join(f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(coarse))
    return f"M{coarse[0][0]} {coarse[0][1]}l{steps}z".replace(" -", "-")


def _row(record: Record, origin: str, top: int) -> Iterator[str]:
    for column, (name, place, key) in enumerate(KINDS):
        left = SIDE + column * (WIDTH // 2 - SIDE + GAP // 2)
        theirs, ours = (record["origins"][origin][which][key][0] for which in (THEIRS, OURS))
        yield _text(left + 10, top + 18, "n", f"{name}, origin in {CELLS[origin].city}")
        yield _text(left + 470, top + 18, "s e", f"all people: {theirs:.0f} → {ours:.0f} ms")
        yield from _map(record, origin, place, left, top + CAPTION)


def _map(record: Record, origin: str, place: int, left: int, top: int) -> Iterator[str]:
    west, north, _, _ = bounds()
    scale = SCALE * FINE / 4
    yield (
        f'<g transform="translate({left} {top})scale({scale:g})'
        f'translate({-west // FINE} {-north // FINE})"><use class="l" href="#rest"/>'
    )
    theirs, ours = (record["origins"][origin][which]["countries"] for which in (THEIRS, OURS))
    for country, ms in saved(record, origin, place).items():
        tip = f"{country}: {theirs[country][place]:.0f} → {ours[country][place]:.0f} ms"
        yield f'<use class="l g{grade(ms)}" href="#{country}"><title>{tip}</title></use>'
    yield "</g>"
    for region in CELLS:
        if region != origin:
            yield _city(region, left, top, "c", 2.5)
    yield _city(origin, left, top, "o", 5)


def _city(region: str, left: int, top: int, kind: str, radius: float) -> str:
    west, north, _, _ = bounds()
    x, y = project(*CELLS[region][2:])
    across, down = left + (x - west) / 4 * SCALE, top + (y - north) / 4 * SCALE
    return f'<circle class="{kind}" cx="{across:.1f}" cy="{down:.1f}" r="{radius:g}"/>'


def _legend(top: int) -> Iterator[str]:
    x = 20
    for place, said in enumerate([*(said for _, said in CLASSES), SLOWER]):
        yield f'<rect class="g{place}" x="{x}" y="{top - 11}" width="14" height="14" rx="3"/>'
        yield _text(x + 20, top, "", said)
        x += 42 + round(7.1 * len(said))
    yield f'<circle class="o" cx="{x + 7}" cy="{top - 4}" r="5"/>{_text(x + 20, top, "", "origin")}'
    yield f'<circle class="c" cx="{x + 87}" cy="{top - 4}" r="2.5"/>{_text(x + 98, top, "", "region")}'
    yield _text(
        20,
        top + 36,
        "s",
        "Grey: not simulated. Land: Natural Earth. People: GeoNames, CC BY 4.0. Projection: Equal Earth.",
    )


def _text(x: float, y: float, kind: str, text: str) -> str:
    name = f' class="{kind}"' if kind else ""
    return f'<text{name} x="{x:g}" y="{y:g}">{text}</text>'
