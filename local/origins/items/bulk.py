"""Many changes in one request: POST /api/items/bulk. Each is made, or refused, as if it had come alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .answers import JSON, Answer, Problem
from .database import transaction
from .documents import json_object
from .idempotency import answer_once, fingerprint, read_key
from .writing import Write, apply

MOST = 1000
COLLECTION = "/api/items"


@dataclass(frozen=True, slots=True)
class Operation:
    """One change: `key` is its Idempotency-Key, `poison` the status that it gives the whole request."""

    key: str | None
    path: str
    write: Write
    poison: object


def change(connection: sqlite3.Connection, request: Write, new_id: Callable[[], str]) -> Answer:
    """Make the changes one after the other, each in a transaction of its own, and tell the outcome of each.

    Raises a `Problem` for all of them: 400 before anything is changed; 500 in their midst, what came before it stays.
    """
    operations = list(_operations(request, new_id))
    if any(operation.poison == 400 for operation in operations):
        raise Problem(400, "There is an operation among these that is refused with all the others.")
    results = [_result(connection, operation) for operation in operations]
    return Answer(
        200, {"content-type": JSON, "cache-control": "no-store"}, json.dumps({"results": results}).encode()
    )


def _operations(request: Write, new_id: Callable[[], str]) -> Iterator[Operation]:
    told = json_object(request.content, request.content_type).get("operations")
    if not isinstance(told, list) or len(told) > MOST:
        raise Problem(400, f"operations must be an array of at most {MOST} objects.")
    for each in told:
        try:
            yield _operation(each, replace(request, new_id=new_id()))
        except (TypeError, KeyError, AttributeError, ValueError) as error:
            raise Problem(
                400, "An operation has id, method, path and, where needed, headers and body."
            ) from error


def _operation(told: Mapping[str, Any], request: Write) -> Operation:
    method, path, body = str(told["method"]), str(told["path"]), told.get("body")
    identity = path.removeprefix(COLLECTION).removeprefix("/")
    if not path.startswith(COLLECTION) or method not in (
        ("PUT", "PATCH", "DELETE") if identity else ("POST",)
    ):
        raise Problem(400, f"{method} {path} is none of the changes that can be made here.")
    headers = {"content-type": JSON} if "body" in told else {}
    headers |= {str(name).lower(): str(value) for name, value in told.get("headers", {}).items()}
    content = json.dumps(body).encode() if "body" in told else b""
    write = replace(request, method=method, identity=identity, headers=headers, content=content)
    poison = body.get("poison") if isinstance(body, dict) else None
    return Operation(read_key(str(told["id"])), path, write, poison)


def _result(connection: sqlite3.Connection, operation: Operation) -> dict[str, object]:
    if operation.poison == 500:
        raise Problem(500, "The application failed in the midst of the operations.")
    write = operation.write
    asked = fingerprint(write.method, f"{operation.path}?", write.headers, write.content)
    try:
        with transaction(connection):
            answer = answer_once(
                connection, operation.key, asked, write.now, lambda: apply(connection, write)
            )
    except Problem as problem:
        answer = problem.answer()
    result: dict[str, object] = {"id": operation.key, "status": answer.status}
    return result if answer.status < 400 else result | {"body": json.loads(answer.content)}
