"""What of a response is kept: its fields, its age, and how much of it fits (RFC 9111 sections 3.1, 4.2.3)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.entry import Entry, encode
from homeport.messages import NO_FIELDS, Headers, Response
from homeport.reading.storing import LARGEST, NOT_STORED, dated, fits, for_everybody, stored_headers
from momento_http_shim.limits import Limits
from momento_http_shim.octets import Joined
from tests.homeport.homeport_world import NOON

Fields = tuple[tuple[str, str], ...]
FRESH = (("cache-control", "max-age=60"),)
FRESH_OCTETS = len('{"cache-control": "max-age=60"}')
FIELD_OCTETS = len(', "x": ""')
"""What one field more takes in the first line, beside its value."""
NOON_GMT = "Tue, 14 Nov 2023 22:13:20 GMT"


@pytest.mark.parametrize(
    ("more", "body", "stored"),
    [
        (0, 0, True),
        (0, LARGEST - FRESH_OCTETS, True),
        (0, LARGEST - FRESH_OCTETS + 1, False),
        (400_000, LARGEST - FRESH_OCTETS - 400_000, True),
        (400_000, LARGEST - FRESH_OCTETS - 400_000 + 1, False),
        (LARGEST - FRESH_OCTETS, 0, True),
        (LARGEST - FRESH_OCTETS + 1, 0, False),
    ],
)
def test_body_and_fields_that_are_together_beyond_momentos_limit_are_not_stored(
    more: int, body: int, stored: bool
) -> None:
    fields = [*FRESH, ("x", "y" * (more - FIELD_OCTETS))] if more else FRESH
    assert fits(Response(200, Headers(fields), bytes(body))) is stored


@pytest.mark.parametrize("beyond", [0, 1])
@pytest.mark.parametrize(
    ("fields", "octets"),
    [
        ([("x", '"' * 1_000)], FIELD_OCTETS + 2_000),
        ([("x", "\\" * 1_000)], FIELD_OCTETS + 2_000),
        ([("x", "\t" * 1_000)], FIELD_OCTETS + 2_000),
        ([("x", "\xe9" * 1_000)], FIELD_OCTETS + 6_000),  # as an escape, the longest way it can be written
        ([("x", "a"), ("X", "b")], FIELD_OCTETS + len("a, b")),
        ([("x", ""), ("y", "")], 2 * FIELD_OCTETS),
    ],
)
def test_fields_count_with_what_json_adds_to_them(
    fields: list[tuple[str, str]], octets: int, beyond: int
) -> None:
    body = bytes(LARGEST - FRESH_OCTETS - octets + beyond)
    assert fits(Response(200, Headers([*FRESH, *fields]), body)) is (beyond == 0)


@settings(derandomize=True, database=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.text(st.characters(max_codepoint=255))), max_size=4))
def test_fields_never_count_for_less_than_they_take_in_the_entry(fields: list[tuple[str, str]]) -> None:
    headers = Headers(fields)
    with_fields = Entry("/", NO_FIELDS, "stored", "n", (NOON, NOON), header=headers)
    taken = len(Joined(encode(with_fields))) - len(Joined(encode(replace(with_fields, header=NO_FIELDS))))
    assert not fits(Response(200, headers, bytes(LARGEST - len("{}") - taken + 1)))


def test_the_largest_that_is_stored_leaves_room_for_the_key_and_the_rest_of_the_first_line() -> None:
    assert Limits().item_bytes - LARGEST >= 100_000


def test_fields_of_the_connection_are_not_kept() -> None:  # section 3.1
    headers = Headers(
        [*((name, "x") for name in NOT_STORED), ("etag", '"1"'), ("x-kept", "1"), ("date", "now")]
    )
    assert list(stored_headers(headers, (NOON, NOON))) == [("etag", '"1"'), ("x-kept", "1"), ("date", "now")]


def test_what_section_3_1_names_is_among_them() -> None:
    assert {
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "transfer-encoding",
        "upgrade",
        "proxy-authenticate",
        "proxy-authentication-info",
    } <= set(NOT_STORED)


def test_fields_that_connection_nominates_are_not_kept() -> None:  # section 3.1, RFC 9110 section 7.6.1
    headers = Headers(
        [
            ("connection", "close, X-Hop"),
            ("x-hop", "1"),
            ("connection", "x-skip"),
            ("x-skip", "1"),
            ("a", "1"),
        ]
    )
    assert list(stored_headers(headers, (NOON, NOON))) == [("a", "1")]


def test_the_representations_own_fields_are_kept() -> None:
    fields = [
        ("content-type", "text/html"),
        ("content-language", "de"),
        ("cache-control", "max-age=60"),
        ("date", NOON_GMT),
        ("last-modified", "x"),
        ("link", "<a>"),
        ("link", "<b>"),
        ("age", "5"),
    ]
    assert list(stored_headers(Headers(fields), (NOON, NOON))) == fields


@pytest.mark.parametrize(
    ("fields", "delay", "age"),
    [
        ((), 0, []),
        ((("age", "0"),), 0, []),
        ((("age", "old"),), 0, []),
        ((("age", "5"), ("age", "6")), 0, ["5"]),
        ((("date", "Tue, 14 Nov 2023 21:13:20 GMT"),), 0, ["3600"]),
        ((("date", "Tue, 14 Nov 2023 21:13:20 GMT"), ("age", "5")), 0, ["3600"]),
        ((("date", "Tue, 14 Nov 2023 22:13:19 GMT"), ("age", "5")), 0, ["5"]),
        ((), 999, []),
        ((), 1_000, ["1"]),
        ((("age", "5"),), 7_000, ["12"]),
        ((("date", NOON_GMT),), 7_000, ["7"]),
        ((("date", NOON_GMT), ("age", "5")), 7_000, ["12"]),
        ((("date", "Tue, 14 Nov 2023 21:13:20 GMT"), ("age", "5")), 7_000, ["3607"]),
    ],
)
def test_the_age_that_is_kept_is_the_one_at_receipt(
    fields: Fields, delay: int, age: list[str]
) -> None:  # section 4.2.3
    kept = stored_headers(Headers(fields), (NOON, NOON + delay))
    assert [value for name, value in kept if name == "age"] == age
    assert kept.without("age") == Headers(fields).without("age")


def test_a_date_that_is_missing_is_the_moment_of_receipt() -> None:  # RFC 9110 section 6.6.1
    reply = Response(200, Headers([("etag", '"1"')]), b"body")
    assert dated(reply, NOON + 999) == Response(200, Headers([("etag", '"1"'), ("date", NOON_GMT)]), b"body")


@pytest.mark.parametrize(
    "date", ["Tue, 14 Nov 2023 21:13:20 GMT", "Tuesday, 14-Nov-23 21:13:20 GMT", "Tue Nov 14 21:13:20 2023"]
)
def test_a_date_that_the_origin_gave_stays(date: str) -> None:  # RFC 9110 sections 5.6.7, 6.6.1
    reply = Response(404, Headers([("date", date), ("x", "1")]), b"body")
    assert dated(reply, NOON) == reply


@pytest.mark.parametrize("date", ["now", "", "0", "Tue, 14 Nov 2023 21:13:20 EST"])
def test_a_date_that_is_none_is_replaced_by_the_moment_of_receipt(date: str) -> None:
    reply = Response(404, Headers([("date", date), ("x", "1")]), b"body")
    assert list(dated(reply, NOON).headers) == [("x", "1"), ("date", NOON_GMT)]  # RFC 9110 section 6.6.1


def test_a_session_that_the_origin_opens_for_nobody_is_handed_to_nobody() -> None:
    fields = [("set-cookie", "s=1"), ("date", NOON_GMT), ("Set-Cookie", "t=2"), ("x", "1")]
    assert list(for_everybody(Response(200, Headers(fields))).headers) == [("date", NOON_GMT), ("x", "1")]


def test_what_it_can_be_purged_by_is_no_visitors_business() -> None:
    fields = [("cache-tag", "a"), ("Surrogate-Key", "b"), ("x", "1")]
    assert list(for_everybody(Response(200, Headers(fields))).headers) == [("x", "1")]
