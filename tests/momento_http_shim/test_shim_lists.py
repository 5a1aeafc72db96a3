"""Lists through the client: what is sent and what an answer comes to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from momento_http_shim import CacheClient, Failed, InvalidArgument, Miss, Number, Values, lists
from tests.momento_http_shim.recording import Recording, client, grpc, sent

CALLS: list[
    tuple[Callable[[CacheClient], Awaitable[object]], Any, dict[str, Any], dict[str, Any], object]
] = [
    (
        lambda c: c.list_push_front("l", b"\xff", ttl_seconds=2, refresh_ttl=True, truncate_back_to=20),
        lists.PUSH_FRONT,
        {
            "list_name": b"l",
            "value": b"\xff",
            "ttl_milliseconds": 2000,
            "refresh_ttl": True,
            "truncate_back_to_size": 20,
        },
        {"list_length": 7},
        Number(7),
    ),
    (
        lambda c: c.list_fetch("l"),
        lists.FETCH,
        {"list_name": b"l", "unbounded_start": {}, "unbounded_end": {}},
        {"found": {"values": [b"b", b"a"]}},
        Values((b"b", b"a")),
    ),
    (
        lambda c: c.list_fetch("l", 0, -1),
        lists.FETCH,
        {"list_name": b"l", "inclusive_start": 0, "exclusive_end": -1},
        {"missing": {}},
        Miss(),
    ),
]


@pytest.mark.parametrize(("calling", "method", "message", "answer", "outcome"), CALLS)
async def test_a_call_and_its_outcome(
    calling: Callable[[CacheClient], Awaitable[object]],
    method: Any,
    message: dict[str, Any],
    answer: dict[str, Any],
    outcome: object,
) -> None:
    transport = Recording(grpc(method, answer))
    assert await calling(client(transport)) == outcome
    assert sent(transport.only, method) == message


async def test_an_answer_that_says_neither_is_malformed() -> None:
    assert isinstance(await client(Recording(grpc(lists.FETCH, {}))).list_fetch("l"), Failed)


async def test_a_value_that_is_too_large_is_never_sent() -> None:
    transport = Recording()
    with pytest.raises(InvalidArgument):
        await client(transport).list_push_front("l", b"x" * 131_073, ttl_seconds=2, refresh_ttl=True)
    assert not transport.requests
