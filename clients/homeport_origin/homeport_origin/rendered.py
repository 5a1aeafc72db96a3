"""From what a framework's renderer gives to a response. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from homeport.messages import Headers, Response

_HTML = "text/html; charset=utf-8"
_DEFAULTS: tuple[Any, ...] = (b"", (), 200)
"""Body, headers and status, where a tuple is shorter."""


def response_of(rendered: Any) -> Response:
    """The response that a renderer means.

    Text (HTML in UTF-8), octets, a tuple of (body, headers, status) or its beginning, or an object with `body` or
    `content`, `headers` and `status_code` or `status`, as Starlette, Django, Flask and httpx have. Headers are a
    mapping or pairs. TypeError for anything else.
    """
    if isinstance(rendered, tuple):
        body, headers, status = [*rendered, *_DEFAULTS[len(rendered) :]][:3]
    elif isinstance(rendered, str | bytes):
        body, headers, status = rendered, (), 200
    else:
        body = _first(rendered, "body", "content", "data")
        headers = _first(rendered, "headers")
        status = _first(rendered, "status_code", "status")
    fields = Headers(_pairs(headers))
    if isinstance(body, str):
        body = body.encode()
        if "content-type" not in fields:
            fields = fields.plus(("content-type", _HTML))
    if not isinstance(body, bytes | bytearray | memoryview) or type(status) is not int:
        raise TypeError(
            f"a renderer gives text, octets, (body, headers, status) or a response; not {_what(rendered)}"
        )
    return Response(int(status), fields, bytes(body))


def _pairs(headers: Any) -> Iterable[tuple[str, str]]:
    pairs = headers.items() if isinstance(headers, Mapping) or hasattr(headers, "items") else headers
    return [(str(name), str(value)) for name, value in pairs]


def _first(rendered: object, *names: str) -> Any:
    for name in names:
        if hasattr(rendered, name):
            return getattr(rendered, name)
    raise TypeError(f"a response has {' or '.join(names)}; {_what(rendered)} has not")


def _what(rendered: object) -> str:
    return type(rendered).__name__
