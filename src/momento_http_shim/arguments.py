"""What callers give, turned into what goes over the wire, or refused before anything is sent."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from .errors import InvalidArgument
from .limits import Limits
from .octets import Octets

Key = str | bytes
Value = Octets | str
Scored = Mapping[str, float] | Mapping[bytes, float] | Iterable[tuple[Key, float]]
Items = Mapping[str, Value] | Mapping[bytes, Value] | Iterable[tuple[Key, Value]]


def checked_key(key: Key) -> Key:
    """Give the key as it is; Momento's SDKs refuse an empty one, and so does this."""
    if not key:
        raise InvalidArgument("a key, a name or an element is not empty")
    return key


def key_octets(key: Key) -> bytes:
    """Give a key, or the name of a collection, as octets."""
    key = checked_key(key)
    return key.encode() if isinstance(key, str) else key


def value_octets(value: Value) -> Octets:
    """Give a value as octets, wherever they live."""
    return value.encode() if isinstance(value, str) else value


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


def cache_name(name: str) -> str:
    """Give a cache's name; it travels in a header too, so it is printable ASCII."""
    if not name or not name.isascii() or not name.isprintable() or name != name.strip():
        raise InvalidArgument(f"not a cache's name: {name!r}")
    return name
