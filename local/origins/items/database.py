"""The SQLite database: its tables, how it is opened, and transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Times are seconds since 1970. `revision` counts how often an item was written since it was created.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS items (
  id TEXT PRIMARY KEY, body TEXT NOT NULL, modified REAL NOT NULL, revision INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
  key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, time REAL NOT NULL,
  status INTEGER NOT NULL, headers TEXT NOT NULL, content BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS answers_by_time ON answers (time);
CREATE TABLE IF NOT EXISTS sessions (token TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS requests (
  time REAL NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, query TEXT NOT NULL,
  idempotency_key TEXT, status INTEGER NOT NULL
);
"""


def open_database(path: Path) -> sqlite3.Connection:
    """Open or create the database. In WAL mode others can read it at any time (sqlite.org/wal.html)."""
    # No isolation level: transactions begin where this application says so, not where the driver guesses.
    connection = sqlite3.connect(path, isolation_level=None, timeout=5)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.executescript(_SCHEMA)
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Let all changes in the block happen, or none when it raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
