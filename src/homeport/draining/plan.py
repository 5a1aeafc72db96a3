"""What is sent next of a resource's pending writes: the first, or one request that leaves what several leave. Pure.

Only what was never sent is coalesced, and only once the entry says so: an id that may have reached the origin is
replayed until it has a definite answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from homeport.entry import Entry, Pending
from homeport.routing import Route
from homeport.writing import patch
from homeport.writing.conditions import conditional
from homeport.writing.representation import is_json, media_type, plain, replaces_whole

_METHODS = ("PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Step:
    """The next request. `writes` are settled by it: the last one is its superseder, the others are superseded.

    `request` is what goes to the origin, its id the Idempotency-Key: the last write as it came or, of several patches
    in one, a request of its own. None: it can no longer be made, as a release that understood the writes did.
    """

    writes: tuple[Pending, ...]
    request: Pending | None

    @property
    def item(self) -> Pending:
        """The write that is tried, postponed and settled."""
        return self.writes[-1]

    @property
    def composed(self) -> bool:
        """Whether the request is none of the writes: then its refusal says nothing of any one of them."""
        return self.request is not self.item


def upcoming(entry: Entry, route: Route | None) -> Step | None:
    """What comes next; None where nothing is pending. Marks that stand in the entry hold, whatever the route says."""
    pending = entry.pending
    if not pending:
        return None
    if name := pending[0].by:
        writes = tuple(item for item in pending if name in (item.by, item.id))
        return Step(writes, _request(writes) if writes[-1].id == name else None)
    size = _most(pending, route) if route and route.coalesce else 1
    return Step(pending[:size], _request(pending[:size]))


def marked(entry: Entry, step: Step, nonce: str) -> Entry:
    """The entry with the mark that must stand in it before a step's request leaves: who is sent, and who never is."""
    last, others = step.item.id, {item.id for item in step.writes[:-1]}

    def mark(item: Pending) -> Pending:
        if item.id == last:
            return replace(item, sent=True)
        return replace(item, by=last) if item.id in others else item

    return entry.version(nonce, pending=tuple(map(mark, entry.pending)))


def free_of_conditions(item: Pending) -> bool:
    """Whether it may share a request: it depends on no state of the origin, and on nobody's credentials."""
    return not (item.sealed or conditional(item.header))


def _most(pending: Sequence[Pending], route: Route) -> int:
    """How many writes from the first one on can be sent as one; that is tried of all first, which mostly succeeds."""
    fresh = tuple(takewhile(_never_sent, pending))
    return next((size for size in range(len(fresh), 1, -1) if _may_be_one(fresh[:size], route)), 1)


def _never_sent(item: Pending) -> bool:
    untried = not (item.sent or item.tries or item.by)
    return untried and item.method in _METHODS and free_of_conditions(item)


def _may_be_one(writes: Sequence[Pending], route: Route) -> bool:
    start = _last_replacement(writes)
    replacement = writes[start]
    if len({item.target for item in writes}) > 1:
        return False
    if replacement.method == "PUT":
        if start and not replaces_whole(route.representation):
            return False  # what the writes before it left may stay in part
        if start < len(writes) - 1 and route.representation is not plain:
            return False  # a patch may be of something else than the request's body
    made = _one(writes)
    return made is not None and len(made.body) <= patch.LARGEST


def _last_replacement(writes: Sequence[Pending]) -> int:
    """Where the last PUT or DELETE is: what comes before it does not matter any more. 0 where there is none."""
    return max((n for n, item in enumerate(writes) if item.method != "PATCH"), default=0)


def _request(writes: tuple[Pending, ...]) -> Pending | None:
    """A key of its own for what is none of the writes: each may still have to be sent under its own."""
    made = _one(writes)
    return (
        made if made is None or made is writes[-1] else replace(made, id=f"{made.id}-{len(writes)}", key="")
    )


def _one(writes: Sequence[Pending]) -> Pending | None:
    """One write that leaves what these leave, one after the other, with the last one's name; None where there is none.

    It follows from the writes alone, so that it is the same each time it is sent.
    """
    start = _last_replacement(writes)
    made: Pending | None = writes[start]
    for item in writes[start + 1 :]:
        made = _over(made, item) if made else None
    return made


def _over(first: Pending, second: Pending) -> Pending | None:
    """A merge patch over another, or over a PUT of JSON."""
    if media_type(second.header) != patch.MERGE:
        return None
    if first.method == "PUT" and is_json(first.header):
        body = patch.patched(patch.MERGE, second.body, first.body)
        kind = first.header.get("content-type") or ""
        header = second.header.without("content-type").plus(("content-type", kind))
        return replace(second, method="PUT", header=header, body=body) if isinstance(body, bytes) else None
    if first.method != "PATCH" or first.header.get("content-type") != second.header.get("content-type"):
        return None
    try:
        merged = composed(patch.decode(first.body), patch.decode(second.body))
        return replace(second, body=patch.encode(merged))
    except (patch.MisfitError, patch.UnclearError):
        return None


def composed(first: Any, second: Any) -> Any:
    """The merge patch (RFC 7396) that does what two do, one after the other; `UnclearError` where there is none.

    There is none where the first makes something else than an object of a value and the second an object of that: one
    patch would merge that object into the original one.
    """
    if not isinstance(second, dict):
        return second
    if not isinstance(first, dict):
        raise patch.UnclearError
    both = dict(first)
    for name, value in second.items():
        both[name] = composed(first[name], value) if name in first else value
    return both
