"""draft-ietf-httpapi-idempotency-key-header: a request that may have arrived is sent again."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import httpx
import pytest

from local.origins.items.answers import Answer, Problem
from local.origins.items.database import transaction
from local.origins.items.idempotency import KEPT_SECONDS, answer_once, read_key
from tests.origins.surroundings import Surroundings

ITEM = "/api/items/item-1"
KEYED = {"idempotency-key": '"8e03978e-40d5"'}
REQUESTS: list[tuple[str, str, Any]] = [
    ("POST", "/api/items", {"name": "Nail"}),
    ("PUT", ITEM, {"name": "Bolt"}),
    ("PATCH", ITEM, {"quantity": 8}),
    ("DELETE", ITEM, None),
]


async def send(
    client: httpx.AsyncClient, method: str, path: str, document: Any, **headers: str
) -> httpx.Response:
    kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
    content = None if document is None else json.dumps(document)
    fields = {
        **KEYED,
        "content-type": kind,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return await client.request(method, path, content=content, headers=fields)


@pytest.mark.parametrize(("method", "path", "document"), REQUESTS)
async def test_the_same_request_gets_the_first_answer_and_counts_once(
    client: httpx.AsyncClient, connection: sqlite3.Connection, method: str, path: str, document: Any
) -> None:
    first = await send(client, method, path, document)
    rows = connection.execute("SELECT * FROM items").fetchall()
    second = await send(client, method, path, document)
    assert first.is_success
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers.pop("idempotent-replayed") == "true"
    assert second.headers == first.headers
    assert connection.execute("SELECT * FROM items").fetchall() == rows


async def test_the_first_answer_is_repeated_even_after_the_item_has_changed(
    client: httpx.AsyncClient,
) -> None:
    first = await send(client, "PUT", ITEM, {"name": "Bolt"}, if_match="*")
    await client.delete(ITEM)
    second = await send(client, "PUT", ITEM, {"name": "Bolt"}, if_match="*")
    assert second.content == first.content
    assert (await client.get(ITEM)).status_code == 404


async def test_a_refusal_is_repeated_too(client: httpx.AsyncClient) -> None:
    first = await send(client, "PUT", ITEM, {"name": ""})
    second = await send(client, "PUT", ITEM, {"name": ""})
    assert (first.status_code, second.status_code) == (422, 422)
    assert "idempotent-replayed" not in first.headers
    assert "idempotent-replayed" in second.headers


@pytest.mark.parametrize(
    ("method", "path", "document", "condition"),
    [
        ("PUT", ITEM, {"name": "Nut"}, "*"),
        ("PUT", "/api/items/item-2", {"name": "Bolt"}, "*"),
        ("PUT", ITEM + "?force", {"name": "Bolt"}, "*"),
        ("PATCH", ITEM, {"name": "Bolt"}, "*"),
        ("PUT", ITEM, {"name": "Bolt"}, '"another"'),
    ],
)
async def test_a_key_cannot_be_used_for_another_request(
    client: httpx.AsyncClient, method: str, path: str, document: Any, condition: str
) -> None:
    await send(client, "PUT", ITEM, {"name": "Bolt"}, if_match="*")
    answer = await send(client, method, path, document, if_match=condition)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await client.get(ITEM)).json()["name"] == "Bolt"
    assert (await send(client, "PUT", ITEM, {"name": "Bolt"}, if_match="*")).status_code == 200


async def test_a_key_is_forgotten_after_a_day(client: httpx.AsyncClient, surroundings: Surroundings) -> None:
    await send(client, "DELETE", ITEM, None)
    surroundings.now += KEPT_SECONDS - 1
    assert (await send(client, "DELETE", ITEM, None)).status_code == 204
    surroundings.now += 1
    assert (await send(client, "DELETE", ITEM, None)).status_code == 404


def test_when_the_change_fails_nothing_is_kept(connection: sqlite3.Connection) -> None:
    def fail() -> Answer:
        connection.execute("DELETE FROM items")
        raise RecursionError

    def attempt() -> Answer:
        with transaction(connection):
            return answer_once(connection, "key", "request", 0, fail)

    with pytest.raises(RecursionError):
        attempt()
    assert connection.execute("SELECT count(*) FROM items").fetchone() == (3,)
    assert connection.execute("SELECT count(*) FROM answers").fetchone() == (0,)


@pytest.mark.parametrize(
    ("field", "key"),
    [
        (None, None),
        ('"a b"', "a b"),
        ("a-b", "a-b"),
        (r'"a\"\\b"', r'a"\b'),
        (' "k" ', "k"),
        ("k" * 255, "k" * 255),
    ],
)
def test_a_key_may_be_quoted_or_bare(field: str | None, key: str | None) -> None:
    assert read_key(field) == key


@pytest.mark.parametrize("field", ["", '""', "a, b", '"open', '"a";b', "ä", "k" * 256])
def test_what_is_no_key_is_refused(field: str) -> None:
    with pytest.raises(Problem) as caught:
        read_key(field)
    assert caught.value.status == 400


async def test_a_request_with_a_key_that_cannot_be_read_changes_nothing(client: httpx.AsyncClient) -> None:
    answer = await send(client, "DELETE", ITEM, None, idempotency_key="")
    assert answer.status_code == 400
    assert (await client.get(ITEM)).status_code == 200
