"""A damaged entry whose first line is JSON still: it never passes for a representation, nor for an accepted write."""

from __future__ import annotations

import json
from typing import Any

import pytest

from homeport.entry import Entry, Pending, Unreadable, decode, encode
from homeport.messages import NO_FIELDS, Headers
from momento_http_shim.octets import Joined

WRITE = Pending("w", 1, 7, "PUT", "/a", Headers([("x", "1")]))
ENTRY = Entry("/a", Headers([("accept", "a")]), "stored", "n", (1, 2), header=NO_FIELDS, pending=(WRITE,))


def changed(path: str, value: Any) -> bytes:
    """The entry, which has no bodies, with one member of its line changed; `path` is its names between dots."""
    line: Any = json.loads(bytes(Joined(encode(ENTRY))))
    *steps, last = path.split(".")
    at = line
    for step in steps:
        at = at[int(step) if isinstance(at, list) else step]
    at[last] = value
    return json.dumps(line).encode() + b"\n"


def test_unchanged_it_can_be_read() -> None:
    assert decode(changed("homeport.nonce", "n")) == ENTRY


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("endpoint", None),
        ("endpoint", 5),
        ("query", None),
        ("request.header", {"accept": 5}),
        ("request.header", [["accept", "a"]]),
        ("response.status", "200"),
        ("response.status", 200.0),
        ("response.status", True),
        ("response.status", None),
        ("response.header", {"etag": 5}),
        ("response.header", {"etag": None}),
        ("response.header", {"etag": ["1", "2"]}),
        ("homeport.kind", "storef"),
        ("homeport.kind", None),
        ("homeport.kind", ["stored"]),
        ("homeport.seq", "1"),
        ("homeport.seq", False),
        ("homeport.seq", 1.5),
        ("homeport.nonce", None),
        ("homeport.nonce", 7),
        ("homeport.stale", "no"),
        ("homeport.stale", 0),
        ("homeport.soft", 1),
        ("homeport.soft", "no"),
        ("homeport.varies", "accept"),
        ("homeport.varies", {"accept": 1}),
        ("homeport.varies", [1]),
        ("homeport.of", None),
        ("homeport.of", 7),
        ("homeport.tags", "a"),
        ("homeport.tags", [None]),
        ("homeport.as_of", "ab"),
        ("homeport.as_of", [1]),
        ("homeport.as_of", [1, 2, 3]),
        ("homeport.as_of", [1, "2"]),
        ("homeport.as_of", {"0": 1, "1": 2}),
        ("homeport.body_bytes", False),
        ("homeport.body_bytes", 0.0),
        ("homeport.pending", {"0": {}}),
        ("homeport.pending", [[]]),
        ("homeport.pending.0.id", 1),
        ("homeport.pending.0.seq", "1"),
        ("homeport.pending.0.accepted", 7.5),
        ("homeport.pending.0.method", None),
        ("homeport.pending.0.url", ["/a"]),
        ("homeport.pending.0.header", {"x": "1"}),
        ("homeport.pending.0.header", [["x", 1]]),
        ("homeport.pending.0.header", ["ab"]),
        ("homeport.pending.0.header", [["x"]]),
        ("homeport.pending.0.header", [["x", "1", "2"]]),
        ("homeport.pending.0.body_bytes", False),
        ("homeport.pending.0.sent", 1),
        ("homeport.pending.0.sent", "no"),
        ("homeport.pending.0.tries", None),
        ("homeport.pending.0.not_before", "0"),
    ],
)
def test_a_member_of_the_wrong_type_is_damage(path: str, value: Any) -> None:
    found = decode(changed(path, value))
    assert isinstance(found, Unreadable)
    assert not found.foreign


@pytest.mark.parametrize("path", ["homeport.pending", "homeport.pending.0.header"])
@pytest.mark.parametrize("value", [{}, ""])
def test_something_empty_in_a_lists_place_is_damage(path: str, value: Any) -> None:
    found = decode(changed(path, value))
    assert isinstance(found, Unreadable)
    assert not found.foreign


@pytest.mark.parametrize("value", [True, False, "1", "2", 1.0, 2.5, None, [1]])
def test_a_format_that_is_no_number_is_damage_and_no_newer_release(value: Any) -> None:
    found = decode(changed("homeport.format", value))
    assert isinstance(found, Unreadable)
    assert not found.foreign


@pytest.mark.parametrize(
    "line", [b"[" * 3_000, b'{"homeport":' * 100_000, b'{"homeport":{"format":' + b"9" * 5_000 + b"}}"]
)
def test_a_line_that_no_reader_of_json_can_take_is_damage(line: bytes) -> None:
    found = decode(line + b"\n")
    assert isinstance(found, Unreadable)
    assert not found.foreign
