"""An entry after some of its pending writes have been settled. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from homeport.entry import Entry, Pending
from homeport.messages import NO_FIELDS, Response
from homeport.reading.storing import LARGEST, stored_headers
from homeport.reading.validate import has_validator

from .conflict import left_by


def without(
    entry: Entry,
    write_id: str,
    nonce: str,
    now: int,
    answer: Response | None,
    superseded: Collection[str] = (),
) -> Entry:
    """The entry without one write and those `superseded` by it; what it was to supersede beyond these goes singly.

    What is pending after it keeps its place and its representation. With nothing left the entry is clean and stale: the
    next reader asks the origin. A representation stays only where the origin can be asked whether it still stands: its
    own, if the `answer` to the replay carried it, with a validator; else nobody would ever be shown it, and Momento
    meters its octets. `answer` is None for a write that the origin refused: then nothing here can be trusted, and the
    entry becomes a marker. So does one that is somebody's alone: what the origin answered them is nobody else's, and a
    stale one might be shown.
    """
    gone = {write_id, *superseded}
    settled = [item for item in entry.pending if item.id in gone]
    pending = tuple(_singly(item, write_id) for item in entry.pending if item.id not in gone)
    if pending:
        return entry.version(nonce, pending=pending, etag=left_by(settled[-1], answer))
    if answer is None or entry.whose:
        return Entry(
            target=entry.target, vary=entry.vary, kind="marker", nonce=nonce, seq=entry.seq, as_of=(now, now)
        )
    clean = entry.version(nonce, pending=(), stale=True, as_of=(now, now), etag="")
    if _carries_representation(settled[-1], entry.target, answer):
        header = stored_headers(answer.headers, clean.as_of)
        clean = replace(clean, kind="stored", status=200, header=header, body=answer.body)
    elif entry.kind == "command":
        clean = replace(clean, kind="marker")
    return clean if has_validator(clean) else replace(clean, header=NO_FIELDS, body=b"")


def postponed(entry: Entry, write_id: str, nonce: str, not_before: int) -> Entry:
    """The entry with one more try of a write counted, and the time before which it is not sent again."""
    return entry.version(
        nonce,
        pending=tuple(
            replace(item, sent=True, tries=item.tries + 1, not_before=not_before)
            if item.id == write_id
            else item
            for item in entry.pending
        ),
    )


def parted(entry: Entry, write_id: str, nonce: str) -> Entry:
    """The entry with the writes that one was to supersede beside it again: each is sent by itself."""
    return entry.version(nonce, pending=tuple(_singly(item, write_id) for item in entry.pending))


def _singly(item: Pending, write_id: str) -> Pending:
    """Counted as sent, which keeps it from being coalesced again: what failed in company is not tried in another."""
    return replace(item, by="", sent=True) if item.by == write_id else item


def _carries_representation(item: Pending, target: str, answer: Response) -> bool:
    """Whether the answer to a PUT, PATCH or POST shows the resource itself and not just how the request went.

    It does where Content-Location names the target (RFC 9110 section 6.4.2, rule 3 of its list for responses).
    """
    return (
        item.method in ("PUT", "PATCH", "POST")
        and answer.status in (200, 201)
        and answer.headers.get("content-location") == target
        and 0 < len(answer.body) <= LARGEST
    )
