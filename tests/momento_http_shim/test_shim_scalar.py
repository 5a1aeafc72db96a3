"""Scalar items over gRPC through the client: conditions, counters, times, batches."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from momento_http_shim import (
    Absent,
    AbsentOrEqual,
    AbsentOrHashEqual,
    AbsentOrNotHashEqual,
    Batch,
    CacheClient,
    Done,
    Equal,
    Failed,
    HashCondition,
    Hit,
    Miss,
    NotEqual,
    NotStored,
    Number,
    Presence,
    Present,
    PresentAndHashEqual,
    PresentAndNotEqual,
    PresentAndNotHashEqual,
    Stored,
    Unavailable,
    Unconditional,
    ValueCondition,
    scalar,
)
from tests.momento_http_shim.recording import Recording, client, grpc, sent

VALUE_CONDITIONS: list[tuple[ValueCondition, dict[str, Any]]] = [
    (Absent(), {"absent": {}}),
    (Present(), {"present": {}}),
    (Equal("old"), {"equal": {"value_to_check": b"old"}}),
    (NotEqual(b"old"), {"not_equal": {"value_to_check": b"old"}}),
    (PresentAndNotEqual(b"old"), {"present_and_not_equal": {"value_to_check": b"old"}}),
    (AbsentOrEqual(b"old"), {"absent_or_equal": {"value_to_check": b"old"}}),
]
HASH_CONDITIONS: list[tuple[HashCondition, dict[str, Any]]] = [
    (PresentAndHashEqual(b"h"), {"present_and_hash_equal": {"hash_to_check": b"h"}}),
    (PresentAndNotHashEqual(b"h"), {"present_and_not_hash_equal": {"hash_to_check": b"h"}}),
    (AbsentOrHashEqual(b"h"), {"absent_or_hash_equal": {"hash_to_check": b"h"}}),
    (AbsentOrNotHashEqual(b"h"), {"absent_or_not_hash_equal": {"hash_to_check": b"h"}}),
    (Unconditional(), {"unconditional": {}}),
]
ITEM = {"cache_key": b"k", "cache_body": b"new", "ttl_milliseconds": 1500}


@pytest.mark.parametrize(("condition", "fields"), VALUE_CONDITIONS)
async def test_set_if_sends_its_condition(condition: ValueCondition, fields: dict[str, Any]) -> None:
    transport = Recording(grpc(scalar.SET_IF, {"stored": {}}), grpc(scalar.SET_IF, {"not_stored": {}}))
    c = client(transport)
    assert await c.set_if("k", "new", condition, ttl_seconds=1.5) == Stored()
    assert await c.set_if("k", "new", condition, ttl_seconds=1.5) == NotStored()
    assert sent(transport.requests[0], scalar.SET_IF) == ITEM | fields


@pytest.mark.parametrize(("condition", "fields"), HASH_CONDITIONS)
async def test_set_if_hash_sends_its_condition(condition: HashCondition, fields: dict[str, Any]) -> None:
    stored = grpc(scalar.SET_IF_HASH, {"stored": {"new_hash": b"h2"}})
    transport = Recording(stored, grpc(scalar.SET_IF_HASH, {"not_stored": {}}))
    c = client(transport)
    assert await c.set_if_hash("k", b"new", condition, ttl_seconds=1.5) == Stored(b"h2")
    assert await c.set_if_hash("k", b"new", condition, ttl_seconds=1.5) == NotStored()
    assert sent(transport.requests[0], scalar.SET_IF_HASH) == ITEM | fields


async def test_conditions_are_values_that_do_not_show_theirs() -> None:
    assert Equal("a") == Equal(b"a")
    assert Equal("a") != NotEqual("a")
    assert len({Absent(), Absent(), Present()}) == 2
    assert repr(Equal("secret")) == "Equal(6 octets)"
    match PresentAndHashEqual(b"h"):
        case PresentAndHashEqual(known):
            assert known == b"h"


Calling = Callable[[CacheClient], Awaitable[object]]
SCALAR: list[tuple[Calling, Any, dict[str, Any], dict[str, Any], object]] = [
    (
        lambda c: c.increment("k", -2, ttl_seconds=1),
        scalar.INCREMENT,
        {"cache_key": b"k", "amount": -2, "ttl_milliseconds": 1000},
        {"value": -1},
        Number(-1),
    ),
    (
        lambda c: c.increment("k", ttl_seconds=1),
        scalar.INCREMENT,
        {"cache_key": b"k", "amount": 1, "ttl_milliseconds": 1000},
        {},
        Number(0),
    ),
    (
        lambda c: c.item_get_ttl("k"),
        scalar.ITEM_GET_TTL,
        {"cache_key": b"k"},
        {"found": {"remaining_ttl_millis": 7}},
        Number(7),
    ),
    (lambda c: c.item_get_ttl("k"), scalar.ITEM_GET_TTL, {"cache_key": b"k"}, {"missing": {}}, Miss()),
    (
        lambda c: c.update_ttl("k", ttl_seconds=2),
        scalar.UPDATE_TTL,
        {"cache_key": b"k", "overwrite_to_milliseconds": 2000},
        {"set": {}},
        Done(),
    ),
    (
        lambda c: c.update_ttl("k", ttl_seconds=2, change="increase"),
        scalar.UPDATE_TTL,
        {"cache_key": b"k", "increase_to_milliseconds": 2000},
        {"not_set": {}},
        NotStored(),
    ),
    (
        lambda c: c.update_ttl("k", ttl_seconds=2, change="decrease"),
        scalar.UPDATE_TTL,
        {"cache_key": b"k", "decrease_to_milliseconds": 2000},
        {"missing": {}},
        Miss(),
    ),
    (
        lambda c: c.keys_exist(["a", b"b"]),
        scalar.KEYS_EXIST,
        {"cache_keys": [b"a", b"b"]},
        {"exists": [True, False]},
        Presence((True, False)),
    ),
]


@pytest.mark.parametrize(("calling", "method", "message", "answer", "outcome"), SCALAR)
async def test_a_scalar_call_and_its_outcome(
    calling: Calling, method: Any, message: dict[str, Any], answer: dict[str, Any], outcome: object
) -> None:
    transport = Recording(grpc(method, answer))
    assert await calling(client(transport)) == outcome
    assert sent(transport.only, method) == message


async def test_a_batch_read_has_an_outcome_for_each_key() -> None:
    answers: list[dict[str, Any]] = [{"result": 2, "cache_body": b"v"}, {"result": 3}, {"result": 2}]
    transport = Recording(grpc(scalar.GET_BATCH, *answers))
    outcome = await client(transport).get_batch(["a", "b", "c"])
    assert outcome == Batch((Hit(b"v"), Miss(), Hit(b"")))
    assert sent(transport.only, scalar.GET_BATCH) == {
        "items": [{"cache_key": b"a"}, {"cache_key": b"b"}, {"cache_key": b"c"}]
    }


async def test_a_batch_write_succeeds_as_a_whole_or_not() -> None:
    ok, odd = {"result": 1}, {"result": 0, "message": "no room"}
    transport = Recording(grpc(scalar.SET_BATCH, ok, ok), grpc(scalar.SET_BATCH, ok, odd))
    c = client(transport)
    assert await c.set_batch({"a": "1", "b": "2"}, ttl_seconds=1) == Done()
    outcome = await c.set_batch([("a", "1"), (b"b", b"2")], ttl_seconds=1)
    assert isinstance(outcome, Failed)
    assert "no room" in outcome.error.message


INCOMPLETE: list[tuple[Calling, Any, list[dict[str, Any]]]] = [
    (lambda c: c.get_batch(["a", "b"]), scalar.GET_BATCH, [{"result": 3}]),
    (lambda c: c.get_batch([]), scalar.GET_BATCH, [{"result": 3}]),
    (lambda c: c.keys_exist(["a"]), scalar.KEYS_EXIST, [{}]),
    (lambda c: c.keys_exist(["a"]), scalar.KEYS_EXIST, []),
    (lambda c: c.item_get_ttl("a"), scalar.ITEM_GET_TTL, [{"missing": {}}, {"missing": {}}]),
    (lambda c: c.set_if("a", "b", Absent(), ttl_seconds=1), scalar.SET_IF, [{}]),
    (lambda c: c.get_with_hash("a"), scalar.GET_WITH_HASH, [{}]),
]


@pytest.mark.parametrize(("calling", "method", "messages"), INCOMPLETE)
async def test_an_answer_that_does_not_answer_is_a_failure_of_unknown_effect(
    calling: Calling, method: Any, messages: list[dict[str, Any]]
) -> None:
    outcome = await calling(client(Recording(grpc(method, *messages))))
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Unavailable)
    assert outcome.error.may_have_happened
