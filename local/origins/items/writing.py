"""Answers to POST, PUT, PATCH and DELETE below /api. They change rows, so they run within a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from . import rows
from .answers import JSON, Answer, Problem
from .conditions import failed_precondition
from .documents import decode, item, item_id, json_object
from .patches import read_patch
from .reading import no_item


@dataclass(frozen=True, slots=True)
class Write:
    """A request to change items: names of `headers` in lower case, `now` in seconds since 1970.

    `new_id` names the item that a POST without id creates; `identity` is the id in the path, "" for POST.
    """

    method: str
    identity: str
    headers: Mapping[str, str]
    content: bytes
    now: float
    new_id: str

    @property
    def content_type(self) -> str:
        """The Content-Type field, "" when missing."""
        return self.headers.get("content-type", "")


def apply(connection: sqlite3.Connection, write: Write) -> Answer:
    """Make the change and tell its outcome; a problem is an answer too, to be kept like others."""
    operation = {"POST": _create, "PUT": _replace, "PATCH": _patch, "DELETE": _delete}[write.method]
    try:
        return operation(connection, write)
    except Problem as problem:
        return problem.answer()


def _create(connection: sqlite3.Connection, write: Write) -> Answer:
    document = json_object(write.content, write.content_type)
    identity = item_id(document.get("id", write.new_id))
    body = item(identity, document)
    if rows.find(connection, identity) is not None:
        raise Problem(409, "There is an item with this id. Choose another id, or use PUT.")
    row = rows.save(connection, identity, body, write.now)
    return _saved(201, identity, row, location=True, validators=True)


def _replace(connection: sqlite3.Connection, write: Write) -> Answer:
    identity = item_id(write.identity)
    body = item(identity, json_object(write.content, write.content_type))
    row = rows.find(connection, identity)
    _require(write, row)
    saved = rows.save(connection, identity, body, write.now)
    # RFC 9110, section 9.3.4: no validators when what is stored is not exactly what was sent.
    return _saved(
        200 if row else 201, identity, saved, location=row is None, validators=body == write.content
    )


def _patch(connection: sqlite3.Connection, write: Write) -> Answer:
    patch = read_patch(write.content, write.content_type)
    row = rows.find(connection, write.identity)
    if row is None:
        raise no_item()
    _require(write, row)
    body = item(write.identity, patch(decode(row.body)))
    saved = rows.save(connection, write.identity, body, write.now)
    return _saved(200, write.identity, saved, location=False, validators=True)


def _delete(connection: sqlite3.Connection, write: Write) -> Answer:
    row = rows.find(connection, write.identity)
    if row is None:
        raise no_item()
    _require(write, row)
    rows.remove(connection, write.identity)
    return Answer(204, {})


def _require(write: Write, row: rows.Row | None) -> None:
    if failed_precondition(write.method, write.headers, row.validators() if row else None) is not None:
        raise Problem(412, "The item is in another state than the request requires. Read it again.")


def _saved(status: int, identity: str, row: rows.Row, *, location: bool, validators: bool) -> Answer:
    path = f"/api/items/{identity}"
    # RFC 9110, section 8.7: the content is the item's representation, whatever the request's target was.
    headers = {"content-type": JSON, "content-location": path}
    if location:
        headers["location"] = path
    if validators:
        headers |= row.validators().headers()
    return Answer(status, headers, row.body)
