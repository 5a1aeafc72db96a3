"""What a resource looks like after a write, before the origin has seen it. Pure."""

from __future__ import annotations

from homeport.entry import Entry, Pending
from homeport.messages import NO_FIELDS, Headers

_DESCRIBES = ("content-type", "content-language")


def after(entry: Entry, item: Pending) -> Entry:
    """The entry with the representation that this write leaves; what is pending and its number are untouched.

    PUT: the request's body is the new representation (RFC 9110 section 9.3.4). DELETE: a tombstone.
    """
    if item.method == "DELETE":
        return entry.version(
            entry.nonce, kind="tombstone", status=404, header=NO_FIELDS, body=b"", as_of=_at(item)
        )
    if item.method == "PUT":
        described = Headers(pair for pair in item.header if pair[0] in _DESCRIBES)
        header = described.plus(("cache-control", "no-cache"))
        return entry.version(
            entry.nonce, kind="stored", status=200, header=header, body=item.body, as_of=_at(item)
        )
    raise ValueError(f"{item.method} leaves no representation that the request alone determines")


def _at(item: Pending) -> tuple[int, int]:
    return (item.accepted, item.accepted)
