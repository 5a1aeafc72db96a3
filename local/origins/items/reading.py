"""Answers to GET and HEAD below /api."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from . import rows
from .answers import JSON, Answer, Problem
from .conditions import Validators, failed_precondition, validators

ITEM_CACHE_CONTROL = "public, max-age=60"
LIST_CACHE_CONTROL = "public, max-age=5"
DEFAULT_LIMIT = 100
MAX_LIMIT = 1000


def read_item(connection: sqlite3.Connection, identity: str, headers: Mapping[str, str]) -> Answer:
    """Give one item as it is stored; raises 404."""
    row = rows.find(connection, identity)
    if row is None:
        raise no_item()
    return _representation(row.body, row.validators(), ITEM_CACHE_CONTROL, headers)


def list_items(
    connection: sqlite3.Connection, query: Mapping[str, str], headers: Mapping[str, str]
) -> Answer:
    """Give the items in the order of their ids: at most `limit` of those that sort after the id `after`.

    The next page is asked for with the last id of this one; an empty page is the last.
    """
    items = rows.page(connection, query.get("after", ""), _limit(query.get("limit", str(DEFAULT_LIMIT))))
    body = b'{"items":[' + b",".join(items) + b"]}"
    return _representation(body, validators(body), LIST_CACHE_CONTROL, headers)


def no_item() -> Problem:
    """Say that the item does not exist."""
    return Problem(404, "There is no item with this id.")


def _limit(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MAX_LIMIT:
        return int(text)
    raise Problem(400, f"limit must be a number from 1 to {MAX_LIMIT}.")


def _representation(
    body: bytes, current: Validators, cache_control: str, headers: Mapping[str, str]
) -> Answer:
    fields = {"cache-control": cache_control, **current.headers()}
    # HEAD is evaluated as GET is (RFC 9110, section 9.3.2); the server leaves its content out.
    match failed_precondition("GET", headers, current):
        case 304:
            return Answer(304, fields)
        case 412:
            raise Problem(412, "The resource is in another state than the request requires.")
    return Answer(200, {"content-type": JSON, **fields}, body)
