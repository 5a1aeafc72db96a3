"""The four ways in which the product page lets caches keep it."""

from __future__ import annotations

from typing import Literal, get_args

Way = Literal["none", "ttl", "swr", "push"]
WAYS: tuple[Way, ...] = get_args(Way)

SAFETY_NET_SECONDS = 3600
"""For how long a pushed page is shown where no push replaces it."""


def fields(way: Way, ttl: int) -> dict[str, str]:
    """The header fields for a way; `ttl` in seconds, for `ttl` and `swr`.

    Nobody can push to a browser: a pushed page lets it keep nothing unasked, and speaks to the regions by a field of
    their own (RFC 9213).
    """
    match way:
        case "none":
            return {"cache-control": "no-store"}
        case "ttl":
            return {"cache-control": f"public, max-age={ttl}"}
        case "swr":
            return {"cache-control": f"public, max-age={ttl}, stale-while-revalidate={ttl}"}
        case "push":
            return {"cache-control": "no-cache", "cdn-cache-control": f"max-age={SAFETY_NET_SECONDS}"}
