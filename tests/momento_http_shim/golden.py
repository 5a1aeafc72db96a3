"""Messages as Momento's own generated code encodes them (momento-wire-types 0.138.3), in hexadecimal."""

from __future__ import annotations

from typing import Any

from momento_http_shim import scalar, sorted_sets
from momento_http_shim.calls import Call
from momento_http_shim.conditions import Absent, AbsentOrEqual, Equal
from momento_http_shim.outcomes import Elements, Hit, Miss, NotStored, Number, Stored

REQUESTS: list[tuple[Call[Any], str]] = [
    (
        sorted_sets.put(b"q", [(b"a", 1.5)], 60000, refresh_ttl=True),
        "0a0171120c0a016111000000000000f83f18e0d4032001",
    ),
    (
        sorted_sets.fetch_by_score(b"q", None, 10, descending=False, offset=0, count=100),
        "0a017118012a100a00220909000000000000244030c801",
    ),
    (
        sorted_sets.fetch_by_score(b"q", None, None, descending=False, offset=0, count=-1),
        "0a017118012a060a001a003001",
    ),
    (sorted_sets.remove(b"q", [b"a"]), "0a01711a030a0161"),
    (sorted_sets.remove_all(b"q"), "0a01711200"),
    (
        sorted_sets.increment(b"q", b"a", 1.0, 60000, refresh_ttl=True),
        "0a017112016119000000000000f03f20e0d4032801",
    ),
    (scalar.set_if(b"lease", b"me", 30000, Absent()), "0a056c6561736512026d6518b0ea013200"),
    (scalar.set_if(b"lease", b"me", 30000, Equal("me")), "0a056c6561736512026d6518b0ea013a040a026d65"),
    (
        scalar.set_if(b"lease", b"me", 30000, AbsentOrEqual("me")),
        "0a056c6561736512026d6518b0ea0142040a026d65",
    ),
    (scalar.increment(b"k", 1, 60000), "0a016b100118e0d403"),
    (scalar.increment(b"k", -1, 60000), "0a016b10ffffffffffffffffff0118e0d403"),
]
# The same frames in the text mode, for those whose text was recorded as well.
FRAMES = {
    "0a0171120c0a016111000000000000f83f18e0d4032001": "AAAAABcKAXESDAoBYREAAAAAAAD4Pxjg1AMgAQ==",
    "0a017118012a100a00220909000000000000244030c801": "AAAAABcKAXEYASoQCgAiCQkAAAAAAAAkQDDIAQ==",
    "0a017118012a060a001a003001": "AAAAAA0KAXEYASoGCgAaADAB",
    "0a01711a030a0161": "AAAAAAgKAXEaAwoBYQ==",
    "0a01711200": "AAAAAAUKAXESAA==",
    "0a017112016119000000000000f03f20e0d4032801": "AAAAABUKAXESAWEZAAAAAAAA8D8g4NQDKAE=",
    "0a056c6561736512026d6518b0ea013200": "AAAAABEKBWxlYXNlEgJtZRiw6gEyAA==",
    "0a056c6561736512026d6518b0ea013a040a026d65": "AAAAABUKBWxlYXNlEgJtZRiw6gE6BAoCbWU=",
    "0a056c6561736512026d6518b0ea0142040a026d65": "AAAAABUKBWxlYXNlEgJtZRiw6gFCBAoCbWU=",
    "0a016b100118e0d403": "AAAAAAkKAWsQARjg1AM=",
    "0a016b10ffffffffffffffffff0118e0d403": "AAAAABIKAWsQ////////////ARjg1AM=",
}
_FETCH = sorted_sets.fetch_by_score(b"q", None, None, descending=False, offset=0, count=-1)
_SET_IF = scalar.set_if(b"k", b"v", 1, Absent())
RESPONSES: list[tuple[Call[Any], str, object]] = [
    (_SET_IF, "0a00", Stored()),
    (_SET_IF, "1200", NotStored()),
    (_FETCH, "1200", Miss()),
    (_FETCH, "0a100a0e0a0c0a016111000000000000f83f", Elements(((b"a", 1.5),))),
    (_FETCH, "0a020a00", Elements(())),
    (scalar.increment(b"k", 1, 1), "0802", Number(2)),
]
# Answers of methods that stream or that go over the HTTP API: method, message, fields.
GET_HIT, GET_MISS, SET_OK = "0802120176", "0803", "0801"
HIT = Hit(b"v")
DESCENDING_BY_INDEX_WITHOUT_SCORES = "0a01711001220410002001"
