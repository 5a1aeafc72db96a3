"""What a pushed page does to what a region holds. Pure. The law: docs/write-behind.md, Precedence and propagation."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from homeport.entry import Entry, Unreadable
from homeport.reading.storing import stored_headers

from .page import Page
from .precedence import mark_stale
from .tag_index import SKEW_MS

LATE_MS = 60_000
"""A push onto nothing that began longer ago than this is news of a change, no more: what is newer may be gone."""

State = Literal["stored", "kept", "stale"]
"""stored: the page stands; kept: what stands is as new, or must be left alone; stale: the origin is asked next."""


def judge(page: Page, found: Entry | Unreadable | None, now: int, nonce: str) -> tuple[State, Entry | None]:
    """What follows from a push, and the entry to store in place of what was found: None where that stays.

    `now` is the receiver's clock, in ms since 1970: a page from later than that is taken to be of now.
    """
    page = page.clamped(now)
    state = _state(page, found, now)
    if state == "kept":
        return state, None
    if state == "stored":
        return state, _entry(page, found, nonce)
    return state, mark_stale(page.about, found, now, nonce)


def _state(page: Page, found: Entry | Unreadable | None, now: int) -> State:
    begun = page.as_of[0]
    if isinstance(found, Unreadable) and found.foreign:
        return "kept"
    if isinstance(found, Unreadable) and found.newer:
        return "stale"  # what marked it, and when, cannot be read
    if found is None or isinstance(found, Unreadable):
        return "stale" if now - begun > LATE_MS else "stored"
    if found.dirty:
        return "stale"
    order = _order(page, found)
    if order is not None and order < 0:
        return "kept"
    # The numbers order pushes among themselves. Of what marked this entry they know nothing.
    if found.kind == "stored" and not found.stale and order is not None:
        return "stored" if order else "kept"
    return "stored" if begun > found.as_of[1] + SKEW_MS else "stale"


def _order(page: Page, found: Entry) -> int | None:
    """Above 0: the page is later than what stands; 0: the same version; None: their numbers do not tell.

    A publisher counts every push, so that the same number again is a replay.
    """
    new, old = page.push, found.push
    if old is None:
        return None
    if new.version is not None and old.version is not None:
        return (new.version > old.version) - (new.version < old.version)
    if new.source and new.source == old.source:
        return 1 if new.number > old.number else -1
    return None


def _entry(page: Page, found: Entry | Unreadable | None, nonce: str) -> Entry:
    entry = Entry(
        target=page.about.target,
        vary=page.about.vary,
        kind="stored",
        nonce=nonce,
        as_of=page.as_of,
        tags=page.tags,
        push=page.push,
        status=page.response.status,
        header=stored_headers(page.response.headers, page.as_of),
        body=page.response.body,
    )
    # When a soft purge came the entry does not say, so the page may be of before it.
    return replace(entry, seq=found.seq, soft=found.soft) if isinstance(found, Entry) else entry
