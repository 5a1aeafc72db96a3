"""How many operations Momento would meter for a call.

Rule (https://docs.momentohq.com/cache/manage/operations): one operation for each 1024-byte chunk of each
item or element of a request, at least one for a request, twice as many for SetIf* and for consistent reads.
Whether the key counts into an item's size is not said there; here it does, as it does for the size limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .scored import OCTETS_PER_SCORE

CHUNK = 1024
CHECK_AND_SET_FACTOR = 2
CONSISTENT_FACTOR = 2


def operations(sizes: Iterable[int], *, check_and_set: bool = False, consistent: bool = False) -> int:
    """Count the operations for items or elements of these sizes in bytes."""
    chunks = max(1, sum(max(1, -(-size // CHUNK)) for size in sizes))
    factor = CHECK_AND_SET_FACTOR if check_and_set else CONSISTENT_FACTOR if consistent else 1
    return chunks * factor


def sizes_of(method: str, request: Any, answers: list[Any]) -> Iterable[int]:
    """List the sizes of the items or elements a gRPC call deals in; one small item for the rest."""
    count = COUNTED.get(method)
    return (0,) if count is None else count(request, answers)


def is_check_and_set(method: str) -> bool:
    """Tell whether a method is of the SetIf family."""
    return method.startswith("SetIf")


def _item(request: Any, _: list[Any]) -> Iterable[int]:
    return (len(request.cache_key) + len(request.cache_body),)


def _get(request: Any, answers: list[Any]) -> Iterable[int]:
    return (len(request.cache_key) + len(answers[0].cache_body),) if answers else (0,)


def _get_with_hash(request: Any, answers: list[Any]) -> Iterable[int]:
    return (len(request.cache_key) + len(answers[0].found.value),) if answers else (0,)


def _get_batch(request: Any, answers: list[Any]) -> Iterable[int]:
    return [
        len(item.cache_key) + len(answer.cache_body)
        for item, answer in zip(request.items, answers, strict=False)
    ]


def _set_batch(request: Any, _: list[Any]) -> Iterable[int]:
    return [len(item.cache_key) + len(item.cache_body) for item in request.items]


def _keys(request: Any, _: list[Any]) -> Iterable[int]:
    return map(len, request.cache_keys)


def _put_elements(request: Any, _: list[Any]) -> Iterable[int]:
    return [len(element.value) + OCTETS_PER_SCORE for element in request.elements]


def _fetched(_: Any, answers: list[Any]) -> Iterable[int]:
    if not answers:
        return (0,)
    found = answers[0].found
    scored = [len(element.value) + OCTETS_PER_SCORE for element in found.values_with_scores.elements]
    return scored or list(map(len, found.values.values))


def _values(request: Any, _: list[Any]) -> Iterable[int]:
    return map(len, request.values)


def _pushed(request: Any, _: list[Any]) -> Iterable[int]:
    return (len(request.value),)


def _listed(_: Any, answers: list[Any]) -> Iterable[int]:
    return map(len, answers[0].found.values) if answers else (0,)


def _removed(request: Any, _: list[Any]) -> Iterable[int]:
    return map(len, request.some.values)


COUNTED: dict[str, Callable[[Any, list[Any]], Iterable[int]]] = {
    "Get": _get,
    "GetWithHash": _get_with_hash,
    "GetBatch": _get_batch,
    "Set": _item,
    "SetBatch": _set_batch,
    "SetIf": _item,
    "SetIfHash": _item,
    "SetIfNotExists": _item,
    "KeysExist": _keys,
    "SortedSetPut": _put_elements,
    "SortedSetFetch": _fetched,
    "SortedSetGetScore": _values,
    "SortedSetRemove": _removed,
    "ListPushFront": _pushed,
    "ListFetch": _listed,
}
