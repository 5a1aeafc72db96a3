"""GET and HEAD, as a client sees them."""

from __future__ import annotations

import httpx
import pytest

NOON_GMT = "Tue, 14 Nov 2023 22:13:20 GMT"


async def test_the_items_are_listed_by_id(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/items")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["items"] == [
        {"id": "item-1", "name": "Item 1", "quantity": 7},
        {"id": "item-2", "name": "Item 2", "quantity": 14},
        {"id": "item-3", "name": "Item 3", "quantity": 21},
    ]


async def test_a_list_is_read_page_by_page_until_one_is_empty(client: httpx.AsyncClient) -> None:
    async def ids(**query: str) -> list[str]:
        return [item["id"] for item in (await client.get("/api/items", params=query)).json()["items"]]

    assert await ids(limit="2") == ["item-1", "item-2"]
    assert await ids(limit="2", after="item-2") == ["item-3"]
    assert await ids(limit="2", after="item-3") == []


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "ten", ""])
async def test_a_limit_out_of_range_is_refused(client: httpx.AsyncClient, limit: str) -> None:
    answer = await client.get("/api/items", params={"limit": limit})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_item_says_how_long_it_is_fresh_and_how_to_ask_again(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/items/item-1")
    assert answer.json() == {"id": "item-1", "name": "Item 1", "quantity": 7}
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["last-modified"] == NOON_GMT
    assert answer.headers["etag"].startswith('"')


@pytest.mark.parametrize(
    ("path", "cache_control"),
    [("/api/items", "public, max-age=5"), ("/api/items/item-1", "public, max-age=60")],
)
async def test_what_did_not_change_is_not_sent_again(
    client: httpx.AsyncClient, path: str, cache_control: str
) -> None:
    etag = (await client.get(path)).headers["etag"]
    answer = await client.get(path, headers={"if-none-match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == etag
    assert answer.headers["cache-control"] == cache_control


async def test_the_etag_of_the_list_changes_with_any_item(client: httpx.AsyncClient) -> None:
    etag = (await client.get("/api/items")).headers["etag"]
    await client.delete("/api/items/item-2")
    answer = await client.get("/api/items", headers={"if-none-match": etag})
    assert answer.status_code == 200


async def test_a_read_can_require_a_state(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/items/item-1", headers={"if-match": '"another"'})
    assert answer.status_code == 412


async def test_head_answers_as_get_without_content(client: httpx.AsyncClient) -> None:
    get, head = await client.get("/api/items/item-1"), await client.head("/api/items/item-1")
    assert head.content == b""
    assert (head.status_code, head.headers) == (get.status_code, get.headers)


async def test_a_missing_item_is_a_problem_that_caches_do_not_keep(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/items/none")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "title": "Not Found",
        "status": 404,
        "detail": "There is no item with this id.",
    }


@pytest.mark.parametrize("path", ["/api", "/api/items/", "/api/items/item-1/parts", "/favicon.ico"])
async def test_other_paths_do_not_exist(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/items", {"GET", "HEAD", "POST"}),
        ("POST", "/api/items/item-1", {"GET", "HEAD", "PUT", "PATCH", "DELETE"}),
        ("OPTIONS", "/", {"GET", "HEAD"}),
    ],
)
async def test_other_methods_are_answered_with_those_that_are_allowed(
    client: httpx.AsyncClient, method: str, path: str, allowed: set[str]
) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.headers["allow"].split(", ")) == allowed
