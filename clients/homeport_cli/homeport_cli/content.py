"""How bodies and fields of stored requests are shown. Pure."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from homeport.messages import Headers
from homeport.reading.upstream import credentials
from momento_http_shim.octets import Octets

HIDDEN = "[hidden]"


def fields(headers: Headers) -> list[list[str]]:
    """Fields by name and value; of one that may hold a credential no value is shown, whatever brought it there."""
    return [[name, HIDDEN if _secret(name) else value] for name, value in headers]


def _secret(name: str) -> bool:
    return name in ("cookie", "set-cookie", "set-cookie2") or bool(credentials((name,)))


def text_of(body: Octets) -> str | None:
    """A body as text; None where it is none."""
    try:
        return bytes(body).decode()
    except UnicodeDecodeError:
        return None


def body_members(body: Octets, name: str = "body") -> dict[str, Any]:
    """A body as JSON has it: as text, or else in base64."""
    text = text_of(body)
    return {name: text} if text is not None else {f"{name}_base64": b64encode(bytes(body)).decode()}
