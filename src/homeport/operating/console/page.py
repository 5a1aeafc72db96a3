"""The console's page. Pure: what is shown goes in, HTML comes out, and whatever it says is escaped."""

from __future__ import annotations

from homeport.operating.operator import Operator

from . import tables
from .atlas import atlas
from .chart import hour
from .markup import Html, Inside, el, html
from .script import SCRIPT
from .style import STYLE
from .tables import ROOT
from .told import sentence
from .view import View, headline
from .words import SYMBOLS, moment


def document(title: str, operator: Operator, *inside: Inside, live: bool = False) -> bytes:
    """A whole page of the console."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", title),
        el("style", Html(STYLE)),
    )
    body = el(
        "body",
        el("a", "To the page's content", href="#main", class_="skip"),
        el("header", el("a", "Homeport", href=ROOT, class_="name"), _who(operator)),
        el("main", *inside, id="main"),
        el("script", Html(SCRIPT)) if live else None,
    )
    return b"<!doctype html>" + el("html", head, body, lang="en").encode()


def _who(operator: Operator) -> Html:
    may = "may operate" if operator.role == "operate" else "may look"
    out = tables.form("/logout", "Log out", operator, "plain") if operator.csrf else None
    return el("div", el("span", operator.name, el("small", f" {may}")), out, class_="who")


def page(view: View) -> bytes:
    """The console."""
    wrong, rest = headline(view)
    state = wrong[0][0]
    lines = [
        (el("span", el("span", SYMBOLS[sign], aria_hidden="true"), " ", line, class_="line"), " ")
        for sign, line in wrong
    ]
    names = [each.region for each in view.seen]
    drain = (
        tables.form("/drain", "Drain all lanes", view.operator) if view.operator.role == "operate" else None
    )
    again = el("a", "Look again", href=ROOT, class_="button")
    asof = el("p", moment(view.now), id="asof", class_="note")
    return document(
        f"{SYMBOLS[state]} {' '.join(line for _, line in wrong)} · Homeport",
        view.operator,
        sentence(view.told, names),
        el(
            "div",
            el(
                "div",
                # What a screen reader announces when it changes; how much waits changes all the time.
                el("div", el("h1", lines), id="alarm", class_=state, role="status", data_live=True),
                el("p", rest, id="rest", data_live=True),
                class_="headline",
            ),
            el("div", el("div", drain, again), asof, class_="deeds"),
            class_="top",
        ),
        el(
            "div",
            _section("map", "Where", atlas(view)),
            _section("regions", "Regions", tables.regions(view)),
            class_="two",
        ),
        _section("dead", "Dead letters", tables.letters(view)),
        _section("hour", "The last hour", hour(view)),
        el(
            "div",
            _section("lanes", "Lanes in use", tables.lanes(view)),
            _section("receipts", "Latest receipts", tables.receipts(view)),
            class_="two",
        ),
        el("p", f"{view.site} · Homeport {view.version}", class_="note"),
        live=True,
    )


def _section(name: str, title: str, *inside: Inside) -> Html:
    return el(
        "section",
        el("h2", title, id=f"{name}-title"),
        el("div", html(*inside), id=name, class_="inside", data_live=True),
        aria_labelledby=f"{name}-title",
    )
