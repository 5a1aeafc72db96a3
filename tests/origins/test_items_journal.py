"""The table `requests`, read as another process would, and the simulated distance."""

from __future__ import annotations

import sqlite3

import httpx

from local.origins.items.app import create_app
from tests.origins.surroundings import NOON, Surroundings


async def test_every_request_is_noted_before_its_answer_is_there(
    client: httpx.AsyncClient, other_process: sqlite3.Connection
) -> None:
    await client.get("/api/items", params={"limit": "2"})
    await client.put("/api/items/item-1", json={"name": ""}, headers={"idempotency-key": '"k-1"'})
    await client.delete("/api/items/item-1", headers={"idempotency-key": "a, b"})
    await client.get("/none")
    assert other_process.execute("SELECT * FROM requests ORDER BY rowid").fetchall() == [
        (NOON, "GET", "/api/items", "limit=2", None, 200),
        (NOON, "PUT", "/api/items/item-1", "", "k-1", 422),
        (NOON, "DELETE", "/api/items/item-1", "", "a, b", 400),
        (NOON, "GET", "/none", "", None, 404),
    ]


async def test_a_repeated_request_is_noted_each_time(
    client: httpx.AsyncClient, other_process: sqlite3.Connection
) -> None:
    for _ in range(3):
        await client.delete("/api/items/item-1", headers={"idempotency-key": "k-2"})
    asked = other_process.execute("SELECT count(*) FROM requests WHERE idempotency_key = 'k-2'").fetchone()
    assert asked == (3,)


async def test_each_request_waits_for_the_latency_once(
    client: httpx.AsyncClient, surroundings: Surroundings
) -> None:
    await client.get("/")
    await client.post("/api/items", json={"name": "Nail"})
    assert surroundings.pauses == [0.25, 0.25]


async def test_a_failure_is_answered_and_noted_as_the_applications_own(
    connection: sqlite3.Connection, surroundings: Surroundings
) -> None:
    def broken() -> str:
        message = "no names today"
        raise RuntimeError(message)

    application = create_app(connection, clock=surroundings.clock, new_id=broken)
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://items.test") as client:
        answer = await client.post("/api/items", json={"name": "Nail"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "no names today" not in answer.text
    assert connection.execute("SELECT method, status FROM requests").fetchall() == [("POST", 500)]
