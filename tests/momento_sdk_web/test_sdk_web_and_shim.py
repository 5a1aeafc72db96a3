"""What Momento's own SDK wrote, read by the shim; the other direction is among the operations."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from momento_http_shim import (
    Absent,
    AbsentOrEqual,
    Batch,
    CacheClient,
    Credentials,
    Elements,
    Equal,
    Failed,
    Found,
    Hit,
    Miss,
    NotStored,
    Number,
    PresentAndHashEqual,
    Score,
    Settings,
    Stored,
)
from momento_http_shim.runtime.aio import AioTransport
from momento_http_shim.topics import Position, TopicMessage
from tests.momento_sdk_web.conversation import EVERY_OCTET, MEETING, Conversation


@pytest.fixture(params=[False, True], ids=["binary", "text"])
async def shim(conversation: Conversation, request: pytest.FixtureRequest) -> AsyncIterator[CacheClient]:
    assert conversation.complaint == ""
    settings = Settings(text_mode=request.param)
    async with AioTransport() as transport:
        yield CacheClient(
            transport, Credentials("any-key", conversation.momento.url), MEETING, settings=settings
        )


async def test_items_are_the_sdks(shim: CacheClient) -> None:
    assert await shim.get("sdk/text é") == Hit("grüße".encode())
    assert await shim.get(b"\xff\x00") == Hit(EVERY_OCTET)
    assert await shim.item_get_ttl("sdk/text é") == Number(30_000)
    assert await shim.get_batch(["sdk/b2", "sdk/b1", "sdk/none"]) == Batch((Hit(b"two"), Hit(b"one"), Miss()))
    assert await shim.increment("sdk/counter", 0, ttl_seconds=60) == Number(40)


async def test_a_lease_of_the_sdks_is_respected(shim: CacheClient) -> None:
    assert await shim.set_if("sdk/lease", "the shim", Absent(), ttl_seconds=60) == NotStored()
    assert (
        await shim.set_if("sdk/lease", "the shim", AbsentOrEqual("the shim"), ttl_seconds=60) == NotStored()
    )
    assert await shim.set_if("sdk/lease", "the SDK", Equal("the SDK"), ttl_seconds=60) == Stored()


async def test_a_hash_of_the_sdks_is_a_condition(shim: CacheClient) -> None:
    found = await shim.get_with_hash("sdk/hashed")
    assert isinstance(found, Found)
    assert found.value == b"by the SDK"
    on_top = PresentAndHashEqual(found.hash)
    assert isinstance(await shim.set_if_hash("sdk/hashed", "by the SDK", on_top, ttl_seconds=60), Stored)
    assert await shim.get("shim/hashed") == Hit(b"by the SDK")


async def test_a_sorted_set_of_the_sdks_is_in_order(shim: CacheClient) -> None:
    queue = ((b"job-2", -1.0), (b"job-3", 3.0), (b"job-1", 1_790_000_000_000.5))
    assert await shim.sorted_set_fetch_by_score("sdk/queue") == Elements(queue)
    assert await shim.sorted_set_fetch_by_score("sdk/queue", 0, count=1) == Elements(queue[1:2])
    assert await shim.sorted_set_get_rank("sdk/queue", "job-1") == Number(2)
    assert await shim.sorted_set_get_score("sdk/queue", "job-1") == Score(1_790_000_000_000.5)


async def test_what_the_sdk_changed_of_the_shims_is_changed(shim: CacheClient) -> None:
    assert await shim.set_if("shim/lease", "the shim", Equal("the SDK"), ttl_seconds=60) == Stored()
    assert await shim.set_if("shim/lease", "the SDK", Equal("the shim"), ttl_seconds=60) == Stored()
    assert await shim.increment("shim/counter", 0, ttl_seconds=60) == Number(42)
    assert await shim.sorted_set_get_score("shim/queue", "job-2") == Miss()
    assert await shim.sorted_set_length("shim/queue") == Number(3)


async def test_messages_of_the_sdks_are_followed(shim: CacheClient) -> None:
    seen: list[str | bytes] = []
    async with asyncio.timeout(5.0):
        async for event in shim.subscribe("sdk/news", Position(1, 0), poll_ms=2000):
            assert not isinstance(event, Failed), event
            if isinstance(event, TopicMessage):
                seen.append(event.value)
            if len(seen) == 2:
                break
    assert seen == ["grüße", EVERY_OCTET]
