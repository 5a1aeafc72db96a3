"""How many pieces there are, and how that looks: the page depends on the look alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from enum import Enum
from pathlib import Path

FEW = 50
"""Below so many pieces there are few left."""

MOST = 1_000_000_000

# Times are seconds since 1970. A row of `changes` is written after the commit that changed the look; `published` is
# when every region had been told, and stays empty where nobody is told. `requests` is `items.journal`'s.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS article (pieces INTEGER NOT NULL CHECK (pieces >= 0));
INSERT INTO article SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM article);
CREATE TABLE IF NOT EXISTS changes (look TEXT NOT NULL, committed REAL NOT NULL, published REAL);
CREATE TABLE IF NOT EXISTS renders (time REAL NOT NULL, look TEXT NOT NULL, cause TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS requests (
  time REAL NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, query TEXT NOT NULL,
  idempotency_key TEXT, status INTEGER NOT NULL
);
"""


class Look(Enum):
    """The three looks of the page, in the words of the article's inventoryState."""

    ENOUGH = "ENOUGH"
    LITTLE = "LITTLE"
    SOLD_OUT = "SOLD_OUT"


def look_of(pieces: int) -> Look:
    """1000 pieces or 999 look the same."""
    if pieces == 0:
        return Look.SOLD_OUT
    return Look.LITTLE if pieces < FEW else Look.ENOUGH


def open_stock(path: Path) -> sqlite3.Connection:
    """Open or create the database, sold out. In WAL mode others can read it at any time (sqlite.org/wal.html)."""
    # No isolation level: each statement here is a transaction of its own, committed when it returns.
    connection = sqlite3.connect(path, isolation_level=None, timeout=5)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.executescript(_SCHEMA)
    return connection


def pieces(connection: sqlite3.Connection) -> int:
    """How many there are now."""
    found: int = connection.execute("SELECT pieces FROM article").fetchone()[0]
    return found


def take_one(connection: sqlite3.Connection) -> bool:
    """Sell one piece; False where there is none. One statement: of two buyers of the last piece one gets it."""
    with closing(connection.execute("UPDATE article SET pieces = pieces - 1 WHERE pieces > 0")) as done:
        return done.rowcount == 1


def put(connection: sqlite3.Connection, number: int) -> None:
    """Have so many pieces."""
    connection.execute("UPDATE article SET pieces = ?", (number,))


def note_render(connection: sqlite3.Connection, now: float, look: Look, cause: str) -> None:
    """Note that the product page was rendered, for a `reader` or for a `push`."""
    connection.execute("INSERT INTO renders VALUES (?, ?, ?)", (now, look.value, cause))


def renders(connection: sqlite3.Connection) -> dict[str, int]:
    """How often the product page was rendered, by cause."""
    found = dict(connection.execute("SELECT cause, count(*) FROM renders GROUP BY cause").fetchall())
    return {cause: found.get(cause, 0) for cause in ("reader", "push")}


def note_change(connection: sqlite3.Connection, now: float, look: Look) -> int:
    """Note that the page looks otherwise now; the row's number."""
    with closing(connection.execute("INSERT INTO changes VALUES (?, ?, NULL)", (look.value, now))) as done:
        return int(done.lastrowid or 0)


def note_published(connection: sqlite3.Connection, now: float, change: int) -> None:
    """Note that the regions have been told of a change."""
    connection.execute("UPDATE changes SET published = ? WHERE rowid = ?", (now, change))
