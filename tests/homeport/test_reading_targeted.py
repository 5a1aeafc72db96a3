"""CDN-Cache-Control: a Dictionary of RFC 9651 that stands for Cache-Control and Expires (RFC 9213)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.messages import NO_FIELDS, Headers
from homeport.reading.freshness import directives, explicit, lifetime, response_directives, targeted

NOON_GMT, IN_A_MINUTE = "Tue, 14 Nov 2023 22:13:20 GMT", "Tue, 14 Nov 2023 22:14:20 GMT"
EXPIRES = (("expires", IN_A_MINUTE), ("date", NOON_GMT))


def cdn(*values: str) -> Headers:
    return Headers(("cdn-cache-control", value) for value in values)


@pytest.mark.parametrize(
    ("section", "value", "found"),
    [
        ("9213 2.1", "max-age=60", {"max-age": "60"}),
        ("9213 2.1: no argument is true", "no-store, max-age=60", {"no-store": "", "max-age": "60"}),
        ("9213 3.1: no directive of the registry", "none", {"none": ""}),
        ("9651 3.2: no value is ?1", "no-store=?1", {"no-store": ""}),
        ("9651 3.2: false is not said", "max-age=5, no-store=?0", {"max-age": "5"}),
        ("9651 3.2: blanks around commas", " a ,\tb,c ", {"a": "", "b": "", "c": ""}),
        ("9651 4.2.2: the last of a key", "max-age=5, max-age=60", {"max-age": "60"}),
        (
            "9651 3.3.3: a comma within a string",
            'x="a, max-age=9", max-age=1',
            {"x": '"a, max-age=9"', "max-age": "1"},
        ),
        ("9213 2.1: names of fields", 'no-cache="set-cookie, a"', {"no-cache": "set-cookie, a"}),
        ("9213 2.1: names of fields", "private=a", {"private": "a"}),
        (
            "9213 2.1: parameters are ignored",
            'max-age=5;x=1; y="a, b", no-cache;z',
            {"max-age": "5", "no-cache": ""},
        ),
    ],
)
def test_what_is_valid_is_heard(section: str, value: str, found: dict[str, str]) -> None:
    assert targeted(cdn(value)) == found, section
    assert response_directives(cdn(value).plus(("cache-control", "no-store, private"))) == found


@pytest.mark.parametrize(
    ("section", "value"),
    [
        ("9213 2.1: empty", ""),
        ("9213 2.1: empty", "  "),
        ("9651 3.1.2: keys are in small letters", "Max-Age=60"),
        ("9651 3.1.2: keys are in small letters", "max-age=60, NO-STORE"),
        ("9651 3.2: no blank around =", "max-age = 60"),
        ("9651 4.2.2: no comma at the end", "max-age=60,"),
        ("9651 4.2.2: no comma at the beginning", ",max-age=60"),
        ("9651 4.2.2: no empty member", "max-age=60,,no-store"),
        ("9651 4.2.2: a comma between members", "max-age=60 no-store"),
        ("9651 3.3.1: digits", "max-age=60s"),
        ("9651 3.3.1: at most 15", "max-age=1234567890123456"),
        ("9651 3.3.1: ASCII", "max-age=\u0666"),
        ("9651 3.3.3: a string ends", 'private="a'),
        ("9651 3.3.3: a string is ASCII", 'private="\xe9"'),
        ("9651 3.3.3: only quote and backslash are escaped", r'private="\a"'),
        ("9651 3.2: a value", "max-age="),
        ("9651 3.3.6: a boolean", "no-store=?2"),
    ],
)
def test_what_is_empty_or_invalid_is_as_if_it_were_not_there(section: str, value: str) -> None:
    assert targeted(cdn(value)) == {}, section  # RFC 9213 section 2.1
    headers = cdn(value).plus(("cache-control", "max-age=60"))
    assert response_directives(headers) == {"max-age": "60"}
    assert lifetime(200, cdn(value).plus(*EXPIRES), None) == 60


@pytest.mark.parametrize("value", ['"60"', "1.5", "-1", "sixty", "?1"])
def test_a_number_of_another_type_is_not_taken_for_one(value: str) -> None:
    # RFC 9213 section 2.1: it is not consumed. The field is valid, and invalid freshness is none (RFC 9111 4.2.1).
    headers = cdn(f"max-age={value}").plus(("cache-control", "max-age=60"), *EXPIRES)
    assert lifetime(200, headers, 300) == 0


@pytest.mark.parametrize(
    ("fields", "lives"),
    [
        ((("cdn-cache-control", "max-age=5"), ("cache-control", "max-age=60, s-maxage=70")), 5),
        ((("cache-control", "max-age=60"), ("cdn-cache-control", "max-age=600")), 600),
        ((("cache-control", "no-store"), ("cdn-cache-control", "max-age=5")), 5),
        ((("cdn-cache-control", "s-maxage=7, max-age=5"),), 7),
        ((("cdn-cache-control", "max-age=5"), ("cdn-cache-control", "s-maxage=7")), 7),
        ((("cdn-cache-control", "max-age=5"), *EXPIRES), 5),
        ((("cdn-cache-control", "none"), ("cache-control", "max-age=60")), 0),
        ((("cdn-cache-control", "public"), *EXPIRES), 0),  # it stands for Expires as well
    ],
)
def test_it_stands_for_cache_control_and_expires(fields: tuple[tuple[str, str], ...], lives: float) -> None:
    assert lifetime(200, Headers(fields), None) == lives  # RFC 9213 section 2.2


def test_where_it_gives_no_lifetime_the_routes_applies() -> None:
    headers = cdn("public").plus(("cache-control", "max-age=60"), *EXPIRES)
    assert lifetime(200, headers, 300) == 300


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ((), False),
        ((("cache-control", "public, immutable"),), False),
        ((("cache-control", "max-age=0"),), True),
        ((("cache-control", "no-cache"),), True),
        ((("cdn-cache-control", "s-maxage=0"),), True),
        (EXPIRES, True),
    ],
)
def test_whether_the_origin_says_how_long(fields: tuple[tuple[str, str], ...], said: bool) -> None:
    assert explicit(Headers(fields)) is said


def test_no_field_has_no_directives() -> None:
    assert targeted(NO_FIELDS) == {}
    assert response_directives(NO_FIELDS) == {}


KEYS = st.sampled_from(["max-age", "s-maxage", "no-store", "private", "no-cache", "x"])
VALUES = st.sampled_from(["", "=0", "=60", '="a"', '="a, b"', "=token", "=?1", ";p=1", "=5;q"])


@settings(derandomize=True, database=None)
@given(st.lists(st.tuples(KEYS, VALUES), min_size=1, max_size=4, unique_by=lambda pair: pair[0]))
def test_every_dictionary_of_directives_is_understood(members: list[tuple[str, str]]) -> None:
    found = targeted(cdn(", ".join(key + value for key, value in members)))
    assert [*found] == [key for key, _ in members]


@settings(derandomize=True, database=None)
@given(st.text(st.characters(max_codepoint=255), max_size=30))
def test_whatever_stands_in_it_is_survived(value: str) -> None:
    headers = cdn(value).plus(("cache-control", "max-age=60"))
    assert response_directives(headers) in (targeted(headers), directives(headers))
