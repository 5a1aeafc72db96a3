"""How long a stored response is fresh and how old it is; each row cites its section of RFC 9111 unless it says else."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.entry import Entry
from homeport.messages import NO_FIELDS, Headers
from homeport.reading.freshness import (
    BY_ROUTE,
    age,
    corrected_age,
    directives,
    lifetime,
    response_directives,
    seconds,
)
from tests.homeport.homeport_world import NOON

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
    # RFC 9213 section 2.2: the targeted field, if there is one, instead of Cache-Control
    ("RFC 9213 2.2", (("cdn-cache-control", "max-age=5"), *cc("max-age=60, s-maxage=70")), 5),
    ("RFC 9213 2.2", (*cc("max-age=60"), ("cdn-cache-control", "max-age=600")), 600),
    ("RFC 9213 2.2", (*cc("no-store"), ("cdn-cache-control", "max-age=5")), 5),
    ("RFC 9213 2.2", (("cdn-cache-control", ""), *cc("max-age=60")), 60),
    ("RFC 9213 2.2", (("cdn-cache-control", "max-age=5"), *expires(IN_A_MINUTE)), 5),
    ("RFC 9213 2.2", (("cdn-cache-control", ""), *expires(IN_A_MINUTE)), 60),
]


@pytest.mark.parametrize(("section", "fields", "lives"), LIFETIMES)
@pytest.mark.parametrize("ttl", [None, 300.0])
def test_what_the_origin_says_wins_over_the_routes_ttl(
    section: str, fields: Fields, lives: float, ttl: float | None
) -> None:
    assert lifetime(200, Headers(fields), ttl) == lives, section


@pytest.mark.parametrize("fields", [(), cc("public"), cc("must-revalidate"), (("date", NOON_GMT),)])
def test_the_routes_ttl_applies_where_the_origin_says_nothing(fields: Fields) -> None:  # section 4.2.2
    assert lifetime(200, Headers(fields), 300) == 300
    assert lifetime(200, Headers(fields), 0.5) == 0.5
    assert lifetime(200, Headers(fields), None) == 0


def test_a_targeted_field_stands_for_expires_as_well() -> None:  # RFC 9213 section 2.2
    headers = Headers([("cdn-cache-control", "public"), *expires(IN_A_MINUTE)])
    assert lifetime(200, headers, None) == 0
    assert lifetime(200, headers, 300) == 300


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
    ],
)
def test_directives_are_read_by_name(value: str, found: dict[str, str]) -> None:  # section 5.2
    assert directives(Headers(cc(value))) == found


def test_no_field_has_no_directives() -> None:
    assert directives(NO_FIELDS) == {}
    assert response_directives(NO_FIELDS) == {}


def test_the_targeted_field_replaces_cache_control_as_a_whole() -> None:  # RFC 9213 section 2.2
    headers = Headers([("cdn-cache-control", "max-age=5"), ("cache-control", "no-store, private")])
    assert response_directives(headers) == {"max-age": "5"}


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


@given(st.text(max_size=20))
def test_whatever_stands_for_seconds_is_survived(value: str) -> None:
    assert 0 <= seconds(value) <= 2**31


@given(st.text(st.characters(max_codepoint=255), max_size=40))
def test_whatever_stands_in_cache_control_is_survived(value: str) -> None:
    assert lifetime(200, Headers(cc(value)), 60) >= 0


def entry(fields: Fields = (), as_of: tuple[int, int] = (NOON, NOON)) -> Entry:
    return Entry("/", NO_FIELDS, "stored", "n", as_of, header=Headers(fields))


@pytest.mark.parametrize(
    ("section", "fields", "as_of", "now", "seconds_old"),
    [
        # resident_time
        ("4.2.3", (), (NOON, NOON), NOON, 0),
        ("4.2.3", (), (NOON, NOON), NOON + 1_500, 1.5),
        # from when the answer came: response_delay is in corrected_initial_age, which is stored
        ("4.2.3", (), (NOON, NOON + 4_000), NOON + 4_000, 0),
        ("4.2.3", (), (NOON, NOON + 4_000), NOON + 5_500, 1.5),
        ("4.2.3", (("age", "4"),), (NOON, NOON + 4_000), NOON + 4_000, 4),
        ("4.2.3", (("age", "31"),), (NOON, NOON + 1_000), NOON + 5_000, 35),
        ("5.1", (("age", "0"),), (NOON, NOON), NOON + 5_000, 5),
        # an invalid Age is ignored
        ("5.1", (("age", "-30"),), (NOON, NOON), NOON + 5_000, 5),
        ("5.1", (("age", "old"),), (NOON, NOON), NOON + 5_000, 5),
        ("5.1", (("age", ""),), (NOON, NOON), NOON + 5_000, 5),
        # of several the first counts
        ("5.1", (("age", "5"), ("age", "6")), (NOON, NOON), NOON, 5),
        ("5.1", (("age", "5, 6"),), (NOON, NOON), NOON, 5),
        # another machine's clock may be behind
        ("5.1", (), (NOON, NOON), NOON - 5_000, 0),
        ("5.1", (("age", "30"),), (NOON, NOON), NOON - 5_000, 30),
        ("5.1", (), (NOON, NOON + 4_000), NOON + 3_000, 0),
    ],
)
def test_age_is_the_stored_one_and_the_time_since_the_answer_came(
    section: str, fields: Fields, as_of: tuple[int, int], now: int, seconds_old: float
) -> None:
    assert age(entry(fields, as_of), now) == seconds_old, section


@pytest.mark.parametrize(
    ("fields", "seconds_old"),
    [
        ((), 0),
        ((("date", NOON_GMT),), 0),
        # apparent_age: how long ago the origin says it was
        ((("date", BEFORE),), 1),
        ((("date", AN_HOUR_BEFORE),), 3600),
        # another machine's clock may be ahead
        ((("date", IN_A_MINUTE),), 0),
        # the greater of apparent_age and age_value
        ((("date", AN_HOUR_BEFORE), ("age", "10")), 3600),
        ((("date", BEFORE), ("age", "10")), 10),
        ((("age", "10"),), 10),
        ((("age", "10"), ("age", "20")), 10),
        ((("age", "9" * 5000),), 2**31),
        # what is no date, or no age, says nothing
        ((("date", "soon"), ("age", "10")), 10),
        ((("date", NO_DATE), ("age", "10")), 10),
        ((("date", BEFORE), ("age", "-10")), 1),
    ],
)
def test_a_response_that_came_at_once_is_as_old_as_its_age_or_its_date_says(
    fields: Fields, seconds_old: int
) -> None:  # section 4.2.3
    assert corrected_age(Headers(fields), NOON, NOON) == seconds_old


@pytest.mark.parametrize(
    ("fields", "delay", "seconds_old"),
    [
        # corrected_age_value has the response_delay added to age_value
        ((), 20_000, 20),
        ((("age", "10"),), 20_000, 30),
        ((("age", "old"),), 20_000, 20),
        # apparent_age counts to the receipt: it has the delay in it already
        ((("date", NOON_GMT),), 20_000, 20),
        ((("date", BEFORE),), 20_000, 21),
        ((("date", AN_HOUR_BEFORE), ("age", "10")), 20_000, 3620),
        # the greater of the two
        ((("date", NOON_GMT), ("age", "10")), 20_000, 30),
        ((("date", BEFORE), ("age", "1")), 20_000, 21),
        ((("date", IN_A_MINUTE),), 20_000, 20),
        ((("date", IN_A_MINUTE), ("age", "10")), 20_000, 30),
        # whole seconds, after the sum
        ((), 999, 0),
        ((), 1_999, 1),
        ((("age", "10"),), 1_999, 11),
        # this machine's clock was set back meanwhile
        ((), -5_000, 0),
        ((("age", "10"),), -5_000, 10),
    ],
)
def test_a_response_is_as_much_older_as_it_took_to_come(
    fields: Fields, delay: int, seconds_old: int
) -> None:  # section 4.2.3
    assert corrected_age(Headers(fields), NOON, NOON + delay) == seconds_old


@given(st.integers(0, 90_000), st.integers(-90_000, 90_000), st.integers(0, 30), st.integers(0, 90_000))
def test_age_is_by_the_arithmetic_of_the_rfc(
    age_value: int, date: int, delay: int, resident: int
) -> None:  # section 4.2.3; `date` is relative to the request
    gmt = formatdate(NOON / 1000 + date, usegmt=True)
    received = NOON + delay * 1000
    at_receipt = corrected_age(Headers([("date", gmt), ("age", str(age_value))]), NOON, received)
    stored = entry((("date", gmt), ("age", str(at_receipt))), (NOON, received))
    apparent_age = max(0, delay - date)
    corrected_initial_age = max(apparent_age, age_value + delay)
    assert age(stored, received + resident * 1000) == corrected_initial_age + resident
