"""Waiting for a topic's news: the long poll of HTTP and the stream of gRPC-web."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from .grpc_web import MESSAGE, Mode, frame, trailers
from .topics import Discontinuity, Notice, Topic, as_json

HEARTBEAT_SECONDS = 10.0
"""How often an idle stream says that it is alive. The real service's interval is not documented."""


def first_wanted(topic: Topic, number: int, page: int) -> int:
    """Return the number to wait for: what was asked for, or with 0 the next message to come."""
    return topic.last + 1 if number == 0 and page in (0, topic.page) else number


async def news(topic: Topic, number: int, page: int, seconds: float) -> list[Notice]:
    """Wait until there is something to tell; an empty list when the time is up or the topic is closed."""
    changed = asyncio.Event()
    forget = topic.listen(changed.set)
    try:
        async with asyncio.timeout(seconds):
            while not (notices := topic.since(number, page)) and not topic.closed:
                changed.clear()
                await changed.wait()
            return notices
    except TimeoutError:
        return []
    finally:
        forget()


async def long_poll(topic: Topic, number: int, page: int, hold_ms: int) -> bytes:
    """Answer one long poll with JSON.

    What the real service does when nothing comes is not documented: here, an empty list.
    """
    notices = await news(topic, first_wanted(topic, number, page), page, hold_ms / 1000)
    return json.dumps({"items": [as_json(notice) for notice in notices]}, separators=(",", ":")).encode()


async def stream(
    topic: Topic, number: int, page: int, mode: Mode, new: Callable[[], Any]
) -> AsyncIterator[bytes]:
    """Yield a subscription's frames until the topic is closed: messages, discontinuities, heartbeats.

    Momento's SDKs expect a stream whose cache is deleted to end with NOT_FOUND (`pubsub-client.ts` of their web SDK).
    """
    number = first_wanted(topic, number, page)
    yield _framed(_heartbeat(new()), mode)
    while not topic.closed:
        notices = await news(topic, number, page, HEARTBEAT_SECONDS)
        for notice in notices:
            yield _framed(fill(new(), notice), mode)
        if notices:
            number, page = topic.last + 1, topic.page
        elif not topic.closed:
            yield _framed(_heartbeat(new()), mode)
    yield trailers(topic.refusal, mode)


def fill(item: Any, notice: Notice) -> Any:
    """Write a notice into a `_SubscriptionItem`."""
    if isinstance(notice, Discontinuity):
        item.discontinuity.last_topic_sequence = notice.last
        item.discontinuity.new_topic_sequence = notice.new
        item.discontinuity.new_sequence_page = notice.page
        return item
    item.item.topic_sequence_number = notice.number
    item.item.sequence_page = notice.page
    setattr(item.item.value, "text" if isinstance(notice.value, str) else "binary", notice.value)
    return item


def _heartbeat(item: Any) -> Any:
    item.heartbeat.SetInParent()
    return item


def _framed(item: Any, mode: Mode) -> bytes:
    return frame(MESSAGE, item.SerializeToString(), mode)
