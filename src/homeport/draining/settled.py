"""An entry after some of its pending writes have been settled. Pure."""

from __future__ import annotations

from dataclasses import replace

from homeport.entry import Entry, Pending
from homeport.messages import Headers, Response
from homeport.reading.storing import LARGEST_BODY, stored_headers


def without(entry: Entry, write_id: str, nonce: str, now: int, answer: Response | None) -> Entry:
    """The entry without one write. What is pending after it keeps its place and its representation.

    With nothing left the entry is clean and stale: the next reader asks the origin. Until then it shows the origin's
    own representation where the `answer` to the replay carried one, else what the write left. `answer` is None for a
    write that the origin refused: then nothing here can be trusted, and the entry becomes a marker.
    """
    pending = tuple(item for item in entry.pending if item.id != write_id)
    if pending:
        return entry.version(nonce, pending=pending)
    if answer is None:
        return Entry(
            target=entry.target, vary=entry.vary, kind="marker", nonce=nonce, seq=entry.seq, as_of=(now, now)
        )
    clean = entry.version(nonce, pending=(), stale=True, as_of=(now, now))
    if not _carries_representation(answer):
        return clean
    return replace(clean, kind="stored", status=200, header=stored_headers(answer.headers), body=answer.body)


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


def head(entry: Entry) -> Pending | None:
    """The write that comes next: order within a resource is strict."""
    return entry.pending[0] if entry.pending else None


def _carries_representation(answer: Response) -> bool:
    """Whether the answer to a PUT shows the resource itself (RFC 9110 section 15.3.1 and 15.3.2)."""
    fields: Headers = answer.headers
    return answer.status in (200, 201) and "etag" in fields and 0 < len(answer.body) <= LARGEST_BODY
