"""What of a visitor's request the origin gets to see when its answer is to be shared. Pure."""

from __future__ import annotations

from homeport.messages import Headers, Request

CREDENTIALS = frozenset(
    (
        "api-key",
        "authorization",
        "private-token",
        "proxy-authorization",
        "x-access-token",
        "x-amz-security-token",
        "x-api-key",
        "x-auth-token",
        "x-csrf-token",
        "x-user-id",
        "x-xsrf-token",
    )
)
"""Fields that name their sender: the answer is for one visitor, and nothing of theirs may stand in a cache."""

OVERRIDES = frozenset(("x-http-method", "x-http-method-override", "x-method-override"))
"""Fields by which some origins take a request for one of another method."""

NOT_FORWARDED = (
    CREDENTIALS
    | OVERRIDES
    | frozenset(
        (
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
            "x-original-host",
            "x-original-url",
            "x-real-ip",
            "x-rewrite-url",
        )
    )
)
"""Fields that would make a stored answer partial, conditional, personal, or another resource's (cache poisoning)."""

_SHARED = frozenset(("accept", "accept-language", "user-agent"))
_PREFIXES = ("cf-", "cdn-loop", "x-forwarded-")


def fill_request(request: Request, vary: tuple[str, ...] = ()) -> Request:
    """The request for a representation that everybody may see: whole, unconditional, nobody's.

    Only fields that describe what is wanted go along, and those by which the route's key tells representations apart:
    a field that is not in the key must not be able to change what is stored (cache poisoning).
    """
    kept = _SHARED.union(name.lower() for name in vary)
    return Request("GET", request.target, Headers(pair for pair in request.headers if pair[0] in kept))


def shareable(headers: Headers) -> Headers:
    """The fields that neither name the visitor nor belong to the connection (RFC 9110 section 7.6.1)."""
    named = {name.strip().lower() for name in (headers.get("connection") or "").split(",")}
    return Headers((name, value) for name, value in headers if forwards(name) and name not in named)


def forwards(name: str) -> bool:
    """Whether a field, its name in lower case, may go along with a request that is not its sender's alone."""
    return name not in NOT_FORWARDED and not name.startswith(_PREFIXES)
