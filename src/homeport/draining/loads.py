"""Which writes share a request to a bulk endpoint, and what its answer says to each. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from homeport.bulk import Bulk
from homeport.entry import Pending
from homeport.messages import LATER, Headers, NoAnswer, Request, Response

from .plan import free_of_conditions

MOST_OCTETS = 512 * 1024
"""Of the bodies in one request."""

_REFUSED = frozenset(range(300, 501)) - LATER
"""The whole is wrong, so one of it may be: 500 stands here too, where a write can break the endpoint."""


def fits(bulk: Bulk, item: Pending) -> bool:
    """Whether a write may go in company at all: one that the origin is to know by its author's key goes by it alone."""
    return item.method in bulk.methods and not item.key and free_of_conditions(item)


def too_large(items: Sequence[Pending]) -> bool:
    """Whether these are more than one request may hold."""
    return sum(len(item.body) for item in items) > MOST_OCTETS


def loads(bulk: Bulk, items: Sequence[Pending]) -> list[list[Pending]]:
    """The requests that writes go in. What failed in k of them shares one with at most `most >> k`, itself included."""
    found: list[list[Pending]] = []
    for item in sorted(items, key=lambda each: each.tries):
        last = found[-1] if found else []
        room = len(last) < max(1, bulk.most >> min(item.tries, 32))
        if last and room and last[0].tries == item.tries and not too_large((*last, item)):
            last.append(item)
        else:
            found.append([item])
    return found


def request(bulk: Bulk, items: Sequence[Pending]) -> Request | None:
    """The request for these writes; None where there is none.

    Its Idempotency-Key follows from their ids and tries: the same to whoever repeats it without knowing, another after
    a definite answer. What it is worth to the endpoint is the endpoint's affair, for each write bears its own id.
    """
    try:
        kind, body = bulk.encode(items)
    except Exception:  # noqa: BLE001 - it may be the user's function: anything can be wrong with it
        return None
    names = "\n".join(f"{item.id} {item.tries}" for item in items)
    key = hashlib.sha256(names.encode()).hexdigest()[:32]
    fields = Headers((("content-type", kind), ("idempotency-key", key)))
    return Request(bulk.method, bulk.path, fields, body)


def answers(
    bulk: Bulk, items: Sequence[Pending], reply: Response | NoAnswer | None
) -> Sequence[Response | NoAnswer] | None:
    """What each write is told, in their order; None: one of them may be at fault, try them in smaller company.

    No answer, 408, 425, 429 and 501 to 599 say nothing of any write and hold for all.
    """
    if reply is None:
        return None
    if isinstance(reply, NoAnswer) or not (reply.status < 300 or reply.status in _REFUSED):
        return [reply] * len(items)
    if reply.status in _REFUSED:
        return None
    try:
        told: Any = bulk.decode(reply, items)
        sound = len(told) == len(items) and all(_legible(each) for each in told)
    except Exception:  # noqa: BLE001 - as above
        return None
    return tuple(told) if sound else None


def _legible(answer: Any) -> bool:
    return (
        isinstance(answer, Response)
        and type(answer.status) is int
        and 200 <= answer.status < 600
        and all(type(value) is str for _, value in answer.headers)
        and not isinstance(answer.body, str | None)
    )
