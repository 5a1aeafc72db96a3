"""From an entry to the visitor's answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.entry import Entry, Pending
from homeport.messages import NO_FIELDS, Headers, Request, Response
from homeport.reading.answer import for_method, from_entry
from tests.homeport.homeport_world import NOON

HEADER = Headers(
    [
        ("content-type", "text/plain"),
        ("etag", '"v1"'),
        ("cache-control", "max-age=60"),
        ("date", "Tue, 14 Nov 2023 22:13:20 GMT"),
        ("x-origin", "1"),
    ]
)
HEAD = Request("HEAD", "/a")
ENTRY = Entry("/a", NO_FIELDS, "stored", "n", (NOON, NOON), header=HEADER, body=b"hello")


def answer(
    *fields: tuple[str, str], method: str = "GET", entry: Entry = ENTRY, after_ms: int = 0
) -> Response:
    return from_entry(Request(method, "/a", Headers(fields)), entry, NOON + after_ms)


def test_the_answer_is_the_entrys_representation_with_its_age() -> None:  # RFC 9111 section 4
    assert answer(after_ms=7_900) == Response(200, HEADER.plus(("age", "7")), b"hello")


def test_the_status_is_the_stored_one() -> None:
    assert answer(entry=replace(ENTRY, status=301)).status == 301


def test_there_is_one_age_and_it_counts_what_was_there_before() -> None:  # RFC 9111 section 4.2.3
    aged = replace(ENTRY, header=HEADER.plus(("age", "30")))
    ages = [value for name, value in answer(entry=aged, after_ms=5_000).headers if name == "age"]
    assert ages == ["35"]


def test_head_has_the_fields_of_get_and_its_length_but_no_body() -> None:  # RFC 9110 section 9.3.2
    head = for_method(HEAD, answer(method="HEAD"))
    assert head == Response(200, answer().headers.plus(("content-length", "5")), b"")


def test_a_length_that_came_along_gives_way_to_the_true_one() -> None:  # RFC 9110 section 8.6
    encoded = Response(404, Headers([("content-length", "3"), ("x", "1")]), b"hello")
    assert for_method(HEAD, encoded) == Response(404, Headers([("x", "1"), ("content-length", "5")]), b"")


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_that_has_no_body_by_its_status_gets_no_length(status: int) -> None:  # RFC 9110 section 8.6
    bodiless = Response(status, Headers([("etag", '"v1"')]))
    assert for_method(HEAD, bodiless) == bodiless


def test_an_answer_to_get_keeps_its_body() -> None:
    assert for_method(Request("GET", "/a"), answer()) == answer()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("condition", ['"v1"', 'W/"v1"', '"v0", "v1"', 'W/"v0" ,W/"v1"', "*", " * "])
def test_a_visitor_who_has_it_is_told_so(method: str, condition: str) -> None:  # RFC 9110 section 13.1.2
    told = answer(("if-none-match", condition), method=method)
    assert (told.status, told.body) == (304, b"")


def test_a_weak_etag_matches_a_strong_one() -> None:  # RFC 9110 section 8.8.3.2
    weak = replace(ENTRY, header=Headers([("etag", 'W/"v1"')]))
    assert answer(("if-none-match", '"v1"'), entry=weak).status == 304
    assert answer(("if-none-match", 'W/"v1"'), entry=weak).status == 304


def test_several_lines_of_the_condition_are_one_list() -> None:  # RFC 9110 section 5.3
    assert answer(("if-none-match", '"v0"'), ("if-none-match", '"v1"')).status == 304


@pytest.mark.parametrize("condition", ['"v2"', 'W/"v2"', "v1", '"V1"', "", ",", '"*"', 'w/"v1"', '"v1'])
def test_a_visitor_who_has_something_else_gets_the_whole(condition: str) -> None:
    got = answer(("if-none-match", condition))
    assert (got.status, got.body) == (200, b"hello")


def test_without_an_etag_no_etag_matches() -> None:
    bare = replace(ENTRY, header=Headers([("date", "x")]))
    assert answer(("if-none-match", '"v1"'), entry=bare).status == 200


def test_without_an_etag_the_star_matches_still() -> (
    None
):  # RFC 9110 section 13.1.2: any representation at all
    assert answer(("if-none-match", "*"), entry=replace(ENTRY, header=NO_FIELDS)).status == 304


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ('"a,b"', 304),
        ('W/"a,b"', 304),
        ('"v0", "a,b"', 304),
        ('"a,b", "v0"', 304),
        ('"a"', 200),
        ('"b"', 200),
        ('"a", "b"', 200),
        ('"a, b"', 200),
    ],
)
def test_a_comma_within_an_etag_parts_no_list(condition: str, status: int) -> None:  # RFC 9110 section 8.8.3
    tagged = replace(ENTRY, header=Headers([("etag", '"a,b"')]))
    assert answer(("if-none-match", condition), entry=tagged).status == status


MODIFIED = replace(ENTRY, header=HEADER.plus(("last-modified", "Tue, 14 Nov 2023 22:13:20 GMT")))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Tue, 14 Nov 2023 22:13:20 GMT", 304),
        ("Tuesday, 14-Nov-23 22:13:20 GMT", 304),
        ("Tue, 14 Nov 2023 22:13:21 GMT", 304),
        ("Tue, 14 Nov 2023 22:13:19 GMT", 200),
        ("", 200),
        ("yesterday", 200),
        ("Thu, 01 Jan 99999999999999999999 00:00:00 GMT", 200),
    ],
)
def test_a_visitor_who_has_what_was_not_modified_since_is_told_so(
    method: str, since: str, status: int
) -> None:  # RFC 9110 section 13.1.3
    assert answer(("if-modified-since", since), method=method, entry=MODIFIED).status == status


def test_without_a_last_modified_no_date_says_that_the_visitor_has_it() -> None:  # RFC 9111 section 4.3.2
    assert answer(("if-modified-since", "Tue, 14 Nov 2023 22:13:20 GMT")).status == 200


@pytest.mark.parametrize(("tag", "status"), [('"v1"', 304), ('"v0"', 200)])
def test_an_etag_decides_before_a_date(tag: str, status: int) -> None:  # RFC 9110 section 13.2.2
    old, new = "Tue, 14 Nov 2023 22:13:19 GMT", "Tue, 14 Nov 2023 22:13:20 GMT"
    date = old if status == 304 else new
    assert answer(("if-none-match", tag), ("if-modified-since", date), entry=MODIFIED).status == status


def test_a_condition_applies_to_a_success_only() -> None:  # RFC 9110 section 13.2.1
    moved = replace(ENTRY, status=301)
    assert answer(("if-none-match", '"v1"'), entry=moved).status == 301


def test_304_has_the_fields_that_it_must_have_and_no_description_of_a_body() -> (
    None
):  # RFC 9110 section 15.4.5
    more = [
        ("content-location", "/b"),
        ("expires", "x"),
        ("vary", "accept"),
        ("content-length", "5"),
        ("last-modified", "y"),
    ]
    told = answer(("if-none-match", '"v1"'), entry=replace(ENTRY, header=HEADER.plus(*more)))
    assert {name for name, _ in told.headers} == {
        "cache-control",
        "content-location",
        "date",
        "etag",
        "expires",
        "vary",
        "age",
    }


def test_a_tombstone_reads_as_not_found_and_is_kept_by_nobody() -> None:
    gone = answer(entry=replace(ENTRY, kind="tombstone", status=404, header=NO_FIELDS, body=b""))
    assert gone.status == 404
    assert gone.headers.get("cache-control") == "no-store"


def test_a_tombstone_matches_no_condition() -> None:
    assert answer(("if-none-match", "*"), entry=replace(ENTRY, kind="tombstone")).status == 404


KEEPABLE = HEADER.plus(
    ("expires", "Tue, 14 Nov 2023 23:13:20 GMT"),
    ("pragma", "public"),
    ("cache-control", "s-maxage=600, stale-if-error=600"),
    ("cdn-cache-control", "max-age=600"),
    ("cloudflare-cdn-cache-control", "max-age=600"),
    ("surrogate-control", "max-age=600"),
    ("age", "30"),
)
PENDING = Pending("1", 1, NOON, "PUT", "/a", NO_FIELDS, b"hello")
DIRTY = replace(ENTRY, header=KEEPABLE, pending=(PENDING,))


@pytest.mark.parametrize("condition", [(), (("if-none-match", '"v1"'),)])
def test_no_cache_behind_this_one_may_use_a_dirty_answer_unasked(
    condition: tuple[tuple[str, str], ...],
) -> None:  # RFC 9111 section 5.2.2.4
    dirty = answer(*condition, entry=DIRTY)
    assert dirty.status == (304 if condition else 200)
    assert dirty.headers.get("cache-control") == "no-cache"
    keeping = ("expires", "pragma", "cdn-cache-control", "cloudflare-cdn-cache-control", "surrogate-control")
    assert not any(name in dirty.headers for name in keeping)
    assert dirty.headers.get("etag") == '"v1"'
    assert DIRTY.header == KEEPABLE  # the entry keeps what the origin said


def test_a_clean_answer_keeps_what_the_origin_lets_caches_do() -> None:
    clean = answer(entry=replace(DIRTY, pending=()))
    assert clean.headers.without("age") == KEEPABLE.without("age")


def test_a_dirty_tombstone_is_kept_by_nobody() -> None:
    gone = answer(entry=replace(DIRTY, kind="tombstone", status=404, header=NO_FIELDS, body=b""))
    assert (gone.status, gone.headers.get("cache-control")) == (404, "no-store")


def test_the_body_is_handed_on_as_it_is() -> None:
    assert answer().body is ENTRY.body
