"""Whether a response may be stored for everybody; each row cites its section of RFC 9111 unless it says else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.entry import Entry, encode
from homeport.messages import NO_FIELDS, Headers, Request, Response
from homeport.reading.storing import (
    CACHEABLE,
    LARGEST,
    NOT_STORED,
    dated,
    may_store,
    stored_headers,
    without_session,
)
from homeport.routing import Route
from momento_http_shim.limits import Limits
from momento_http_shim.octets import Joined
from tests.homeport.homeport_world import NOON

Fields = tuple[tuple[str, str], ...]
GET = Request("GET", "/items/1")
ROUTE = Route("/items/{id}", ttl=60)
NO_TTL = Route("/items/{id}")
FRESH = (("cache-control", "max-age=60"),)
FRESH_OCTETS = len('{"cache-control": "max-age=60"}')
FIELD_OCTETS = len(', "x": ""')
"""What one field more takes in the first line, beside its value."""
NOON_GMT = "Tue, 14 Nov 2023 22:13:20 GMT"


def stores(fields: Fields, *, status: int = 200, request: Request = GET, route: Route = ROUTE) -> bool:
    return may_store(request, Response(status, Headers(fields), b"body"), route)


@pytest.mark.parametrize(
    ("section", "fields", "route"),
    [
        ("3: max-age", FRESH, NO_TTL),
        ("3: s-maxage", (("cache-control", "s-maxage=60"),), NO_TTL),
        (
            "3: Expires",
            (("expires", "Tue, 14 Nov 2023 22:14:20 GMT"), ("date", "Tue, 14 Nov 2023 22:13:20 GMT")),
            NO_TTL,
        ),
        ("3: heuristically cacheable", (), ROUTE),
        ("3: public", (("cache-control", "public"),), ROUTE),
        ("5.2.2.8", (("cache-control", "max-age=60, must-revalidate, proxy-revalidate"),), NO_TTL),
        ("5.2.2: no-transform", (("cache-control", "max-age=60, no-transform"),), NO_TTL),
        ("RFC 9213 2.2", (("cdn-cache-control", "max-age=5"), ("cache-control", "no-store")), NO_TTL),
        ("4.1: fetch decodes the body", (*FRESH, ("vary", "Accept-Encoding")), NO_TTL),
    ],
)
def test_a_response_that_everybody_may_see_is_stored(section: str, fields: Fields, route: Route) -> None:
    assert stores(fields, route=route), section


@pytest.mark.parametrize(
    ("section", "fields", "route"),
    [
        ("3: no-store", (("cache-control", "no-store"),), ROUTE),
        ("3: no-store", (("cache-control", "max-age=60, No-Store"),), ROUTE),
        ("3: private", (("cache-control", "private, max-age=60"),), ROUTE),
        ("5.2.2.7: private with fields", (("cache-control", 'max-age=60, private="x-user"'),), ROUTE),
        ("5.2.2.4: no-cache", (("cache-control", "no-cache"),), ROUTE),
        ("5.2.2.4: no-cache with fields", (("cache-control", 'max-age=60, no-cache="x-user"'),), ROUTE),
        ("RFC 9213 2.2", (("cdn-cache-control", "no-store"), *FRESH), ROUTE),
        ("7.3: a cookie is somebody's", (*FRESH, ("set-cookie", "s=1")), ROUTE),
        ("3: no freshness at all", (), NO_TTL),
        ("4.2.1", (("cache-control", "max-age=0"),), ROUTE),
        ("4.2.1", (("cache-control", "s-maxage=0, max-age=60"),), ROUTE),
        ("5.3", (("expires", "0"),), ROUTE),
        ("4.1", (*FRESH, ("vary", "*")), ROUTE),
        ("4.1", (*FRESH, ("vary", "accept-encoding, *")), ROUTE),
        ("4.1", (*FRESH, ("vary", "Cookie")), ROUTE),
        ("4.1", (*FRESH, ("vary", "accept-encoding"), ("vary", "accept-language")), ROUTE),
    ],
)
def test_a_response_that_is_not_for_everybody_is_not_stored(
    section: str, fields: Fields, route: Route
) -> None:
    assert not stores(fields, route=route), section


@pytest.mark.parametrize(
    "status", [100, 103, 206, 304, 303, 400, 401, 403, 409, 412, 416, 429, 500, 502, 503, 599]
)
def test_a_status_that_this_cache_does_not_understand_is_not_stored(status: int) -> None:  # section 3
    assert not stores(FRESH, status=status)


@pytest.mark.parametrize("status", sorted(CACHEABLE))
def test_a_status_that_it_understands_is_stored_with_explicit_freshness(status: int) -> None:  # section 3
    assert stores(FRESH, status=status)


@pytest.mark.parametrize("status", [204, 300, 302, 307, 404, 405, 410, 414, 501])
def test_only_plain_successes_and_permanent_redirects_are_stored_by_the_routes_ttl(status: int) -> None:
    assert not stores((), status=status)


@pytest.mark.parametrize(
    "field",
    [("authorization", "Bearer x"), ("cache-control", "no-store"), ("cache-control", "max-age=0, NO-STORE")],
)
def test_some_requests_forbid_storing(field: tuple[str, str]) -> None:  # sections 3.5 and 5.2.1.5
    assert not stores(FRESH, request=Request("GET", "/items/1", Headers([field])))


@pytest.mark.parametrize(
    "field", [("cache-control", "no-cache"), ("cache-control", "max-age=0"), ("cookie", "s=1")]
)
def test_a_request_that_wants_a_fresh_answer_does_not_forbid_storing_it(field: tuple[str, str]) -> None:
    assert stores(FRESH, request=Request("GET", "/items/1", Headers([field])))


@pytest.mark.parametrize("vary", ["accept-language", "Accept-Language, accept", "ACCEPT ,accept-encoding"])
def test_what_varies_by_the_routes_fields_is_stored(vary: str) -> None:  # section 4.1
    route = Route("/items/{id}", ttl=60, vary=("Accept-Language", "accept"))
    assert stores((("vary", vary),), route=route)


def test_what_varies_by_one_field_more_is_not_stored() -> None:  # section 4.1
    route = Route("/items/{id}", ttl=60, vary=("accept-language",))
    assert not stores((("vary", "accept-language, user-agent"),), route=route)


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
    assert may_store(GET, Response(200, Headers(fields), bytes(body)), ROUTE) is stored


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
    assert may_store(GET, Response(200, Headers([*FRESH, *fields]), body), ROUTE) is (beyond == 0)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text(st.characters(max_codepoint=255))), max_size=4))
def test_fields_never_count_for_less_than_they_take_in_the_entry(fields: list[tuple[str, str]]) -> None:
    headers = Headers(fields)
    with_fields = Entry("/", NO_FIELDS, "stored", "n", (NOON, NOON), header=headers)
    taken = len(Joined(encode(with_fields))) - len(Joined(encode(replace(with_fields, header=NO_FIELDS))))
    fits = may_store(GET, Response(200, headers, bytes(LARGEST - len("{}") - taken + 1)), ROUTE)
    assert not fits


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


@pytest.mark.parametrize("date", ["Tue, 14 Nov 2023 21:13:20 GMT", "now", ""])
def test_a_date_that_the_origin_gave_stays(date: str) -> None:  # RFC 9110 section 6.6.1
    reply = Response(404, Headers([("date", date), ("x", "1")]), b"body")
    assert dated(reply, NOON) == reply


def test_a_session_that_the_origin_opens_for_nobody_is_handed_to_nobody() -> None:
    fields = [("set-cookie", "s=1"), ("date", NOON_GMT), ("Set-Cookie", "t=2"), ("x", "1")]
    assert list(without_session(Response(200, Headers(fields))).headers) == [("date", NOON_GMT), ("x", "1")]
