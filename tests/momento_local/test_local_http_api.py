"""The HTTP API, by its reference."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest

from tests.momento_local.momento_rig import Rig, somebody_listens


async def test_a_value_is_set_got_and_deleted(rig: Rig) -> None:
    value = bytes(range(256))
    put = await rig.http("PUT", "/cache/a?key=example_key&ttl_seconds=300", content=value)
    assert (put.status_code, put.content) == (204, b"")
    got = await rig.http("GET", "/cache/a?key_base64=ZXhhbXBsZV9rZXk")
    assert (got.status_code, got.content) == (200, value)
    assert got.headers["content-type"] == "application/octet-stream"
    assert (await rig.http("GET", "/cache/a?key_base64=ZXhhbXBsZV9rZXk=")).content == value
    for _ in range(2):
        assert (await rig.http("DELETE", "/cache/a?key=example_key")).status_code == 204
    missed = await rig.http("GET", "/cache/a?key=example_key")
    assert (missed.status_code, missed.text) == (404, "Key Not Found")


async def test_regions_and_caches_are_separate(rig: Rig) -> None:
    await rig.http("PUT", "/cache/a?key=k&ttl_seconds=300", content=b"v")
    assert (await rig.http("GET", "/cache/homeport-near?key=k")).text == "Key Not Found"
    rig.region = "far"
    assert (await rig.http("GET", "/cache/a?key=k")).text == "Key Not Found"
    assert (await rig.http("GET", "/cache/homeport-near?key=k")).text.startswith("Cache Not Found")
    assert (await rig.http("GET", "/cache/homeport-far?key=k")).text == "Key Not Found"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_an_unknown_cache_is_404_cache_not_found(rig: Rig, method: str) -> None:
    answer = await rig.http(method, "/cache/nowhere?key=k&ttl_seconds=1")
    assert answer.status_code == 404
    assert "Cache Not Found" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "",
        "ttl_seconds=1",
        "key=k&key_base64=aw&ttl_seconds=1",
        "key=&ttl_seconds=1",
        "key_base64=%21&ttl_seconds=1",
        "key=k",
        "key=k&ttl_seconds=0",
        "key=k&ttl_seconds=-1",
        "key=k&ttl_seconds=1.5",
        "key=k&ttl_seconds=86401",
    ],
)
async def test_a_set_without_one_key_and_a_ttl_is_a_bad_request(rig: Rig, query: str) -> None:
    answer = await rig.http("PUT", f"/cache/a?{query}", content=b"v")
    assert answer.status_code == 400
    assert answer.text


async def test_a_key_is_octets_whatever_way_it_is_written(rig: Rig) -> None:
    await rig.http("PUT", "/cache/a?key=%C3%A9%2F%3F&ttl_seconds=1", content=b"v")
    assert (await rig.http("GET", "/cache/a?key_base64=w6kvPw")).content == b"v"
    assert (await rig.grpc("Get", cache_key="é/?".encode())).message.cache_body == b"v"


async def test_the_ttl_is_in_seconds(rig: Rig) -> None:
    await rig.http("PUT", "/cache/a?key=k&ttl_seconds=2", content=b"v")
    rig.emulator.clock.advance(1999)
    assert (await rig.http("GET", "/cache/a?key=k")).status_code == 200
    rig.emulator.clock.advance(1)
    assert (await rig.http("GET", "/cache/a?key=k")).status_code == 404


async def test_the_key_goes_into_the_header_or_the_query_but_not_both(rig: Rig) -> None:
    path = "/near/cache/a?key=k"
    assert (await rig.client.get(f"{path}&token=t")).status_code == 404
    assert (await rig.client.get(path)).status_code == 401
    both = await rig.client.get(f"{path}&token=t", headers={"authorization": "t"})
    assert both.status_code == 400
    assert "only one value must be set" in both.text


async def test_only_the_given_keys_are_accepted(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(api_keys=("right",))
    assert (await rig.http("GET", "/cache/a?key=k")).status_code == 401
    rig.headers = {"authorization": "right"}
    assert (await rig.http("GET", "/cache/a?key=k")).text == "Key Not Found"


async def test_a_collection_is_no_scalar_and_too_much_is_too_much(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig()
    await rig.grpc("SortedSetPut", set_name=b"q", elements=[{"value": b"a"}], ttl_milliseconds=1000)
    assert (await rig.http("GET", "/cache/a?key=q")).status_code == 400
    large = await rig.http("PUT", "/cache/a?key=k&ttl_seconds=1", content=b"x" * (5 * 1024 * 1024))
    assert large.status_code == 429
    assert "item size" in large.text


async def test_operations_over_the_rate_are_429(make_rig: Callable[..., Rig]) -> None:
    from local.momento_local.limits import Limits

    rig = make_rig(limits=Limits(operations_per_second=2))
    statuses = [(await rig.http("GET", "/cache/a?key=k")).status_code for _ in range(3)]
    assert statuses == [404, 404, 429]
    refused = await rig.grpc("Get", cache_key=b"k")
    assert (refused.status, refused.trailers["err"]) == (8, "operations_rate_limit_exceeded")
    rig.emulator.clock.advance(2000)
    assert (await rig.http("GET", "/cache/a?key=k")).status_code == 404


async def test_a_key_in_the_path_and_other_methods_are_refused(rig: Rig) -> None:
    assert (await rig.http("GET", "/cache/a/k")).status_code == 400
    assert (await rig.http("PATCH", "/cache/a?key=k")).status_code == 405
    assert (await rig.http("PUT", "/topics/a/t")).status_code == 405
    assert (await rig.http("GET", "/elsewhere")).status_code == 404


async def test_an_unknown_region_is_no_miss(rig: Rig) -> None:
    rig.region = "nowhere"
    answer = await rig.http("GET", "/cache/a?key=k")
    assert answer.status_code == 400
    assert "'far', 'near'" in answer.text


async def poll(rig: Rig, number: int = 0, page: int = 0) -> list[dict[str, dict[str, object]]]:
    query = f"sequence_number={number}&sequence_page={page}"
    answer: httpx.Response = await rig.http("GET", f"/topics/a/t?{query}")
    assert answer.status_code == 200
    items: list[dict[str, dict[str, object]]] = answer.json()["items"]
    return items


async def test_a_long_poll_waits_for_the_next_message(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(hold_ms=5000)
    begun = somebody_listens(rig.emulator.regions["near"].topic("a", "t"))
    waiting = asyncio.ensure_future(poll(rig))
    await begun.wait()
    published = await rig.http("POST", "/topics/a/t", content=b"hi", headers={"content-type": "text/plain"})
    assert published.status_code == 204
    (item,) = await waiting
    assert item["item"]["topic_sequence_number"] == 1
    assert item["item"]["value"] == {"text": "hi"}


async def test_a_poll_comes_back_for_what_it_missed_and_is_told_of_gaps(rig: Rig) -> None:
    for text in ("one", "two"):
        await rig.http("POST", "/topics/a/t", content=text.encode())
    await rig.http(
        "POST", "/topics/a/t", content=b"\xff", headers={"content-type": "application/octet-stream"}
    )
    page = rig.emulator.regions["near"].topic("a", "t").page
    values = [item["item"]["value"] for item in await poll(rig, 2, page)]
    assert values == [{"text": "two"}, {"binary": "/w=="}]
    first, *_ = await poll(rig, 9, page)
    assert first == {
        "discontinuity": {"last_topic_sequence": 8, "new_topic_sequence": 1, "new_sequence_page": page}
    }


async def test_a_poll_without_news_ends_empty(rig: Rig) -> None:
    assert await poll(rig) == []


async def test_a_message_is_limited_and_needs_a_cache(rig: Rig) -> None:
    large = await rig.http("POST", "/topics/a/t", content=b"x" * 4097)
    assert large.status_code == 429
    nowhere = await rig.http("POST", "/topics/nowhere/t", content=b"x")
    assert nowhere.status_code == 404
    odd = await rig.http("POST", "/topics/a/t", content=b"\xff", headers={"content-type": "text/plain"})
    assert odd.status_code == 400
