"""What a call to Momento can come to, as values.

A miss, a condition that did not hold and a service that failed are expected outcomes: they are returned,
never raised, so that a caller's `match` sees them all. Exceptions are kept for misuse of this client (see
`errors`).
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import MomentoError
from .octets import Octets


@dataclass(frozen=True, slots=True)
class Failed:
    """The call did not succeed; `error` says why, by whose fault, and whether it may have happened."""

    error: MomentoError


@dataclass(frozen=True, slots=True)
class Hit:
    """`get` found the item."""

    value: Octets


@dataclass(frozen=True, slots=True)
class Miss:
    """There is no such item, or no such element."""


@dataclass(frozen=True, slots=True)
class Found:
    """`get_with_hash` found the item; `hash` is Momento's, to be handed back in a condition."""

    value: Octets
    hash: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """The condition held and the value was written; SetIfHash also tells the new `hash`."""

    hash: bytes | None = None


@dataclass(frozen=True, slots=True)
class NotStored:
    """The condition did not hold; nothing was written."""


@dataclass(frozen=True, slots=True)
class Done:
    """The call has no answer other than that it succeeded."""


@dataclass(frozen=True, slots=True)
class Elements:
    """Elements of a sorted set in the order asked for; an empty range of an existing set has none."""

    elements: tuple[tuple[bytes, float], ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A length, a rank, a counter, a remaining time to live in milliseconds."""

    value: int


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one element of a sorted set."""

    value: float


@dataclass(frozen=True, slots=True)
class Presence:
    """For each key asked for, in that order, whether there is such an item."""

    present: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """For each key asked for, in that order, what became of it."""

    items: tuple[Hit | Miss | Failed, ...]
