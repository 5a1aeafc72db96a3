"""Scalar items over gRPC: tables of the messages, how a call is built, what its answer means.

Source: `cacheclient.proto` and `common.proto` of https://github.com/momentohq/client-protos. Build
functions are pure; keys are bytes, times milliseconds. Which calls may be sent again is Momento's own
list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .calls import Call, Method
from .conditions import HashCondition, ValueCondition
from .errors import MalformedAnswer, Unavailable
from .octets import Octets
from .outcomes import Batch, Done, Failed, Found, Hit, Miss, NotStored, Number, Presence, Stored
from .wire import BOOL, BYTES, EMPTY, INT, TEXT, UINT, Field, Shape

_SERVICE = "cache_client.Scs/"
_VALUE = Shape(value_to_check=Field(1, BYTES))
_HASH = Shape(hash_to_check=Field(1, BYTES))
_KEY = {"cache_key": Field(1, BYTES)}
_ITEM = {**_KEY, "cache_body": Field(2, BYTES), "ttl_milliseconds": Field(3, UINT)}
_RESULT_OK, _RESULT_HIT, _RESULT_MISS = 1, 2, 3

_GET_RESPONSE = Shape(result=Field(1, UINT), cache_body=Field(2, BYTES), message=Field(3, TEXT))
_SET_RESPONSE = Shape(result=Field(1, UINT), message=Field(2, TEXT))

SET_IF = Method(
    _SERVICE + "SetIf",
    Shape(
        **_ITEM,
        present=Field(4, EMPTY),
        present_and_not_equal=Field(5, _VALUE),
        absent=Field(6, EMPTY),
        equal=Field(7, _VALUE),
        absent_or_equal=Field(8, _VALUE),
        not_equal=Field(9, _VALUE),
    ),
    Shape(stored=Field(1, EMPTY), not_stored=Field(2, EMPTY)),
    idempotent=False,
)
SET_IF_HASH = Method(
    _SERVICE + "SetIfHash",
    Shape(
        **_ITEM,
        present_and_not_hash_equal=Field(4, _HASH),
        present_and_hash_equal=Field(5, _HASH),
        absent_or_hash_equal=Field(6, _HASH),
        absent_or_not_hash_equal=Field(7, _HASH),
        unconditional=Field(8, EMPTY),
    ),
    Shape(stored=Field(1, Shape(new_hash=Field(1, BYTES))), not_stored=Field(2, EMPTY)),
    idempotent=False,
)
GET_WITH_HASH = Method(
    _SERVICE + "GetWithHash",
    Shape(**_KEY),
    Shape(found=Field(1, Shape(value=Field(1, BYTES), hash=Field(2, BYTES))), missing=Field(2, EMPTY)),
    idempotent=True,
    views=True,
)
INCREMENT = Method(
    _SERVICE + "Increment",
    Shape(**_KEY, amount=Field(2, INT), ttl_milliseconds=Field(3, UINT)),
    Shape(value=Field(1, INT)),
    idempotent=False,
)
UPDATE_TTL = Method(
    _SERVICE + "UpdateTtl",
    Shape(
        **_KEY,
        increase_to_milliseconds=Field(2, UINT, explicit=True),
        decrease_to_milliseconds=Field(3, UINT, explicit=True),
        overwrite_to_milliseconds=Field(4, UINT, explicit=True),
    ),
    Shape(set=Field(1, EMPTY), not_set=Field(2, EMPTY), missing=Field(3, EMPTY)),
    idempotent=False,
)
ITEM_GET_TTL = Method(
    _SERVICE + "ItemGetTtl",
    Shape(**_KEY),
    Shape(found=Field(1, Shape(remaining_ttl_millis=Field(1, UINT))), missing=Field(2, EMPTY)),
    idempotent=True,
)
KEYS_EXIST = Method(
    _SERVICE + "KeysExist",
    Shape(cache_keys=Field(1, BYTES, repeated=True)),
    Shape(exists=Field(1, BOOL, repeated=True)),
    idempotent=True,
)
GET_BATCH = Method(
    _SERVICE + "GetBatch",
    Shape(items=Field(1, Shape(**_KEY), repeated=True)),
    _GET_RESPONSE,
    idempotent=True,
    views=True,
    streams=True,
)
SET_BATCH = Method(
    _SERVICE + "SetBatch",
    Shape(items=Field(1, Shape(**_ITEM), repeated=True)),
    _SET_RESPONSE,
    idempotent=True,
    streams=True,
)


def set_if(key: bytes, value: Octets, ttl_ms: int, condition: ValueCondition) -> Call[Stored | NotStored]:
    """Write if a condition on the present value holds."""
    return Call(SET_IF, _item(key, value, ttl_ms) | condition.message(), _stored)


def set_if_hash(key: bytes, value: Octets, ttl_ms: int, condition: HashCondition) -> Call[Stored | NotStored]:
    """Write if a condition on the present value's hash holds."""
    return Call(SET_IF_HASH, _item(key, value, ttl_ms) | condition.message(), _stored)


def _item(key: bytes, value: Octets, ttl_ms: int) -> dict[str, Any]:
    return {"cache_key": key, "cache_body": value, "ttl_milliseconds": ttl_ms}


def _stored(answer: dict[str, Any]) -> Stored | NotStored:
    if "stored" in answer:
        new_hash = answer["stored"].get("new_hash")
        return Stored(None if new_hash is None else bytes(new_hash))
    if "not_stored" in answer:
        return NotStored()
    raise MalformedAnswer("neither stored nor not stored")


def get_with_hash(key: bytes) -> Call[Found | Miss]:
    """Read an item together with Momento's hash of it."""
    return Call(GET_WITH_HASH, {"cache_key": key}, _found)


def _found(answer: dict[str, Any]) -> Found | Miss:
    if "found" in answer:
        found = answer["found"]
        return Found(found.get("value", b""), bytes(found.get("hash", b"")))
    return _missing(answer)


def _missing(answer: dict[str, Any]) -> Miss:
    if "missing" in answer:
        return Miss()
    raise MalformedAnswer("neither found nor missing")


def increment(key: bytes, amount: int, ttl_ms: int) -> Call[Number]:
    """Add to a counter, kept as a decimal number in text; an absent one begins at 0."""
    message = {"cache_key": key, "amount": amount, "ttl_milliseconds": ttl_ms}
    return Call(INCREMENT, message, lambda answer: Number(answer.get("value", 0)))


def update_ttl(key: bytes, ttl_ms: int, change: str) -> Call[Done | NotStored | Miss]:
    """Change a TTL; `change` is `increase`, `decrease` or `overwrite`."""
    return Call(UPDATE_TTL, {"cache_key": key, f"{change}_to_milliseconds": ttl_ms}, _ttl_updated)


def _ttl_updated(answer: dict[str, Any]) -> Done | NotStored | Miss:
    if "set" in answer:
        return Done()
    return NotStored() if "not_set" in answer else _missing(answer)


def item_get_ttl(key: bytes) -> Call[Number | Miss]:
    """Read the remaining TTL, in ms."""
    return Call(ITEM_GET_TTL, {"cache_key": key}, _ttl_told)


def _ttl_told(answer: dict[str, Any]) -> Number | Miss:
    return Number(answer["found"].get("remaining_ttl_millis", 0)) if "found" in answer else _missing(answer)


def keys_exist(keys: Sequence[bytes]) -> Call[Presence]:
    """Ask which of some keys exist."""

    def told(answer: dict[str, Any]) -> Presence:
        present = answer.get("exists", [])
        if len(present) != len(keys):
            raise MalformedAnswer(f"{len(present)} answers for {len(keys)} keys")
        return Presence(tuple(present))

    return Call(KEYS_EXIST, {"cache_keys": keys}, told)


def get_batch(keys: Sequence[bytes]) -> Call[Batch]:
    """Read several items, each with an outcome of its own."""

    def told(answer: dict[str, Any]) -> Batch:
        return Batch(tuple(_got(message) for message in _each(answer, len(keys))))

    return Call(GET_BATCH, {"items": [{"cache_key": key} for key in keys]}, told)


def _got(answer: dict[str, Any]) -> Hit | Miss | Failed:
    result = answer.get("result", 0)
    if result == _RESULT_HIT:
        return Hit(answer.get("cache_body", b""))
    return Miss() if result == _RESULT_MISS else Failed(_odd(answer))


def set_batch(items: Sequence[tuple[bytes, Octets]], ttl_ms: int) -> Call[Done | Failed]:
    """Write several items with one TTL."""

    def told(answer: dict[str, Any]) -> Done | Failed:
        odd = [each for each in _each(answer, len(items)) if each.get("result", 0) != _RESULT_OK]
        return Failed(_odd(odd[0])) if odd else Done()

    return Call(SET_BATCH, {"items": [_item(key, value, ttl_ms) for key, value in items]}, told)


def _each(answer: dict[str, Any], expected: int) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = answer["messages"]
    if len(messages) != expected:
        raise MalformedAnswer(f"{len(messages)} answers for {expected} items")
    return messages


def _odd(answer: dict[str, Any]) -> Unavailable:
    return Unavailable("UNKNOWN_SERVICE_ERROR", answer.get("message", "") or "an item without a result")
