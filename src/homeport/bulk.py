"""Endpoints that take many writes in one request, for a route's `bulk`. Pure.

`json_operations(path)` and `json_array(path)` are ready-made; `Bulk` takes an `encode` and a `decode` of one's own.
Every write must be idempotent by its id: after a doubt it comes again, in other company or alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .entry import Pending
from .messages import Headers, Response

Encode = Callable[[Sequence[Pending]], tuple[str, bytes]]
"""The media type and the body of a request for these writes: `id`, `method`, `target`, `header`, `body` of each. What
raises has no such request; the writes then go in smaller company, or alone."""

Decode = Callable[[Response, Sequence[Pending]], Sequence[Response] | None]
"""What a 2xx says to each write, in their order. None, or raising: it cannot be told."""

_METHODS = ("PUT", "PATCH", "DELETE", "POST")
MOST = 1000


@dataclass(frozen=True, slots=True)
class Bulk:
    """An endpoint at the origin: at most `most` writes a request, of these methods only."""

    path: str
    encode: Encode
    decode: Decode
    method: str = "POST"
    most: int = 100
    methods: tuple[str, ...] = _METHODS

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with it, in words."""
        sound = {
            f"bulk path={self.path!r}: an endpoint's path, it begins with a slash": self.path[:1] == "/",
            "bulk: encode and decode are functions": all(map(callable, (self.encode, self.decode))),
            f"bulk method={self.method!r}: one of POST, PUT, PATCH": self.method in ("POST", "PUT", "PATCH"),
            f"bulk most={self.most!r}: from 2 to {MOST} writes": self.most in range(2, MOST + 1),
            f"bulk methods={self.methods!r}: of {', '.join(_METHODS)}": {*self.methods} <= {*_METHODS},
        }
        return tuple(fault for fault, holds in sound.items() if not holds)


def json_operations(path: str, method: str = "POST", most: int = 100) -> Bulk:
    """`{"operations": [{"id", "method", "path", "headers", "body"}]}`, answered by `{"results": [{"id", "status"}]}`.

    Bodies are JSON; an operation without one has no such member. A result may have `headers` and a `body`.
    """
    return Bulk(path, _operations, _results, method, most)


def json_array(path: str, method: str = "POST", most: int = 100) -> Bulk:
    """PUTs alone, as an array of their JSON bodies, for an endpoint that knows each by its members and stores it.

    Answered by an array of statuses, or by any other 2xx for all.
    """
    return Bulk(path, _bodies, _statuses, method, most, ("PUT",))


def _operations(writes: Sequence[Pending]) -> tuple[str, bytes]:
    return "application/json", json.dumps({"operations": [_operation(each) for each in writes]}).encode()


def _operation(write: Pending) -> dict[str, object]:
    operation: dict[str, object] = {"id": write.id, "method": write.method, "path": write.target}
    if header := write.header.joined():
        operation["headers"] = header
    if len(write.body):
        operation["body"] = json.loads(bytes(write.body))
    return operation


def _results(answer: Response, writes: Sequence[Pending]) -> Sequence[Response] | None:
    results = {each["id"]: each for each in json.loads(bytes(answer.body))["results"]}
    return [_result(results[write.id]) for write in writes]


def _result(told: dict[str, Any]) -> Response:
    body = json.dumps(told["body"]).encode() if "body" in told else b""
    fields = ((name, str(value)) for name, value in told.get("headers", {}).items())
    return Response(told["status"], Headers(fields), body)


def _bodies(writes: Sequence[Pending]) -> tuple[str, bytes]:
    return "application/json", json.dumps([json.loads(bytes(each.body)) for each in writes]).encode()


def _statuses(answer: Response, writes: Sequence[Pending]) -> Sequence[Response] | None:
    try:
        told = json.loads(bytes(answer.body))
    except ValueError:
        told = None
    statuses = told if isinstance(told, list) else [answer.status] * len(writes)
    return [Response(status) for status in statuses]
