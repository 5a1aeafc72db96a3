"""The application in this process, over a database of its own, with a clock and names that the test sets."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from local.origins.items.app import create_app
from local.origins.items.database import open_database
from local.origins.items.rows import seed
from tests.origins.surroundings import NOON, Surroundings


@pytest.fixture
def surroundings() -> Surroundings:
    return Surroundings()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "items.db"


@pytest.fixture
def connection(database: Path) -> Iterator[sqlite3.Connection]:
    """Items item-1 to item-3 in the database that the application uses."""
    with closing(open_database(database)) as opened:
        seed(opened, 3, NOON)
        yield opened


@pytest.fixture
def other_process(database: Path, connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A second connection that can only read, as a test or a demonstration has it."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
        yield opened


@pytest.fixture
async def client(
    connection: sqlite3.Connection, surroundings: Surroundings
) -> AsyncIterator[httpx.AsyncClient]:
    application = create_app(
        connection,
        latency_seconds=0.25,
        clock=surroundings.clock,
        pause=surroundings.pause,
        new_id=lambda: "made",
        new_token=lambda: "t0ken",
    )
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://items.test") as opened:
        yield opened
