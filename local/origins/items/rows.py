"""The stored items: one row each, holding the exact JSON that is sent."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from .conditions import Validators, validators
from .database import transaction
from .documents import item


@dataclass(frozen=True, slots=True)
class Row:
    """An item as stored: its representation in bytes, and its last change in seconds since 1970."""

    body: bytes
    modified: float

    def validators(self) -> Validators:
        """Give the validators of the representation."""
        return validators(self.body, self.modified)


def find(connection: sqlite3.Connection, identity: str) -> Row | None:
    """Give the item, or None when there is none with this id."""
    found = connection.execute("SELECT body, modified FROM items WHERE id = ?", (identity,)).fetchone()
    return None if found is None else Row(found[0].encode(), found[1])


def page(connection: sqlite3.Connection, after: str, limit: int) -> Sequence[bytes]:
    """Give at most `limit` items whose id sorts after `after`, ordered by id, character by character."""
    select = "SELECT body FROM items WHERE id > ? ORDER BY id LIMIT ?"
    return [body.encode() for (body,) in connection.execute(select, (after, limit))]


def save(connection: sqlite3.Connection, identity: str, body: bytes, now: float) -> Row:
    """Create or replace an item."""
    connection.execute(
        "INSERT INTO items (id, body, modified) VALUES (:id, :body, :now) ON CONFLICT (id)"
        " DO UPDATE SET body = :body, modified = :now, revision = revision + 1",
        {"id": identity, "body": body.decode(), "now": now},
    )
    return Row(body, now)


def remove(connection: sqlite3.Connection, identity: str) -> None:
    """Remove an item."""
    connection.execute("DELETE FROM items WHERE id = ?", (identity,))


def seed(connection: sqlite3.Connection, count: int, now: float) -> None:
    """Create the items item-1 to item-`count`; those that exist are left as they are."""
    with transaction(connection):
        for number in range(1, count + 1):
            identity = f"item-{number}"
            if find(connection, identity) is None:
                document = {"id": identity, "name": f"Item {number}", "quantity": number * 7 % 100}
                save(connection, identity, item(identity, document), now)
