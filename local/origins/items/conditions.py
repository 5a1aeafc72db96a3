"""Conditional requests (RFC 9110, section 13): validators, and what a request's conditions come to."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime

_ENTITY_TAG = re.compile(r'((?:W/)?)("[\x21\x23-\x7e\x80-\xff]*")')


@dataclass(frozen=True, slots=True)
class Validators:
    """What tells one state of a resource from another: a strong entity tag and perhaps seconds since 1970."""

    etag: str
    modified: int | None = None

    def headers(self) -> dict[str, str]:
        """Give them as header fields."""
        if self.modified is None:
            return {"etag": self.etag}
        return {"etag": self.etag, "last-modified": formatdate(self.modified, usegmt=True)}


def validators(representation: bytes, modified: float | None = None) -> Validators:
    """Derive the validators from the exact bytes and the time of the last change (seconds since 1970)."""
    digest = hashlib.sha256(representation).hexdigest()[:32]
    return Validators(f'"{digest}"', None if modified is None else int(modified))


def failed_precondition(method: str, headers: Mapping[str, str], current: Validators | None) -> int | None:
    """Evaluate a request's conditions in the order of RFC 9110, section 13.2.2.

    `headers` has names in lower case; `current` is None when the resource has no representation. Returns
    the status to answer with (304 or 412), or None to go on with the method.
    """
    if not _may_change(headers, current):
        return 412
    safe = method in {"GET", "HEAD"}
    if "if-none-match" in headers:
        if _lists(headers["if-none-match"], current, weak=True):
            return 304 if safe else 412
    elif safe and current and current.modified is not None:
        since = _seconds(headers.get("if-modified-since"))
        if since is not None and current.modified <= since:
            return 304
    return None


def _may_change(headers: Mapping[str, str], current: Validators | None) -> bool:
    if "if-match" in headers:
        return _lists(headers["if-match"], current, weak=False)
    since = _seconds(headers.get("if-unmodified-since"))
    # Section 13.1.4: ignored when the resource has no modification date.
    return since is None or current is None or current.modified is None or current.modified <= since


def _lists(field: str, current: Validators | None, *, weak: bool) -> bool:
    """Tell whether `*` or a list of entity tags names the current state, compared as section 8.8.3.2 says."""
    if current is None:
        return False
    if field.strip() == "*":
        return True
    return any(tag == current.etag and (weak or not mark) for mark, tag in _ENTITY_TAG.findall(field))


def _seconds(http_date: str | None) -> float | None:
    """Read an HTTP date; None for a missing or invalid one, which section 13.1.3 says to ignore."""
    if http_date is None:
        return None
    try:
        return parsedate_to_datetime(http_date).timestamp()
    except (ValueError, OverflowError):
        return None
