"""What a 304 says of a stored response, and what becomes of it (RFC 9111 sections 3.2, 4.3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.entry import Entry
from homeport.messages import Headers, Request
from homeport.reading.freshness import age
from homeport.reading.validate import NOT_UPDATED, about, conditional, has_validator, updated
from tests.homeport.homeport_world import NOON

NOON_GMT, BEFORE = "Tue, 14 Nov 2023 22:13:20 GMT", "Tue, 14 Nov 2023 22:13:19 GMT"
LATER = (NOON + 100_000, NOON + 101_000)
Fields = list[tuple[str, str]]


def entry(*fields: tuple[str, str]) -> Entry:
    accept = Headers([("accept", "text/html")])
    return Entry("/a?b=1", accept, "stored", "n", (NOON, NOON), seq=7, header=Headers(fields), body=b"body")


ETAG, WEAK, MODIFIED = ("etag", '"1"'), ("etag", 'W/"1"'), ("last-modified", BEFORE)


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ([ETAG], [("if-none-match", '"1"')]),
        ([WEAK], [("if-none-match", 'W/"1"')]),
        ([MODIFIED], [("if-modified-since", BEFORE)]),
        ([ETAG, MODIFIED], [("if-none-match", '"1"'), ("if-modified-since", BEFORE)]),
    ],
)
def test_the_origin_is_asked_by_all_that_was_stored(stored: Fields, asked: Fields) -> None:  # section 4.3.1
    request = Request("GET", "/a?b=1", Headers([("accept", "text/html")]))
    assert has_validator(entry(*stored))
    assert conditional(request, entry(*stored)) == replace(request, headers=request.headers.plus(*asked))


@pytest.mark.parametrize(
    "found",
    [
        entry(("content-type", "text/plain")),
        replace(entry(ETAG), status=404),
        replace(entry(ETAG), kind="tombstone"),
        replace(entry(ETAG), kind="variants"),
        replace(entry(ETAG), kind="marker"),
    ],
)
def test_what_is_no_whole_200_with_a_validator_is_asked_for_anew(found: Entry) -> None:  # section 4.3.1
    assert not has_validator(found)


@pytest.mark.parametrize(
    ("rule", "stored", "said", "speaks"),
    [
        ("the same strong validator", [ETAG], [ETAG], True),
        ("another strong validator", [ETAG], [("etag", '"2"')], False),
        ("a strong one where none is stored", [MODIFIED], [ETAG, MODIFIED], False),
        ("another one, whatever else is the same", [ETAG, MODIFIED], [("etag", '"2"'), MODIFIED], False),
        ("the same weak validator", [WEAK], [WEAK], True),
        ("another weak validator", [WEAK], [("etag", 'W/"2"')], False),
        # compared weakly: what compresses on the way weakens the ETag of the 200 only
        ("weakened on the way", [WEAK], [ETAG], True),
        ("weakened on the way", [ETAG], [WEAK], True),
        ("the ETag decides", [ETAG, MODIFIED], [ETAG, ("last-modified", NOON_GMT)], True),
        ("the same date", [MODIFIED], [MODIFIED], True),
        ("the same date, the ETag left out", [ETAG, MODIFIED], [MODIFIED], True),
        ("another date", [MODIFIED], [("last-modified", NOON_GMT)], False),
        ("another date, the ETag left out", [ETAG, MODIFIED], [("last-modified", NOON_GMT)], False),
        ("no validator: one stored response", [ETAG], [], True),
        ("no validator: one stored response", [MODIFIED], [("date", NOON_GMT)], True),
    ],
)
def test_a_304_speaks_of_what_has_its_validator(
    rule: str, stored: Fields, said: Fields, speaks: bool
) -> None:  # section 4.3.4
    assert about(entry(*stored), Headers(said)) is speaks, rule


STORED = [
    ETAG,
    MODIFIED,
    ("content-type", "text/plain"),
    ("cache-control", "max-age=60"),
    ("date", NOON_GMT),
    ("age", "30"),
    ("x-kept", "old"),
    ("vary", "accept"),
    ("content-language", "de"),
]


@pytest.mark.parametrize(
    ("section", "said", "name", "value"),
    [
        ("3.2: replaced", [("cache-control", "max-age=5")], "cache-control", "max-age=5"),
        ("3.2: replaced", [("date", BEFORE)], "date", BEFORE),
        ("3.2: replaced", [("last-modified", NOON_GMT), ETAG], "last-modified", NOON_GMT),
        ("3.2: replaced as a whole", [("x-kept", "a"), ("x-kept", "b")], "x-kept", "a, b"),
        ("3.2: content-type too", [("content-type", "text/html")], "content-type", "text/html"),
        ("3.2: added", [("x-new", "1")], "x-new", "1"),
        ("3.2: kept", [("x-new", "1")], "x-kept", "old"),
        ("3.2: kept", [], "content-language", "de"),
        ("3.2: it describes what is stored", [("content-length", "0")], "content-length", None),
        ("3.2: it describes what is stored", [("content-encoding", "gzip")], "content-encoding", None),
        ("3.2: it describes what is stored", [("content-range", "bytes 0-1/2")], "content-range", None),
        ("3.2: the same but for its weakness", [WEAK], "etag", '"1"'),
        ("4.1: the key was made by the old one", [("vary", "accept, x")], "vary", "accept"),
        ("3.1: of the connection", [("connection", "x-kept"), ("x-kept", "hop")], "x-kept", "old"),
        ("3.1: of the connection", [("keep-alive", "5")], "keep-alive", None),
        ("7.3: somebody's", [("set-cookie", "s=1")], "set-cookie", None),
        ("5.2.2.7: named", [("cache-control", 'private="x-new"'), ("x-new", "1")], "x-new", None),
        ("5.2.2.7: stored before", [("cache-control", 'private="X-Kept"')], "x-kept", None),
        ("5.2.2.4: stored before", [("cache-control", 'no-cache="x-kept"')], "x-kept", None),
        ("4.2.3: the old age is gone", [], "age", "1"),
        ("4.2.3: the new one is corrected", [("age", "5")], "age", "6"),
        ("tags are kept beside the fields", [("cache-tag", "a"), ("surrogate-key", "b")], "cache-tag", None),
    ],
)
def test_which_fields_a_304_replaces(section: str, said: Fields, name: str, value: str | None) -> None:
    found = updated(entry(*STORED), Headers(said), LATER, "n2", ())
    assert found.header.get(name) == value, section


@pytest.mark.parametrize("name", NOT_UPDATED)
def test_what_describes_the_stored_octets_stays_as_it_is(name: str) -> None:  # section 3.2
    found = updated(entry((name, "old")), Headers([(name, "new")]), LATER, "n2", ())
    assert found.header.get(name) == "old"


def test_its_life_begins_anew() -> None:  # section 4.3.4
    marked = replace(entry(*STORED), stale=True, soft=True, tags=("a",), of="v")
    found = updated(marked, Headers([("date", NOON_GMT)]), LATER, "n2", ())
    assert (found.stale, found.soft, found.as_of, found.nonce) == (False, False, LATER, "n2")
    assert (
        replace(found, header=marked.header, stale=True, soft=True, as_of=marked.as_of, nonce="n") == marked
    )
    assert age(found, LATER[1]) == 101  # by the Date that the origin gave: section 4.2.3
    assert age(updated(marked, Headers(), LATER, "n2", ()), LATER[1] + 1_000) == 2


def test_the_tags_of_a_304_replace_those_that_were_known() -> None:
    known = replace(entry(ETAG), tags=("a", "b"))
    assert updated(known, Headers(), LATER, "n2", ()).tags == ("a", "b")
    assert updated(known, Headers(), LATER, "n2", ("c",)).tags == ("c",)
