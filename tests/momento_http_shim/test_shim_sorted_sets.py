"""Sorted sets through the client: what is sent and what an answer comes to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from momento_http_shim import (
    CacheClient,
    Done,
    Elements,
    Failed,
    Miss,
    Number,
    Score,
    Unavailable,
    sorted_sets,
)
from tests.momento_http_shim.recording import Recording, client, grpc, sent

Calling = Callable[[CacheClient], Awaitable[object]]
FOUND = {"found": {"values_with_scores": {"elements": [{"value": b"a", "score": 1.5}, {"value": b"b"}]}}}
ELEMENTS = Elements(((b"a", 1.5), (b"b", 0.0)))
ALL = {"unbounded_min": {}, "unbounded_max": {}, "count": -1}
CALLS: list[tuple[Calling, Any, dict[str, Any], dict[str, Any], object]] = [
    (
        lambda c: c.sorted_set_put("q", {"a": 1.5, "b": 0}, ttl_seconds=2, refresh_ttl=True),
        sorted_sets.PUT,
        {
            "set_name": b"q",
            "elements": [{"value": b"a", "score": 1.5}, {"value": b"b"}],
            "ttl_milliseconds": 2000,
            "refresh_ttl": True,
        },
        {},
        Done(),
    ),
    (
        lambda c: c.sorted_set_put(b"q", [(b"\xff", 2)], ttl_seconds=2, refresh_ttl=False),
        sorted_sets.PUT,
        {"set_name": b"q", "elements": [{"value": b"\xff", "score": 2.0}], "ttl_milliseconds": 2000},
        {},
        Done(),
    ),
    (
        lambda c: c.sorted_set_fetch_by_score("q"),
        sorted_sets.FETCH,
        {"set_name": b"q", "with_scores": True, "by_score": ALL},
        FOUND,
        ELEMENTS,
    ),
    (
        lambda c: c.sorted_set_fetch_by_score("q", 0, 10, descending=True, offset=3, count=7),
        sorted_sets.FETCH,
        {
            "set_name": b"q",
            "order": 1,
            "with_scores": True,
            "by_score": {"min_score": {}, "max_score": {"score": 10.0}, "offset": 3, "count": 7},
        },
        {"found": {"values_with_scores": {}}},
        Elements(()),
    ),
    (
        lambda c: c.sorted_set_fetch_by_index("q", 0, -1),
        sorted_sets.FETCH,
        {
            "set_name": b"q",
            "with_scores": True,
            "by_index": {"inclusive_start_index": 0, "exclusive_end_index": -1},
        },
        {"found": {}},
        Elements(()),
    ),
    (
        lambda c: c.sorted_set_fetch_by_index("q", descending=True),
        sorted_sets.FETCH,
        {
            "set_name": b"q",
            "order": 1,
            "with_scores": True,
            "by_index": {"unbounded_start": {}, "unbounded_end": {}},
        },
        {"missing": {}},
        Miss(),
    ),
    (
        lambda c: c.sorted_set_get_score("q", "a"),
        sorted_sets.GET_SCORE,
        {"set_name": b"q", "values": [b"a"]},
        {"found": {"elements": [{"result": 2, "score": -3.5}]}},
        Score(-3.5),
    ),
    (
        lambda c: c.sorted_set_get_score("q", "a"),
        sorted_sets.GET_SCORE,
        {"set_name": b"q", "values": [b"a"]},
        {"found": {"elements": [{"result": 3}]}},
        Miss(),
    ),
    (
        lambda c: c.sorted_set_get_rank("q", "a", descending=True),
        sorted_sets.GET_RANK,
        {"set_name": b"q", "value": b"a", "order": 1},
        {"element_rank": {"result": 2, "rank": 4}},
        Number(4),
    ),
    (
        lambda c: c.sorted_set_get_rank("q", "a"),
        sorted_sets.GET_RANK,
        {"set_name": b"q", "value": b"a"},
        {"element_rank": {"result": 3}},
        Miss(),
    ),
    (
        lambda c: c.sorted_set_remove("q", ["a", b"b"]),
        sorted_sets.REMOVE,
        {"set_name": b"q", "some": {"values": [b"a", b"b"]}},
        {},
        Done(),
    ),
    (
        lambda c: c.sorted_set_remove_all("q"),
        sorted_sets.REMOVE,
        {"set_name": b"q", "all": {}},
        {},
        Done(),
    ),
    (
        lambda c: c.sorted_set_increment("q", "a", -1.5, ttl_seconds=1, refresh_ttl=True),
        sorted_sets.INCREMENT,
        {"set_name": b"q", "value": b"a", "amount": -1.5, "ttl_milliseconds": 1000, "refresh_ttl": True},
        {"score": 0.5},
        Score(0.5),
    ),
    (
        lambda c: c.sorted_set_length("q"),
        sorted_sets.LENGTH,
        {"set_name": b"q"},
        {"found": {"length": 3}},
        Number(3),
    ),
    (lambda c: c.sorted_set_length("q"), sorted_sets.LENGTH, {"set_name": b"q"}, {"missing": {}}, Miss()),
    (
        lambda c: c.sorted_set_length_by_score("q", 0),
        sorted_sets.LENGTH_BY_SCORE,
        {"set_name": b"q", "inclusive_min": 0.0, "unbounded_max": {}},
        {"found": {}},
        Number(0),
    ),
]


@pytest.mark.parametrize(("calling", "method", "message", "answer", "outcome"), CALLS)
async def test_a_call_and_its_outcome(
    calling: Calling, method: Any, message: dict[str, Any], answer: dict[str, Any], outcome: object
) -> None:
    transport = Recording(grpc(method, answer))
    assert await calling(client(transport)) == outcome
    assert sent(transport.only, method) == message


@pytest.mark.parametrize(
    "answer", [{}, {"found": {"values": {"values": [b"a"]}}}], ids=["neither", "without scores"]
)
async def test_a_fetch_that_is_not_answered_is_a_failure(answer: dict[str, Any]) -> None:
    outcome = await client(Recording(grpc(sorted_sets.FETCH, answer))).sorted_set_fetch_by_score("q")
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Unavailable)
