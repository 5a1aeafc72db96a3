"""The regions on a map of the world. Pure."""

from __future__ import annotations

from .markup import Html, el, html
from .view import STATES, View, depth, oldest, verdict
from .words import SYMBOLS, count, duration
from .world import LAND, NORTH, SCALE, SOUTH

WIDTH, HEIGHT = 360 * SCALE, (NORTH - SOUTH) * SCALE
LETTER, LINE = 6.3, 12
"""The room that one letter of a label takes, and one line."""

Box = tuple[float, float, float, float]


def atlas(view: View) -> Html:
    """The map, as a picture: the table beside it says the same."""
    land = el("path", id="land", d=LAND)
    return el(
        "svg",
        el("title", "The regions on a map of the world; the table of regions says the same."),
        el("g", land, el("use", href="#land", x=-WIDTH), class_="land"),
        _marks(view),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        class_="atlas",
    )


def _marks(view: View) -> list[Html]:
    """A mark for each region whose place is known; the worse lie above the better."""
    at = {
        name: ((east + 180) * SCALE, (NORTH - min(max(north, SOUTH + 4), NORTH - 4)) * SCALE)
        for name, (north, east) in view.places.items()
    }
    taken = [(x - 8, y - 8, x + 8, y + 8) for x, y in at.values()]
    marks: list[tuple[int, Html]] = []
    for seen in sorted((each for each in view.seen if each.region in at), key=lambda each: at[each.region]):
        state, why = verdict(seen, view)
        waits, age = depth(seen), oldest(seen, view.now)
        second = "no answer" if state == "silent" else f"{count(waits)} · {duration(age)}" if waits else ""
        lines = [seen.region, second] if second else [seen.region]
        mark = el(
            "g",
            el("title", f"{seen.region}: {', '.join(why)}"),
            _sign(*at[seen.region], "" if state == "calm" else SYMBOLS[state]),
            _label(*at[seen.region], lines, taken),
            class_=state,
        )
        marks.append((STATES.index(state), mark))
    return [mark for _, mark in sorted(marks, key=lambda each: each[0])]


def _sign(x: float, y: float, symbol: str) -> Html:
    circle = el("circle", cx=round(x, 1), cy=round(y, 1), r=8)
    return html(
        circle, el("text", symbol, x=round(x, 1), y=round(y + 3.6, 1), class_="sign") if symbol else None
    )


def _label(x: float, y: float, lines: list[str], taken: list[Box]) -> Html:
    box, anchor = _room(x, y, max(map(len, lines)) * LETTER, LINE * len(lines), taken)
    taken.append(box)
    across = round({"start": box[0], "end": box[2]}.get(anchor, x), 1)
    rows = [
        el("tspan", line, x=across, y=round(box[1] + LINE * (row + 0.8), 1), class_=f"line{row}")
        for row, line in enumerate(lines)
    ]
    return el("text", rows, text_anchor=anchor)


def _room(x: float, y: float, wide: float, high: float, taken: list[Box]) -> tuple[Box, str]:
    """Where a label meets none of those that stand already: beside its place, above, below, or a step further off."""
    places: list[tuple[Box, str]] = []
    for up in (-high / 2, -high, 0, -9 - high, 9):
        places.append(((x + 11, y + up, x + 11 + wide, y + up + high), "start"))
        places.append(((x - 11 - wide, y + up, x - 11, y + up + high), "end"))
    places += [
        ((x - wide / 2, y + up, x + wide / 2, y + up + high), "middle")
        for up in (-10 - high, 10, -24 - high, 24)
    ]
    inside = [place for place in places if place[0][0] >= 0 and place[0][2] <= WIDTH]
    return next((place for place in inside if not any(meet(place[0], each) for each in taken)), inside[0])


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes have a point in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
