"""What callers give for several items, for sorted sets and for ranges, as it goes over the wire, or refused."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from .errors import InvalidArgument
from .keys import Key, Value, checked_key, key_octets, value_octets
from .limits import Limits
from .octets import Octets

__all__ = [
    "Items",
    "Key",
    "Scored",
    "Value",
    "checked_key",
    "items",
    "key_octets",
    "page",
    "score_range",
    "scored",
    "signed",
    "value_octets",
]

Scored = Mapping[str, float] | Mapping[bytes, float] | Iterable[tuple[Key, float]]
Items = Mapping[str, Value] | Mapping[bytes, Value] | Iterable[tuple[Key, Value]]


def items(given: Items, limits: Limits) -> list[tuple[bytes, Octets]]:
    """Give items of a batch, each within the limits."""
    pairs = given.items() if isinstance(given, Mapping) else given
    rows = [(key_octets(key), value_octets(value)) for key, value in pairs]
    for key, value in rows:
        limits.item(len(key) + len(value))
    return rows


def scored(given: Scored, limits: Limits) -> list[tuple[bytes, float]]:
    """Give elements of a sorted set with their scores, each and together within the limits."""
    pairs = given.items() if isinstance(given, Mapping) else given
    rows = [(key_octets(value), float(score)) for value, score in pairs]
    for value, score in rows:
        limits.element(len(value))
        if math.isnan(score):
            raise InvalidArgument("a score is a number, not NaN")
    limits.item(sum(len(value) for value, _ in rows))
    return rows


def score_range(min_score: float | None, max_score: float | None) -> None:
    """Refuse bounds that no score can be between."""
    if min_score is not None and max_score is not None and not min_score <= max_score:
        raise InvalidArgument(f"no score is at least {min_score} and at most {max_score}")


def page(offset: int, count: int) -> None:
    """Refuse an offset or a count that the message cannot carry."""
    if not 0 <= offset < 1 << 32 or not (count == -1 or 1 <= count < 1 << 31):
        raise InvalidArgument("an offset is 0 or more; a count is 1 or more, or -1 for all")


def signed(number: int, bits: int) -> int:
    """Give a number that fits its field, or refuse it."""
    if not -(1 << bits - 1) <= number < 1 << bits - 1:
        raise InvalidArgument(f"{number} is no signed number of {bits} bits")
    return number
