"""What a disposable token may do: its statements, and the decision on one call. Pure.

Source: `permissionmessages.proto` of https://github.com/momentohq/client-protos. A role covers the reading and
writing of data, "no higher level resource description or modification"; WriteOnly "doesn't allow conditional write
APIs (SetIfNotExists, IncreaseTTL etc)".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Any

from .refusals import Refusal, Status, invalid


class Role(IntEnum):
    """`CacheRole` and `TopicRole`, whose numbers are the same."""

    NONE = 0
    READ_WRITE = 1
    READ_ONLY = 2
    WRITE_ONLY = 3


class Need(Enum):
    """What a method does with an item or a topic."""

    READ = "read"
    WRITE = "write"
    BOTH = "read and write"


_MEETS: dict[Role, frozenset[Need]] = {
    Role.NONE: frozenset(),
    Role.READ_WRITE: frozenset(Need),
    Role.READ_ONLY: frozenset({Need.READ}),
    Role.WRITE_ONLY: frozenset({Need.WRITE}),
}
_ITEM_METHODS = {
    Need.READ: """Get GetBatch GetWithHash KeysExist ItemGetTtl ItemGetType
        SortedSetFetch SortedSetGetScore SortedSetGetRank SortedSetLength SortedSetLengthByScore
        DictionaryGet DictionaryFetch DictionaryLength SetFetch SetContains SetLength ListFetch ListLength""",
    Need.WRITE: """Set SetBatch Delete SortedSetPut SortedSetRemove DictionarySet DictionaryDelete SetUnion
        SetDifference ListPushBack ListPushFront ListConcatenateBack ListConcatenateFront ListRemove""",
    # Conditions ask what is there; increments and pops answer with what was there.
    Need.BOTH: """SetIf SetIfHash SetIfNotExists UpdateTtl Increment SortedSetIncrement DictionaryIncrement
        SetPop ListPopFront ListPopBack""",
}
ITEM_NEEDS = {method: need for need, methods in _ITEM_METHODS.items() for method in methods.split()}
TOPIC_NEEDS = {"Publish": Need.WRITE, "Subscribe": Need.READ}
FOR_EVERYBODY = frozenset({"Ping"})


@dataclass(frozen=True, slots=True)
class Grant:
    """One statement, on items or on topics. `cache` None is all caches, `name` None all items or topics."""

    role: Role
    topics: bool = False
    cache: str | None = None
    name: bytes | None = None
    is_prefix: bool = False

    def covers(self, cache: str, name: bytes) -> bool:
        """Say whether the selectors choose this item or topic."""
        if self.cache not in (None, cache):
            return False
        if self.name is None:
            return True
        return name.startswith(self.name) if self.is_prefix else name == self.name


@dataclass(frozen=True, slots=True)
class Pass:
    """What a disposable token stands for: in one region, until `expires_ms` (since the epoch)."""

    region: str
    grants: tuple[Grant, ...]
    expires_ms: int


def decide(
    token: Pass, now_ms: int, region: str, method: str, cache: str, names: Sequence[bytes]
) -> Refusal | None:
    """May the token's holder call `method` on these keys or this topic, now? None is yes.

    `method` is a gRPC method; the HTTP API's calls have the names of those that do the same. Every name must be
    covered by a statement that allows the whole call.
    """
    expired = out_of_place(token, now_ms, region)
    if expired is not None or method in FOR_EVERYBODY:
        return expired
    topics = method in TOPIC_NEEDS
    need = TOPIC_NEEDS.get(method) or ITEM_NEEDS.get(method)
    able = [grant for grant in token.grants if grant.topics == topics and need in _MEETS[grant.role]]
    if all(any(grant.covers(cache, name) for grant in able) for name in names or (b"",)):
        return None
    return Refusal(Status.PERMISSION_DENIED, f"this disposable token does not permit {method} there")


def out_of_place(token: Pass, now_ms: int, region: str) -> Refusal | None:
    """Refuse a token that has expired, or is another region's; None if it is good."""
    if now_ms >= token.expires_ms:
        return Refusal(Status.UNAUTHENTICATED, "the disposable token has expired: make a new one")
    if region != token.region:
        return Refusal(Status.UNAUTHENTICATED, "the disposable token is another region's")
    return None


def grants_of(statements: Iterable[Any]) -> tuple[Grant, ...]:
    """Read `PermissionsType` messages; INVALID_ARGUMENT where one does not say what it is for."""
    return tuple(_grant(each) for each in statements)


def _grant(statement: Any) -> Grant:
    kind = statement.WhichOneof("kind")
    if kind == "function_permissions":
        return Grant(Role.NONE)  # there are no functions here that it could permit
    if kind is None:
        raise invalid("a permission is for neither a cache nor a topic")
    part, topics = getattr(statement, kind), kind == "topic_permissions"
    if part.role not in list(Role):
        raise invalid(f"there is no role {part.role}")
    cache = _selected(part, "cache")
    name = _selected(part, "topic" if topics else "cache_item")
    octets = None if name is None else name[1].encode() if topics else name[1]
    return Grant(
        Role(part.role),
        topics,
        None if cache is None else cache[1],
        octets,
        name is not None and name[0].endswith("prefix"),
    )


def _selected(part: Any, oneof: str) -> tuple[str, Any] | None:
    """Return a selector's field and value, or None for all."""
    choice = part.WhichOneof(oneof)
    if choice is not None and choice.startswith("all_"):
        return None
    field = choice and getattr(part, choice).WhichOneof("kind")
    if not field:
        raise invalid(f"a permission does not say for which {oneof.replace('_', ' ')} it is")
    return field, getattr(getattr(part, choice), field)
