"""POST /api/items/bulk: many changes in one request, each as if it had come alone."""

from __future__ import annotations

import sqlite3
from typing import Any

import httpx
import pytest

ITEM = "/api/items/item-1"
BULK = "/api/items/bulk"


def operation(
    name: str, method: str, path: str, body: Any = None, kind: str = "application/json"
) -> dict[str, Any]:
    told = {"id": name, "method": method, "path": path}
    return told if body is None else told | {"body": body, "headers": {"Content-Type": kind}}


async def sent(client: httpx.AsyncClient, *operations: dict[str, Any]) -> list[tuple[str, int]]:
    answer = await client.post(BULK, json={"operations": operations})
    assert answer.status_code == 200, answer.text
    return [(each["id"], each["status"]) for each in answer.json()["results"]]


async def names(client: httpx.AsyncClient) -> list[str]:
    return [each["name"] for each in (await client.get("/api/items")).json()["items"]]


async def test_each_operation_has_its_result_in_their_order(client: httpx.AsyncClient) -> None:
    results = await sent(
        client,
        operation("a", "PUT", "/api/items/new", {"name": "Nail"}),
        operation("b", "PATCH", ITEM, {"quantity": 8}, "application/merge-patch+json"),
        operation("c", "DELETE", "/api/items/item-2"),
        operation("d", "PUT", ITEM, {"name": ""}),
        operation("e", "POST", "/api/items", {"name": "Posted"}),
        operation("f", "DELETE", "/api/items/nowhere"),
    )
    assert results == [("a", 201), ("b", 200), ("c", 204), ("d", 422), ("e", 201), ("f", 404)]
    assert (await client.get(ITEM)).json()["quantity"] == 8
    assert (await client.get("/api/items/item-2")).status_code == 404


async def test_a_refusal_says_why(client: httpx.AsyncClient) -> None:
    answer = await client.post(BULK, json={"operations": [operation("d", "PUT", ITEM, {"name": ""})]})
    [result] = answer.json()["results"]
    assert "name must be a string" in result["body"]["detail"]


async def test_an_operation_counts_once_among_others_and_alone(
    client: httpx.AsyncClient, connection: sqlite3.Connection
) -> None:
    first = operation("a", "PUT", ITEM, {"name": "Bolt", "price": 1.50, "é": 1})
    gone = operation("b", "DELETE", "/api/items/item-2")
    assert await sent(client, first, gone) == [("a", 200), ("b", 204)]
    assert await sent(client, gone, first) == [("b", 204), ("a", 200)]
    alone = await client.put(
        ITEM,
        content='{ "name":"Bolt", "price": 1.50, "é": 1 }'.encode(),
        headers={"idempotency-key": "a", "content-type": "application/json"},
    )
    assert (alone.status_code, alone.headers["idempotent-replayed"]) == (200, "true")
    deleted = await client.delete("/api/items/item-2", headers={"idempotency-key": "b"})
    assert (deleted.status_code, deleted.headers["idempotent-replayed"]) == (204, "true")
    assert connection.execute("SELECT revision FROM items WHERE id = 'item-1'").fetchone() == (2,)


async def test_a_key_of_another_operation_is_refused_for_this_one_alone(client: httpx.AsyncClient) -> None:
    put = operation("a", "PUT", ITEM, {"name": "Bolt"})
    results = await sent(client, put, operation("a", "DELETE", ITEM), operation("b", "DELETE", ITEM))
    assert results == [("a", 200), ("a", 422), ("b", 204)]


@pytest.mark.parametrize(("status", "kept"), [(400, []), (500, ["First"])])
async def test_one_poisoned_operation_spoils_all(
    client: httpx.AsyncClient, status: int, kept: list[str]
) -> None:
    operations = [
        operation("a", "PUT", "/api/items/a", {"name": "First"}),
        operation("b", "PUT", "/api/items/b", {"name": "Second", "poison": status}),
        operation("c", "PUT", "/api/items/c", {"name": "Third"}),
    ]
    answer = await client.post(BULK, json={"operations": operations})
    assert answer.status_code == status
    assert [name for name in await names(client) if name in ("First", "Second", "Third")] == kept
    alone = await client.put("/api/items/b", json={"name": "Second", "poison": status})
    assert alone.status_code == 422


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"operations": {}},
        {"operations": [1]},
        {"operations": [{"id": "a", "method": "PUT"}]},
        {"operations": [operation("a", "GET", ITEM)]},
        {"operations": [operation("a", "POST", ITEM, {})]},
        {"operations": [operation("a", "PUT", "/login", {})]},
        {"operations": [operation("", "DELETE", ITEM)]},
        {"operations": [operation("a", "DELETE", ITEM) | {"headers": 1}]},
        {"operations": [operation("a", "DELETE", ITEM)] * 1001},
    ],
)
async def test_what_is_no_list_of_operations_is_refused_whole(
    client: httpx.AsyncClient, document: Any
) -> None:
    answer = await client.post(BULK, json=document)
    assert answer.status_code == 400
    assert (await client.get(ITEM)).status_code == 200


async def test_an_item_may_still_be_called_bulk(client: httpx.AsyncClient) -> None:
    assert (await client.put(BULK, json={"name": "Bulk"})).status_code == 201
    assert (await client.get(BULK)).json()["name"] == "Bulk"
