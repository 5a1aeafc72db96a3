"""What of a visitor's request the origin gets to see when its answer is to be shared. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from homeport.messages import Headers, Request

AUTHORIZATION = "authorization"

# Their names are all that tells fields of nobody's specification that carry who somebody is.
_SENDER = re.compile(
    r"(^|[-_])(accounts?|(access|api|function|subscription)s?[-_]?keys?|auth[nz]?|authorization|credentials?|csrf|identity|jwt|passw(or)?d|secrets?"
    r"|session(s|[-_]?id)?|signature(-input)?|tenants?|tokens?|user(s|[-_]?id|[-_]?name)?|xsrf)([-_]|$)"
)
_NOBODY = frozenset(("accept-signature", "sec-fetch-user", "user-agent"))

OVERRIDES = frozenset(("x-http-method", "x-http-method-override", "x-method-override"))
"""Fields by which some origins take a request for one of another method."""

NOT_FORWARDED = OVERRIDES | frozenset(
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
"""Fields that would make a stored answer partial, conditional, personal, or another resource's (cache poisoning)."""

REMEMBERED, LONGEST_NAME = 1024, 64
"""Fields' names of so many characters in all, and each alone, are: visitors make them up, and memory has an end."""

_PREFIXES = ("cf-", "cdn-loop", "x-forwarded-")


def fill_request(request: Request, target: str) -> Request:
    """The request for a representation that everybody may see: whole, unconditional, and nobody's.

    Unless it bears Authorization: then it is its sender's, and shared only if the origin says that it may be (RFC 9111
    section 3.5).
    """
    fields = shareable(request.headers)
    authorization = request.headers.get(AUTHORIZATION)
    return Request("GET", target, fields.plus((AUTHORIZATION, authorization)) if authorization else fields)


def credentials(names: Iterable[str]) -> frozenset[str]:
    """Those of some fields' names that name their sender: nothing that answers them may stand in a cache."""
    known = tuple(names)
    remembered = sum(map(len, known)) <= REMEMBERED
    return _credentials(known) if remembered else _credentials.__wrapped__(known)


@lru_cache(maxsize=256)  # a browser sends the same ones each time
def _credentials(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(filter(_names_sender, names))


def _names_sender(name: str) -> bool:
    return _known_to_name(name) if len(name) <= LONGEST_NAME else _known_to_name.__wrapped__(name)


@lru_cache(maxsize=512)
def _known_to_name(name: str) -> bool:
    return name not in _NOBODY and not name.startswith(_PREFIXES) and _SENDER.search(name) is not None


def shareable(headers: Headers) -> Headers:
    """The fields that neither name the visitor nor belong to the connection (RFC 9110 section 7.6.1)."""
    named = headers.members("connection")
    return Headers((name, value) for name, value in headers if forwards(name) and name not in named)


def forwards(name: str) -> bool:
    """Whether a field, its name in lower case, may go along with a request that is not its sender's alone."""
    return name not in NOT_FORWARDED and not name.startswith(_PREFIXES) and not _names_sender(name)
