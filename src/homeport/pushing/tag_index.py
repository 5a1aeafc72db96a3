"""What a region remembers of a tag: which resources it was on, and how far it has been purged. Pure.

`t:{tag}` is a sorted set of members, scored by the moment their fill asked the origin. `g:{tag}` is the tag's mark.
A fill puts its member and then reads the mark; a purge writes the mark and then reads the members. So of a fill and a
purge that meet, one sees the other: the fill does not store, or the purge finds what it stored.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from homeport.keys import DAY_SECONDS
from homeport.messages import Headers
from homeport.reading.key import Resource
from momento_http_shim.octets import Octets

SKEW_MS = 5_000
"""By how much two workers' clocks may differ."""

OVERLAP_MS = 60_000
"""A purge looks again at the members of the last minute before the one before it: a read of a sorted set may lag."""

DAY_MS = DAY_SECONDS * 1000


def member(resource: Resource, asked: int) -> str:
    """What stands in a tag's set for a fill that asked the origin at `asked`, ms since 1970.

    It ends in the day: then one of two days ago can be removed while a fill of the same resource puts today's.
    """
    about = [resource.key, resource.target, list(resource.vary), asked // DAY_MS]
    return json.dumps(about, separators=(",", ":"), ensure_ascii=False)


def parse(name: bytes) -> Resource | None:
    """The resource of a member; None for what is none of ours."""
    try:
        key, target, vary, _, *_ = json.loads(name)  # a newer release may say more
        if type(key) is str and type(target) is str:
            return Resource(key, target, Headers((field, value) for field, value in vary))
    except (ValueError, TypeError, AttributeError, RecursionError):
        pass
    return None


@dataclass(frozen=True, slots=True)
class Mark:
    """A tag's purges. All in ms since 1970: `at` is when the last one began.

    Every member scored below `hard` was purged hard, below `soft` at least softly, and no fill of those is on its way.
    `more` is what a newer release notes beside these, kept as it is.
    """

    at: int = 0
    hard: int = 0
    soft: int = 0
    more: tuple[Any, ...] = ()

    def spares(self, asked: int) -> bool:
        """Whether a fill that asked the origin at this time certainly has its state of after the purges."""
        return asked > self.at + SKEW_MS

    def noted(self, at: int) -> Mark:
        """After a purge began."""
        return replace(self, at=max(at, self.at))

    def first(self, *, soft: bool) -> int:
        """The lowest score that a purge has to look at."""
        return max(self.hard, self.soft) if soft else self.hard

    def reached(self, score: float, at: int, *, soft: bool) -> Mark:
        """After the purge that began at `at` has seen to everything from `first` to this score."""
        until = min(int(score), at - OVERLAP_MS)
        if soft:
            return replace(self, soft=max(until, self.soft))
        return replace(self, hard=max(until, self.hard))


def encode(mark: Mark) -> bytes:
    """One line of JSON."""
    return json.dumps([mark.at, mark.hard, mark.soft, *mark.more]).encode()


def decode(octets: Octets) -> Mark | None:
    """Read a mark; None for what is none."""
    try:
        at, hard, soft, *more = json.loads(bytes(octets))
        return Mark(at, hard, soft, (*more,)) if {type(each) for each in (at, hard, soft)} == {int} else None
    except (ValueError, TypeError, RecursionError):
        return None
