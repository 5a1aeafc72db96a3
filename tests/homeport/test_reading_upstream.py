"""What of a visitor's request the origin gets to see when its answer is to be shared."""

from __future__ import annotations

import pytest

from homeport.messages import Headers, Request
from homeport.reading.upstream import _credentials, credentials, fill_request, forwards, shareable

SHARED = [("accept", "text/html"), ("accept-language", "de"), ("user-agent", "x")]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_origin_is_asked_for_the_whole_representation(method: str) -> None:
    others = [("range", "bytes=0-1"), ("if-none-match", "*"), ("cookie", "c"), ("x-api-key", "k")]
    request = Request(method, "/a?b=1&utm_x=1", Headers([*others, *SHARED]), b"a body that means nothing")
    assert fill_request(request, "/a?b=1") == Request("GET", "/a?b=1", Headers(SHARED), b"")


def test_whose_request_it_is_the_origin_learns_by_authorization_alone() -> None:
    # RFC 9111 section 3.5: its answer is shared only if the origin says that it may be.
    bearer = [("authorization", "Bearer x"), ("proxy-authorization", "Basic y"), ("x-api-key", "k")]
    request = Request("GET", "/a", Headers([*bearer, *SHARED]))
    assert fill_request(request, "/a").headers == Headers([*SHARED, ("authorization", "Bearer x")])


IDENTIFY = """
    authorization proxy-authorization x-authorization x-amzn-authorization x-auth x-auth-token x-authn x-authz auth
    x-api-key apikey x-apikey api_key x_api_key api-keys x-goog-api-key x-algolia-api-key x-access-key
    x-functions-key ocp-apim-subscription-key
    private-token token x-token x-access-token access_token x-amz-security-token x-csrf-token csrf-token x-xsrf-token
    x-csrf xsrf
    x-session session-id sessionid x-sessionid session_id x-sessions
    x-user user x-user-id x-userid userid x-username x-user-name remote-user x-remote-user x-users
    x-account account-id x-accounts x-tenant x-tenant-id tenants x-identity x-amzn-oidc-identity
    x-jwt x-jwt-assertion jwt x-password passwd x-secret client-secret secrets credential x-credentials
    signature signature-input x-signature x-hub-signature
"""
NOBODYS = """
    accept accept-encoding accept-language accept-signature user-agent referer origin dnt sec-gpc
    sec-fetch-user sec-fetch-site sec-fetch-mode sec-fetch-dest sec-ch-ua sec-ch-ua-mobile upgrade-insecure-requests
    traceparent tracestate baggage b3 x-b3-traceid x-b3-spanid x-request-id x-correlation-id x-amzn-trace-id
    x-cloud-trace-context x-datadog-trace-id sentry-trace priority purpose save-data via
    author authority x-author x-tokenizer userland keyboard monkey x-cache-key idempotency-key cookies
    if-none-match range cookie cache-control
"""


@pytest.mark.parametrize("name", IDENTIFY.split())
def test_a_field_that_names_its_sender_is_known_by_its_name(name: str) -> None:
    assert credentials([name, "accept"]) == {name}
    assert not forwards(name)


@pytest.mark.parametrize("name", NOBODYS.split())
def test_a_field_that_names_nobody_is_no_credential(name: str) -> None:
    assert credentials([name]) == frozenset()


@pytest.mark.parametrize("name", ["cf-access-jwt-assertion", "x-forwarded-user", "cf-access-token"])
def test_what_a_proxy_says_of_the_sender_goes_to_nobody_and_is_no_credential(name: str) -> None:
    # As with a cookie the origin sees a stranger: the answer is everybody's (docs/adr/0005).
    assert credentials([name]) == frozenset()
    assert not forwards(name)


@pytest.mark.parametrize("name", ["X-Api-Key", "Authorization", "Private-Token", "X-Auth-Token", "User_Id"])
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


def test_names_that_a_visitor_makes_up_are_not_remembered_for_ever() -> None:
    names = [f"x-{number}" for number in range(8000)]
    before = _credentials.cache_info().currsize
    assert credentials([*names, "x-api-key", "x-" + "a" * 100 + "-token"]) == {
        "x-api-key",
        "x-" + "a" * 100 + "-token",
    }
    assert _credentials.cache_info().currsize == before
