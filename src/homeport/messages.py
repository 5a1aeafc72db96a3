"""HTTP messages as frozen values: what crosses between the runtime, the drivers and the decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, KeysView
from dataclasses import dataclass, field
from typing import Any, TypeVar

from momento_http_shim.octets import Octets

T = TypeVar("T")


class Headers:
    """An immutable list of header fields, names in lower case, order and repetition kept (RFC 9110 section 5.2).

    Look-ups take names in lower case. Its repr shows names only: values may be credentials.
    """

    __slots__ = ("_fields", "_joined", "_made")

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self._fields = tuple([(name.lower(), value) for name, value in fields])
        self._joined: dict[str, str] | None = None
        self._made: dict[object, Any] | None = None

    @staticmethod
    def by_name(fields: dict[str, str]) -> Headers:
        """Fields of which each stands once, by their names in lower case; the dictionary is theirs from now on."""
        return _of(tuple(fields.items()), fields)

    @property
    def names(self) -> KeysView[str]:
        """The fields' names, each once."""
        return (self._joined or self._by_name()).keys()

    @property
    def once(self) -> bool:
        """Whether no field stands twice."""
        return len(self._joined or self._by_name()) == len(self._fields)

    def get(self, name: str) -> str | None:
        """All values of a field joined by a comma (RFC 9110 section 5.3), None where it is absent."""
        return (self._joined or self._by_name()).get(name)

    def members(self, name: str) -> frozenset[str]:
        """The members of a field that is a list of names, in lower case (RFC 9110 section 5.6.1)."""
        return frozenset(each.strip().lower() for each in (self.get(name) or "").split(",")) - {""}

    def joined(self) -> dict[str, str]:
        """One value per name, several joined by a comma, in order of first appearance; it is not to be changed."""
        return self._joined or self._by_name()

    def without(self, *names: str) -> Headers:
        """The same fields but those named."""
        if self.names.isdisjoint(names):
            return self
        return _of(tuple([pair for pair in self._fields if pair[0] not in names]))

    def plus(self, *fields: tuple[str, str]) -> Headers:
        """The same fields, and these after them."""
        return _of((*self._fields, *[(name.lower(), value) for name, value in fields]))

    def instead(self, name: str, value: str) -> Headers:
        """The same fields, and this one alone of its name, after them; `name` in lower case."""
        left = self.without(name)
        return _of((*left._fields, (name, value)), left.joined() | {name: value})

    def made(self, make: Callable[[Headers], T]) -> T:
        """What a pure function makes of these fields, made once: those of an entry that is read often are kept."""
        known = self._made
        if known is None:
            known = self._made = {}
        if make in known:
            found: T = known[make]
            return found
        found = make(self)
        if found is not self:  # which would wait for the collector of cycles
            known[make] = found
        return found

    def _by_name(self) -> dict[str, str]:
        # Made when it is first needed: a request is asked for a dozen fields, of which most are not there.
        fields: dict[str, str] = {}
        for name, value in self._fields:
            fields[name] = f"{fields[name]}, {value}" if name in fields else value
        self._joined = fields
        return fields

    def __contains__(self, name: str) -> bool:
        return name in (self._joined or self._by_name())

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._fields)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._fields == other._fields

    def __hash__(self) -> int:
        return hash(self._fields)

    def __repr__(self) -> str:
        return f"Headers({', '.join(name for name, _ in self._fields)})"


def _of(fields: tuple[tuple[str, str], ...], joined: dict[str, str] | None = None) -> Headers:
    """Headers of names that are in lower case already."""
    made = object.__new__(Headers)
    made._fields, made._joined, made._made = fields, joined, None
    return made


NO_FIELDS = Headers()


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the origin is to see it, or as the visitor sent it; `target` is path and query."""

    method: str
    target: str
    headers: Headers = NO_FIELDS
    body: Octets = field(default=b"", repr=False)

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The target's query with its question mark, or nothing."""
        mark, query = self.target.partition("?")[1:]
        return mark + query


@dataclass(frozen=True, slots=True)
class Response:
    """A final response (1xx are the runtime's business)."""

    status: int
    headers: Headers = NO_FIELDS
    body: Octets = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Relayed:
    """A response that streams to the visitor: under its own fields or, if given, these `headers`, and those `added`.

    `locations` are what its Location and Content-Location say.
    """

    status: int
    source: object = field(repr=False)
    """What the runtime holds of it; nothing else looks inside."""
    added: tuple[tuple[str, str], ...] = ()
    headers: Headers | None = None
    locations: tuple[str, ...] = ()


LATER = frozenset((408, 425, 429))
"""Of the 4xx those by which the same request may succeed later (RFC 9110 section 15.5.9, RFC 8470, RFC 6585)."""


def says_later(status: int) -> bool:
    """Whether an answer tells nothing of the resource: the origin may say more another time."""
    return status >= 500 or status in LATER


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The origin gave no answer: `reason` says why. Whether it acted on the request is unknown."""

    reason: str
