"""From an entry to the visitor's answer: Age, conditional requests, HEAD (RFC 9110, RFC 9111 section 4). Pure."""

from __future__ import annotations

from homeport.entry import Entry
from homeport.errors import not_found
from homeport.messages import Request, Response

from .freshness import age

_NOT_MODIFIED_FIELDS = ("cache-control", "content-location", "date", "etag", "expires", "vary", "age")


def from_entry(request: Request, entry: Entry, now: int) -> Response:
    """The entry's representation as an answer to this GET or HEAD; 304 where the visitor has it already."""
    if entry.kind == "tombstone":
        return not_found("This resource was deleted; the origin has yet to confirm it.")
    headers = entry.header.without("age").plus(("age", str(int(age(entry, now)))))
    if _visitor_has(request, entry):
        return Response(304, type(headers)(pair for pair in headers if pair[0] in _NOT_MODIFIED_FIELDS))
    if request.method == "HEAD":
        return Response(entry.status, headers.plus(("content-length", str(len(entry.body)))))
    return Response(entry.status, headers, entry.body)


def _visitor_has(request: Request, entry: Entry) -> bool:
    """If-None-Match by weak comparison (RFC 9110 sections 8.8.3.2 and 13.1.2)."""
    condition, etag = request.headers.get("if-none-match"), entry.header.get("etag")
    if condition is None or etag is None or entry.status != 200:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in condition.split(",")}
    return condition.strip() == "*" or etag.removeprefix("W/") in tags
