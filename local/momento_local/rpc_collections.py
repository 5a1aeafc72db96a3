"""Dictionary, set and list methods of `cache_client.Scs`: protobuf in, store call, protobuf out."""

from __future__ import annotations

from typing import Any

from . import dictionaries, lists, sets
from .refusals import Refusal, Status
from .rpc import Handler
from .rpc_scalars import HIT, MISS
from .store import Store


def dictionary_set(store: Store, request: Any, _: Any) -> None:
    """DictionarySet."""
    fields = {item.field: item.value for item in request.items}
    ttl_ms, refresh = request.ttl_milliseconds, request.refresh_ttl
    dictionaries.put(store, request.dictionary_name, fields, ttl_ms, refresh_ttl=refresh)


def dictionary_get(store: Store, request: Any, answer: Any) -> None:
    """DictionaryGet."""
    found = dictionaries.fetch(store, request.dictionary_name)
    _found(answer, found)
    for field in () if found is None else request.fields:
        value = (found or {}).get(field)
        answer.found.items.add(result=MISS if value is None else HIT, cache_body=value or b"")


def dictionary_fetch(store: Store, request: Any, answer: Any) -> None:
    """DictionaryFetch."""
    found = dictionaries.fetch(store, request.dictionary_name)
    _found(answer, found)
    for field, value in (found or {}).items():
        answer.found.items.add(field=field, value=value)


def dictionary_increment(store: Store, request: Any, answer: Any) -> None:
    """DictionaryIncrement."""
    name, field, ttl_ms = request.dictionary_name, request.field, request.ttl_milliseconds
    refresh = request.refresh_ttl
    answer.value = dictionaries.increment(store, name, field, request.amount, ttl_ms, refresh_ttl=refresh)


def dictionary_delete(store: Store, request: Any, _: Any) -> None:
    """DictionaryDelete."""
    everything = request.WhichOneof("delete") == "all"
    dictionaries.remove(store, request.dictionary_name, None if everything else request.some.fields)


def dictionary_length(store: Store, request: Any, answer: Any) -> None:
    """DictionaryLength."""
    _length(answer, dictionaries.fetch(store, request.dictionary_name))


def set_add(store: Store, request: Any, _: Any) -> None:
    """SetUnion: adds elements."""
    ttl_ms, refresh = request.ttl_milliseconds, request.refresh_ttl
    sets.add(store, request.set_name, request.elements, ttl_ms, refresh_ttl=refresh)


def set_remove(store: Store, request: Any, answer: Any) -> None:
    """SetDifference with a subtrahend: removes elements. The other form, a minuend, is not built."""
    if request.WhichOneof("difference") != "subtrahend":
        raise Refusal(Status.UNIMPLEMENTED, "only SetDifference with a subtrahend is built")
    part = request.subtrahend
    everything = part.WhichOneof("subtrahend_set") == "identity"
    there = sets.remove(store, request.set_name, None if everything else part.set.elements)
    (answer.found if there else answer.missing).SetInParent()


def set_fetch(store: Store, request: Any, answer: Any) -> None:
    """SetFetch."""
    found = sets.fetch(store, request.set_name)
    if _found(answer, found):
        answer.found.elements.extend(sorted(found or ()))


def set_contains(store: Store, request: Any, answer: Any) -> None:
    """SetContains."""
    found = sets.contains(store, request.set_name, request.elements)
    if _found(answer, found):
        answer.found.contains.extend(found or ())


def set_pop(store: Store, request: Any, answer: Any) -> None:
    """SetPop."""
    found = sets.pop(store, request.set_name, request.count)
    if _found(answer, found):
        answer.found.elements.extend(found or ())


def set_length(store: Store, request: Any, answer: Any) -> None:
    """SetLength."""
    _length(answer, sets.fetch(store, request.set_name))


def list_push_back(store: Store, request: Any, answer: Any) -> None:
    """ListPushBack."""
    answer.list_length = _push(store, request, [request.value], front=False)


def list_push_front(store: Store, request: Any, answer: Any) -> None:
    """ListPushFront."""
    answer.list_length = _push(store, request, [request.value], front=True)


def list_concatenate_back(store: Store, request: Any, answer: Any) -> None:
    """ListConcatenateBack."""
    answer.list_length = _push(store, request, list(request.values), front=False)


def list_concatenate_front(store: Store, request: Any, answer: Any) -> None:
    """ListConcatenateFront."""
    answer.list_length = _push(store, request, list(request.values), front=True)


def _push(store: Store, request: Any, values: list[bytes], *, front: bool) -> int:
    keep = request.truncate_back_to_size if front else request.truncate_front_to_size
    ttl_ms, refresh = request.ttl_milliseconds, request.refresh_ttl
    return lists.push(store, request.list_name, values, ttl_ms, refresh_ttl=refresh, front=front, keep=keep)


def list_pop_front(store: Store, request: Any, answer: Any) -> None:
    """ListPopFront."""
    found = lists.pop(store, request.list_name, front=True)
    if _found(answer, found) and found is not None:
        answer.found.front, answer.found.list_length = found


def list_pop_back(store: Store, request: Any, answer: Any) -> None:
    """ListPopBack."""
    found = lists.pop(store, request.list_name, front=False)
    if _found(answer, found) and found is not None:
        answer.found.back, answer.found.list_length = found


def list_remove(store: Store, request: Any, answer: Any) -> None:
    """ListRemove."""
    left = lists.remove(store, request.list_name, request.all_elements_with_value)
    if _found(answer, left):
        answer.found.list_length = left or 0


def list_fetch(store: Store, request: Any, answer: Any) -> None:
    """ListFetch."""
    start = request.inclusive_start if request.WhichOneof("start_index") == "inclusive_start" else None
    end = request.exclusive_end if request.WhichOneof("end_index") == "exclusive_end" else None
    found = lists.fetch(store, request.list_name, start, end)
    if _found(answer, found):
        answer.found.values.extend(found or ())


def list_length(store: Store, request: Any, answer: Any) -> None:
    """ListLength."""
    _length(answer, lists.fetch(store, request.list_name))


def _found(answer: Any, found: object) -> bool:
    """Set the answer's `found` or `missing`, which both may be empty messages; whether it was found."""
    (answer.missing if found is None else answer.found).SetInParent()
    return found is not None


def _length(answer: Any, found: dict[bytes, bytes] | set[bytes] | list[bytes] | None) -> None:
    if _found(answer, found) and found is not None:
        answer.found.length = len(found)


HANDLERS: dict[str, Handler] = {
    "DictionarySet": dictionary_set,
    "DictionaryGet": dictionary_get,
    "DictionaryFetch": dictionary_fetch,
    "DictionaryIncrement": dictionary_increment,
    "DictionaryDelete": dictionary_delete,
    "DictionaryLength": dictionary_length,
    "SetUnion": set_add,
    "SetDifference": set_remove,
    "SetFetch": set_fetch,
    "SetContains": set_contains,
    "SetPop": set_pop,
    "SetLength": set_length,
    "ListPushBack": list_push_back,
    "ListPushFront": list_push_front,
    "ListConcatenateBack": list_concatenate_back,
    "ListConcatenateFront": list_concatenate_front,
    "ListPopFront": list_pop_front,
    "ListPopBack": list_pop_back,
    "ListRemove": list_remove,
    "ListFetch": list_fetch,
    "ListLength": list_length,
}
