"""Whether a response may be stored for everybody (RFC 9111 section 3). Pure."""

from __future__ import annotations

import json
from dataclasses import replace

from homeport.messages import Headers, Request, Response
from homeport.routing import Route

from .freshness import corrected_age, directives, lifetime, response_directives
from .upstream import CREDENTIALS

LARGEST = 4_900_000
"""Body and header fields, in octets: Momento's limit for an item is 5 MB, key and the rest of the line included."""

CACHEABLE = frozenset((200, 203, 204, 300, 301, 302, 307, 308, 404, 405, 410, 414, 501))
"""Final statuses this cache understands (RFC 9111 section 3); 206 is not among them."""

NOT_STORED = (
    "connection",
    "content-encoding",  # fetch hands over the decoded body
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
)
"""Fields of the connection, not of the representation (RFC 9111 section 3.1)."""


def may_store(request: Request, response: Response, route: Route) -> bool:
    """Whether the answer to this request may be reused for other visitors of this route."""
    said = response_directives(response.headers)
    return (
        response.status in CACHEABLE
        and not {"no-store", "private", "no-cache"} & said.keys()
        and "no-store" not in directives(request.headers)
        and not any(name in CREDENTIALS for name, _ in request.headers)
        and "set-cookie" not in response.headers
        and "content-encoding" not in response.headers  # of a coding that fetch does not decode
        and _keyed(response.headers, route)
        and _size(response) <= LARGEST
        and lifetime(response.status, response.headers, route.ttl) > 0
    )


def stored_headers(headers: Headers, as_of: tuple[int, int]) -> Headers:
    """The fields kept with a representation, Age corrected to its receipt; `as_of` from asking to receipt, in ms."""
    named = tuple(name.strip().lower() for name in (headers.get("connection") or "").split(","))
    kept = headers.without(*NOT_STORED, *named, "age")
    age = corrected_age(headers, *as_of)
    return kept.plus(("age", str(age))) if age else kept


def dated(response: Response, received: int) -> Response:
    """The response with the Date that a recipient adds where it is missing (RFC 9110 section 6.6.1)."""
    if "date" in response.headers:
        return response
    from email.utils import formatdate  # rarely needed, and dear at a worker's start

    date = formatdate(received / 1000, usegmt=True)
    return replace(response, headers=response.headers.plus(("date", date)))


def without_session(response: Response) -> Response:
    """The response without Set-Cookie.

    The origin opened that session because the request carried no cookie; it would replace the visitor's own.
    """
    return replace(response, headers=response.headers.without("set-cookie"))


def _keyed(headers: Headers, route: Route) -> bool:
    """Whether the route's key tells apart everything the response varies by (RFC 9111 section 4.1)."""
    varying = {name.strip().lower() for name in (headers.get("vary") or "").split(",")} - {""}
    # fetch negotiates the encoding itself and hands over the decoded body: one representation for all.
    return varying <= {"accept-encoding", *(name.lower() for name in route.vary)}


def _size(response: Response) -> int:
    return len(response.body) + len(json.dumps(response.headers.joined()))
