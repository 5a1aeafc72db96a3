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
        "true-client-ip",
        "upgrade",
        "x-client-ip",
        "x-cluster-client-ip",
        "x-host",
        "x-http-host-override",
        "x-http-method",
        "x-http-method-override",
        "x-method-override",
        "x-original-host",
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
    """The fields that neither name the visitor nor belong to the connection (RFC 9110 section 7.6.1)."""
    named = {name.strip().lower() for name in (headers.get("connection") or "").split(",")}
    return Headers((name, value) for name, value in headers if forwards(name) and name not in named)


def forwards(name: str) -> bool:
    """Whether a field, its name in lower case, is forwarded with a request whose answer is shared."""
    return name not in NOT_FORWARDED and not name.startswith(_PREFIXES)
