"""Whether a response may be stored for everybody (RFC 9111 section 3). Pure."""

from __future__ import annotations

from homeport.messages import Headers, Request, Response
from homeport.routing import Route

from .freshness import directives, lifetime, response_directives

LARGEST_BODY = 4_900_000
"""In octets: Momento's limit for an item is 5 MB, key and first line included."""

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
        and "authorization" not in request.headers
        and "set-cookie" not in response.headers
        and _keyed(response.headers, route)
        and len(response.body) <= LARGEST_BODY
        and lifetime(response.status, response.headers, route.ttl) > 0
    )


def stored_headers(headers: Headers) -> Headers:
    """The fields that are kept with a representation."""
    named = tuple(name.strip().lower() for name in (headers.get("connection") or "").split(","))
    return headers.without(*NOT_STORED, *named)


def _keyed(headers: Headers, route: Route) -> bool:
    """Whether the route's key tells apart everything the response varies by (RFC 9111 section 4.1)."""
    varying = {name.strip().lower() for name in (headers.get("vary") or "").split(",")} - {""}
    # fetch negotiates the encoding itself and hands over the decoded body: one representation for all.
    return varying <= {"accept-encoding", *(name.lower() for name in route.vary)}
