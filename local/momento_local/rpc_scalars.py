"""Scalar methods of `cache_client.Scs`: protobuf in, store call, protobuf out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import check_and_set, scalars
from .refusals import invalid
from .rpc import Handler
from .scalars import TtlRule
from .store import Store

OK, HIT, MISS = 1, 2, 3
"""`ECacheResult`."""


def get(store: Store, request: Any, answer: Any) -> None:
    """Get."""
    value = scalars.get(store, request.cache_key)
    answer.result = MISS if value is None else HIT
    answer.cache_body = value or b""


def set_(store: Store, request: Any, answer: Any) -> None:
    """Set."""
    scalars.set_(store, request.cache_key, request.cache_body, request.ttl_milliseconds)
    answer.result = OK


def delete(store: Store, request: Any, _: Any) -> None:
    """Delete."""
    scalars.delete(store, request.cache_key)


def get_batch(store: Store, request: Any, new: Callable[[], Any]) -> list[Any]:
    """GetBatch: one answer per item, in order."""
    answers = [new() for _ in request.items]
    for item, answer in zip(request.items, answers, strict=True):
        get(store, item, answer)
    return answers


def set_batch(store: Store, request: Any, new: Callable[[], Any]) -> list[Any]:
    """SetBatch: one answer per item, in order."""
    answers = [new() for _ in request.items]
    for item, answer in zip(request.items, answers, strict=True):
        set_(store, item, answer)
    return answers


def keys_exist(store: Store, request: Any, answer: Any) -> None:
    """KeysExist, for items of every kind."""
    answer.exists.extend(store.item(key) is not None for key in request.cache_keys)


def increment(store: Store, request: Any, answer: Any) -> None:
    """Increment."""
    answer.value = scalars.increment(store, request.cache_key, request.amount, request.ttl_milliseconds)


def set_if(store: Store, request: Any, answer: Any) -> None:
    """SetIf."""
    name, part = _condition(request)
    operand = getattr(part, "value_to_check", b"")
    key, body, ttl_ms = request.cache_key, request.cache_body, request.ttl_milliseconds
    _stored_or_not(answer, check_and_set.set_if(store, key, body, name, operand, ttl_ms))


def set_if_not_exists(store: Store, request: Any, answer: Any) -> None:
    """SetIfNotExists, the deprecated form of SetIf absent."""
    key, body, ttl_ms = request.cache_key, request.cache_body, request.ttl_milliseconds
    _stored_or_not(answer, check_and_set.set_if(store, key, body, "absent", b"", ttl_ms))


def set_if_hash(store: Store, request: Any, answer: Any) -> None:
    """SetIfHash."""
    name, part = _condition(request)
    operand = getattr(part, "hash_to_check", b"")
    key, body, ttl_ms = request.cache_key, request.cache_body, request.ttl_milliseconds
    new_hash = check_and_set.set_if_hash(store, key, body, name, operand, ttl_ms)
    _stored_or_not(answer, new_hash is not None)
    if new_hash is not None:
        answer.stored.new_hash = new_hash


def get_with_hash(store: Store, request: Any, answer: Any) -> None:
    """GetWithHash."""
    found = check_and_set.get_with_hash(store, request.cache_key)
    if found is None:
        answer.missing.SetInParent()
        return
    answer.found.SetInParent()
    answer.found.value, answer.found.hash = found


def update_ttl(store: Store, request: Any, answer: Any) -> None:
    """UpdateTtl."""
    name = request.WhichOneof("update_ttl")
    if name is None:
        raise invalid("UpdateTtl needs one of increase_to, decrease_to, overwrite_to")
    change = scalars.update_ttl(store, request.cache_key, TtlRule(name), getattr(request, name))
    getattr(answer, change.value).SetInParent()


def item_get_ttl(store: Store, request: Any, answer: Any) -> None:
    """ItemGetTtl."""
    remaining = scalars.remaining_ttl(store, request.cache_key)
    if remaining is None:
        answer.missing.SetInParent()
        return
    answer.found.SetInParent()
    answer.found.remaining_ttl_millis = remaining


def item_get_type(store: Store, request: Any, answer: Any) -> None:
    """ItemGetType."""
    item = store.item(request.cache_key)
    if item is None:
        answer.missing.SetInParent()
        return
    answer.found.SetInParent()
    answer.found.item_type = item.kind


def _condition(request: Any) -> tuple[str, Any]:
    """Return the condition's name and message; a request without one is refused when it is looked up."""
    name = request.WhichOneof("condition") or ""
    return name, getattr(request, name, None)


def _stored_or_not(answer: Any, stored: bool) -> None:
    (answer.stored if stored else answer.not_stored).SetInParent()


HANDLERS: dict[str, Handler] = {
    "Get": get,
    "Set": set_,
    "Delete": delete,
    "GetBatch": get_batch,
    "SetBatch": set_batch,
    "KeysExist": keys_exist,
    "Increment": increment,
    "SetIf": set_if,
    "SetIfNotExists": set_if_not_exists,
    "SetIfHash": set_if_hash,
    "GetWithHash": get_with_hash,
    "UpdateTtl": update_ttl,
    "ItemGetTtl": item_get_ttl,
    "ItemGetType": item_get_type,
}
