"""What of a visitor's request the origin gets to see when its answer is to be shared."""

from __future__ import annotations

import pytest

from homeport.messages import Headers, Request
from homeport.reading.upstream import fill_request, shareable

SHARED = [("accept", "text/html"), ("accept-language", "de"), ("user-agent", "x")]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_origin_is_asked_for_the_whole_representation(method: str) -> None:
    unkeyed = [("x-app", "1"), ("origin", "https://x"), ("referer", "r"), ("cookie", "c"), ("x-api-key", "k")]
    request = Request(method, "/a?b=1", Headers([*unkeyed, *SHARED]), b"a body that means nothing")
    assert fill_request(request) == Request("GET", "/a?b=1", Headers(SHARED), b"")


def test_a_field_goes_along_where_the_key_tells_its_values_apart() -> None:
    request = Request("GET", "/a", Headers([("x-app", "1"), ("x-other", "2")]))
    assert fill_request(request, ("X-App",)).headers == Headers([("x-app", "1")])


@pytest.mark.parametrize("name", ["X-Api-Key", "Authorization", "Private-Token", "X-Auth-Token"])
def test_what_names_its_sender_is_never_replayed(name: str) -> None:
    assert name.lower() not in shareable(Headers([(name, "secret")]))


@pytest.mark.parametrize("name", ["Range", "If-Range"])
def test_it_is_not_asked_for_a_part(name: str) -> None:  # RFC 9111 section 3.3
    assert name.lower() not in shareable(Headers([(name, "bytes=0-1")]))


@pytest.mark.parametrize("name", ["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"])
def test_it_is_not_asked_on_the_visitors_condition(name: str) -> None:  # RFC 9110 section 13.1
    assert name.lower() not in shareable(Headers([(name, '"x"')]))


@pytest.mark.parametrize("name", ["Authorization", "Cookie", "Proxy-Authorization"])
def test_it_is_not_shown_whose_request_it_is(name: str) -> None:
    assert name.lower() not in shareable(Headers([(name, "secret")]))


@pytest.mark.parametrize(
    "name",
    [
        "CF-Connecting-IP",
        "CF-IPCountry",
        "cf-ray",
        "X-Forwarded-For",
        "X-Real-IP",
        "Forwarded",
        "True-Client-IP",
        "X-Client-IP",
        "X-Cluster-Client-IP",
    ],
)
def test_it_is_not_shown_where_the_visitor_is(name: str) -> None:
    assert name.lower() not in shareable(Headers([(name, "203.0.113.7")]))


@pytest.mark.parametrize(
    "name",
    [
        "Host",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-HTTP-Method-Override",
        "X-Host",
        "X-HTTP-Host-Override",
        "X-Original-Host",
        "X-Method-Override",
        "X-HTTP-Method",
    ],
)
def test_no_visitor_can_turn_it_into_another_resources_request(name: str) -> None:
    assert name.lower() not in shareable(Headers([(name, "/admin")]))


@pytest.mark.parametrize(
    "name",
    [
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Expect",
    ],
)
def test_fields_of_the_visitors_connection_stay_on_it(name: str) -> None:  # RFC 9110 section 7.6.1
    assert name.lower() not in shareable(Headers([(name, "x")]))


def test_fields_that_connection_nominates_stay_on_it_too() -> None:  # RFC 9110 section 7.6.1
    headers = Headers(
        [
            ("connection", "close, X-Hop"),
            ("x-hop", "1"),
            ("connection", "x-skip"),
            ("x-skip", "1"),
            ("a", "1"),
        ]
    )
    assert list(shareable(headers)) == [("a", "1")]


@pytest.mark.parametrize("name", ["Cache-Control", "Pragma"])
def test_the_visitors_wishes_of_this_cache_are_not_the_origins_business(name: str) -> None:
    assert name.lower() not in shareable(Headers([(name, "no-cache")]))


def test_everything_else_is_passed_on_in_order() -> None:
    headers = Headers([SHARED[0], ("Cookie", "s=1"), *SHARED[1:], ("cf-ray", "1")])
    assert list(shareable(headers)) == SHARED


def test_names_that_only_begin_alike_are_passed_on() -> None:
    fields = [("cfo", "1"), ("x-forward", "1"), ("hostname", "1"), ("rangefinder", "1")]
    assert list(shareable(Headers(fields))) == fields
