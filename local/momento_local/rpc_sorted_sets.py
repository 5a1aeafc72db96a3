"""Sorted set methods of `cache_client.Scs`: protobuf in, store call, protobuf out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import sorted_sets
from .rpc import Handler
from .rpc_scalars import HIT, MISS
from .sorted_sets import Bound, Element
from .store import Store

DESCENDING = 1


def put(store: Store, request: Any, _: Any) -> None:
    """SortedSetPut."""
    elements = [(element.value, element.score) for element in request.elements]
    sorted_sets.put(
        store, request.set_name, elements, request.ttl_milliseconds, refresh_ttl=request.refresh_ttl
    )


def fetch(store: Store, request: Any, answer: Any) -> None:
    """SortedSetFetch, by index unless a range of scores is given."""
    descending = request.order == DESCENDING
    if request.WhichOneof("range") == "by_score":
        part = request.by_score
        elements = sorted_sets.fetch_by_score(
            store,
            request.set_name,
            _bound(part, "min", "min_score"),
            _bound(part, "max", "max_score"),
            descending=descending,
            offset=part.offset,
            count=part.count,
        )
    else:
        part = request.by_index
        start = part.inclusive_start_index if part.WhichOneof("start") == "inclusive_start_index" else None
        end = part.exclusive_end_index if part.WhichOneof("end") == "exclusive_end_index" else None
        elements = sorted_sets.fetch_by_index(store, request.set_name, start, end, descending=descending)
    _fill(answer, elements, with_scores=request.with_scores)


def _bound(part: Any, end: str, field: str) -> Bound | None:
    if part.WhichOneof(end) != field:
        return None
    score = getattr(part, field)
    return Bound(score.score, score.exclusive)


def _fill(answer: Any, elements: Sequence[Element] | None, *, with_scores: bool) -> None:
    if elements is None:
        answer.missing.SetInParent()
    elif with_scores:
        answer.found.values_with_scores.SetInParent()
        for value, score in elements:
            answer.found.values_with_scores.elements.add(value=value, score=score)
    else:
        answer.found.values.SetInParent()
        answer.found.values.values.extend(value for value, _ in elements)


def get_score(store: Store, request: Any, answer: Any) -> None:
    """SortedSetGetScore."""
    scores = sorted_sets.scores(store, request.set_name, request.values)
    if scores is None:
        answer.missing.SetInParent()
        return
    answer.found.SetInParent()
    for score in scores:
        answer.found.elements.add(result=MISS if score is None else HIT, score=score or 0.0)


def remove(store: Store, request: Any, _: Any) -> None:
    """SortedSetRemove."""
    everything = request.WhichOneof("remove_elements") == "all"
    sorted_sets.remove(store, request.set_name, None if everything else request.some.values)


def increment(store: Store, request: Any, answer: Any) -> None:
    """SortedSetIncrement."""
    answer.score = sorted_sets.increment(
        store,
        request.set_name,
        request.value,
        request.amount,
        request.ttl_milliseconds,
        refresh_ttl=request.refresh_ttl,
    )


def get_rank(store: Store, request: Any, answer: Any) -> None:
    """SortedSetGetRank."""
    if sorted_sets.length(store, request.set_name) is None:
        answer.missing.SetInParent()
        return
    descending = request.order == DESCENDING
    rank = sorted_sets.rank(store, request.set_name, request.value, descending=descending)
    answer.element_rank.result = MISS if rank is None else HIT
    answer.element_rank.rank = rank or 0


def length(store: Store, request: Any, answer: Any) -> None:
    """SortedSetLength."""
    _fill_length(answer, sorted_sets.length(store, request.set_name))


def length_by_score(store: Store, request: Any, answer: Any) -> None:
    """SortedSetLengthByScore."""
    low, high = _limit(request, "min"), _limit(request, "max")
    _fill_length(answer, sorted_sets.length_by_score(store, request.set_name, low, high))


def _limit(request: Any, end: str) -> Bound | None:
    field = request.WhichOneof(end)
    if field is None or field.startswith("unbounded"):
        return None
    return Bound(getattr(request, field), field.startswith("exclusive"))


def _fill_length(answer: Any, count: int | None) -> None:
    if count is None:
        answer.missing.SetInParent()
        return
    answer.found.SetInParent()
    answer.found.length = count


HANDLERS: dict[str, Handler] = {
    "SortedSetPut": put,
    "SortedSetFetch": fetch,
    "SortedSetGetScore": get_score,
    "SortedSetRemove": remove,
    "SortedSetIncrement": increment,
    "SortedSetGetRank": get_rank,
    "SortedSetLength": length,
    "SortedSetLengthByScore": length_by_score,
}
