"""A write's preconditions, judged on what is known of its resource (RFC 9110 section 13); and entity tags. Pure."""

from __future__ import annotations

import re

from homeport.entry import Entry
from homeport.errors import problem
from homeport.messages import Headers, Response

FIELDS = ("if-match", "if-none-match")

ABSENT = "absent"
"""Stands for the entity tag of what is known not to exist; a real one begins with a quote or `W/`."""

_TAG = re.compile(r'((?:W/)?)("[\x21\x23-\x7e\x80-\U0010ffff]*")')


def conditional(headers: Headers) -> bool:
    """Whether a request bears a precondition that a write behind may have."""
    return any(name in headers for name in FIELDS)


def judged(headers: Headers, current: Entry | None) -> bool | None:
    """Whether a request's preconditions hold for the `current` state; None where that cannot be told.

    What is dirty has no validator: no tag that anybody lists is its own.
    """
    if not conditional(headers):
        return True
    if (
        current is None
        or current.kind not in ("stored", "tombstone")
        or current.status not in (200, 404, 410)
    ):
        return None
    return hold(headers, "" if current.dirty else current.header.get("etag") or "", current.status == 200)


def hold(headers: Headers, etag: str, exists: bool) -> bool:
    """RFC 9110 section 13.2.2: If-Match by strong comparison, then If-None-Match by weak; `etag` as the origin says it.

    A field without a legible entity tag lists none.
    """
    match, none_match = (headers.get(name) for name in FIELDS)
    if match is not None and not _lists(match, etag, exists, weak=False):
        return False
    return none_match is None or not _lists(none_match, etag, exists, weak=True)


def standing(status: int, headers: Headers) -> str:
    """The strong entity tag of the state that an answer shows, `ABSENT` of none; nothing where it says none."""
    if status in (404, 410):
        return ABSENT
    tag = _TAG.fullmatch((headers.get("etag") or "").strip())
    return tag[2] if tag and not tag[1] and status in (200, 201, 204) else ""


def failed() -> Response:
    """412: a precondition does not hold, and nothing is queued."""
    detail = "The resource is in another state than the request requires; nothing was written. Read it again."
    return problem(412, "Precondition failed", detail)


def _lists(field: str, etag: str, exists: bool, *, weak: bool) -> bool:
    """RFC 9110 section 8.8.3.2."""
    if not exists or field.strip() == "*":
        return exists
    own = _TAG.fullmatch(etag.strip())
    if own is None or (own[1] and not weak):
        return False
    return any(tag == own[2] and (weak or not mark) for mark, tag in _TAG.findall(field))
