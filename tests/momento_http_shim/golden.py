"""Messages as Momento's own generated code encodes them (momento-wire-types 0.138.3), and what they are to the client.

`VECTORS` are the recorded octets. Each of them is bound, by its name, to a call of the client, to an answer of one
and what that means, or to a message beneath the calls, for what the client has a table for but no call.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from momento_http_shim import scalar, sorted_sets
from momento_http_shim.calls import Call
from momento_http_shim.conditions import Absent, AbsentOrEqual, Equal
from momento_http_shim.outcomes import Elements, Miss, NotStored, Number, Stored
from momento_http_shim.wire import BYTES, TEXT, Field, Shape


class Vector(NamedTuple):
    """One message: its type's name, its octets in hexadecimal, its frame in text mode."""

    kind: str
    message: str
    frame: str


VECTORS = {
    "put": Vector(
        "_SortedSetPutRequest",
        "0a0171120c0a016111000000000000f83f18e0d4032001",
        "AAAAABcKAXESDAoBYREAAAAAAAD4Pxjg1AMgAQ==",
    ),
    "fetch by score": Vector(
        "_SortedSetFetchRequest",
        "0a017118012a100a00220909000000000000244030c801",
        "AAAAABcKAXEYASoQCgAiCQkAAAAAAAAkQDDIAQ==",
    ),
    "fetch all by score": Vector(
        "_SortedSetFetchRequest", "0a017118012a060a001a003001", "AAAAAA0KAXEYASoGCgAaADAB"
    ),
    "fetch by index, descending, without scores": Vector(
        "_SortedSetFetchRequest", "0a01711001220410002001", "AAAAAAsKAXEQASIEEAAgAQ=="
    ),
    "remove some": Vector("_SortedSetRemoveRequest", "0a01711a030a0161", "AAAAAAgKAXEaAwoBYQ=="),
    "remove all": Vector("_SortedSetRemoveRequest", "0a01711200", "AAAAAAUKAXESAA=="),
    "increment a score": Vector(
        "_SortedSetIncrementRequest",
        "0a017112016119000000000000f03f20e0d4032801",
        "AAAAABUKAXESAWEZAAAAAAAA8D8g4NQDKAE=",
    ),
    "set if absent": Vector(
        "_SetIfRequest", "0a056c6561736512026d6518b0ea013200", "AAAAABEKBWxlYXNlEgJtZRiw6gEyAA=="
    ),
    "set if equal": Vector(
        "_SetIfRequest",
        "0a056c6561736512026d6518b0ea013a040a026d65",
        "AAAAABUKBWxlYXNlEgJtZRiw6gE6BAoCbWU=",
    ),
    "set if absent or equal": Vector(
        "_SetIfRequest",
        "0a056c6561736512026d6518b0ea0142040a026d65",
        "AAAAABUKBWxlYXNlEgJtZRiw6gFCBAoCbWU=",
    ),
    "increment": Vector("_IncrementRequest", "0a016b100118e0d403", "AAAAAAkKAWsQARjg1AM="),
    "decrement": Vector(
        "_IncrementRequest", "0a016b10ffffffffffffffffff0118e0d403", "AAAAABIKAWsQ////////////ARjg1AM="
    ),
    "stored": Vector("_SetIfResponse", "0a00", "AAAAAAIKAA=="),
    "not stored": Vector("_SetIfResponse", "1200", "AAAAAAISAA=="),
    "no sorted set": Vector("_SortedSetFetchResponse", "1200", "AAAAAAISAA=="),
    "found with scores": Vector(
        "_SortedSetFetchResponse",
        "0a100a0e0a0c0a016111000000000000f83f",
        "AAAAABIKEAoOCgwKAWERAAAAAAAA+D8=",
    ),
    "found, empty range": Vector("_SortedSetFetchResponse", "0a020a00", "AAAAAAQKAgoA"),
    "found without scores": Vector("_SortedSetFetchResponse", "0a0812060a01610a0162", "AAAAAAoKCBIGCgFhCgFi"),
    "incremented": Vector("_IncrementResponse", "0802", "AAAAAAIIAg=="),
    "hit": Vector("_GetResponse", "0802120176", "AAAAAAUIAhIBdg=="),
    "miss": Vector("_GetResponse", "0803", "AAAAAAIIAw=="),
    "set": Vector("_SetResponse", "0801", "AAAAAAIIAQ=="),
    "publish text": Vector("_PublishRequest", "0a01631201741a040a026869", "AAAAAAwKAWMSAXQaBAoCaGk="),
}
TRAILERS = "gAAAAA9ncnBjLXN0YXR1czowDQo="

REQUESTS: dict[str, Call[Any]] = {
    "put": sorted_sets.put(b"q", [(b"a", 1.5)], 60000, refresh_ttl=True),
    "fetch by score": sorted_sets.fetch_by_score(b"q", None, 10, descending=False, offset=0, count=100),
    "fetch all by score": sorted_sets.fetch_by_score(b"q", None, None, descending=False, offset=0, count=-1),
    "remove some": sorted_sets.remove(b"q", [b"a"]),
    "remove all": sorted_sets.remove_all(b"q"),
    "increment a score": sorted_sets.increment(b"q", b"a", 1.0, 60000, refresh_ttl=True),
    "set if absent": scalar.set_if(b"lease", b"me", 30000, Absent()),
    "set if equal": scalar.set_if(b"lease", b"me", 30000, Equal("me")),
    "set if absent or equal": scalar.set_if(b"lease", b"me", 30000, AbsentOrEqual("me")),
    "increment": scalar.increment(b"k", 1, 60000),
    "decrement": scalar.increment(b"k", -1, 60000),
}

_FETCH, _SET_IF = REQUESTS["fetch all by score"], REQUESTS["set if absent"]
_ELEMENTS = {"elements": [{"value": b"a", "score": 1.5}]}
# The call that is answered, the answer's fields, what the client makes of them.
RESPONSES: dict[str, tuple[Call[Any], dict[str, Any], object]] = {
    "stored": (_SET_IF, {"stored": {}}, Stored()),
    "not stored": (_SET_IF, {"not_stored": {}}, NotStored()),
    "no sorted set": (_FETCH, {"missing": {}}, Miss()),
    "found with scores": (
        _FETCH,
        {"found": {"values_with_scores": _ELEMENTS}},
        Elements(((b"a", 1.5),)),
    ),
    "found, empty range": (_FETCH, {"found": {"values_with_scores": {}}}, Elements(())),
    "incremented": (REQUESTS["increment"], {"value": 2}, Number(2)),
}

# The client publishes over the HTTP API; this table is the tests' own.
PUBLISH = Shape(
    cache_name=Field(1, TEXT),
    topic=Field(2, TEXT),
    value=Field(3, Shape(text=Field(1, TEXT, explicit=True), binary=Field(2, BYTES, explicit=True))),
)
MESSAGES: dict[str, tuple[Shape, dict[str, Any]]] = {
    "fetch by index, descending, without scores": (
        sorted_sets.FETCH.request,
        {
            "set_name": b"q",
            "order": 1,
            "with_scores": False,
            "by_index": {"inclusive_start_index": 0, "exclusive_end_index": -1},
        },
    ),
    "found without scores": (
        sorted_sets.FETCH.response,
        {"found": {"values": {"values": [b"a", b"b"]}}},
    ),
    "hit": (scalar.GET_BATCH.response, {"result": 2, "cache_body": b"v"}),
    "miss": (scalar.GET_BATCH.response, {"result": 3}),
    "set": (scalar.SET_BATCH.response, {"result": 1}),
    "publish text": (PUBLISH, {"cache_name": "c", "topic": "t", "value": {"text": "hi"}}),
}


def bound(name: str) -> tuple[Shape, dict[str, Any]]:
    """The table and the fields of a vector's message; `KeyError` for one that is bound to nothing."""
    if name in REQUESTS:
        call = REQUESTS[name]
        return call.method.request, dict(call.message)
    if name in RESPONSES:
        answered, fields, _ = RESPONSES[name]
        return answered.method.response, fields
    return MESSAGES[name]
