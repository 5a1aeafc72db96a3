"""One wide line for each request, its names after OpenTelemetry's conventions for HTTP. Never a query or a field."""

from __future__ import annotations

import re
from collections.abc import Awaitable

from .messages import Relayed, Request, Response
from .ports import Effects

_METHODS = frozenset(("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"))
_OURS = re.compile(r'Homeport(?:; ([^;"]+))?[^"]*?(?:; detail="([^ "]*) ?([^"]*)")?')


async def told(
    request: Request, answering: Awaitable[Response | Relayed], effects: Effects
) -> Response | Relayed:
    """An answer, and the event `request` about it."""
    began = effects.now()
    answer = await answering
    effects.emit("request", line(request, answer, effects.now() - began))
    return answer


def line(request: Request, answer: Response | Relayed, milliseconds: int) -> dict[str, object]:
    """What is told of a request: what became of it at this cache is what its Cache-Status says.

    A method that HTTP does not know may be anything: it is `_OTHER`.
    """
    fields: dict[str, object] = {
        "http.request.method": request.method if request.method in _METHODS else "_OTHER",
        "url.path": request.path,
        "http.response.status_code": answer.status,
        "http.server.request.duration": milliseconds / 1000,
    }
    said = _OURS.fullmatch(_said(answer))
    for name, value in zip(("cache", "region", "detail"), said.groups() if said else (), strict=False):
        if value:
            fields[f"homeport.{name}"] = value
    return fields


def _said(answer: Response | Relayed) -> str:
    """Our member of Cache-Status: it is always the last."""
    lists = [*answer.headers] if isinstance(answer, Response) else [*answer.added]
    said = [value for name, value in lists if name == "cache-status"]
    return said[-1][max(said[-1].rfind("Homeport"), 0) :] if said else ""
