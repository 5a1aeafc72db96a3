"""The one compare-and-set that makes a write real: representation and request together in the entry. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from homeport.entry import Entry, Pending, Unreadable
from homeport.errors import problem
from homeport.messages import Response
from homeport.pushing.precedence import marker

from . import conditions
from .base import at_hand
from .representation import Unclear, after, exists
from .write import Write

MOST_PENDING = 32
MOST_BYTES = 256 * 1024
"""Limits of what one entry holds for the origin, in writes and in octets of their bodies and fields."""

DEADLINE_MS = 10_000
"""A writer's whole effort. Nothing is sent after it, so that a drain can tell a late commit from none."""


@dataclass(frozen=True, slots=True)
class Commit:
    """Store this version, on the condition that the entry is still the one that was read."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Committed:
    """An earlier try of the same write succeeded although its answer was lost."""


Why = Literal["unreachable", "waiting", "full", "foreign", "contended", "origin", "unknown"]
"""Why a write was not taken: the cache does not answer; earlier writes wait that it must not overtake; as much as an
entry may hold waits; another resource's or a newer release's entry stands there; others always came first; the
origin does not show the state that the write is to be applied to.
`unknown`: nobody can tell yet."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """There is nothing to commit."""

    why: Literal["full", "foreign", "waiting"]


@dataclass(frozen=True, slots=True)
class Baseless:
    """What the write leaves follows from the current state, and the region does not know it: ask the origin."""


def propose(
    write: Write, found: Entry | Unreadable | None, now: int, nonce: str, origins: Entry | None = None
) -> Commit | Committed | Obstacle | Baseless | Unclear | Response:
    """The entry after the write, from the entry that was read; `now` in ms since 1970.

    The number is the clock or one more than the entry's last, so that order within a resource is strict. `origins` is
    what the origin shows, where it was asked since the entry was read. A response refuses the write.
    """
    if _foreign(write, found):
        return Obstacle("foreign")
    if isinstance(found, Unreadable):
        found = None  # damaged beyond reading: nothing in it can be kept
    about = write.resource
    base = found.version(nonce, target=about.target, vary=about.vary) if found else marker(about, now, nonce)
    if any(item.id == write.id for item in base.pending):
        return Committed()
    if not write.stands_on(base):
        return Obstacle("waiting")
    item = write.pending(seq=max(now, base.seq + 1), accepted=now)
    if len(base.pending) >= MOST_PENDING or sum(map(_size, (*base.pending, item))) > MOST_BYTES:
        return Obstacle("full")
    current = origins if origins and not base.dirty else at_hand(write, found, now)
    if (not_held := _not_held(write, item, current)) is not None:
        return not_held
    match after(base, item, write.route.representation, current):
        case Entry() as changed:
            return Commit(
                changed.version(
                    nonce,
                    seq=item.seq,
                    etag=_etag(base, current, write),
                    pending=(*base.pending, item),
                    whose=write.whose,
                )
            )
        case Unclear("") if current is None:
            return Baseless()
        case outcome:
            return outcome


def _foreign(write: Write, found: Entry | Unreadable | None) -> bool:
    if isinstance(found, Unreadable):
        return found.foreign
    return found is not None and not write.resource.stands_in(found)


def _not_held(write: Write, item: Pending, current: Entry | None) -> Response | Baseless | Unclear | None:
    """Why the current state forbids the write, or leaves open whether it does."""
    if write.creates and exists(current):
        return problem(409, "Item exists", f"{write.resource.target} is there already; nothing was written.")
    held = conditions.judged(item.header, current)
    if held is None:
        return Baseless() if current is None else Unclear()
    return None if held else conditions.failed()


def _etag(base: Entry, current: Entry | None, write: Write) -> str:
    """The origin's entity tag of the state on which the first of the pending writes stands, as far as it is known."""
    if base.dirty:
        return base.etag
    known = current is not None and write.route.honours_if_match
    return conditions.standing(current.status, current.header) if current and known else ""


def _size(item: Pending) -> int:
    return len(item.body) + len(item.sealed) + sum(len(name) + len(value) for name, value in item.header)
