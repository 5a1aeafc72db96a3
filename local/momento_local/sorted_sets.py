"""Sorted sets: unique values ordered by score, ties by value (proto `cache_client.Scs/SortedSet*`).

A set that is left without elements disappears, so that it reads as missing (not documented, but what a
cache that creates sets on demand can hardly do otherwise).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .refusals import invalid
from .scored import OCTETS_PER_SCORE, Scored
from .store import Store

Element = tuple[bytes, float]


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range of scores."""

    score: float
    exclusive: bool = False


def put(store: Store, name: bytes, elements: Sequence[Element], ttl_ms: int, *, refresh_ttl: bool) -> None:
    """Add elements or overwrite their scores; all of them or, on a refusal, none."""
    store.limits.check_ttl(ttl_ms)
    old = store.content(name, Scored)
    for value, score in elements:
        _check(store, value, score)
    added = sum(
        len(value) + OCTETS_PER_SCORE for value in {v for v, _ in elements} if old is None or value not in old
    )
    store.limits.check_item(len(name) + added + (0 if old is None else old.octets))
    scored = store.opened(name, Scored, ttl_ms, refresh_ttl=refresh_ttl)
    for value, score in elements:
        scored.put(value, score)
    store.close(name)


def increment(
    store: Store, name: bytes, value: bytes, amount: float, ttl_ms: int, *, refresh_ttl: bool
) -> float:
    """Add to a score; an absent element counts as 0. The new score."""
    old = store.content(name, Scored)
    score = amount + ((old.score(value) if old is not None else None) or 0.0)
    put(store, name, [(value, score)], ttl_ms, refresh_ttl=refresh_ttl)
    return score


def remove(store: Store, name: bytes, values: Iterable[bytes] | None) -> None:
    """Remove these values, or the whole set if `values` is None. What is not there is no error."""
    scored = store.content(name, Scored)
    if scored is None:
        return
    if values is None:
        store.remove(name)
        return
    scored.discard_all(values)
    store.close(name)


def fetch_by_score(
    store: Store,
    name: bytes,
    low: Bound | None,
    high: Bound | None,
    *,
    descending: bool = False,
    offset: int = 0,
    count: int = -1,
) -> list[Element] | None:
    """Return the elements with scores in the range, in order; None if there is no such set.

    None as a bound leaves that end open. `offset` elements are skipped, at most `count` returned; a negative
    count returns all.
    """
    scored = store.content(name, Scored)
    if scored is None:
        return None
    first, last = _ranks(scored, low, high)
    if descending:
        stop = max(first, last - offset)
        start = first if count < 0 else max(first, stop - count)
        return scored.between(start, stop)[::-1]
    start = min(last, first + offset)
    return scored.between(start, last if count < 0 else min(last, start + count))


def fetch_by_index(
    store: Store, name: bytes, start: int | None, end: int | None, *, descending: bool = False
) -> list[Element] | None:
    """Return the elements of these ranks, `end` excluded, in order; None if there is no such set.

    Negative indexes count from the end; None leaves that end open. Ranks count in the order asked for.
    """
    scored = store.content(name, Scored)
    if scored is None:
        return None
    first, last, _ = slice(start, end).indices(len(scored))
    if descending:
        return scored.between(len(scored) - last, len(scored) - first)[::-1] if first < last else []
    return scored.between(first, last)


def scores(store: Store, name: bytes, values: Iterable[bytes]) -> list[float | None] | None:
    """Return scores in the order of `values`, None for what is no element; None if there is no such set."""
    scored = store.content(name, Scored)
    return None if scored is None else [scored.score(value) for value in values]


def rank(store: Store, name: bytes, value: bytes, *, descending: bool = False) -> int | None:
    """Return the element's rank from 0 in the order asked for; None if there is no such set or element."""
    scored = store.content(name, Scored)
    place = None if scored is None else scored.rank(value)
    if scored is None or place is None:
        return None
    return len(scored) - 1 - place if descending else place


def length(store: Store, name: bytes) -> int | None:
    """Count all elements; None if there is no such set."""
    scored = store.content(name, Scored)
    return None if scored is None else len(scored)


def length_by_score(store: Store, name: bytes, low: Bound | None, high: Bound | None) -> int | None:
    """Count the elements with scores in the range; None if there is no such set."""
    scored = store.content(name, Scored)
    if scored is None:
        return None
    first, last = _ranks(scored, low, high)
    return last - first


def _ranks(scored: Scored, low: Bound | None, high: Bound | None) -> tuple[int, int]:
    """Turn a range of scores into a range of ranks, the end excluded."""
    first = 0 if low is None else scored.first_at(low.score, after=low.exclusive)
    last = len(scored) if high is None else scored.first_at(high.score, after=not high.exclusive)
    return first, max(first, last)


def _check(store: Store, value: bytes, score: float) -> None:
    if math.isnan(score):
        raise invalid("a score must be a number")
    store.limits.check_element(len(value) + OCTETS_PER_SCORE)
