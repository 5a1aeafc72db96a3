"""Lists over gRPC: tables of the messages, how a call is built, what its answer means.

Source: `cacheclient.proto` of https://github.com/momentohq/client-protos. As with sorted sets the TTL belongs to the
whole list, and `refresh_ttl` says whether a write begins it anew.
"""

from __future__ import annotations

from typing import Any

from .calls import Call, Method
from .errors import MalformedAnswer
from .octets import Octets
from .outcomes import Miss, Number, Values
from .wire import BOOL, BYTES, EMPTY, SINT, UINT, Field, Shape

_LIST = {"list_name": Field(1, BYTES)}

PUSH_FRONT = Method(
    "cache_client.Scs/ListPushFront",
    Shape(
        **_LIST,
        value=Field(2, BYTES),
        ttl_milliseconds=Field(3, UINT),
        refresh_ttl=Field(4, BOOL),
        truncate_back_to_size=Field(5, UINT),
    ),
    Shape(list_length=Field(1, UINT)),
    idempotent=False,
)
FETCH = Method(
    "cache_client.Scs/ListFetch",
    Shape(
        **_LIST,
        unbounded_start=Field(2, EMPTY),
        inclusive_start=Field(3, SINT, explicit=True),
        unbounded_end=Field(4, EMPTY),
        exclusive_end=Field(5, SINT, explicit=True),
    ),
    Shape(found=Field(1, Shape(values=Field(1, BYTES, repeated=True))), missing=Field(2, EMPTY)),
    idempotent=True,
)


def push_front(name: bytes, value: Octets, ttl_ms: int, *, refresh_ttl: bool, keep: int) -> Call[Number]:
    """Put a value before all others, and leave so many at the back away that `keep` are left; 0 keeps all."""
    message = {"list_name": name, "value": value, "ttl_milliseconds": ttl_ms}
    message |= {"refresh_ttl": refresh_ttl, "truncate_back_to_size": keep}
    return Call(PUSH_FRONT, message, lambda answer: Number(answer.get("list_length", 0)))


def fetch(name: bytes, start: int | None, end: int | None) -> Call[Values | Miss]:
    """Read the values from `start` up to `end`, which is excluded; negative places count from the back."""
    message: dict[str, Any] = {
        "list_name": name,
        "unbounded_start": {} if start is None else None,
        "inclusive_start": start,
        "unbounded_end": {} if end is None else None,
        "exclusive_end": end,
    }
    return Call(FETCH, message, _fetched)


def _fetched(answer: dict[str, Any]) -> Values | Miss:
    if "found" in answer:
        return Values(tuple(bytes(value) for value in answer["found"].get("values", [])))
    if "missing" in answer:
        return Miss()
    raise MalformedAnswer("neither found nor missing")
