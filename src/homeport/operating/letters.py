"""What an operator is shown of a dead letter: never a credential, not even a sealed one. Pure."""

from __future__ import annotations

import base64
from typing import Any

from homeport.access import Role
from homeport.draining.dead_letter import Listed
from homeport.draining.letter import Letter
from homeport.messages import Headers
from homeport.reading.upstream import credentials
from momento_http_shim.octets import Octets

_OWN = frozenset(("cookie", "forwarded", "set-cookie", "set-cookie2"))
"""Whose address the visitor had is nobody's business here; a cookie never was."""


def listed(each: Listed, letter: Letter | None) -> dict[str, Any]:
    """One line of a list: what can be told without the letter and, where it is at hand, what it is about."""
    line: dict[str, Any] = {"id": each.id, "key": each.key, "renewed": each.renewed}
    return line | (_about(letter) if letter else {})


def shown(letter: Letter, role: Role) -> dict[str, Any]:
    """A whole letter. Bodies are shown to those who may operate only: a token that reads is in a monitor's settings."""
    item = letter.item
    return {
        "id": letter.id,
        "key": letter.key,
        "region": letter.region,
        **_about(letter),
        "request": {
            "method": item.method,
            "target": item.target,
            "header": _fields(item.header),
            "credentials": "sealed" if item.sealed else "none",
            **_body(item.body, len(item.body), role),
        },
        "response": {
            "status": letter.status,
            "header": _fields(letter.header),
            **_body(letter.answer, letter.answer_bytes, role),
        },
    }


def _about(letter: Letter) -> dict[str, Any]:
    return {
        "method": letter.item.method,
        "path": letter.item.target.partition("?")[0],
        "status": letter.status,
        "reason": letter.reason,
        "tries": letter.item.tries,
        "accepted": letter.item.accepted,
        "settled": letter.settled,
    }


def _fields(header: Headers) -> list[list[str]]:
    hidden = _OWN | credentials(name for name, _ in header)
    return [[name, value] for name, value in header if name not in hidden]


def _body(octets: Octets, whole: int, role: Role) -> dict[str, Any]:
    said: dict[str, Any] = {"body_bytes": whole}
    if role != "operate":
        return said
    body = bytes(octets)
    try:
        return said | {"body": body.decode()}
    except UnicodeDecodeError:
        return said | {"body_base64": base64.b64encode(body).decode()}
