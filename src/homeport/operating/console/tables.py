"""The console's tables: regions, lanes, dead letters, receipts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from homeport.operating.operator import Operator

from .markup import Html, Inside, el, html
from .view import View, depth, in_use, oldest, silent, verdict
from .words import ago, badge, count, duration, octets

ROOT = "/.homeport/console"


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Inside]]) -> Html:
    """A table whose rows each begin with what they are about.

    A head that begins with `#` is of numbers, with `!` of what stays on one line, with `-` of what is left out where
    there is no room.
    """
    marks = {"#": "number", "-": "spare", "!": "brief"}
    kinds = [" ".join(kind for mark, kind in marks.items() if mark in head[:2]) or None for head in heads]
    cells = [
        el("th", head.lstrip("#-!"), scope="col", class_=kind)
        for head, kind in zip(heads, kinds, strict=True)
    ]
    body = [
        el(
            "tr",
            el("th", first, scope="row", class_=kinds[0]),
            [el("td", cell, class_=kind) for cell, kind in zip(rest, kinds[1:], strict=True)],
        )
        for first, *rest in rows
    ]
    return el(
        "table", el("caption", caption, class_="unseen"), el("thead", el("tr", cells)), el("tbody", body)
    )


def regions(view: View) -> Html:
    """A row for each region."""
    heads = ("Region", "State", "#Waiting", "#Oldest", "#-Dead letters", "#-Settled, 1 h")
    rows: list[Sequence[Inside]] = []
    for each in view.seen:
        state, (first, *more) = verdict(each, view)
        past = view.past.get(each.region)
        shown: Sequence[Inside] = ("?", "", "?", "?")
        if not silent(each):
            shown = (count(depth(each)), duration(oldest(each, view.now)), count(each.dead))
            shown = (*shown, count(sum(past.settled) if past else None))
        why = el("small", " ", ", ".join(more)) if more else None
        rows.append((each.region, html(badge(state, first), why), *shown))
    return table("Each region", heads, rows)


def lanes(view: View) -> Html:
    """A row for each lane in use."""
    heads = ("Lane", "State", "#Waiting", "#Oldest", "-Bodies")
    rows = [
        (
            f"{region} / {lane.lane}",
            lane.error or (f"paused, {lane.pauses} in a row" if lane.pauses else lane.state),
            count(lane.depth),
            duration(lane.age(view.now)),
            octets(lane.octets),
        )
        for region, lane in in_use(view.seen)
    ]
    return (
        table("Lanes in use", heads, rows)
        if rows
        else el("p", "Nothing waits, and nobody drains.", class_="empty")
    )


def receipts(view: View) -> Html:
    """The latest receipts of all regions."""
    latest = [(each, region) for region, past in view.past.items() for each in (past.latest if past else ())]
    latest.sort(key=lambda pair: pair[0].at, reverse=True)
    rows = [
        (
            request(each.method or "a write", each.path, f"{ROOT}/receipt/{each.id}?region={region}"),
            badge(each.state, f"{each.state} {each.status or ''}".strip()),
            region,
            ago(each.at, view.now),
        )
        for each, region in latest[:20]
    ]
    heads = ("Request", "Receipt", "-!Region", "!When")
    empty = el("p", "No write was settled within a day.", class_="empty")
    return table("The latest receipts", heads, rows) if rows else empty


def request(method: str, path: str, href: str | None = None) -> Html:
    """A request, as a link to more of it."""
    said = html(el("b", method), " ", path)
    return el("a", said, href=href, class_="request") if href else el("span", said, class_="request")


def letters(view: View) -> Html:
    """Dead letters, with what is to be done about them."""
    may = view.operator.role == "operate"
    rows: list[Sequence[Inside]] = []
    for region, told in view.letters.items():
        for each in told["letters"]:
            path, query = f"{ROOT}/dead/{each['id']}", f"?region={region}"
            what = request(each.get("method", each["id"]), each.get("path", ""), path + query)
            deeds = html(
                retry(each["id"], region, view.operator), " ", el("a", "Drop…", href=f"{path}{query}#drop")
            )
            why = each.get("reason", "not read")
            rows.append((what, why, region, ago(each.get("settled"), view.now), *([deeds] if may else ())))
    heads = ("Request", "Why", "-!Region", "-!Refused", *(["What to do"] if may else []))
    errors = [
        el("p", f"{region} does not tell: {told['error']}", class_="note")
        for region, told in view.letters.items()
        if told["error"]
    ]
    none = el("p", "There are none." if view.page == 0 else "There are no more.", class_="empty")
    return html(table("Dead letters", heads, rows) if rows else none, errors, _pages(view))


def _pages(view: View) -> Html | None:
    more = any(told["more"] for told in view.letters.values())
    links = [
        el("a", said, href=f"{ROOT}?page={page}#dead")
        for said, page, there in (("Back", view.page - 1, view.page > 0), ("More", view.page + 1, more))
        if there
    ]
    return el("nav", links, aria_label="Pages of dead letters") if links else None


def form(action: str, said: str, operator: Operator, kind: str = "", **more: str) -> Html:
    """A button that does something, with the operator's token against forgery."""
    hidden = el("input", type="hidden", name="csrf", value=operator.csrf)
    return el(
        "form", hidden, el("button", said, class_=kind or None, **more), method="post", action=ROOT + action
    )


def retry(write_id: str, region: str, operator: Operator) -> Html:
    """The button that sends a dead letter again."""
    return form(
        f"/dead/{write_id}/retry?region={region}", "Retry", operator, aria_label=f"Retry {write_id[:6]}"
    )


def facts(rows: Iterable[tuple[str, Any]]) -> Html:
    """Names and what they are, without those that are nothing."""
    said = [(el("dt", name), el("dd", value)) for name, value in rows if value is not None and value != ""]
    return el("dl", said)
