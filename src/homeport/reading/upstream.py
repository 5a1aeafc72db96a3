"""What of a visitor's request the origin gets to see when its answer is to be shared. Pure."""

from __future__ import annotations

from homeport.messages import Headers, Request

NOT_FORWARDED = frozenset(
    (
        "authorization",
        "cache-control",
        "connection",
        "content-length",
        "cookie",
        "expect",
        "forwarded",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "keep-alive",
        "max-forwards",
        "pragma",
        "proxy-authorization",
        "proxy-connection",
        "range",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "x-http-method-override",
        "x-original-url",
        "x-real-ip",
        "x-rewrite-url",
    )
)
"""Fields that would make a stored answer partial, conditional, personal, or another resource's (cache poisoning)."""

_PREFIXES = ("cf-", "cdn-loop", "x-forwarded-")


def fill_request(request: Request) -> Request:
    """The request for a representation that everybody may see: whole, unconditional, nobody's."""
    return Request("GET", request.target, shareable(request.headers))


def shareable(headers: Headers) -> Headers:
    """The fields that neither name the visitor nor the connection."""
    return Headers(
        (name, value)
        for name, value in headers
        if name not in NOT_FORWARDED and not name.startswith(_PREFIXES)
    )
