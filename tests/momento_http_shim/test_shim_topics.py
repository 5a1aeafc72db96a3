"""Following a topic: positions, gaps, silence and failures."""

from __future__ import annotations

import json
from typing import Any

import pytest

from momento_http_shim import Discontinuity, Failed, Position, Settings, TopicMessage, TransportFailure
from momento_http_shim.errors import MalformedAnswer
from momento_http_shim.topics import after, deciphered, poll_url
from tests.momento_http_shim.recording import Clock, Recording, client, http

URL = "https://api.cache.cell-1.example.test/topics/ships/t"


def items(*each: dict[str, Any]) -> bytes:
    return json.dumps({"items": each}).encode()


def message(number: int, page: int, **value: Any) -> dict[str, Any]:
    return {"item": {"topic_sequence_number": number, "sequence_page": page, "value": value}}


GAP = {"discontinuity": {"last_topic_sequence": 100, "new_topic_sequence": 104, "new_sequence_page": 9}}


def test_the_documented_answer_is_read() -> None:
    answer = deciphered(http(200, items(GAP, message(104, 9, text="hello world"))))
    assert answer == [Discontinuity(100, 104, 9), TopicMessage("hello world", 104, 9)]


@pytest.mark.parametrize("binary", ["/wD+", [255, 0, 254]])
def test_octets_are_read_in_both_forms_they_may_have(binary: Any) -> None:
    assert deciphered(http(200, items(message(1, 2, binary=binary)))) == [TopicMessage(b"\xff\x00\xfe", 1, 2)]


def test_the_next_poll_is_behind_a_message_and_at_a_gap() -> None:
    assert after(TopicMessage("x", 7, 3)) == Position(8, 3)
    assert after(Discontinuity(7, 20, 4)) == Position(20, 4)
    assert poll_url("u", Position()) == "u"
    assert poll_url("u", Position(8, 3)) == "u?sequence_number=8&sequence_page=3"


def test_nothing_is_an_answer_too() -> None:
    assert deciphered(http(204)) == deciphered(http(200)) == deciphered(http(200, b'{"items":[]}')) == []


@pytest.mark.parametrize(
    "body", [b"x", b"[]", b"{}", b'{"items":[{}]}', b'{"items":[{"item":{"value":{}}}]}', b'{"items":[1]}']
)
def test_what_is_no_answer_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedAnswer):
        deciphered(http(200, body))


async def test_a_topic_is_followed_through_silence_and_failure() -> None:
    clock = Clock()
    transport = Recording(
        http(200, items(message(1, 5, text="one"))),
        TransportFailure("the poll's time is over", timed_out=True),
        http(204),
        http(503),
        http(200, items(GAP, message(104, 9, text="two"))),
        http(403),
    )
    c = client(transport, settings=Settings(clock=clock, pause=clock.pause))
    seen = [event async for event in c.subscribe("t", poll_ms=20_000)]
    codes = [each.error.code if isinstance(each, Failed) else each for each in seen]
    assert codes == [
        TopicMessage("one", 1, 5),
        "SERVER_UNAVAILABLE",
        Discontinuity(100, 104, 9),
        TopicMessage("two", 104, 9),
        "PERMISSION_ERROR",
    ]
    page_5, page_9 = "?sequence_number=2&sequence_page=5", "?sequence_number=105&sequence_page=9"
    asked = [request.url.removeprefix(URL) for request in transport.requests]
    assert asked == ["", page_5, page_5, page_5, page_5, page_9]
    assert {request.timeout_ms for request in transport.requests} == {20_000}
    assert clock.pauses == [50, 500]
