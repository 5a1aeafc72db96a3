"""Sorted sets over gRPC: tables of the messages, how a call is built, what its answer means.

Source: `cacheclient.proto` of https://github.com/momentohq/client-protos. Elements of equal score are
ordered by value. The TTL belongs to the whole set: `refresh_ttl` says whether a write begins it anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .calls import Call, Method
from .errors import MalformedAnswer
from .outcomes import Done, Elements, Miss, Number, Score
from .wire import BOOL, BYTES, DOUBLE, EMPTY, SINT, UINT, Field, Shape

_SERVICE = "cache_client.Scs/"
_SET = {"set_name": Field(1, BYTES)}
_ELEMENT = Shape(value=Field(1, BYTES), score=Field(2, DOUBLE))
_BOUND = Shape(score=Field(1, DOUBLE), exclusive=Field(2, BOOL))
_LENGTH = Shape(found=Field(1, Shape(length=Field(1, UINT))), missing=Field(2, EMPTY))
_HIT = 2

PUT = Method(
    _SERVICE + "SortedSetPut",
    Shape(
        **_SET,
        elements=Field(2, _ELEMENT, repeated=True),
        ttl_milliseconds=Field(3, UINT),
        refresh_ttl=Field(4, BOOL),
    ),
    EMPTY,
    idempotent=True,
)
FETCH = Method(
    _SERVICE + "SortedSetFetch",
    Shape(
        **_SET,
        order=Field(2, UINT),
        with_scores=Field(3, BOOL),
        by_index=Field(
            4,
            Shape(
                unbounded_start=Field(1, EMPTY),
                inclusive_start_index=Field(2, SINT, explicit=True),
                unbounded_end=Field(3, EMPTY),
                exclusive_end_index=Field(4, SINT, explicit=True),
            ),
        ),
        by_score=Field(
            5,
            Shape(
                unbounded_min=Field(1, EMPTY),
                min_score=Field(2, _BOUND),
                unbounded_max=Field(3, EMPTY),
                max_score=Field(4, _BOUND),
                offset=Field(5, UINT),
                count=Field(6, SINT),
            ),
        ),
    ),
    Shape(
        found=Field(
            1,
            Shape(
                values_with_scores=Field(1, Shape(elements=Field(1, _ELEMENT, repeated=True))),
                values=Field(2, Shape(values=Field(1, BYTES, repeated=True))),
            ),
        ),
        missing=Field(2, EMPTY),
    ),
    idempotent=True,
)
GET_SCORE = Method(
    _SERVICE + "SortedSetGetScore",
    Shape(**_SET, values=Field(2, BYTES, repeated=True)),
    Shape(
        found=Field(
            1,
            Shape(
                elements=Field(1, Shape(result=Field(1, UINT), score=Field(2, DOUBLE)), repeated=True),
            ),
        ),
        missing=Field(2, EMPTY),
    ),
    idempotent=True,
)
GET_RANK = Method(
    _SERVICE + "SortedSetGetRank",
    Shape(**_SET, value=Field(2, BYTES), order=Field(3, UINT)),
    Shape(element_rank=Field(1, Shape(result=Field(1, UINT), rank=Field(2, UINT))), missing=Field(2, EMPTY)),
    idempotent=True,
)
REMOVE = Method(
    _SERVICE + "SortedSetRemove",
    Shape(**_SET, all=Field(2, EMPTY), some=Field(3, Shape(values=Field(1, BYTES, repeated=True)))),
    EMPTY,
    idempotent=True,
)
INCREMENT = Method(
    _SERVICE + "SortedSetIncrement",
    Shape(
        **_SET,
        value=Field(2, BYTES),
        amount=Field(3, DOUBLE),
        ttl_milliseconds=Field(4, UINT),
        refresh_ttl=Field(5, BOOL),
    ),
    Shape(score=Field(1, DOUBLE)),
    idempotent=False,
)
LENGTH = Method(_SERVICE + "SortedSetLength", Shape(**_SET), _LENGTH, idempotent=True)
LENGTH_BY_SCORE = Method(
    _SERVICE + "SortedSetLengthByScore",
    Shape(
        **_SET,
        inclusive_min=Field(2, DOUBLE, explicit=True),
        exclusive_min=Field(3, DOUBLE, explicit=True),
        unbounded_min=Field(4, EMPTY),
        inclusive_max=Field(5, DOUBLE, explicit=True),
        exclusive_max=Field(6, DOUBLE, explicit=True),
        unbounded_max=Field(7, EMPTY),
    ),
    _LENGTH,
    idempotent=True,
)


def put(
    name: bytes, elements: Sequence[tuple[bytes, float]], ttl_ms: int, *, refresh_ttl: bool
) -> Call[Done]:
    """Add elements, or give new scores to those already there."""
    rows = [{"value": value, "score": score} for value, score in elements]
    message = {"set_name": name, "elements": rows, "ttl_milliseconds": ttl_ms, "refresh_ttl": refresh_ttl}
    return Call(PUT, message, _done)


def fetch_by_score(
    name: bytes,
    min_score: float | None,
    max_score: float | None,
    *,
    descending: bool,
    offset: int,
    count: int,
) -> Call[Elements | Miss]:
    """Read elements by score, both bounds inclusive; `None` is no bound, a negative count means all."""
    bounds: dict[str, Any] = {
        "unbounded_min": {} if min_score is None else None,
        "min_score": None if min_score is None else {"score": min_score},
        "unbounded_max": {} if max_score is None else None,
        "max_score": None if max_score is None else {"score": max_score},
        "offset": offset,
        "count": count,
    }
    return Call(FETCH, _fetch(name, descending=descending) | {"by_score": bounds}, _fetched)


def fetch_by_index(
    name: bytes, start: int | None, end: int | None, *, descending: bool
) -> Call[Elements | Miss]:
    """Read elements by rank, `end` exclusive; negative ranks count from the end."""
    bounds: dict[str, Any] = {
        "unbounded_start": {} if start is None else None,
        "inclusive_start_index": start,
        "unbounded_end": {} if end is None else None,
        "exclusive_end_index": end,
    }
    return Call(FETCH, _fetch(name, descending=descending) | {"by_index": bounds}, _fetched)


def _fetch(name: bytes, *, descending: bool) -> dict[str, Any]:
    return {"set_name": name, "order": int(descending), "with_scores": True}


def _fetched(answer: dict[str, Any]) -> Elements | Miss:
    if "found" not in answer:
        return _missing(answer)
    found = answer["found"]
    if "values_with_scores" not in found:
        if not found:
            return Elements(())
        raise MalformedAnswer("elements without the scores that were asked for")
    rows = found["values_with_scores"].get("elements", [])
    return Elements(tuple((bytes(row.get("value", b"")), row.get("score", 0.0)) for row in rows))


def _missing(answer: dict[str, Any]) -> Miss:
    if "missing" in answer:
        return Miss()
    raise MalformedAnswer("neither found nor missing")


def get_score(name: bytes, value: bytes) -> Call[Score | Miss]:
    """Read the score of one element."""
    return Call(GET_SCORE, {"set_name": name, "values": [value]}, _scored)


def _scored(answer: dict[str, Any]) -> Score | Miss:
    if "found" not in answer:
        return _missing(answer)
    elements = answer["found"].get("elements", [])
    if len(elements) != 1:
        raise MalformedAnswer(f"{len(elements)} scores for one element")
    return Score(elements[0].get("score", 0.0)) if elements[0].get("result") == _HIT else Miss()


def get_rank(name: bytes, value: bytes, *, descending: bool) -> Call[Number | Miss]:
    """Read the rank of one element, 0 for the first."""
    return Call(GET_RANK, {"set_name": name, "value": value, "order": int(descending)}, _ranked)


def _ranked(answer: dict[str, Any]) -> Number | Miss:
    if "element_rank" not in answer:
        return _missing(answer)
    rank = answer["element_rank"]
    return Number(rank.get("rank", 0)) if rank.get("result") == _HIT else Miss()


def remove(name: bytes, values: Sequence[bytes]) -> Call[Done]:
    """Remove some elements; those that are not there do not matter."""
    return Call(REMOVE, {"set_name": name, "some": {"values": values}}, _done)


def remove_all(name: bytes) -> Call[Done]:
    """Remove all elements, and with them the set."""
    return Call(REMOVE, {"set_name": name, "all": {}}, _done)


def increment(name: bytes, value: bytes, amount: float, ttl_ms: int, *, refresh_ttl: bool) -> Call[Score]:
    """Add to an element's score; an absent one begins at 0."""
    message = {
        "set_name": name,
        "value": value,
        "amount": amount,
        "ttl_milliseconds": ttl_ms,
        "refresh_ttl": refresh_ttl,
    }
    return Call(INCREMENT, message, lambda answer: Score(answer.get("score", 0.0)))


def length(name: bytes) -> Call[Number | Miss]:
    """Count all elements."""
    return Call(LENGTH, {"set_name": name}, _counted)


def length_by_score(name: bytes, min_score: float | None, max_score: float | None) -> Call[Number | Miss]:
    """Count the elements within bounds, both inclusive; `None` is no bound."""
    message: dict[str, Any] = {
        "set_name": name,
        "inclusive_min": min_score,
        "unbounded_min": {} if min_score is None else None,
        "inclusive_max": max_score,
        "unbounded_max": {} if max_score is None else None,
    }
    return Call(LENGTH_BY_SCORE, message, _counted)


def _counted(answer: dict[str, Any]) -> Number | Miss:
    return Number(answer["found"].get("length", 0)) if "found" in answer else _missing(answer)


def _done(_: dict[str, Any]) -> Done:
    return Done()
