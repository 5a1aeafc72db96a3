"""Topics: what is published, and who hears it."""

from __future__ import annotations

import pytest

from local.momento_local.in_memory import InMemoryCache
from momento_http_shim import CacheClient, Done, Failed, Position, TopicMessage


async def test_text_and_octets_can_be_published(cache: CacheClient, key: str) -> None:
    assert await cache.publish(key, "text é") == Done()
    assert await cache.publish(key, b"\xff\x00") == Done()
    if isinstance(cache, InMemoryCache):
        assert cache.published == [(key, "text é"), (key, b"\xff\x00")]


@pytest.mark.uses("subscribe")
async def test_a_follower_hears_every_message_in_order_as_it_was_published(
    cache: CacheClient, key: str
) -> None:
    published: list[str | bytes] = ["one", b"\xff\x00two", "drei é"]
    for message in published:
        assert await cache.publish(key, message) == Done()
    heard: list[TopicMessage] = []
    async for event in cache.subscribe(key, Position(1, 0), poll_ms=5000):
        assert not isinstance(event, Failed), event
        if isinstance(event, TopicMessage):
            heard.append(event)
        if len(heard) == len(published):
            break
    assert [event.value for event in heard] == published
    numbers = [event.sequence_number for event in heard]
    assert numbers == list(range(numbers[0], numbers[0] + 3))


@pytest.mark.uses("subscribe")
async def test_a_follower_goes_on_where_another_stopped(cache: CacheClient, key: str) -> None:
    for message in ("one", "two"):
        await cache.publish(key, message)
    async for first in cache.subscribe(key, Position(1, 0), poll_ms=5000):
        if isinstance(first, TopicMessage):
            break
    assert isinstance(first, TopicMessage)
    behind = Position(first.sequence_number + 1, first.sequence_page)
    async for second in cache.subscribe(key, behind, poll_ms=5000):
        if isinstance(second, TopicMessage):
            break
    assert isinstance(second, TopicMessage)
    assert (first.value, second.value) == ("one", "two")


@pytest.mark.uses("subscribe")
async def test_following_in_a_cache_that_is_not_there_ends(elsewhere: CacheClient, key: str) -> None:
    events = [event async for event in elsewhere.subscribe(key, poll_ms=5000)]
    assert [type(event) for event in events] == [Failed]
    assert isinstance(events[0], Failed)
    assert events[0].error.code == "NOT_FOUND_ERROR"
