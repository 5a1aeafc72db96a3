"""How long a stored response is fresh; each row cites its section of RFC 9111 unless it says else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.messages import NO_FIELDS, Headers
from homeport.reading.freshness import (
    BY_ROUTE,
    REMEMBERED,
    _directives,
    directives,
    lifetime,
    response_directives,
    seconds,
)

NOON_GMT = "Tue, 14 Nov 2023 22:13:20 GMT"
IN_A_MINUTE = "Tue, 14 Nov 2023 22:14:20 GMT"
BEFORE = "Tue, 14 Nov 2023 22:13:19 GMT"
AN_HOUR_BEFORE = "Tue, 14 Nov 2023 21:13:20 GMT"
NO_DATE = "Thu, 01 Jan 99999999999999999999 00:00:00 GMT"
Fields = tuple[tuple[str, str], ...]


def cc(value: str) -> Fields:
    return (("cache-control", value),)


def expires(value: str, date: str = NOON_GMT) -> Fields:
    return (("expires", value), ("date", date))


LIFETIMES: list[tuple[str, Fields, float]] = [
    # section 4.2.1: the first match of s-maxage, max-age, Expires
    ("4.2.1", cc("max-age=60"), 60),
    ("4.2.1", cc("s-maxage=10, max-age=60"), 10),
    ("4.2.1", cc("max-age=60, s-maxage=10"), 10),
    ("4.2.1", cc("s-maxage=0, max-age=60"), 0),
    ("4.2.1", expires(IN_A_MINUTE), 60),
    ("5.3", cc("max-age=5") + expires(IN_A_MINUTE), 5),
    ("5.3", cc("s-maxage=5") + expires(IN_A_MINUTE), 5),
    ("5.3", cc("public") + expires(IN_A_MINUTE), 60),
    # section 4.2.1: more than one value for a directive: the first, or stale
    ("4.2.1", cc("max-age=7, max-age=60"), 7),
    ("4.2.1", (("cache-control", "max-age=7"), ("cache-control", "max-age=60")), 7),
    # section 4.2.1: invalid freshness information is encouraged to be taken for stale
    ("4.2.1", cc("max-age=abc"), 0),
    ("4.2.1", cc("max-age=-1"), 0),
    ("4.2.1", cc("max-age=1.5"), 0),
    ("4.2.1", cc("max-age"), 0),
    ("4.2.1", cc("max-age="), 0),
    ("4.2.1", cc("max-age=abc") + expires(IN_A_MINUTE), 0),
    # section 1.2.2: delta-seconds too large are 2^31
    ("1.2.2", cc("max-age=2147483648"), 2**31),
    ("1.2.2", cc("max-age=99999999999999999999"), 2**31),
    ("1.2.2", cc("s-maxage=" + "9" * 5000), 2**31),
    # section 5.2: names in any case, arguments as token or quoted-string
    ("5.2", cc("MAX-AGE=60"), 60),
    ("5.2", cc('max-age="60"'), 60),
    ("5.2", cc("public,max-age=60"), 60),
    ("5.2", cc('ext="a, max-age=99", max-age=1'), 1),
    ("5.2", cc(r'ext="\", max-age=99", max-age=1'), 1),
    ("5.2", cc(" , public ,, max-age=60 , "), 60),
    ("5.2", (("cache-control", "public"), ("cache-control", "max-age=60")), 60),
    # section 5.2.3: unknown directives are ignored
    ("5.2.3", cc("max-age=60, stale-while-revalidate=30, x-max-age=1"), 60),
    # section 5.3: an invalid date, and above all "0", is in the past
    ("5.3", expires("0"), 0),
    ("5.3", expires("-1"), 0),
    ("5.3", expires(""), 0),
    ("5.3", expires("soon"), 0),
    ("5.3", expires(NO_DATE), 0),
    ("5.3", expires(BEFORE), 0),
    ("5.3", expires(NOON_GMT), 0),
    # RFC 9110 section 5.6.7: recipients accept the obsolete formats
    ("RFC 9110 5.6.7", expires("Tuesday, 14-Nov-23 22:14:20 GMT"), 60),
    ("RFC 9110 5.6.7", expires("Tue Nov 14 22:14:20 2023"), 60),
    ("RFC 9110 5.6.7", expires("Tue Nov 14 22:14:20 2023", "Tuesday, 14-Nov-23 22:13:20 GMT"), 60),
    ("4.2: in any case", expires("tue, 14 nov 2023 22:14:20 gmt"), 60),
    # section 4.2: a date of another zone is invalid
    ("4.2", expires("Tue, 14 Nov 2023 22:14:20 EST"), 0),
    ("4.2", expires("Tue, 14 Nov 2023 23:14:20 +0100"), 0),
    ("4.2.1", expires(IN_A_MINUTE, "yesterday"), 0),
    # section 4.2.1: of several the first, or stale
    ("4.2.1: of several, stale", (("expires", IN_A_MINUTE), ("expires", "0"), ("date", NOON_GMT)), 0),
    # section 4.2: another zone, two digits of a year, what is no HTTP date at all
    *(
        ("4.2", (("expires", date), ("date", NOON_GMT)), 0)
        for date in (
            "Tue, 14 Nov 2023 22:14:20 UTC",
            "Tue, 14 Nov 2023 22:14:20 AEST",
            "Tue, 14 Nov 23 22:14:20 GMT",
            "Tue 14 Nov 2023 22:14:20 GMT",
            "Tue, 14  Nov  2023 22:14:20 GMT",
            "Tue, 14-Nov-2023 22:14:20 GMT",
            "Tue, 14 Nov 2023 22.14.20 GMT",
            "Tue, 14 Nov 2023 2:14:20 GMT",
        )
    ),
    # in any case, and in the obsolete formats
    *(
        ("4.2", (("expires", date), ("date", NOON_GMT)), 60)
        for date in (
            "TUE, 14 NOV 2023 22:14:20 gMT",
            "Tuesday, 14-Nov-23 22:14:20 GMT",
            "Tue Nov 14 22:14:20 2023",
        )
    ),
    ("4.2.1", (("expires", "0"), ("expires", IN_A_MINUTE), ("date", NOON_GMT)), 0),
    # section 4.2.1: a quoted number is one, with blanks it is none
    ("4.2.1", cc('s-maxage="5", max-age=60'), 5),
    ("4.2.1", cc('max-age=" 60"'), 0),
    ("4.2.1", cc("max-age=60;x"), 0),
    ("4.2.1", cc("max-age=6O"), 0),
    ("4.2.1", cc("s-maxage=abc, max-age=60"), 0),
    ("RFC 8246 2", cc("max-age=60, immutable"), 60),
]


@pytest.mark.parametrize(("section", "fields", "lives"), LIFETIMES)
@pytest.mark.parametrize("ttl", [None, 300.0])
def test_what_the_origin_says_wins_over_the_routes_ttl(
    section: str, fields: Fields, lives: float, ttl: float | None
) -> None:
    assert lifetime(200, Headers(fields), ttl) == lives, section


@pytest.mark.parametrize(
    "fields",
    [
        (),
        cc("public"),
        cc("must-revalidate"),
        cc("immutable"),  # RFC 8246 section 2: it says nothing of how long
        cc('ext="max-age=5"'),
        (("date", NOON_GMT),),
        (("last-modified", AN_HOUR_BEFORE),),  # section 4.2.2: no heuristic but the route's
    ],
)
def test_the_routes_ttl_applies_where_the_origin_says_nothing(fields: Fields) -> None:  # section 4.2.2
    assert lifetime(200, Headers(fields), 300) == 300
    assert lifetime(200, Headers(fields), 0.5) == 0.5
    assert lifetime(200, Headers(fields), None) == 0


@pytest.mark.parametrize(
    "status", [201, 202, 204, 206, 302, 303, 307, 400, 401, 403, 404, 410, 429, 500, 503]
)
def test_a_status_that_a_ttl_was_not_meant_for_needs_explicit_freshness(status: int) -> None:
    assert lifetime(status, NO_FIELDS, 300) == 0
    assert lifetime(status, Headers(cc("max-age=60")), 300) == 60


def test_a_ttl_applies_to_heuristically_cacheable_statuses_only() -> None:
    # RFC 9110 section 15.1
    assert {200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501} >= BY_ROUTE


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("", {}),
        (" , ,", {}),
        ("no-store", {"no-store": ""}),
        ("No-Store, MAX-AGE=5", {"no-store": "", "max-age": "5"}),
        ("max-age = 5", {"max-age": "5"}),
        ('private="set-cookie"', {"private": "set-cookie"}),
        ("max-age=1, max-age=2", {"max-age": "1"}),
        ("a=b=c", {"a": "b=c"}),
        # of what may name fields, the one that names none is the stricter
        ('private="a", private', {"private": ""}),
        ('no-cache, no-cache="a"', {"no-cache": ""}),
        ('private="a", Private="b"', {"private": "a,b"}),
        ('private="a", no-cache="b"', {"private": "a", "no-cache": "b"}),
    ],
)
def test_directives_are_read_by_name(value: str, found: dict[str, str]) -> None:  # section 5.2
    assert directives(Headers(cc(value))) == found


def test_no_field_has_no_directives() -> None:
    assert directives(NO_FIELDS) == {}
    assert response_directives(NO_FIELDS) == {}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("0", 0),
        ("007", 7),
        ("2147483647", 2**31 - 1),
        ("", 0),
        ("-1", 0),
        ("+1", 0),
        ("1.0", 0),
        ("1 ", 0),
        ("²", 0),
        ("2147483649", 2**31),
        ("9" * 5000, 2**31),
        ("0" * 5000 + "7", 7),
    ],
)
def test_delta_seconds_are_whole_and_not_negative(value: str, found: float) -> None:  # section 1.2.2
    assert seconds(value) == found


@settings(derandomize=True, database=None)
@given(st.text(max_size=20))
def test_whatever_stands_for_seconds_is_survived(value: str) -> None:
    assert 0 <= seconds(value) <= 2**31


@settings(derandomize=True, database=None)
@given(st.text(st.characters(max_codepoint=255), max_size=40))
def test_whatever_stands_in_cache_control_is_survived(value: str) -> None:
    assert lifetime(200, Headers(cc(value)), 60) >= 0


def test_a_field_is_remembered_unless_it_is_long() -> None:
    """A visitor's may have thousands of directives."""
    _directives.cache_clear()
    for more in ("", "x" * REMEMBERED):
        for _ in range(2):
            assert directives(Headers(cc(f"max-age=1, {more}")))["max-age"] == "1"
    assert (_directives.cache_info().currsize, _directives.cache_info().hits) == (1, 1)
