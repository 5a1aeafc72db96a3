"""Whether a response may be stored for everybody; each row cites its section of RFC 9111 unless it says else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.messages import Headers, Request, Response
from homeport.reading.storing import UNDERSTOOD, may_store, qualified, stored_headers, varied
from homeport.routing import Route
from tests.homeport.homeport_world import NOON

Fields = tuple[tuple[str, str], ...]
GET = Request("GET", "/items/1")
ROUTE = Route("/items/{id}", ttl=60)
NO_TTL = Route("/items/{id}")
FRESH = (("cache-control", "max-age=60"),)
ETAG, COOKIE = ("etag", '"1"'), ("set-cookie", "s=1")
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
        ("4.1: under a key of its own", (*FRESH, ("vary", "accept-encoding, Accept-Language")), NO_TTL),
        ("RFC 9110 8.4: as it came, under a key of its own", (*FRESH, ("content-encoding", "exi")), NO_TTL),
        ("5.2.2.7: without the fields", (("cache-control", 'max-age=60, private="x-user"'),), NO_TTL),
        ("5.2.2.4: without the fields", (("cache-control", 'max-age=60, no-cache="x-user"'),), NO_TTL),
        ("5.2.2.3: 200 is understood", (("cache-control", "max-age=60, must-understand"),), NO_TTL),
        ("5.2.2.3", (("cache-control", "max-age=60, must-understand, no-store"),), NO_TTL),
        ("7.3: named", (("cache-control", 'max-age=60, no-cache="Set-Cookie"'), COOKIE), NO_TTL),
        ("7.3: named", (("cache-control", 'max-age=60, private="x, set-cookie"'), COOKIE), NO_TTL),
        ("5.2.2.4: the origin can validate it", (("cache-control", "no-cache"), ETAG), NO_TTL),
        ("4.3: the origin can validate it", (("cache-control", "max-age=0"), ETAG), NO_TTL),
        ("4.3: the origin can validate it", (("expires", "0"), ("last-modified", NOON_GMT)), NO_TTL),
        ("RFC 5861 3", (("cache-control", "max-age=0, stale-while-revalidate=9"),), NO_TTL),
        ("RFC 5861 4", (("cache-control", "max-age=0, stale-if-error=9"),), NO_TTL),
        ("RFC 5861 3", (("cache-control", "max-age=0"),), replace(NO_TTL, stale_while_revalidate=9)),
        ("RFC 5861 4", (("cache-control", "max-age=0"),), replace(NO_TTL, stale_if_error=9)),
        ("RFC 8246", (("cache-control", "max-age=60, immutable"),), NO_TTL),
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
        ("5.2.2.7: twice", (("cache-control", 'max-age=60, private="x-user", private'),), ROUTE),
        ("5.2.2.7: no names", (("cache-control", 'max-age=60, private=""'),), ROUTE),
        ("5.2.2.7", (("cache-control", "max-age=60, public, private"),), ROUTE),
        ("5.2.2.4: nobody can validate it", (("cache-control", "no-cache"),), ROUTE),
        ("5.2.2.4: twice", (("cache-control", 'max-age=60, no-cache="x", no-cache'),), ROUTE),
        ("5.2.2.4: nor show it stale", (("cache-control", "no-cache, stale-if-error=9"),), ROUTE),
        ("4.2.4: nor this", (("cache-control", "s-maxage=0, stale-while-revalidate=9"),), ROUTE),
        ("4.2.4: nor this", (("cache-control", "max-age=0, must-revalidate, stale-if-error=9"),), ROUTE),
        ("5.2.2.3: private stays", (("cache-control", "max-age=60, must-understand, private"),), ROUTE),
        ("3: a validator alone", (ETAG,), NO_TTL),
        ("3: a validator alone", (("last-modified", NOON_GMT), ("cache-control", "public")), NO_TTL),
        ("3: a window alone", (("cache-control", "stale-while-revalidate=9"),), NO_TTL),
        ("RFC 9213 2.2", (("cdn-cache-control", "private"), *FRESH), ROUTE),
        ("RFC 9213 2.2", (("cdn-cache-control", "none"), *FRESH), NO_TTL),
        ("7.3: another is named", (("cache-control", 'max-age=60, no-cache="x"'), COOKIE), ROUTE),
        ("RFC 9213 2.2", (("cdn-cache-control", "no-store"), *FRESH), ROUTE),
        ("7.3: a cookie is somebody's", (*FRESH, ("set-cookie", "s=1")), ROUTE),
        ("3: no freshness at all", (), NO_TTL),
        ("4.2.1", (("cache-control", "max-age=0"),), ROUTE),
        ("4.2.1", (("cache-control", "s-maxage=0, max-age=60"),), ROUTE),
        ("5.3", (("expires", "0"),), ROUTE),
        ("4.1", (*FRESH, ("vary", "*")), ROUTE),
        ("4.1", (*FRESH, ("vary", "accept-encoding, *")), ROUTE),
        ("4.1", (*FRESH, ("vary", "Cookie")), ROUTE),
        ("4.1", (*FRESH, ("vary", "accept-encoding"), ("vary", "x-api-key")), ROUTE),
        ("4.1", (*FRESH, ("vary", "Authorization")), ROUTE),
        ("4.1", (*FRESH, ("vary", "cf-ipcountry")), ROUTE),
    ],
)
def test_a_response_that_is_not_for_everybody_is_not_stored(
    section: str, fields: Fields, route: Route
) -> None:
    assert not stores(fields, route=route), section


@pytest.mark.parametrize(
    ("section", "status"),
    [
        ("3: final", 100),
        ("3: final", 101),
        ("3: final", 103),
        ("3.3: incomplete", 206),
        ("3: 304", 304),
        ("RFC 9110 15: not valid", 199),
        ("RFC 9110 15: not valid", 600),
        ("RFC 9110 15: not valid", 999),
    ],
)
def test_a_status_that_no_cache_may_store_is_not_stored(section: str, status: int) -> None:
    assert not stores(FRESH, status=status), section


@pytest.mark.parametrize("status", [*sorted(UNDERSTOOD), 201, 299, 400, 401, 403, 418, 451, 500, 503, 599])
def test_any_other_final_status_is_stored_with_explicit_freshness(status: int) -> None:
    assert stores(
        FRESH, status=status
    )  # section 3: one that is not recognised is as its class's x00 (9110 section 15)


@pytest.mark.parametrize("status", [*sorted(UNDERSTOOD), 201, 206, 299, 304, 400, 429, 500, 599])
@pytest.mark.parametrize("more", ["", ", no-store"])
def test_must_understand_lets_only_what_is_understood_be_stored(status: int, more: str) -> None:
    fields = (("cache-control", f"max-age=60, must-understand{more}"),)
    assert stores(fields, status=status) is (status in UNDERSTOOD)  # section 5.2.2.3


@pytest.mark.parametrize("status", [201, 302, 404, 410, 500])
@pytest.mark.parametrize("cache_control", ["no-cache", "max-age=0"])
def test_what_is_not_a_200_is_not_kept_to_be_validated(status: int, cache_control: str) -> None:
    # Only a 200 is asked for conditionally; nor does no-cache alone allow that others are stored (section 3).
    assert not stores((("cache-control", cache_control), ETAG), status=status)


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


@pytest.mark.parametrize(
    ("cache_control", "stored"),
    [
        ("max-age=60", False),
        ("max-age=60, private", False),
        ("max-age=60, proxy-revalidate", False),
        ("max-age=60, immutable", False),
        ("max-age=60, public", True),
        ("max-age=60, must-revalidate", True),
        ("s-maxage=60", True),
        ("public, private, max-age=60", False),
        ("public, no-store, max-age=60", False),
    ],
)
def test_the_answer_to_authorization_is_stored_only_if_the_origin_gives_it_to_all(
    cache_control: str, stored: bool
) -> None:  # section 3.5
    request = Request("GET", "/items/1", Headers([("authorization", "Bearer x")]))
    assert stores((("cache-control", cache_control),), request=request) is stored
    targeted = (("cdn-cache-control", cache_control), ("cache-control", "public, max-age=60"))
    assert stores(targeted, request=request) is stored  # RFC 9213 section 2.2


@pytest.mark.parametrize(
    ("vary", "names"),
    [
        ("", ()),
        ("Accept-Encoding", ()),
        ("Accept, accept-language", ("accept", "accept-language")),
        ("b ,A,, b,ACCEPT-ENCODING", ("a", "b")),
        ("*", ("*",)),
    ],
)
def test_by_which_fields_it_varies(vary: str, names: tuple[str, ...]) -> None:  # RFC 9110 section 12.5.5
    assert varied(Headers([("vary", vary)])) == names
    assert varied(Headers([("vary", each) for each in vary.split(",")])) == names


def test_a_coding_that_fetch_hands_on_depends_on_what_was_accepted_whatever_the_origin_says() -> None:
    assert varied(Headers([("content-encoding", "zstd")])) == ("accept-encoding",)
    assert varied(Headers([("content-encoding", "zstd"), ("vary", "X, Accept-Encoding")])) == (
        "accept-encoding",
        "x",
    )


@pytest.mark.parametrize(
    ("cache_control", "names"),
    [
        ("max-age=60", set()),
        ("no-cache, private", set()),
        ('no-cache="Set-Cookie"', {"set-cookie"}),
        ('private="a, B", no-cache="c"', {"a", "b", "c"}),
        ('private="a", private="b"', {"a", "b"}),
        ("private=a", {"a"}),  # section 5.2: a token will do where the quotes are missing
        ('no-cache=" , "', set()),
    ],
)
def test_fields_that_are_named_are_not_kept(cache_control: str, names: set[str]) -> None:
    headers = Headers([("cache-control", cache_control), ("d", "1")])
    assert qualified(headers) == names  # sections 5.2.2.4, 5.2.2.7
    assert stored_headers(headers.plus(*((name, "1") for name in names)), (NOON, NOON)) == headers
