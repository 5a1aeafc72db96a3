"""From what visitors saw and what the shop noted to the numbers that are compared. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from .story import MINUTES, PURCHASES, VISITS


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit: the look of the page that was shown; when it began and ended, in seconds since 1970."""

    look: str
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class Change:
    """The page looks otherwise since `committed`; all regions had been told when it was `settled`.

    Seconds since 1970. Where nobody is told the two are the same; infinite where it never was settled.
    """

    look: str
    committed: float
    settled: float


def change(look: str, committed: float, published: float | None, *, tells: bool) -> Change:
    """A row of the shop's `changes`; `tells`: the regions are to be told."""
    if not tells:
        return Change(look, committed, committed)
    return Change(look, committed, math.inf if published is None else published)


@dataclass(frozen=True, slots=True)
class Counts:
    """One way's numbers. `stale_meanwhile` are visits that began while a change was on its way to the regions."""

    way: str
    visits: int
    purchases: int
    changes: int
    unsettled: int
    renders: int
    reader_renders: int
    requests: int
    stale: int
    stale_meanwhile: int
    median_ms: float
    minutes: float
    """Of the story: more than was planned where the machine could not follow."""

    @property
    def late(self) -> bool:
        """Whether it took so much longer than told that a TTL, in visits, was another."""
        return self.minutes > MINUTES * 1.1

    def as_json(self) -> dict[str, Any]:
        """Its members."""
        return asdict(self)


def is_stale(seen: Seen, changes: Sequence[Change], *, settled: bool) -> bool:
    """Whether a visit was shown what was not true when it began, nor became true before it ended.

    `settled`: what was true before a change may be shown until all regions have been told of the change.
    """
    return seen.look not in {*_true(seen, changes, settled=settled)}


def _true(seen: Seen, changes: Sequence[Change], *, settled: bool) -> Iterator[str]:
    forever = Change("", math.inf, math.inf)
    for one, following in pairwise((*changes, forever)):
        until = following.settled if settled else following.committed
        if one.committed <= seen.ended and seen.began < until:
            yield one.look


def count(
    way: str,
    seen: Sequence[Seen],
    changes: Sequence[Change],
    *,
    purchases: int,
    renders: dict[str, int],
    requests: int,
    minutes: float,
) -> Counts:
    """The numbers of one way; `renders` by cause, `requests` those of the page at the origin."""
    stale = sum(is_stale(each, changes, settled=True) for each in seen)
    return Counts(
        way=way,
        visits=len(seen),
        purchases=purchases,
        changes=len(changes),
        unsettled=sum(math.isinf(each.settled) for each in changes),
        renders=sum(renders.values()),
        reader_renders=renders.get("reader", 0),
        requests=requests,
        stale=stale,
        stale_meanwhile=sum(is_stale(each, changes, settled=False) for each in seen) - stale,
        median_ms=round(median((each.ended - each.began) * 1000 for each in seen), 1),
        minutes=round(minutes, 1),
    )


def faults(counts: Counts) -> Iterator[str]:
    """What did not go as it has to, whatever the machine; for push all that it promises."""
    for name, found, wanted in (
        ("visits", counts.visits, VISITS),
        ("purchases", counts.purchases, PURCHASES),
    ):
        if found != wanted:
            yield f"{counts.way}: {found} {name}, not {wanted}"
    if counts.way == "none" and counts.renders != counts.visits:
        yield f"none: {counts.renders} renders for {counts.visits} visits"
    if counts.way != "push":
        return
    if counts.renders != counts.changes:
        yield f"push: {counts.renders} renders for {counts.changes} changes of the look"
    if counts.reader_renders or counts.requests:
        yield f"push: readers caused {counts.reader_renders} renders and {counts.requests} requests"
    if counts.unsettled:
        yield f"push: the regions were not told of {counts.unsettled} changes"
    if counts.stale:
        yield f"push: {counts.stale} stale pages after their change was published"
