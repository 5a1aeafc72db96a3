"""A list with the pending writes of its items laid over it. Pure.

A route's `overlay` is an `Overlay`; ready-made there is `listed`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from homeport.entry import Entry
from homeport.messages import Request, Response
from momento_http_shim.octets import Octets

from .upstream import AUTHORIZATION


class Changes(tuple[tuple[str, Entry], ...]):
    """What the items' parameter stands for, and the items as they are written, in the order of their last writes.

    `complete`: the list shows all there are. Else, as where its URL has a query, nobody can tell whether what it lacks
    belongs there.
    """

    __slots__ = ()
    complete = False


class ChangesOfAll(Changes):
    """The changes of a list that is complete."""

    __slots__ = ()
    complete = True


NONE = Changes()


Overlay = Callable[[Octets, Changes], Octets | None]
"""The list's body with the changes; None where it cannot be told."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits of a list's items. `doubtful`: what a region holds of the list may be behind what was shown before."""

    changes: Changes = NONE
    doubtful: bool = False

    def whole(self, request: Request) -> Request:
        """The request for all of the list, where it is to be changed: its conditions are about another body."""
        if not self.changes:
            return request
        asked = request.headers.without("if-modified-since", "if-none-match", "if-range", "range")
        return replace(request, method="GET", headers=asked)


NOTHING = Waiting()

_OF_THE_BODY = (
    "accept-ranges",
    "cache-control",
    "cdn-cache-control",
    "cloudflare-cdn-cache-control",
    "content-digest",
    "content-length",
    "content-md5",
    "digest",
    "etag",
    "expires",
    "last-modified",
    "pragma",
    "repr-digest",
    "surrogate-control",
)
"""Fields that say something of the very octets that the origin sent, or let caches keep them."""


def complete(request: Request, target: str) -> bool:
    """Whether a list shows all there are; `target` is without what the route ignores of the query."""
    return "?" not in target and AUTHORIZATION not in request.headers


def laid_over(overlay: Overlay, answer: Response, changes: Changes) -> Response | str:
    """The list's 200 with the changes, for its visitor alone; or why it stays as it is."""
    kind = (answer.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if (answer.headers.get("content-encoding") or "identity") != "identity":
        return "it is encoded"
    if kind != "application/json" and not kind.endswith("+json"):
        return "it is no JSON"
    try:
        body: Any = overlay(answer.body, changes)
    except Exception as error:  # noqa: BLE001 - it may be the user's function: anything can be wrong with it
        return type(error).__name__
    if body is None or isinstance(body, str):
        return "it cannot be told" if body is None else "gave a text for a body"
    return Response(200, answer.headers.without(*_OF_THE_BODY).plus(("cache-control", "no-store")), body)


def listed(at: str = "", identity: str = "id", new: str = "last") -> Overlay:
    """For a list that is a JSON array, or has it as a member: `at` is its path, as `data.items`.

    Elements are matched by their member `identity`. A deleted one goes. Of a changed one the members that both have are
    the item's: a list may show a summary. One that a complete list lacks is put `first` or `last`, or `no`where. Other
    members, such as counts, stay.
    """
    if new not in ("first", "last", "no"):
        fault = f"new={new!r}: one of first, last, no"
        raise ValueError(fault)
    path = at.split(".") if at else []

    def overlay(body: Octets, changes: Changes) -> Octets | None:
        document: Any = json.loads(bytes(body))
        holder = {"": document}
        elements = document
        for name in path:
            holder, elements = elements, elements[name]
        if not isinstance(elements, list):
            return None
        for value, entry in changes:
            elements = _changed(elements, _text(value), entry, identity, new if changes.complete else "no")
        if path:
            holder[path[-1]] = elements
        return json.dumps(document if path else elements, ensure_ascii=False, separators=(",", ":")).encode()

    return overlay


def _changed(elements: list[Any], value: str, entry: Entry, identity: str, new: str) -> list[Any]:
    def meant(element: Any) -> bool:
        found = element.get(identity) if isinstance(element, dict) else None
        return type(found) in (str, int) and str(found) == value

    if entry.kind == "tombstone":
        return [each for each in elements if not meant(each)]
    item: Any = json.loads(bytes(entry.body))
    if not isinstance(item, dict):
        raise TypeError
    if any(map(meant, elements)):
        return [
            {name: item.get(name, old) for name, old in each.items()} if meant(each) else each
            for each in elements
        ]
    added = [item if identity in item else {identity: value, **item}]
    return {"first": [*added, *elements], "last": [*elements, *added], "no": elements}[new]


def _text(value: str) -> str:
    if "%" not in value:
        return value
    from urllib.parse import unquote  # rarely needed

    return unquote(value)
