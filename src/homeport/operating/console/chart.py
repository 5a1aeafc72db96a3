"""The last hour by the minute: what was settled, and what waited. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from homeport.history import MINUTE_MS, MINUTES

from .markup import Html, el, html
from .view import View, depth
from .words import clock, count, counted

WIDTH, HEIGHT, STEP = 600, 96, 10
"""A minute is `STEP` wide."""


def hour(view: View) -> Html:
    """Both charts, of all regions that tell; the numbers as a table."""
    pasts = [past for past in view.past.values() if past]
    settled = [sum(each) for each in zip(*(past.settled for past in pasts), strict=True)]
    waiting = [sum(each) for each in zip(*(past.waiting for past in pasts), strict=True)]
    mute = [region for region, past in view.past.items() if past is None]
    missing = el("p", f"Without {', '.join(mute)}: no answer.", class_="note") if mute else None
    if not pasts:
        return missing or el("p", "Not asked for: HOMEPORT_SUBREQUESTS leaves no room.", class_="empty")
    waiting[-1] = max(waiting[-1], sum(depth(each) or 0 for each in view.seen))
    total = counted(sum(settled), "write", "writes")
    return html(
        el(
            "div",
            _chart(
                "Settled each minute",
                f"{total}, at most {count(max(settled))} in a minute",
                settled,
                "settled",
                view,
            ),
            _chart(
                "Waiting",
                f"now {count(waiting[-1])}, at most {count(max(waiting))}",
                waiting,
                "waiting",
                view,
            ),
            class_="charts",
        ),
        missing,
        _numbers(settled, waiting, view.now) if any(settled) or any(waiting) else None,
    )


def _chart(title: str, said: str, counts: Sequence[int], kind: str, view: View) -> Html:
    most = max(counts) or 1
    drawing = el(
        "svg",
        el("title", f"{title} in the last hour: {said}"),
        [el("path", d=f"M{at * 15 * STEP} 0v{HEIGHT}", class_="grid") for at in range(5)],
        _bars(counts, most, view.now),
        el("path", d=f"M0 {HEIGHT}h{WIDTH}", class_="axis"),
        [
            el(
                "text",
                clock(view.now - (4 - at) * 15 * MINUTE_MS),
                x=at * 15 * STEP,
                y=HEIGHT + 17,
                text_anchor=anchor,
            )
            for at, anchor in enumerate(("start", "middle", "middle", "middle", "end"))
        ],
        viewBox=f"0 -2 {WIDTH} {HEIGHT + 24}",
        role="img",
        class_=f"chart {kind}",
    )
    return el("figure", el("figcaption", el("b", title), " ", el("span", said)), drawing)


def _bars(counts: Sequence[int], most: int, now: int) -> Iterator[Html]:
    for minute, number in enumerate(counts):
        if number:
            high = round(max(number / most * (HEIGHT - 4), 2), 1)
            said = f"{clock(now - (MINUTES - 1 - minute) * MINUTE_MS)}: {count(number)}"
            yield el(
                "rect",
                el("title", said),
                x=minute * STEP + 1,
                y=round(HEIGHT - high, 1),
                width=STEP - 2,
                height=high,
                rx=1,
            )


def _numbers(settled: Sequence[int], waiting: Sequence[int], now: int) -> Html:
    rows = [
        el(
            "tr",
            el("th", clock(now - (MINUTES - 1 - minute) * MINUTE_MS), scope="row"),
            el("td", count(one)),
            el("td", count(other)),
        )
        for minute, (one, other) in enumerate(zip(settled, waiting, strict=True))
        if one or other
    ]
    heads = [el("th", each, scope="col") for each in ("Minute, UTC", "Settled", "Waiting")]
    return el(
        "details",
        el("summary", "As numbers"),
        el("table", el("thead", el("tr", heads)), el("tbody", reversed(rows)), class_="numbers"),
    )
