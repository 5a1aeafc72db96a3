"""Whether a response may be stored for everybody (RFC 9111 section 3). Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from homeport.messages import Headers, Request, Response
from homeport.routing import Route

from .freshness import (
    corrected_age,
    directives,
    explicit,
    lifetime,
    moment,
    response_directives,
    stale_seconds,
)
from .tags import FIELDS
from .upstream import forwards

LARGEST = 4_900_000
"""Body and header fields, in octets: Momento's limit for an item is 5 MB, key and the rest of the line included."""

NOT_UNDERSTOOD = frozenset((206, 304))
"""Final statuses that a cache stores only where it understands them, as this one does not (RFC 9111 section 3)."""

UNDERSTOOD = frozenset((200, 203, 204, 300, 301, 302, 303, 307, 308, 404, 405, 410, 414, 501))
"""Statuses whose caching requirements are met, so that must-understand sets no-store aside (section 5.2.2.3)."""

SHARED = frozenset(("public", "s-maxage", "must-revalidate"))
"""Directives that allow a shared cache to reuse the answer to a request with Authorization (section 3.5)."""

NOT_STORED = (
    "connection",
    "content-length",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authentication-info",
    "proxy-connection",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    *FIELDS,
)
"""Fields of the connection, not of the representation (RFC 9111 section 3.1); and tags, which the entry has."""


def may_store(request: Request, response: Response, route: Route) -> bool:
    """Whether the answer to this request may be kept for other visitors of this route; its body is not looked at."""
    return may_share(request, response) and _of_use(response, route)


def may_share(request: Request, response: Response) -> bool:
    """Whether others than the sender of this request may see the answer to it, were it of use to keep it."""
    said = response_directives(response.headers)
    return (
        200 <= response.status <= 599
        and response.status not in NOT_UNDERSTOOD
        and _allowed(said, response.status)
        and "no-store" not in directives(request.headers)
        and ("authorization" not in request.headers or not said.keys().isdisjoint(SHARED))
        and ("set-cookie" not in response.headers or "set-cookie" in qualified(response.headers))
        and all(name != "*" and forwards(name) for name in varied(response.headers))
    )


def _allowed(said: Mapping[str, str], status: int) -> bool:
    """no-store, private without field names, must-understand (RFC 9111 sections 5.2.2.3, .5, .7)."""
    if said.get("private") == "":
        return False
    if "must-understand" in said:
        return status in UNDERSTOOD
    return "no-store" not in said


def _of_use(response: Response, route: Route) -> bool:
    """Whether it will be fresh, or may be shown stale, or spare a transfer because the origin can validate it."""
    headers = response.headers
    if (
        response_directives(headers).get("no-cache") != ""
        and lifetime(response.status, headers, route.ttl) > 0
    ):
        return True
    if not explicit(headers):
        return False  # a validator alone is no invitation to keep something that is never fresh
    return may_be_stale(headers, route) or (
        response.status == 200 and ("etag" in headers or "last-modified" in headers)
    )


def may_be_stale(headers: Headers, route: Route) -> bool:
    """Whether it may be shown after its freshness, while the origin is asked or because that failed (RFC 5861)."""
    windows = (
        ("stale-while-revalidate", route.stale_while_revalidate),
        ("stale-if-error", route.stale_if_error),
    )
    return any(stale_seconds(headers, *window) > 0 for window in windows)


def qualified(headers: Headers) -> frozenset[str]:
    """The fields that `no-cache="…"` and `private="…"` name: they are not kept (RFC 9111 sections 5.2.2.4, .7)."""
    said = response_directives(headers)
    names = ",".join(said.get(directive, "") for directive in ("no-cache", "private"))
    return frozenset(name.strip().lower() for name in names.split(",")) - {""}


def varied(headers: Headers) -> tuple[str, ...]:
    """The request fields by which the response varies (RFC 9110 section 12.5.5), in order of the alphabet.

    fetch decodes what is coded with gzip or br: one representation for all, whatever they accept. A coding that it
    hands on depends on what was accepted, also where the origin forgets to say so.
    """
    coded = {"accept-encoding"} if "content-encoding" in headers else set()
    return tuple(sorted(headers.members("vary") - {"accept-encoding"} | coded))


def fits(response: Response) -> bool:
    """Whether body and fields fit into an item of Momento's."""
    return _size(response) <= LARGEST


def stored_headers(headers: Headers, as_of: tuple[int, int]) -> Headers:
    """The fields kept with a representation, Age corrected to its receipt; `as_of` from asking to receipt, in ms."""
    kept = headers.without(*NOT_STORED, *headers.members("connection"), *qualified(headers), "age")
    age = corrected_age(headers, *as_of)
    return kept.plus(("age", str(age))) if age else kept


def dated(response: Response, received: int) -> Response:
    """The response with the Date that a recipient puts where it is missing or invalid (RFC 9110 section 6.6.1)."""
    if moment(response.headers.get("date")) is not None:
        return response
    from email.utils import formatdate  # rarely needed, and dear at a worker's start

    date = formatdate(received / 1000, usegmt=True)
    return replace(response, headers=response.headers.without("date").plus(("date", date)))


def for_everybody(response: Response) -> Response:
    """The response without Set-Cookie, and without the fields that name its tags.

    The origin opened that session because the request carried no cookie; it would replace the visitor's own.
    """
    return replace(response, headers=response.headers.without("set-cookie", *FIELDS))


def _size(response: Response) -> int:
    return len(response.body) + len(json.dumps(response.headers.joined()))
