"""The visitor's own conditions against a whole 200; each row cites its section of RFC 9110 unless it says else."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.entry import Entry
from homeport.messages import NO_FIELDS, Headers, Request, Response
from homeport.reading.answer import from_entry, satisfy
from tests.homeport.homeport_world import NOON

DATE = "Tue, 14 Nov 2023 22:13:20 GMT"
SECOND_BEFORE, SECOND_AFTER = DATE.replace(":20", ":19"), DATE.replace(":20", ":21")
FIELDS = Headers(
    [
        ("content-type", "text/plain"),
        ("etag", '"v1"'),
        ("last-modified", DATE),
        ("cache-control", "max-age=60"),
        ("date", SECOND_AFTER),
    ]
)
WHOLE = Response(200, FIELDS, b"hello")
Fields = tuple[tuple[str, str], ...]


def got(*fields: tuple[str, str], method: str = "GET", whole: Response = WHOLE) -> Response:
    return satisfy(Request(method, "/a", Headers(fields)), whole)


def tagged(etag: str) -> Response:
    return replace(WHOLE, headers=Headers([("etag", etag)]))


def modified(date: str) -> Response:
    return replace(WHOLE, headers=Headers([("last-modified", date), ("date", SECOND_AFTER)]))


TAGS: list[tuple[str, str, str, int]] = [
    # section, ETag, If-None-Match, status
    ("13.1.2", '"v1"', '"v1"', 304),
    ("13.1.2", '"v1"', '"v0", "v1"', 304),
    ("13.1.2", '"v1"', "*", 304),
    ("13.1.2", '"v1"', " * ", 304),
    ("13.1.2", '"v1"', '"*"', 200),
    ("13.1.2", '"v1"', '"v2"', 200),
    ("13.1.2", '"v1"', '*, "v0"', 200),
    # weak comparison
    ("8.8.3.2", '"v1"', 'W/"v1"', 304),
    ("8.8.3.2", 'W/"v1"', '"v1"', 304),
    ("8.8.3.2", 'W/"v1"', 'W/"v1"', 304),
    ("8.8.3.2", 'W/"v1"', 'W/"v2"', 200),
    # an entity tag is opaque, case and all; W is in upper case
    ("8.8.3", '"v1"', '"V1"', 200),
    ("8.8.3", '"v1"', 'w/"v1"', 200),
    ("8.8.3", '"v1"', "v1", 200),
    ("8.8.3", '"v1"', '"v1', 200),
    ("8.8.3", '"v1"', 'v1"', 200),
    ("8.8.3", '""', '""', 304),
    ("8.8.3", '"\u00e9"', '"\u00e9"', 304),
    ("8.8.3", '"a,b"', '"a,b"', 304),
    ("8.8.3", '"a,b"', 'W/"a,b"', 304),
    ("8.8.3", '"a,b"', '"v0", "a,b"', 304),
    ("8.8.3", '"a,b"', '"a,b", "v0"', 304),
    ("8.8.3", '"a,b"', '"a", "b"', 200),
    ("8.8.3", '"a,b"', '"a, b"', 200),
    ("8.8.3", '"a"', '"a,b"', 200),
    ("8.8.3", '","', '"a","b"', 200),
    ("8.8.3", '"W/"', '"W/"', 304),
    # what is no entity tag is no validator
    ("8.8.3", "v1", "v1", 200),
    ("8.8.3", '"v1"x', '"v1"', 200),
    ("8.8.3", '"v1", "v2"', '"v1"', 200),
    ("8.8.3", '"v1", "v2"', "*", 304),
    # lists: odd white space, empty elements
    ("5.6.1.2", '"v1"', 'W/"v0" ,W/"v1"', 304),
    ("5.6.1.2", '"v1"', '"v0","v1"', 304),
    ("5.6.1.2", '"v1"', '\t"v0"\t,\t"v1"\t', 304),
    ("5.6.1.2", '"v1"', ', ,, "v1" ,', 304),
    ("5.6.1.2", '"v1"', '"v0" "v1"', 200),
    ("5.6.1.2", '"v1"', "", 200),
    ("5.6.1.2", '"v1"', ",", 200),
]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("section", "etag", "condition", "status"), TAGS)
def test_tags_are_compared_weakly(section: str, etag: str, condition: str, status: int, method: str) -> None:
    answer = got(("if-none-match", condition), method=method, whole=tagged(etag))
    assert (answer.status, answer.body) == (status, b"hello" if status == 200 else b""), section


def test_several_lines_of_a_condition_are_one_list() -> None:  # section 5.3
    assert got(("if-none-match", '"v0"'), ("if-none-match", '"v1"')).status == 304


def test_without_an_etag_the_star_matches_and_no_tag_does() -> None:  # section 13.1.2
    bare = Response(200, NO_FIELDS, b"hello")
    assert got(("if-none-match", "*"), whole=bare).status == 304
    assert got(("if-none-match", '"v1"'), whole=bare).status == 200


MIDNIGHT = "Mon, 06 Nov 2023 00:00:00 GMT"
DATES: list[tuple[str, str, str, int]] = [
    # section, Last-Modified, If-Modified-Since, status
    ("13.1.3", DATE, DATE, 304),
    ("13.1.3", DATE, SECOND_AFTER, 304),
    ("13.1.3", DATE, SECOND_BEFORE, 200),
    # the three formats, on either side
    ("5.6.7", DATE, "Tuesday, 14-Nov-23 22:13:20 GMT", 304),
    ("5.6.7", DATE, "Tuesday, 14-Nov-23 22:13:19 GMT", 200),
    ("5.6.7", DATE, "Tue Nov 14 22:13:20 2023", 304),
    ("5.6.7", DATE, "Tue Nov 14 22:13:19 2023", 200),
    ("5.6.7", MIDNIGHT, "Mon Nov  6 00:00:00 2023", 304),
    ("5.6.7", MIDNIGHT, "Sun Nov  5 23:59:59 2023", 200),
    ("5.6.7", "Tuesday, 14-Nov-23 22:13:20 GMT", DATE, 304),
    ("5.6.7", "Tue Nov 14 22:13:20 2023", DATE, 304),
    ("5.6.7", "Tue Nov 14 22:13:20 2023", "Tue Nov 14 22:13:20 2023", 304),
    # two digits of a year that would be far ahead mean the past
    ("5.6.7", DATE, "Sunday, 14-Nov-99 22:13:20 GMT", 200),
    ("5.6.7", "Sunday, 14-Nov-99 22:13:20 GMT", DATE, 304),
    # what is no valid date is ignored, also where both say the same
    ("13.1.3", DATE, "", 200),
    ("13.1.3", DATE, "0", 200),
    ("13.1.3", DATE, "tomorrow", 200),
    ("13.1.3", "yesterday", "yesterday", 200),
    ("13.1.3", "yesterday", DATE, 200),
    ("13.1.3", "", "", 200),
    ("13.1.3", DATE, f"{SECOND_AFTER}, {SECOND_AFTER}", 200),
    ("13.1.3", DATE, "Thu, 01 Jan 99999999999999999999 00:00:00 GMT", 200),
    ("5.6.7", DATE, SECOND_AFTER.lower(), 200),
    ("5.6.7", DATE, f" {SECOND_AFTER}", 200),
    ("5.6.7", DATE, f"{SECOND_AFTER}\n", 200),
    ("5.6.7", DATE, SECOND_AFTER.removesuffix(" GMT"), 200),
    ("5.6.7", DATE, SECOND_AFTER.replace("GMT", "UTC"), 200),
    ("5.6.7", DATE, SECOND_AFTER.replace("GMT", "-0100"), 200),
    ("5.6.7", DATE, SECOND_AFTER.removeprefix("Tue, "), 200),
    ("5.6.7", DATE, SECOND_AFTER.replace("Tue", "Tuesday"), 200),
    ("5.6.7", DATE, "Tue, 14-Nov-23 22:13:21 GMT", 200),
    ("5.6.7", DATE, "Tue Nov 14 22:13:21 2023 GMT", 200),
    ("5.6.7", DATE, "Tue, 14 Nov 2023 22:13 GMT", 200),
    ("5.6.7", DATE, "Wed, 31 Feb 2024 00:00:00 GMT", 200),
    ("5.6.7", DATE, "Wed, 15 Nov 2023 25:00:00 GMT", 200),
    ("5.6.7", DATE, "Fri, 15 Nov 0024 00:00:00 GMT", 200),
    ("5.6.7", DATE, "Fri Nov 15 00:00:00 0024", 200),
    ("5.6.7", DATE, "\u0661\u0664 Nov 2023", 200),
]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("section", "last_modified", "since", "status"), DATES)
def test_dates_are_compared(section: str, last_modified: str, since: str, status: int, method: str) -> None:
    answer = got(("if-modified-since", since), method=method, whole=modified(last_modified))
    assert answer.status == status, section


@pytest.fixture
def far_east() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "JST-9"
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("far_east")
def test_a_date_without_a_zone_is_in_universal_time_wherever_this_runs() -> None:  # section 5.6.7
    assert got(("if-modified-since", "Tue Nov 14 22:13:20 2023")).status == 304
    assert got(("if-modified-since", "Tue Nov 14 22:13:19 2023")).status == 200


@pytest.mark.parametrize(("since", "status"), [(SECOND_AFTER, 304), (DATE, 304), (SECOND_BEFORE, 200)])
def test_without_a_last_modified_the_date_stands_in_for_it(since: str, status: int) -> None:  # RFC 9111 4.3.2
    whole = replace(WHOLE, headers=Headers([("date", DATE)]))
    assert got(("if-modified-since", since), whole=whole).status == status


def test_without_any_date_no_date_says_that_the_visitor_has_it() -> None:
    assert got(("if-modified-since", DATE), whole=Response(200)).status == 200


PRECEDENCE: list[tuple[str, Fields, int]] = [
    ("13.1.3", (("if-none-match", '"v1"'), ("if-modified-since", SECOND_BEFORE)), 304),
    ("13.1.3", (("if-none-match", '"v0"'), ("if-modified-since", DATE)), 200),
    ("13.1.3", (("if-none-match", ""), ("if-modified-since", DATE)), 200),
    ("13.1.3", (("if-none-match", "nonsense"), ("if-modified-since", DATE)), 200),
    # conditions before ranges
    ("13.2.2", (("if-none-match", '"v1"'), ("range", "bytes=0-1")), 304),
    ("13.2.2", (("if-none-match", '"v1"'), ("range", "bytes=9-")), 304),
    ("13.2.2", (("if-none-match", '"v0"'), ("range", "bytes=0-1")), 206),
    ("13.2.2", (("if-none-match", '"v0"'), ("range", "bytes=9-")), 416),
    ("13.2.2", (("if-modified-since", DATE), ("range", "bytes=0-1")), 304),
    ("13.2.2", (("if-none-match", '"v1"'), ("if-range", '"v1"'), ("range", "bytes=0-1")), 304),
    ("13.2.2", (("if-none-match", '"v0"'), ("if-range", '"v0"'), ("range", "bytes=0-1")), 200),
    # a cache judges neither of these: RFC 9111 section 4.3.2
    ("13.1.1", (("if-match", '"v0"'),), 200),
    ("13.1.1", (("if-match", '"v1"'), ("if-none-match", '"v1"')), 304),
    ("13.1.4", (("if-unmodified-since", SECOND_BEFORE),), 200),
]


@pytest.mark.parametrize(("section", "fields", "status"), PRECEDENCE)
def test_one_condition_goes_before_another(section: str, fields: Fields, status: int) -> None:
    assert got(*fields).status == status, section


CONDITIONS: Fields = (("if-none-match", '"v1"'), ("if-modified-since", DATE), ("range", "bytes=0-1"))


@pytest.mark.parametrize("status", [203, 204, 206, 301, 304, 404, 412, 500])
def test_only_a_whole_200_is_less_than_all_of_it(status: int) -> None:  # section 13.2.1
    other = replace(WHOLE, status=status)
    assert got(*CONDITIONS, whole=other) is other


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "get"])
def test_only_get_and_head_are_answered_with_less(method: str) -> None:  # sections 13.1.3 and 14.2
    assert got(*CONDITIONS, method=method) is WHOLE


def test_without_a_condition_or_a_range_the_response_is_handed_on_as_it_is() -> None:
    assert got(("accept", "*/*"), ("if-range", '"v1"'), ("if-match", '"v1"')) is WHOLE


MORE = (
    ("content-language", "en"),
    ("content-length", "5"),
    ("content-location", "/b"),
    ("expires", SECOND_AFTER),
    ("vary", "accept"),
    ("age", "7"),
    ("accept-ranges", "bytes"),
    ("x-origin", "1"),
)
NEEDED = ["cache-control", "date", "content-location", "expires", "vary", "age"]


def names(response: Response) -> list[str]:
    return [name for name, _ in response.headers]


def test_304_has_the_fields_that_it_must_have_and_no_description_of_a_body() -> None:  # section 15.4.5
    told = got(("if-none-match", '"v1"'), whole=replace(WHOLE, headers=FIELDS.plus(*MORE)))
    assert names(told) == ["etag", *NEEDED]
    assert set(told.headers) <= {*FIELDS, *MORE}


def test_304_without_an_etag_says_when_it_was_modified() -> None:  # section 15.4.5
    whole = replace(WHOLE, headers=FIELDS.without("etag").plus(*MORE))
    assert names(got(("if-modified-since", DATE), whole=whole)) == ["last-modified", *NEEDED]


def test_an_entry_is_answered_as_its_whole_response_would_be() -> None:
    entry = Entry("/a", NO_FIELDS, "stored", "n", (NOON, NOON), header=FIELDS, body=b"hello")
    told = from_entry(Request("GET", "/a", Headers(CONDITIONS)), entry, NOON + 7_000)
    assert told == Response(304, FIELDS.without("content-type", "last-modified").plus(("age", "7")))


anything = st.text() | st.text('"W/, \tabv1*', max_size=30) | st.sampled_from([DATE, "*", '"v1"'])


@given(anything, anything, anything, anything, anything)
def test_no_condition_raises(tags: str, since: str, validator: str, etag: str, date: str) -> None:
    whole = Response(200, Headers([("etag", etag), ("last-modified", date), ("date", date)]), b"hello")
    fields = Headers(
        [
            ("if-none-match", tags),
            ("if-modified-since", since),
            ("if-range", validator),
            ("range", "bytes=1-2"),
        ]
    )
    assert satisfy(Request("GET", "/", fields), whole).status in (200, 304, 206)
    assert satisfy(Request("GET", "/", fields.without("if-none-match")), whole).status in (200, 304, 206)


opaque = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters='"\x7f'), max_size=5
)
lists = st.lists(st.tuples(st.sampled_from(["", "W/"]), opaque), max_size=5)
gaps = st.sampled_from([",", ", ", " ,", "\t,\t", ",,", ", ,", " , , "])


@given(lists, st.data(), opaque, st.sampled_from(["", "W/"]))
def test_a_tag_is_found_in_a_list_exactly_where_it_stands_in_it(
    tags: list[tuple[str, str]], data: st.DataObject, mine: str, weak: str
) -> None:  # sections 5.6.1.2 and 8.8.3
    written = "".join(f'{mark}"{tag}"{data.draw(gaps)}' for mark, tag in tags)
    found = got(("if-none-match", written), whole=tagged(f'{weak}"{mine}"')).status == 304
    assert found == (mine in [tag for _, tag in tags])
