"""Asking the origin whether a stored response still stands (RFC 9111 section 4.3). Pure."""

from __future__ import annotations

from homeport.entry import Entry
from homeport.messages import Headers, Request

from .storing import qualified, stored_headers

NOT_UPDATED = (
    "content-encoding",
    "content-length",
    "content-md5",
    "content-range",
    "etag",
    "set-cookie",
    "vary",
)
"""Fields that stay with the stored representation whatever a 304 says: they describe the very octets that are stored
(RFC 9111 section 3.2), or must not be kept."""


def has_validator(entry: Entry) -> bool:
    """Whether the origin can be asked about it: a whole 200 with ETag or Last-Modified."""
    return (
        entry.kind == "stored"
        and entry.status == 200
        and ("etag" in entry.header or "last-modified" in entry.header)
    )


def conditional(request: Request, entry: Entry) -> Request:
    """The request that lets the origin answer 304 where the entry still stands (RFC 9111 section 4.3.1)."""
    etag, modified = entry.header.get("etag"), entry.header.get("last-modified")
    fields = [("if-none-match", etag)] if etag else []
    if modified:
        fields.append(("if-modified-since", modified))
    return Request(request.method, request.target, request.headers.plus(*fields))


def about(entry: Entry, not_modified: Headers) -> bool:
    """Whether a 304 speaks of this entry: its ETag, else its Last-Modified, is the entry's (RFC 9111 section 4.3.4).

    ETags are compared weakly, because what compresses on the way makes a 200's weak and leaves the 304's as it is.
    """
    etag, modified = not_modified.get("etag"), not_modified.get("last-modified")
    if etag is not None:
        return etag.removeprefix("W/") == (entry.header.get("etag") or "").removeprefix("W/")
    return modified is None or modified == entry.header.get("last-modified")


def updated(
    entry: Entry, not_modified: Headers, as_of: tuple[int, int], nonce: str, tags: tuple[str, ...]
) -> Entry:
    """The entry after a 304: its fields as the 304 gives them, its life begun anew (RFC 9111 sections 3.2, 4.3.4).

    `tags` are those of the 304; where it names none the entry keeps its own. What was pushed is the origin's own word
    from now on: a push that is older than the 304 must not replace it by its number.
    """
    news = stored_headers(not_modified.without(*NOT_UPDATED), as_of)
    names = {name for name, _ in news}
    gone = names | qualified(not_modified)
    kept = Headers(pair for pair in entry.header.without("age") if pair[0] not in gone)
    return entry.version(
        nonce,
        header=kept.plus(*news),
        as_of=as_of,
        stale=False,
        soft=False,
        tags=tags or entry.tags,
        push=None,
    )
