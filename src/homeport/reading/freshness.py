"""How long a stored response is fresh, and how old it is (RFC 9111 section 4.2). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from homeport.entry import Entry
from homeport.messages import Headers

BY_ROUTE = frozenset((200, 203, 301, 308))
"""Statuses to which a route's `ttl` applies where the origin says nothing; others need explicit freshness."""


TARGETED = "cdn-cache-control"
"""The field that speaks to caches like this one alone (RFC 9213 section 3.1)."""

# A dictionary of RFC 9651 section 3.2, of the values that directives have; anything else makes the field invalid.
_KEY = r"[a-z*][a-z0-9_.*-]*"
_BARE = r'(-?[0-9]{1,15}(?:\.[0-9]{1,3})?|"(?:[ !#-\[\]-~]|\\["\\])*"|[A-Za-z*][^\s,;="()]*|\?[01])'
_MEMBER = rf"({_KEY})(?:={_BARE})?(?:; *{_KEY}(?:={_BARE})?)*"
_TARGETED = re.compile(rf" *{_MEMBER}(?:[ \t]*,[ \t]*{_MEMBER})* *", re.ASCII)
_NAMING = ("no-cache", "private")
"""Directives that may name fields: then they are about these alone (RFC 9111 sections 5.2.2.4, .7)."""

_DELTAS = ("s-maxage", "max-age")
_TIME = "[0-9]{2}:[0-9]{2}:[0-9]{2}"
_DAY, _MONTH = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)", "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
HTTP_DATE = (
    rf"{_DAY}, [0-9]{{2}} {_MONTH} (?!00)[0-9]{{4}} {_TIME} GMT"
    rf"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, [0-9]{{2}}-{_MONTH}-[0-9]{{2}} {_TIME} GMT"
    rf"|{_DAY} {_MONTH} [0-9 ][0-9] {_TIME} (?!00)[0-9]{{4}}"
)
"""The three formats of RFC 9110 section 5.6.7: IMF-fixdate, RFC 850's, asctime's."""

_DIRECTIVE = re.compile(r'([^\s=,"]+)\s*(?:=\s*("(?:\\.|[^"\\])*"|[^\s,]*))?')
_FORBID_STALE = ("must-revalidate", "proxy-revalidate", "s-maxage")
REMEMBERED = 256
"""Cache-Control fields of so many characters are."""

NONE: Mapping[str, str] = {}
"""No directives."""

_LONGEST = 2**31
"""What a delta-seconds too large to represent counts as (RFC 9111 section 1.2.2)."""


def directives(headers: Headers) -> Mapping[str, str]:
    """The directives of a Cache-Control field, names in lower case (RFC 9111 section 5.2).

    The first of a name wins (section 4.2.1); but of no-cache and private the one that names no fields, else all names.
    """
    value = headers.get("cache-control")
    if not value:
        return NONE
    # Visitors say it, too: many that are long would fill the isolate's memory.
    return _directives(value) if len(value) <= REMEMBERED else _directives.__wrapped__(value)


@lru_cache(maxsize=256)
def _directives(value: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for each, argument in _DIRECTIVE.findall(value):
        directive, value = each.lower(), argument.strip('"')
        before = found.setdefault(directive, value)
        if directive in _NAMING and before != value:
            found[directive] = f"{before},{value}" if before and value else ""
    return found


def response_directives(headers: Headers) -> Mapping[str, str]:
    """What the origin says to this cache: CDN-Cache-Control alone where it stands (RFC 9213 section 2.2)."""
    return headers.made(_response_directives)


def _response_directives(headers: Headers) -> Mapping[str, str]:
    return targeted(headers) or directives(headers)


def targeted(headers: Headers) -> dict[str, str]:
    """The directives of CDN-Cache-Control; none where it is absent, empty or invalid (RFC 9213 section 2.1).

    The last of a name wins (RFC 9651 section 4.2.2). A number in quotes keeps them: it is none.
    """
    value = headers.get(TARGETED)
    if value is None or not _TARGETED.fullmatch(value):
        return {}
    members = {name: argument for name, argument, _ in re.findall(_MEMBER, value)}
    return {
        name: argument.strip('"') if name in _NAMING else argument.removeprefix("?1")
        for name, argument in members.items()
        if argument != "?0"
    }


def forbids_stale(headers: Headers) -> bool:
    """Whether the origin forbids that its response is shown stale (RFC 9111 sections 4.2.4, 5.2.2.2, .8, .10)."""
    said = response_directives(headers)
    return said.get("no-cache") == "" or not said.keys().isdisjoint(_FORBID_STALE)


def stale_seconds(headers: Headers, directive: str, route: float | None) -> float:
    """For how long after its freshness a response may be shown stale: by the origin's word, else by the route's.

    `directive` is stale-while-revalidate or stale-if-error (RFC 5861).
    """
    if forbids_stale(headers):
        return 0.0
    said = response_directives(headers)
    return seconds(said[directive]) if directive in said else route or 0.0


def lifetime(status: int, headers: Headers, ttl: float | None) -> float:
    """Freshness lifetime in seconds (RFC 9111 section 4.2.1); 0 where neither the origin nor the route gives one."""
    said = headers.made(_said_lifetime)
    if said is not None:
        return said
    return ttl if ttl is not None and status in BY_ROUTE else 0.0


def _said_lifetime(headers: Headers) -> float | None:
    said = response_directives(headers)
    for directive in _DELTAS:
        if directive in said:
            return seconds(said[directive])
    # A targeted field stands for Expires as well (RFC 9213 section 2.2).
    if "expires" in headers and not targeted(headers):
        expires, date = moment(headers.get("expires")), moment(headers.get("date"))
        # An invalid date, "0" above all, means expired (RFC 9111 section 5.3).
        return max(0.0, expires - date) if expires is not None and date is not None else 0.0
    return None


def explicit(headers: Headers) -> bool:
    """Whether the origin says at all how long its response is fresh."""
    said = response_directives(headers)
    return "expires" in headers or said.get("no-cache") == "" or not said.keys().isdisjoint(_DELTAS)


def age(entry: Entry, now: int) -> float:
    """Seconds since the origin produced the entry's representation; `now` in ms since 1970.

    RFC 9111 section 4.2.3: the stored Age is the corrected initial one, to which the resident time is added.
    """
    return max(0.0, (now - entry.as_of[1]) / 1000) + entry.header.made(stored_age)


def stored_age(headers: Headers) -> float:
    """Age in seconds; of several the first counts, and what is not a number does not (RFC 9111 section 5.1)."""
    return seconds((headers.get("age") or "0").partition(",")[0].strip())


def corrected_age(headers: Headers, asked: int, received: int) -> int:
    """How old a response was when it came, in seconds: the corrected_initial_age of RFC 9111 section 4.2.3.

    `asked` and `received` are the moments of request and response in ms since 1970.
    """
    date = moment(headers.get("date"))
    apparent = received / 1000 - date if date is not None else 0.0
    return int(max(apparent, stored_age(headers) + max(0, received - asked) / 1000))


def seconds(value: str) -> float:
    """delta-seconds (RFC 9111 section 1.2.2); what is not a number counts as stale, that is 0."""
    if not (value.isascii() and value.isdigit()):
        return 0.0
    digits = value.lstrip("0") or "0"
    return float(min(int(digits), _LONGEST)) if len(digits) <= 10 else float(_LONGEST)


def moment(value: str | None) -> float | None:
    """An HTTP date in seconds since 1970 (RFC 9110 section 5.6.7); None where there is none, or none that is valid.

    Whatever the case of its letters, and UTC only (RFC 9111 section 4.2).
    """
    if value is None or not re.fullmatch(HTTP_DATE, value, re.IGNORECASE | re.ASCII):
        return None
    # Imported here: the modules are dear at a worker's start, and a hit needs no dates.
    from calendar import timegm
    from email.utils import parsedate_to_datetime

    try:
        return float(timegm(parsedate_to_datetime(value).utctimetuple()))
    except (ValueError, TypeError, OverflowError):
        return None
