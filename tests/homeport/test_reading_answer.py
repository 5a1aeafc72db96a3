"""From an entry to the visitor's answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.entry import Entry, Pending
from homeport.messages import NO_FIELDS, Headers, Request, Response
from homeport.reading.answer import for_method, from_entry, satisfy
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
    fields = HEADER.plus(("accept-ranges", "bytes"), ("age", "7"))
    assert answer(after_ms=7_900) == Response(200, fields, b"hello")


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
    assert clean.headers.without("age", "accept-ranges") == KEEPABLE.without("age")


def test_a_dirty_tombstone_is_kept_by_nobody() -> None:
    gone = answer(entry=replace(DIRTY, kind="tombstone", status=404, header=NO_FIELDS, body=b""))
    assert (gone.status, gone.headers.get("cache-control")) == (404, "no-store")


def test_the_body_is_handed_on_as_it_is() -> None:
    assert answer().body is ENTRY.body


@pytest.mark.parametrize("status", [203, 204, 301, 404])
def test_only_a_200_is_offered_in_parts(status: int) -> None:  # RFC 9110 section 14.3
    assert "accept-ranges" not in answer(entry=replace(ENTRY, status=status)).headers


@pytest.mark.parametrize("said", ["none", "bytes", "pages"])
def test_what_the_origin_says_of_parts_stands(said: str) -> None:  # RFC 9110 section 14.3
    whole = answer(entry=replace(ENTRY, header=HEADER.plus(("accept-ranges", said))))
    assert [value for name, value in whole.headers if name == "accept-ranges"] == [said]


def test_head_offers_parts_as_get_does() -> None:  # RFC 9110 section 9.3.2
    assert answer(method="HEAD").headers.get("accept-ranges") == "bytes"


MODIFIED = "Tue, 14 Nov 2023 22:13:20 GMT"
DATE = "Tue, 14 Nov 2023 22:13:21 GMT"
VALIDATED = Headers([("etag", '"v1"'), ("last-modified", MODIFIED), ("date", DATE)])
WHOLE = Response(200, VALIDATED, b"0123456789")


def got(field: str, *fields: tuple[str, str], whole: Response = WHOLE) -> Response:
    return satisfy(Request("GET", "/a", Headers([("range", field), *fields])), whole)


WEAK = replace(WHOLE, headers=VALIDATED.without("etag").plus(("etag", 'W/"v1"')))
UNTAGGED = replace(WHOLE, headers=VALIDATED.without("etag"))
UNDATED = replace(WHOLE, headers=VALIDATED.without("date"))
JUST_MODIFIED = replace(WHOLE, headers=VALIDATED.without("date").plus(("date", MODIFIED)))
NEITHER = replace(WHOLE, headers=VALIDATED.without("etag", "last-modified"))
ASCTIME = "Tue Nov 14 22:13:20 2023"
VALIDATORS: list[tuple[str, Response, str, int]] = [
    # section, the whole, If-Range, status
    ("13.1.5", WHOLE, '"v1"', 206),
    ("13.1.5", WHOLE, '"v0"', 200),
    ("13.1.5", WHOLE, "v1", 200),
    ("13.1.5", WHOLE, "", 200),
    ("13.1.5", WHOLE, "*", 200),
    ("13.1.5", WHOLE, '"v0", "v1"', 200),
    ("13.1.5", WHOLE, '"v1", "v1"', 200),
    # strong comparison
    ("8.8.3.2", WHOLE, 'W/"v1"', 200),
    ("8.8.3.2", WEAK, 'W/"v1"', 200),
    ("8.8.3.2", WEAK, '"v1"', 200),
    ("8.8.3.2", NEITHER, '"v1"', 200),
    # a date: exactly the one that was given, and a strong one
    ("13.1.5", WHOLE, MODIFIED, 206),
    ("13.1.5", UNTAGGED, MODIFIED, 206),
    ("13.1.5", WHOLE, DATE, 200),
    ("13.1.5", WHOLE, MODIFIED.replace(":20", ":19"), 200),
    ("13.1.5", WHOLE, ASCTIME, 200),
    ("13.1.5", WHOLE, "yesterday", 200),
    ("13.1.5", NEITHER, MODIFIED, 200),
    ("8.8.2.2", JUST_MODIFIED, MODIFIED, 200),
    ("8.8.2.2", JUST_MODIFIED, '"v1"', 206),
    ("8.8.2.2", UNDATED, MODIFIED, 200),
    (
        "8.8.2.2",
        replace(WHOLE, headers=VALIDATED.without("last-modified").plus(("last-modified", "x"))),
        "x",
        200,
    ),
]


@pytest.mark.parametrize(("section", "whole", "validator", "status"), VALIDATORS)
def test_a_part_goes_only_to_a_visitor_whose_other_parts_are_of_the_same_representation(
    section: str, whole: Response, validator: str, status: int
) -> None:
    answer = got("bytes=2-5", ("if-range", validator), whole=whole)
    assert answer.status == status, section
    assert answer is whole or status == 206, section


@pytest.mark.parametrize(("validator", "status"), [('"v1"', 416), ('"v0"', 200)])
def test_416_too_is_for_the_same_representation_only(validator: str, status: int) -> None:  # section 14.2
    assert got("bytes=10-", ("if-range", validator)).status == status


@pytest.mark.parametrize("condition", [("if-match", '"v1"'), ("if-unmodified-since", MODIFIED)])
@pytest.mark.parametrize("field", ["bytes=2-5", "bytes=10-"])
def test_a_part_that_only_the_origin_could_allow_is_not_given(condition: tuple[str, str], field: str) -> None:
    # RFC 9111 section 4.3.2: they are not for a cache to judge; RFC 9110 section 14.2: Range may be ignored
    assert got(field, condition) is WHOLE


@pytest.mark.parametrize("said", ["bytes", "Bytes", "pages, bytes", "pages ,\tBYTES", ""])
def test_an_origin_that_has_nothing_against_it_lets_parts_be_given(said: str) -> None:  # section 14.3
    whole = replace(WHOLE, headers=VALIDATED.plus(("accept-ranges", said)))
    assert got("bytes=2-5", whole=whole).status == 206


@pytest.mark.parametrize("said", ["none", "None", "pages", "x-bytes"])
@pytest.mark.parametrize("field", ["bytes=2-5", "bytes=10-"])
def test_an_origin_that_wants_no_parts_is_heard(said: str, field: str) -> None:  # section 14.3
    whole = replace(WHOLE, headers=VALIDATED.plus(("accept-ranges", said)))
    assert got(field, whole=whole) is whole
