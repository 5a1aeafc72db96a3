"""A sorted set's elements: unique values ordered by score, ties by value (Momento: lexicographic)."""

from __future__ import annotations

import bisect
from collections.abc import Iterable

OCTETS_PER_SCORE = 8


class Scored:
    """Values with scores, kept in order; every lookup is logarithmic or better."""

    __slots__ = ("_order", "_scores", "octets")

    def __init__(self) -> None:
        self._scores: dict[bytes, float] = {}
        self._order: list[tuple[float, bytes]] = []
        self.octets = 0

    def __len__(self) -> int:
        return len(self._order)

    def __contains__(self, value: bytes) -> bool:
        return value in self._scores

    def score(self, value: bytes) -> float | None:
        """Return the value's score, or None if it is not an element."""
        return self._scores.get(value)

    def put(self, value: bytes, score: float) -> None:
        """Add the value, or give it a new score."""
        self.discard(value)
        self._scores[value] = score
        bisect.insort(self._order, (score, value))
        self.octets += len(value) + OCTETS_PER_SCORE

    def discard(self, value: bytes) -> None:
        """Remove the value if it is there."""
        score = self._scores.pop(value, None)
        if score is not None:
            del self._order[bisect.bisect_left(self._order, (score, value))]
            self.octets -= len(value) + OCTETS_PER_SCORE

    def discard_all(self, values: Iterable[bytes]) -> None:
        """Remove these values, as far as they are there."""
        for value in values:
            self.discard(value)

    def rank(self, value: bytes) -> int | None:
        """Return the value's place in ascending order, from 0, or None if it is not an element."""
        score = self._scores.get(value)
        return None if score is None else bisect.bisect_left(self._order, (score, value))

    def between(self, low: int, high: int) -> list[tuple[bytes, float]]:
        """Elements of these ranks in ascending order, `high` excluded."""
        return [(value, score) for score, value in self._order[low:high]]

    def first_at(self, score: float, *, after: bool) -> int:
        """Return the rank of the first element whose score is at least `score`, or above it if `after`."""
        if after:
            return bisect.bisect_right(self._order, score, key=_score)
        return bisect.bisect_left(self._order, score, key=_score)


def _score(element: tuple[float, bytes]) -> float:
    return element[0]
