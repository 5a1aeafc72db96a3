"""Cache-Status: what this cache did, said in one header field (RFC 9211)."""

from __future__ import annotations

from dataclasses import replace

from homeport.errors import no_answer
from homeport.messages import NoAnswer, Relayed, Response

CACHE = "Homeport"


def member(*parameters: str, detail: str = "") -> str:
    """Our member of the list. `parameters` are in their serialised form, `hit` or `ttl=57`; `detail` is ASCII text."""
    # A quoted string of RFC 9651 section 3.3.3.
    quoted = detail.replace("\\", "\\\\").replace('"', '\\"')
    return "; ".join((CACHE, *parameters, *((f'detail="{quoted}"',) if detail else ())))


def say(response: Response, *parameters: str, detail: str = "") -> Response:
    """The response with our member at the end of its Cache-Status list (RFC 9211 section 2)."""
    before = response.headers.get("cache-status")
    mine = member(*parameters, detail=detail)
    headers = response.headers.instead("cache-status", f"{before}, {mine}" if before else mine)
    return Response(response.status, headers, response.body)


def relayed(answer: Relayed, *parameters: str, detail: str = "") -> Relayed:
    """The same for an answer that streams: its own list, if it has one, stays before ours."""
    return replace(answer, added=(*answer.added, ("cache-status", member(*parameters, detail=detail))))


def answered(reply: Relayed | Response | NoAnswer, *parameters: str, detail: str = "") -> Response | Relayed:
    """The same for whatever the origin gave; 502 where it gave nothing."""
    if isinstance(reply, Relayed):
        return relayed(reply, *parameters, detail=detail)
    return say(no_answer(reply) if isinstance(reply, NoAnswer) else reply, *parameters, detail=detail)


def noted(response: Response, word: str) -> Response:
    """The response with one word more in the detail of our member, which ends with it and has one."""
    said = response.headers.get("cache-status") or ""
    return replace(response, headers=response.headers.instead("cache-status", f'{said[:-1]} {word}"'))
