"""What a call to Momento can come to, as values.

A miss, a condition that did not hold and a service that failed are expected outcomes: they are returned,
never raised, so that a caller's `match` sees them all. Exceptions are kept for misuse of this client (see
`errors`).

These are written out instead of being dataclasses: `@dataclass(frozen=True, slots=True)` costs 1.2 ms for
each class at every start of a worker, a plain class 0.02 ms. They are not tuples, because then a `Miss`
would equal a `Done`.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from .errors import MomentoError
from .octets import Octets

_put = object.__setattr__


class Outcome:
    """What all outcomes share: immutable, equal if of one class with equal values, matched by position."""

    __slots__ = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} does not change")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._values()

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other) or not isinstance(other, Outcome):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def __repr__(self) -> str:
        values = (f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__name__}({', '.join(values)})"

    def _values(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self.__match_args__])


class Failed(Outcome):
    """The call did not succeed; `error` says why, by whose fault, and whether it may have happened."""

    __slots__ = __match_args__ = ("error",)
    error: MomentoError

    def __init__(self, error: MomentoError) -> None:
        _put(self, "error", error)


class Hit(Outcome):
    """`get` found the item."""

    __slots__ = __match_args__ = ("value",)
    value: Octets

    def __init__(self, value: Octets) -> None:
        _put(self, "value", value)


class Miss(Outcome):
    """There is no such item, or no such element."""

    __slots__ = ()


class Found(Outcome):
    """`get_with_hash` found the item; `hash` is Momento's, to be handed back in a condition."""

    __slots__ = __match_args__ = ("value", "hash")
    value: Octets
    hash: bytes

    def __init__(self, value: Octets, hash: bytes) -> None:  # noqa: A002 - Momento's word
        _put(self, "value", value)
        _put(self, "hash", hash)


class Stored(Outcome):
    """The condition held and the value was written; SetIfHash also tells the new `hash`."""

    __slots__ = __match_args__ = ("hash",)
    hash: bytes | None

    def __init__(self, hash: bytes | None = None) -> None:  # noqa: A002 - Momento's word
        _put(self, "hash", hash)


class NotStored(Outcome):
    """The condition did not hold; nothing was written."""

    __slots__ = ()


class Done(Outcome):
    """The call has no answer other than that it succeeded."""

    __slots__ = ()


class Elements(Outcome):
    """Elements of a sorted set in the order asked for; an empty range of an existing set has none."""

    __slots__ = __match_args__ = ("elements",)
    elements: tuple[tuple[bytes, float], ...]

    def __init__(self, elements: tuple[tuple[bytes, float], ...]) -> None:
        _put(self, "elements", elements)


class Values(Outcome):
    """Values of a list, in its order."""

    __slots__ = __match_args__ = ("values",)
    values: tuple[bytes, ...]

    def __init__(self, values: tuple[bytes, ...]) -> None:
        _put(self, "values", values)


class Number(Outcome):
    """A length, a rank, a counter, a remaining time to live in milliseconds."""

    __slots__ = __match_args__ = ("value",)
    value: int

    def __init__(self, value: int) -> None:
        _put(self, "value", value)


class Score(Outcome):
    """The score of one element of a sorted set."""

    __slots__ = __match_args__ = ("value",)
    value: float

    def __init__(self, value: float) -> None:
        _put(self, "value", value)


class Presence(Outcome):
    """For each key asked for, in that order, whether there is such an item."""

    __slots__ = __match_args__ = ("present",)
    present: tuple[bool, ...]

    def __init__(self, present: tuple[bool, ...]) -> None:
        _put(self, "present", present)


class Batch(Outcome):
    """For each key asked for, in that order, what became of it."""

    __slots__ = __match_args__ = ("items",)
    items: tuple[Hit | Miss | Failed, ...]

    def __init__(self, items: tuple[Hit | Miss | Failed, ...]) -> None:
        _put(self, "items", items)
