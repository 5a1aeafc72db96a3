"""Following a topic by HTTP long poll: pure steps, and the loop that performs them.

Source: https://docs.momentohq.com/topics/api-reference/http-api. Topics are fire and forget: a gap in the
sequence is told as a `Discontinuity`, what was in it is gone. How long Momento holds a poll and how it
ends an empty one is not documented: an empty answer and a time-out both mean "ask again".
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

from .caller import Caller
from .errors import LimitExceeded, MalformedAnswer, Refused
from .http_api import failure
from .outcomes import Failed
from .transport import Headers, Request, Response

# Momento's SDKs wait this long before they subscribe again after a failure.
_AFTER_FAILURE_MS = 500.0
# Keeps a server that ends empty polls at once from being asked in a tight loop.
_AFTER_NOTHING_MS = 50.0


class Position(NamedTuple):
    """Where in a topic to go on; the default is "from now on"."""

    sequence_number: int = 0
    sequence_page: int = 0


FROM_NOW = Position()


class TopicMessage(NamedTuple):
    """One message; `value` is `str` or `bytes`, as it was published."""

    value: str | bytes
    sequence_number: int
    sequence_page: int


class Discontinuity(NamedTuple):
    """Messages between these numbers were missed, or the topic began a new page."""

    last_sequence_number: int
    new_sequence_number: int
    new_sequence_page: int


Event = TopicMessage | Discontinuity


def poll_url(topic_url: str, position: Position) -> str:
    """Give the URL of the next poll."""
    if position == FROM_NOW:
        return topic_url
    return f"{topic_url}?sequence_number={position.sequence_number}&sequence_page={position.sequence_page}"


def after(event: Event) -> Position:
    """Give the position behind an event: after a message the next number, after a gap its far end."""
    if isinstance(event, TopicMessage):
        return Position(event.sequence_number + 1, event.sequence_page)
    return Position(event.new_sequence_number, event.new_sequence_page)


def deciphered(response: Response) -> list[Event] | Failed:
    """Decipher the answer to a poll."""
    if response.status == 204 or (response.status == 200 and not len(response.body)):
        return []
    if response.status != 200:
        return Failed(failure(response))
    import json

    try:
        return [_event(each) for each in json.loads(bytes(response.body))["items"] if "heartbeat" not in each]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MalformedAnswer(f"a poll's answer cannot be read: {type(error).__name__}") from error


def _event(each: dict[str, Any]) -> Event:
    if "discontinuity" in each:
        gap = each["discontinuity"]
        return Discontinuity(
            int(gap.get("last_topic_sequence", 0)),
            int(gap.get("new_topic_sequence", 0)),
            int(gap.get("new_sequence_page", 0)),
        )
    item = each["item"]
    number, page = int(item["topic_sequence_number"]), int(item.get("sequence_page", 0))
    return TopicMessage(_value(item["value"]), number, page)


def _value(value: dict[str, Any]) -> str | bytes:
    if "text" in value:
        return str(value["text"])
    binary = value["binary"]
    if isinstance(binary, str):
        from binascii import a2b_base64

        return a2b_base64(binary)
    # The JSON form of octets is not documented: base64 and a list of numbers are both understood.
    return bytes(binary)


def ends(failed: Failed) -> bool:
    """Tell whether polling again is useless: the key, the cache or the permission is wrong."""
    return isinstance(failed.error, Refused) and not isinstance(failed.error, LimitExceeded)


async def subscription(
    caller: Caller, topic_url: str, headers: Headers, position: Position, poll_ms: int
) -> AsyncIterator[Event | Failed]:
    """Poll for ever; give events as they come, and failures as values among them."""
    pause = caller.settings.pause
    while True:
        request = Request("GET", poll_url(topic_url, position), headers, (), poll_ms)
        answer = await caller.http(request, deciphered, idempotent=False)
        if isinstance(answer, Failed):
            if answer.error.code == "TIMEOUT_ERROR":
                continue
            yield answer
            if ends(answer):
                return
            await pause(_AFTER_FAILURE_MS)
            continue
        for event in answer:
            position = after(event)
            yield event
        if not answer:
            await pause(_AFTER_NOTHING_MS)
