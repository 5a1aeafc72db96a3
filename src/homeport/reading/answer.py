"""From an entry to the visitor's answer: Age, conditional requests, HEAD (RFC 9110, RFC 9111 section 4). Pure."""

from __future__ import annotations

import re

from homeport.entry import Entry
from homeport.errors import not_found
from homeport.messages import Headers, Request, Response

from .freshness import age, moment

_OPAQUE_TAG = re.compile(r'(?:^|,)\s*(?:W/)?("[^"]*")')
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


def from_entry(request: Request, entry: Entry, now: int) -> Response:
    """The entry's representation as an answer to this GET or HEAD; 304 where the visitor has it already.

    A dirty one is this region's word alone: no cache behind this one may use it unasked, not even when stale (RFC 9111
    sections 4.2.4 and 5.2.2.4), whatever the origin let caches do with its own.
    """
    if entry.kind == "tombstone":
        return not_found("This resource was deleted; the origin has yet to confirm it.")
    header = entry.header
    if entry.dirty:
        header = header.without(*_KEEPING).plus(("cache-control", "no-cache"))
    headers = header.without("age").plus(("age", str(int(age(entry, now)))))
    if entry.status == 200 and _visitor_has(request.headers, entry.header):
        return Response(304, Headers(pair for pair in headers if pair[0] in _NOT_MODIFIED_FIELDS))
    return Response(entry.status, headers, entry.body)


def for_method(request: Request, answer: Response) -> Response:
    """The answer without its content where the method is HEAD (RFC 9110 section 9.3.2)."""
    if request.method != "HEAD" or answer.status in (204, 304):
        return answer
    length = ("content-length", str(len(answer.body)))
    return Response(answer.status, answer.headers.without("content-length").plus(length))


def _visitor_has(conditions: Headers, stored: Headers) -> bool:
    """If-None-Match by weak comparison, else If-Modified-Since (RFC 9110 section 13.2.2, RFC 9111 section 4.3.2)."""
    tags = conditions.get("if-none-match")
    if tags is not None:
        etag = _OPAQUE_TAG.match(stored.get("etag") or "")
        return tags.strip() == "*" or (etag is not None and etag[1] in _OPAQUE_TAG.findall(tags))
    since, modified = conditions.get("if-modified-since"), stored.get("last-modified")
    if since is None or modified is None:
        return False
    if since == modified:
        return True
    then, last = moment(since), moment(modified)
    return then is not None and last is not None and last <= then
