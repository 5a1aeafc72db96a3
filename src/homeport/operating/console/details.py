"""The console's pages of one dead letter and of one receipt. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeport.operating.operator import Operator
from homeport.writing.receipt import Receipt

from .markup import Html, Inside, el, html
from .page import document
from .tables import ROOT, facts, form, request, retry
from .words import ago, badge, octets

BACK = el("p", el("a", "Back to the console", href=ROOT))


def letter(told: Mapping[str, Any], now: int, operator: Operator) -> bytes:
    """A dead letter as `Surface` shows it to this operator."""
    asked, answered, name, region = told["request"], told["response"], told["id"], told["region"]
    about = facts(
        [
            ("Region", region),
            ("Why", told["reason"]),
            ("Accepted", ago(told["accepted"], now)),
            ("Refused", html(ago(told["settled"], now), f", try {told['tries']}")),
            ("Credentials", asked["credentials"]),
            ("Id", name),
        ]
    )
    deeds = None
    if operator.role == "operate":
        drop = form(f"/dead/{name}/drop?region={region}", "Drop it for good", operator, "grave")
        warning = "Nobody can send it again afterwards. Its author's receipt stays: dead."
        again = "It becomes a new write, behind all that waits for its resource now."
        deeds = el(
            "div",
            _card("Retry", el("p", again), retry(name, region, operator)),
            _card("Drop", el("p", warning), drop, id="drop"),
            class_="two",
        )
    return document(
        f"Dead letter {asked['method']} {told['path']} · Homeport",
        operator,
        BACK,
        el("h1", "Dead letter: ", request(asked["method"], told["path"])),
        _card("What it is", about),
        el(
            "div",
            _card("Request", el("p", request(asked["method"], asked["target"])), _message(asked)),
            _card("Answer", el("p", f"Status {answered['status'] or 'unknown'}"), _message(answered)),
            class_="two",
        ),
        deeds,
    )


def _message(message: Mapping[str, Any]) -> Html:
    fields = el("pre", "\n".join(f"{name}: {value}" for name, value in message["header"]))
    body: Inside = f"A body of {octets(message['body_bytes'])}"
    if "body" in message or "body_base64" in message:
        text = message.get("body", message.get("body_base64"))
        body = html(body, ", in base64" if "body_base64" in message else None, ":")
        return html(fields, el("p", body, class_="note"), el("pre", text))
    return html(fields, el("p", body, ".", class_="note"))


def receipt(found: Receipt, region: str, now: int, operator: Operator) -> bytes:
    """A write's receipt."""
    about = facts(
        [
            ("State", badge(found.state, f"{found.state} {found.status or ''}".strip())),
            ("Why", found.reason),
            ("Region", region),
            ("Path", found.target and found.target.partition("?")[0]),
            ("Accepted", ago(found.accepted, now)),
            ("Settled", ago(found.at, now)),
            ("Tries", found.tries),
            (
                "Superseded by",
                found.by and el("a", found.by, href=f"{ROOT}/receipt/{found.by}?region={region}"),
            ),
            ("For its author", el("code", found.address)),
        ]
    )
    return document(
        f"Receipt {found.state} · Homeport",
        operator,
        BACK,
        el("h1", "Receipt"),
        _card("What became of it", about),
    )


def nothing(title: str, detail: str, operator: Operator) -> bytes:
    """A page that says why there is none."""
    return document(f"{title} · Homeport", operator, el("h1", title), el("p", detail), BACK)


def _card(title: str, *inside: Inside, **more: str) -> Html:
    return el("section", el("h2", title), el("div", *inside, class_="inside"), **more)
