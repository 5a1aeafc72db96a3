"""POST, PUT, PATCH and DELETE, as a client sees them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from local.origins.items.documents import MAX_CONTENT_BYTES

ITEM = "/api/items/item-1"
NEW = {"id": "screw", "name": "Screw", "quantity": 5}


async def test_post_creates_an_item_and_says_where(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/items", json=NEW)
    assert answer.status_code == 201
    assert answer.headers["location"] == "/api/items/screw"
    read = await client.get("/api/items/screw")
    assert read.json() == answer.json() == NEW
    assert read.headers["etag"] == answer.headers["etag"]


async def test_post_makes_an_id_when_there_is_none(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/items", json={"name": "Nail"})
    assert answer.headers["location"] == "/api/items/made"
    assert answer.json() == {"id": "made", "name": "Nail"}


async def test_post_of_an_id_that_exists_is_a_conflict(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/items", json={"id": "item-1", "name": "Other"})
    assert answer.status_code == 409
    assert (await client.get(ITEM)).json()["name"] == "Item 1"


async def test_put_replaces_an_item(client: httpx.AsyncClient) -> None:
    answer = await client.put(ITEM, json={"name": "Bolt", "size": "M4"})
    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert answer.headers["content-location"] == ITEM
    assert (await client.get(ITEM)).json() == answer.json() == {"id": "item-1", "name": "Bolt", "size": "M4"}


async def test_put_creates_a_missing_item(client: httpx.AsyncClient) -> None:
    answer = await client.put("/api/items/nut", json={"name": "Nut"})
    assert answer.status_code == 201
    assert answer.headers["location"] == "/api/items/nut"


async def test_put_sends_validators_only_for_what_was_stored_as_sent(client: httpx.AsyncClient) -> None:
    as_sent = await client.put(ITEM, json={"id": "item-1", "name": "Bolt"})
    assert as_sent.headers["etag"] == (await client.get(ITEM)).headers["etag"]
    completed = await client.put(ITEM, json={"name": "Bolt"})
    assert completed.content == as_sent.content
    assert not {"etag", "last-modified"} & completed.headers.keys()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if-match": '"another"'}, 412),
        ({"if-none-match": "*"}, 412),
        ({"if-match": "*"}, 200),
        ({"if-none-match": '"another"'}, 200),
    ],
)
async def test_put_honours_conditions(
    client: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    answer = await client.put(ITEM, json={"name": "Changed"}, headers=headers)
    assert answer.status_code == status
    assert (await client.get(ITEM)).json()["name"] == ("Changed" if status == 200 else "Item 1")


async def test_the_second_of_two_writers_with_the_same_etag_loses(client: httpx.AsyncClient) -> None:
    headers = {"if-match": (await client.get(ITEM)).headers["etag"]}
    first = await client.put(ITEM, json={"name": "First"}, headers=headers)
    second = await client.put(ITEM, json={"name": "Second"}, headers=headers)
    assert (first.status_code, second.status_code) == (200, 412)
    assert (await client.get(ITEM)).json()["name"] == "First"


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"name": ""},
        {"name": 7},
        {"name": "a", "quantity": -1},
        {"name": "a", "quantity": 1.5},
        {"name": "a", "quantity": True},
        {"name": "a", "quantity": None},
        {"name": "a", "id": "item-2"},
    ],
)
async def test_an_item_that_is_not_valid_is_not_stored(client: httpx.AsyncClient, document: Any) -> None:
    answer = await client.put(ITEM, json=document)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await client.get(ITEM)).json()["quantity"] == 7


@pytest.mark.parametrize("identity", ["", ".", "a/b", "a b", "ä", 7, None, "x" * 101])
async def test_an_id_that_cannot_stand_in_a_path_is_refused(client: httpx.AsyncClient, identity: Any) -> None:
    answer = await client.post("/api/items", json={"id": identity, "name": "a"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"name": NaN}',
        b'{"name":"a","weight":1e999}',
        b'{"name":"\\ud800"}',
        b'{"name":"a","deep":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    ],
)
async def test_content_that_is_no_json_object_is_a_bad_request(
    client: httpx.AsyncClient, content: bytes
) -> None:
    answer = await client.put(ITEM, content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/merge-patch+json"])
async def test_put_takes_json_only(client: httpx.AsyncClient, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}
    answer = await client.put(ITEM, content=b'{"name":"a"}', headers=headers)
    assert answer.status_code == 415
    assert answer.headers["accept"] == "application/json"


async def test_parameters_of_the_media_type_do_not_matter(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    answer = await client.put(ITEM, content='{"name":"Größe"}'.encode(), headers=headers)
    assert answer.status_code == 200
    assert "Größe".encode() in answer.content


async def test_content_of_a_mebibyte_is_taken_and_one_byte_more_is_not(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json"}
    frame = len(b'{"id":"item-1","name":""}')
    largest = json.dumps({"id": "item-1", "name": "x" * (MAX_CONTENT_BYTES - frame)}, separators=(",", ":"))
    assert (await client.put(ITEM, content=largest, headers=headers)).status_code == 200
    answer = await client.put(ITEM, content=largest + " ", headers=headers)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


async def test_content_of_unknown_length_is_refused_once_it_is_too_large(client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 65_536

    answer = await client.put(ITEM, content=endless(), headers={"content-type": "application/json"})
    assert answer.status_code == 413


async def test_content_that_is_said_to_be_too_large_is_refused_unread(client: httpx.AsyncClient) -> None:
    chunks = [b"{}"]

    async def content() -> AsyncIterator[bytes]:
        while chunks:
            yield chunks.pop()

    headers = {"content-type": "application/json", "content-length": str(MAX_CONTENT_BYTES + 1)}
    assert (await client.put(ITEM, content=content(), headers=headers)).status_code == 413
    assert chunks == [b"{}"]


@pytest.mark.parametrize(
    ("kind", "patch"),
    [
        ("merge-patch", {"quantity": 8, "note": None}),
        ("json-patch", [{"op": "replace", "path": "/quantity", "value": 8}]),
    ],
)
async def test_patch_changes_part_of_an_item(client: httpx.AsyncClient, kind: str, patch: Any) -> None:
    headers = {"content-type": f"application/{kind}+json"}
    answer = await client.patch(ITEM, content=json.dumps(patch), headers=headers)
    assert answer.status_code == 200
    read = await client.get(ITEM)
    assert read.json() == answer.json() == {"id": "item-1", "name": "Item 1", "quantity": 8}
    assert read.headers["etag"] == answer.headers["etag"]


@pytest.mark.parametrize(
    ("path", "kind", "patch", "condition", "status"),
    [
        ("none", "merge-patch+json", {}, "*", 404),
        ("item-1", "json", {}, "*", 415),
        ("item-1", "merge-patch+json", {"quantity": -1}, "*", 422),
        ("item-1", "merge-patch+json", {"id": "item-2"}, "*", 422),
        ("item-1", "merge-patch+json", "text", "*", 422),
        ("item-1", "merge-patch+json", {"quantity": 8}, '"another"', 412),
        ("item-1", "json-patch+json", {}, "*", 400),
        ("item-1", "json-patch+json", [{"op": "remove", "path": "/colour"}], "*", 409),
        ("item-1", "json-patch+json", [{"op": "remove", "path": ""}], "*", 422),
    ],
)
async def test_a_patch_that_fails_changes_nothing(
    client: httpx.AsyncClient, path: str, kind: str, patch: Any, condition: str, status: int
) -> None:
    headers = {"content-type": f"application/{kind}", "if-match": condition}
    answer = await client.patch(f"/api/items/{path}", content=json.dumps(patch), headers=headers)
    assert answer.status_code == status
    assert (await client.get(ITEM)).json() == {"id": "item-1", "name": "Item 1", "quantity": 7}


async def test_an_unknown_patch_format_is_answered_with_those_that_are_known(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.patch(ITEM, json={})
    assert answer.headers["accept-patch"] == "application/merge-patch+json, application/json-patch+json"


async def test_delete_removes_an_item_once(client: httpx.AsyncClient) -> None:
    first, second = await client.delete(ITEM), await client.delete(ITEM)
    assert (first.status_code, first.content, second.status_code) == (204, b"", 404)
    assert (await client.get(ITEM)).status_code == 404


async def test_delete_honours_conditions(client: httpx.AsyncClient) -> None:
    answer = await client.delete(ITEM, headers={"if-match": '"another"'})
    assert answer.status_code == 412
    assert (await client.get(ITEM)).status_code == 200


async def test_the_row_holds_what_is_sent_and_how_often_it_was_written(
    client: httpx.AsyncClient, other_process: sqlite3.Connection
) -> None:
    sent = (await client.put(ITEM, json={"name": "Bolt"})).text
    row = other_process.execute("SELECT body, revision FROM items WHERE id = 'item-1'").fetchone()
    assert row == (sent, 2)


async def test_a_reader_in_the_midst_of_reading_does_not_hold_up_a_write(
    client: httpx.AsyncClient, other_process: sqlite3.Connection
) -> None:
    reading = other_process.execute("SELECT id FROM items ORDER BY id")
    assert reading.fetchone() == ("item-1",)
    assert (await client.delete("/api/items/item-2")).status_code == 204
    # WAL mode: a reader goes on to see the state it began with.
    assert reading.fetchall() == [("item-2",), ("item-3",)]
