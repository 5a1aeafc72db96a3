"""From an entry to the visitor's answer: Age, conditional requests, HEAD (RFC 9110, RFC 9111 section 4). Pure."""

from __future__ import annotations

import re

from homeport.entry import Entry
from homeport.errors import not_found
from homeport.messages import Headers, Request, Response

from .freshness import HTTP_DATE, age, moment
from .ranges import partial

_ETAG = re.compile(r'(?:W/)?("[^"]*")')
_ETAGS = re.compile(rf"(?:^|,)[ \t]*{_ETAG.pattern}")
_KEEPING = (
    "cache-control",
    "cdn-cache-control",
    "cloudflare-cdn-cache-control",
    "expires",
    "pragma",
    "surrogate-control",
)
"""Fields by which the origin lets caches keep its representation; a targeted one outdoes Cache-Control (RFC 9213)."""

_NOT_MODIFIED_FIELDS = ("cache-control", "content-location", "date", "etag", "expires", "vary", "age")
_ASKING = frozenset(("if-modified-since", "if-none-match", "range"))
"""Request fields that make of a whole 200 another answer; without one of them nothing is looked at."""


def from_entry(request: Request, entry: Entry, now: int) -> Response:
    """The entry's representation as an answer to this GET or HEAD; less where the visitor has it or wants a part of it.

    A dirty one is this region's word alone: no cache behind this one may use it unasked, not even when stale (RFC 9111
    sections 4.2.4 and 5.2.2.4), whatever the origin let caches do with its own. Every 200 is offered in parts, unless
    the origin said what it is offered in (RFC 9110 section 14.3).
    """
    if entry.kind == "tombstone":
        return not_found("This resource was deleted; the origin has yet to confirm it.")
    header = entry.header
    if entry.dirty:
        kept = "private, no-store" if entry.whose else "no-cache"
        header = header.without(*_KEEPING).plus(("cache-control", kept))
    offered = header.made(_in_parts_too if entry.status == 200 else _ageless)
    fields = offered.instead("age", str(int(age(entry, now))))
    return satisfy(request, Response(entry.status, fields, entry.body))


def _ageless(header: Headers) -> Headers:
    return header.without("age")


def _in_parts_too(header: Headers) -> Headers:
    ageless = header.without("age")
    return ageless if "accept-ranges" in header else ageless.plus(("accept-ranges", "bytes"))


def satisfy(request: Request, whole: Response) -> Response:
    """What the visitor gets of a whole response: 304, 206, 416, or all of it (RFC 9110 section 13.2.2 from step 3).

    Only a 200 to GET or HEAD is anything but handed on. If-Match and If-Unmodified-Since are the origin's to judge (RFC
    9111 section 4.3.2); with one of them Range is ignored, so that nobody joins parts of two representations.
    """
    asked = request.headers
    if _ASKING.isdisjoint(asked.names):
        return whole
    if whole.status != 200 or request.method not in ("GET", "HEAD"):
        return whole
    headers = whole.headers
    if _visitor_has(asked, headers):
        kept = _NOT_MODIFIED_FIELDS if "etag" in headers else (*_NOT_MODIFIED_FIELDS, "last-modified")
        return Response(304, Headers(pair for pair in headers if pair[0] in kept))
    field = asked.get("range")
    if field is None or request.method != "GET" or not _in_parts(asked, headers):
        return whole
    return partial(whole, field, known="if-range" in asked)


def for_method(request: Request, answer: Response) -> Response:
    """The answer without its content where the method is HEAD (RFC 9110 section 9.3.2)."""
    if request.method != "HEAD" or not len(answer.body):
        return answer  # with the length of what was not even fetched, where that is known
    length = ("content-length", str(len(answer.body)))
    return Response(answer.status, answer.headers.without("content-length").plus(length))


def _visitor_has(conditions: Headers, headers: Headers) -> bool:
    """If-None-Match by weak comparison, else If-Modified-Since (RFC 9110 section 13.1, RFC 9111 section 4.3.2)."""
    tags = conditions.get("if-none-match")
    if tags is not None:
        etag = _ETAG.fullmatch(headers.get("etag") or "")
        return tags.strip() == "*" or (etag is not None and etag[1] in _ETAGS.findall(tags))
    # A cache compares with Date where there is no Last-Modified (RFC 9111 section 4.3.2).
    since, modified = conditions.get("if-modified-since"), headers.get("last-modified") or headers.get("date")
    if since is not None and since == modified:
        # What most visitors say; it takes no calendar, which is dear to import, to judge it.
        return _valid(since)
    then, last = _date(since), _date(modified)
    return then is not None and last is not None and last <= then


def _in_parts(conditions: Headers, headers: Headers) -> bool:
    """Whether Range counts: the origin has nothing against it, and If-Range holds (RFC 9110 sections 13.1.5, 14.3)."""
    units = headers.get("accept-ranges") or "bytes"
    if "bytes" not in [unit.strip().lower() for unit in units.split(",")]:
        return False
    if "if-match" in conditions or "if-unmodified-since" in conditions:
        return False
    validator = conditions.get("if-range")
    if validator is None:
        return True
    if _ETAG.fullmatch(validator):
        return validator == headers.get("etag") and not validator.startswith("W/")
    # A date is a strong validator only if the origin answered at least a second after it (section 8.8.2.2).
    modified, date = _date(headers.get("last-modified")), _date(headers.get("date"))
    exact = validator == headers.get("last-modified")
    return exact and modified is not None and date is not None and date - modified >= 1


def _valid(date: str) -> bool:
    return re.fullmatch(HTTP_DATE, date) is not None


def _date(value: str | None) -> float | None:
    """An HTTP date in seconds since 1970; None where it is absent or in none of the formats that are valid.

    Of a year in two digits 69 to 99 are the last century's: where section 5.6.7 would say the next 50 years, the
    visitor is sent the whole.
    """
    return moment(value) if value is not None and _valid(value) else None
