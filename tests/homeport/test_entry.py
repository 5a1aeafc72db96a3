"""The entry's format: what is written can be read, by anybody, and what is damaged never passes for whole."""

from __future__ import annotations

import json
import string
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.entry import FORMAT, Entry, Kind, Pending, Unreadable, decode, encode
from homeport.entry_types import KINDS
from homeport.messages import Headers
from momento_http_shim.octets import Joined, Octets

names = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=12)
# A field's value arrives as a ByteString (Fetch standard); all of Unicode is harder still.
values = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
stored_fields = st.dictionaries(names, values, max_size=4).map(lambda fields: Headers(fields.items()))
replayed_fields = st.lists(st.tuples(names, values), max_size=4).map(Headers)
times = st.integers(0, 2**53)
bodies = st.binary(max_size=64) | st.sampled_from([b"", b"\n", b'{"a":1}\n{"b":2}', b"\xff\xfe\n\x00"])
targets = st.tuples(st.text("/ab%é", max_size=8), st.sampled_from(["", "?", "?a=1&b=?", "?é"])).map("".join)

pending_writes = st.builds(
    Pending,
    id=names,
    seq=times,
    accepted=times,
    method=st.sampled_from(["PUT", "DELETE"]),
    target=targets,
    header=replayed_fields,
    body=bodies,
    sent=st.booleans(),
    tries=st.integers(0, 99),
    not_before=times,
    fingerprint=st.just("") | names,
    sealed=st.just("") | names,
    by=st.just("") | names,
    key=st.just("") | values,
)
entries = st.builds(
    Entry,
    target=targets,
    vary=stored_fields,
    kind=st.sampled_from(["stored", "tombstone", "marker", "variants", "command"]),
    nonce=names,
    as_of=st.tuples(times, times),
    seq=times,
    stale=st.booleans(),
    soft=st.booleans(),
    varies=st.lists(names, max_size=2).map(tuple),
    of=st.just("") | names,
    tags=st.lists(names, max_size=2).map(tuple),
    whose=st.just("") | names,
    etag=st.just("") | values,
    status=st.integers(200, 599),
    header=stored_fields,
    body=bodies,
    pending=st.lists(pending_writes, max_size=3).map(tuple),
)

WRITE = Pending("w1", 8, 7, "PUT", "/a?b=1", Headers([("x", "1"), ("x", "2")]), b"new\n", True, 2, 9)
ENTRY = Entry(
    target="/api/items/1?a=1",
    vary=Headers([("accept", "text/html")]),
    kind="stored",
    nonce="n1",
    as_of=(5, 6),
    seq=8,
    stale=True,
    status=203,
    header=Headers([("etag", '"x"'), ("content-type", "text/plain")]),
    body=b"body\nof two lines",
    pending=(WRITE, replace(WRITE, id="w2", body=b"")),
)


def whole(entry: Entry) -> bytes:
    return bytes(Joined(encode(entry)))


def line_of(entry: Entry) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(whole(entry).partition(b"\n")[0])
    return line


def with_line(change: dict[str, Any]) -> bytes:
    """An entry without bodies whose own member of the line is changed."""
    line = line_of(replace(ENTRY, body=b"", pending=()))
    line["homeport"] |= change
    return json.dumps(line).encode() + b"\n"


@given(entries)
@settings(max_examples=60)
def test_what_is_encoded_is_decoded_as_it_was(entry: Entry) -> None:
    assert decode(whole(entry)) == entry


@given(entries, st.data())
@settings(max_examples=60)
def test_an_entry_that_is_cut_short_is_unreadable(entry: Entry, data: st.DataObject) -> None:
    octets = whole(entry)
    found = decode(octets[: data.draw(st.integers(0, len(octets) - 1))])
    assert isinstance(found, Unreadable)
    assert not found.foreign


def test_every_truncation_of_one_entry_is_unreadable_and_none_is_foreign() -> None:
    octets = whole(ENTRY)
    found = [decode(octets[:length]) for length in range(len(octets))]
    assert all(isinstance(each, Unreadable) and not each.foreign for each in found)


@given(entries, st.binary(min_size=1, max_size=9))
@settings(max_examples=50)
def test_an_entry_with_something_after_it_is_unreadable(entry: Entry, more: bytes) -> None:
    assert isinstance(decode(whole(entry) + more), Unreadable)


@given(entries, st.data())
@settings(max_examples=120)
def test_damage_anywhere_is_survived(entry: Entry, data: st.DataObject) -> None:
    octets = bytearray(whole(entry))
    for _ in range(data.draw(st.integers(1, 4))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(decode(bytes(octets)), Entry | Unreadable)


@given(st.binary(max_size=200))
@settings(max_examples=60)
def test_any_octets_at_all_are_survived(octets: bytes) -> None:
    assert isinstance(decode(octets), Unreadable)


no_objects = st.none() | st.booleans() | st.integers() | st.floats() | st.text(min_size=1) | st.just(["x"])


@pytest.mark.parametrize(
    "path", ["", "homeport", "request", "response", "response.header", "homeport.pending"]
)
@given(value=no_objects)
@settings(max_examples=20)
def test_a_line_of_another_shape_is_damaged(path: str, value: Any) -> None:
    wrapped = {"line": line_of(replace(ENTRY, body=b"", pending=()))}
    at: Any = wrapped
    *steps, last = ["line", *path.split(".")] if path else ["line"]
    for step in steps:
        at = at[step]
    at[last] = value
    found = decode(json.dumps(wrapped["line"]).encode() + b"\n")
    assert isinstance(found, Unreadable)
    assert not found.foreign


@pytest.mark.parametrize("member", sorted(line_of(ENTRY)["homeport"].keys() - {"format"}))
def test_a_line_without_one_of_our_members_is_damaged(member: str) -> None:
    line = line_of(replace(ENTRY, body=b"", pending=()))
    del line["homeport"][member]
    found = decode(json.dumps(line).encode() + b"\n")
    assert isinstance(found, Unreadable)
    assert not found.foreign


@pytest.mark.parametrize("form", [FORMAT + 1, 0, -1])
def test_an_unknown_format_is_foreign_where_writes_wait_and_says_which_it_is(form: int) -> None:
    said = f"format {form}, this release knows {FORMAT}"
    waits = {"format": form, "pending": [{"whatever": "a newer release keeps of it"}]}
    assert decode(with_line(waits)) == Unreadable(said, foreign=True, newer=True)
    assert decode(with_line({"format": form, "pending": []})) == Unreadable(said, newer=True)


def test_a_newer_format_is_foreign_whatever_else_it_has_changed() -> None:
    octets = json.dumps({"homeport": {"format": FORMAT + 1}}).encode() + b"\nwho knows"
    found = decode(octets)
    assert isinstance(found, Unreadable)
    assert found.foreign


@pytest.mark.parametrize(
    "lengths", [{"body_bytes": -1}, {"body_bytes": 1}, {"body_bytes": "0"}, {"body_bytes": None}]
)
def test_a_length_that_is_not_the_bodys_is_damage(lengths: dict[str, Any]) -> None:
    found = decode(with_line(lengths))
    assert isinstance(found, Unreadable)
    assert not found.foreign


def test_lengths_that_only_add_up_are_damage() -> None:
    first, second = (replace(WRITE, id=name, body=b"") for name in ("w1", "w2"))
    line = line_of(replace(ENTRY, body=b"", pending=(first, second)))
    line["homeport"]["pending"][0]["body_bytes"] = 3
    line["homeport"]["pending"][1]["body_bytes"] = -3
    assert isinstance(decode(json.dumps(line).encode() + b"\n"), Unreadable)


def test_the_reason_tells_nothing_of_what_stood_there() -> None:
    octets = whole(replace(ENTRY, header=Headers([("x-secret", "hunter2")])))
    assert "hunter2" not in repr(decode(octets[:-1]))
    assert "hunter2" not in repr(decode(octets.replace(b'"seq"', b'"sex"')))


def test_the_first_line_has_the_documented_shape() -> None:
    assert line_of(ENTRY) == {
        "endpoint": "/api/items/1",
        "query": "?a=1",
        "method": "GET",
        "request": {"header": {"accept": "text/html"}},
        "response": {"status": 203, "header": {"etag": '"x"', "content-type": "text/plain"}},
        "homeport": {
            "format": 1,
            "kind": "stored",
            "seq": 8,
            "nonce": "n1",
            "stale": True,
            "as_of": [5, 6],
            "pending": [
                {
                    "id": name,
                    "seq": 8,
                    "accepted": 7,
                    "method": "PUT",
                    "url": "/a?b=1",
                    "header": [["x", "1"], ["x", "2"]],
                    "body_bytes": length,
                    "sent": True,
                    "tries": 2,
                    "not_before": 9,
                }
                for name, length in (("w1", 4), ("w2", 0))
            ],
            "body_bytes": 17,
        },
    }


@pytest.mark.parametrize(
    ("name", "value"), [("soft", True), ("varies", ("accept",)), ("of", "n0"), ("tags", ("item-1", "items"))]
)
def test_what_is_rarely_said_stands_in_the_line_only_where_it_is(name: str, value: Any) -> None:
    entry = ENTRY.version(ENTRY.nonce, **{name: value})
    assert line_of(entry)["homeport"][name] == (list(value) if isinstance(value, tuple) else value)
    assert name not in line_of(ENTRY)["homeport"]
    assert decode(whole(entry)) == entry


def test_it_is_one_line_then_the_body_then_the_pending_bodies() -> None:
    entry = replace(ENTRY, header=Headers([("x", "two\nlines\r\u2028")]))
    line, _, rest = whole(entry).partition(b"\n")
    assert json.loads(line)["response"]["header"] == {"x": "two\nlines\r\u2028"}
    assert rest == b"body\nof two lines" + b"new\n"


def test_repeated_response_fields_are_joined() -> None:  # RFC 9110 section 5.3
    entry = replace(ENTRY, header=Headers([("vary", "a"), ("x", "1"), ("vary", "b")]))
    found = decode(whole(entry))
    assert isinstance(found, Entry)
    assert list(found.header) == [("vary", "a, b"), ("x", "1")]


@pytest.mark.parametrize("size", [3_000, 4_000, 4_095, 4_096, 4_097, 9_000])
def test_a_line_of_any_length_is_found(size: int) -> None:
    entry = replace(ENTRY, header=Headers([("x", "v" * size)]), body=b"\n" * 5_000)
    assert decode(whole(entry)) == entry


class Counting:
    """Octets that are counted when they are copied, as those in JavaScript would cost."""

    def __init__(self, value: bytes, copied: list[int]) -> None:
        self._value, self._copied = value, copied

    def __len__(self) -> int:
        return len(self._value)

    def __getitem__(self, part: slice, /) -> Octets:
        return Counting(self._value[part], self._copied)

    def __bytes__(self) -> bytes:
        self._copied.append(len(self._value))
        return self._value


def test_a_body_is_not_copied_on_the_way_in_or_out() -> None:
    copied: list[int] = []
    body = Counting(b"x" * 100_000, copied)
    assert encode(replace(ENTRY, body=body, pending=()))[1] is body
    found = decode(Counting(whole(replace(ENTRY, body=bytes(body))), copied := []))
    assert isinstance(found, Entry)
    assert sum(copied) <= 4096
    assert bytes(found.body) == b"x" * 100_000


def test_the_kinds_that_are_read_are_those_that_are_written() -> None:
    assert set(get_args(Kind)) == KINDS
