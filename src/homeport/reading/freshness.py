"""How long a stored response is fresh, and how old it is (RFC 9111 section 4.2). Pure."""

from __future__ import annotations

from homeport.entry import Entry
from homeport.messages import Headers

BY_ROUTE = frozenset((200, 203, 301, 308))
"""Statuses to which a route's `ttl` applies where the origin says nothing; others need explicit freshness."""


def directives(headers: Headers, name: str = "cache-control") -> dict[str, str]:
    """The directives of a Cache-Control field, names in lower case (RFC 9111 section 5.2); the first of a name wins."""
    found: dict[str, str] = {}
    for part in (headers.get(name) or "").split(","):
        directive, _, value = part.strip().partition("=")
        if directive:
            found.setdefault(directive.strip().lower(), value.strip().strip('"'))
    return found


def response_directives(headers: Headers) -> dict[str, str]:
    """What the origin says to this cache: CDN-Cache-Control alone where it stands (RFC 9213 section 2.2)."""
    return directives(headers, "cdn-cache-control") or directives(headers)


def lifetime(status: int, headers: Headers, ttl: float | None) -> float:
    """Freshness lifetime in seconds (RFC 9111 section 4.2.1); 0 where neither the origin nor the route gives one."""
    said = response_directives(headers)
    for directive in ("s-maxage", "max-age"):
        if directive in said:
            return seconds(said[directive])
    if "expires" in headers:
        return _until_expiry(headers)
    return ttl if ttl is not None and status in BY_ROUTE else 0.0


def age(entry: Entry, now: int) -> float:
    """Seconds since the origin produced the entry's representation (RFC 9111 section 4.2.3)."""
    return max(0.0, (now - entry.as_of[0]) / 1000) + seconds(entry.header.get("age") or "0")


def seconds(value: str) -> float:
    """delta-seconds (RFC 9111 section 1.2.2); what is not a number counts as stale, that is 0."""
    return float(min(int(value), 2**31)) if value.isascii() and value.isdigit() else 0.0


def _until_expiry(headers: Headers) -> float:
    # Imported here: few responses have Expires and no max-age, and the module is dear at a worker's start.
    from email.utils import parsedate_to_datetime

    try:
        expires = parsedate_to_datetime(headers.get("expires") or "")
        date = parsedate_to_datetime(headers.get("date") or "")
        return max(0.0, (expires - date).total_seconds())
    except (ValueError, TypeError):
        return 0.0  # an invalid date, "0" above all, means expired (RFC 9111 section 5.3)
