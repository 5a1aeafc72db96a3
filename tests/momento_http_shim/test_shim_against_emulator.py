"""The client against the local Momento, over real sockets, in both modes of gRPC-web."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from momento_http_shim import (
    Absent,
    AbsentOrEqual,
    Batch,
    CacheClient,
    Credentials,
    Done,
    Elements,
    Equal,
    Failed,
    Found,
    Hit,
    Miss,
    NotEqual,
    NotStored,
    Number,
    Presence,
    PresentAndHashEqual,
    Score,
    Settings,
    Stored,
    Unconditional,
)
from momento_http_shim.runtime.aio import AioTransport
from momento_http_shim.topics import Position, TopicMessage

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    command = [sys.executable, "-m", "local.momento_local", "--regions", "a", "--caches", "ships"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["regions"]["a"]
        process.terminate()


@pytest.fixture(params=[False, True], ids=["binary", "text"])
async def client(base_url: str, request: pytest.FixtureRequest) -> AsyncIterator[CacheClient]:
    settings = Settings(text_mode=request.param)
    async with AioTransport() as transport:
        yield CacheClient(transport, Credentials("any-key", base_url), "ships", settings=settings)


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """A key of the test's own: the emulator lives as long as the module."""
    return f"e:{request.node.name} é"


async def test_an_item_is_written_read_and_deleted(client: CacheClient, key: str) -> None:
    assert await client.get(key) == Miss()
    assert await client.set(key, bytes(range(256)), ttl_seconds=0.5) == Done()
    assert await client.get(key.encode()) == Hit(bytes(range(256)))
    assert await client.delete(key) == Done()
    assert await client.delete(key) == Done()
    assert await client.get(key) == Miss()


async def test_a_key_reads_the_same_over_http_and_grpc(client: CacheClient, key: str) -> None:
    for name in (key, "plain" + key[-8:-2], b"\xff\x00" + key.encode()):
        assert await client.set(name, "v", ttl_seconds=5) == Done()
        found = await client.get_with_hash(name)
        assert isinstance(found, Found)
        assert found.value == b"v"


async def test_a_lease_is_taken_once_renewed_and_given_back(client: CacheClient, key: str) -> None:
    assert await client.set_if(key, "me", Absent(), ttl_seconds=5) == Stored()
    assert await client.set_if(key, "you", Absent(), ttl_seconds=5) == NotStored()
    assert await client.set_if(key, "you", AbsentOrEqual("you"), ttl_seconds=5) == NotStored()
    assert await client.set_if(key, "me", Equal("me"), ttl_seconds=5) == Stored()
    assert await client.set_if(key, "free", Equal("me"), ttl_seconds=5) == Stored()
    assert await client.set_if(key, "you", NotEqual("me"), ttl_seconds=5) == Stored()


async def test_a_value_is_replaced_only_on_top_of_what_was_read(client: CacheClient, key: str) -> None:
    assert await client.get_with_hash(key, consistent=True) == Miss()
    first = await client.set_if_hash(key, "1", Unconditional(), ttl_seconds=5)
    assert isinstance(first, Stored)
    assert first.hash
    found = await client.get_with_hash(key, consistent=True)
    assert found == Found(b"1", first.hash)
    second = await client.set_if_hash(key, b"2" * 100_000, PresentAndHashEqual(first.hash), ttl_seconds=5)
    assert isinstance(second, Stored)
    assert await client.set_if_hash(key, "3", PresentAndHashEqual(first.hash), ttl_seconds=5) == NotStored()
    read = await client.get_with_hash(key)
    assert isinstance(read, Found)
    assert read.value == b"2" * 100_000


async def test_counters_and_times(client: CacheClient, key: str) -> None:
    assert await client.increment(key, 5, ttl_seconds=9) == Number(5)
    assert await client.increment(key, -7, ttl_seconds=9) == Number(-2)
    assert await client.update_ttl(key, ttl_seconds=60) == Done()
    left = await client.item_get_ttl(key)
    assert isinstance(left, Number)
    assert 50_000 < left.value <= 60_000
    assert await client.update_ttl(key, ttl_seconds=1, change="increase") == NotStored()
    assert await client.update_ttl(key + "x", ttl_seconds=1) == Miss()
    assert await client.keys_exist([key, key + "x"]) == Presence((True, False))


async def test_batches(client: CacheClient, key: str) -> None:
    assert await client.set_batch({key: b"1", key + "b": b"2"}, ttl_seconds=5) == Done()
    outcome = await client.get_batch([key, key + "none", key + "b"])
    assert outcome == Batch((Hit(b"1"), Miss(), Hit(b"2")))


async def test_a_sorted_set_lives_its_life(client: CacheClient, key: str) -> None:
    assert await client.sorted_set_fetch_by_score(key) == Miss()
    assert await client.sorted_set_length(key) == Miss()
    elements = {"a": 1.5, "c": 3.0, "b": 3.0}
    assert await client.sorted_set_put(key, elements, ttl_seconds=9, refresh_ttl=True) == Done()
    everything = Elements(((b"a", 1.5), (b"b", 3.0), (b"c", 3.0)))
    assert await client.sorted_set_fetch_by_score(key) == everything
    assert await client.sorted_set_fetch_by_score(key, 2, 3, offset=1, count=5) == Elements(((b"c", 3.0),))
    assert await client.sorted_set_fetch_by_score(key, max_score=1) == Elements(())
    assert await client.sorted_set_fetch_by_index(key, 0, -1) == Elements(everything.elements[:2])
    descending = await client.sorted_set_fetch_by_index(key, descending=True)
    assert descending == Elements(everything.elements[::-1])
    assert await client.sorted_set_get_score(key, "a") == Score(1.5)
    assert await client.sorted_set_get_score(key, "z") == Miss()
    assert await client.sorted_set_get_rank(key, "c") == Number(2)
    assert await client.sorted_set_get_rank(key, "c", descending=True) == Number(0)
    assert await client.sorted_set_length(key) == Number(3)
    assert await client.sorted_set_length_by_score(key, 2) == Number(2)
    risen = await client.sorted_set_increment(key, "a", 2.5, ttl_seconds=9, refresh_ttl=False)
    assert risen == Score(4.0)
    assert await client.sorted_set_remove(key, ["a", "nobody"]) == Done()
    assert await client.sorted_set_length(key) == Number(2)
    assert await client.sorted_set_remove_all(key) == Done()
    assert await client.sorted_set_fetch_by_score(key) == Miss()


async def test_what_is_published_is_followed(client: CacheClient, key: str) -> None:
    published: list[str | bytes] = ["one", b"\xff\x00two"]
    for message in published:
        assert await client.publish(key, message) == Done()
    events = client.subscribe(key, Position(1, 0), poll_ms=2000)
    seen: list[str | bytes] = []
    async for event in events:
        assert not isinstance(event, Failed), event
        if isinstance(event, TopicMessage):
            seen.append(event.value)
        if len(seen) == 2:
            break
    assert seen == published


async def test_a_cache_that_is_not_there_is_refused(base_url: str) -> None:
    async with AioTransport() as transport:
        c = CacheClient(transport, Credentials("any-key", base_url), "nowhere")
        outcomes = [
            await c.get("k"),
            await c.set("k", "v", ttl_seconds=1),
            await c.delete("k"),
            await c.publish("t", "v"),
            await c.get_with_hash("k"),
            await c.sorted_set_length("k"),
        ]
    codes = [outcome.error.code for outcome in outcomes if isinstance(outcome, Failed)]
    assert codes == ["NOT_FOUND_ERROR"] * len(outcomes)
