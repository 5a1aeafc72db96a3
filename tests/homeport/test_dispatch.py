"""Whose business a request at the edge is."""

from __future__ import annotations

import pytest

from homeport.dispatch import Ambiguous, Ours, PassThrough, Personal, Read, Write, dispatch
from homeport.messages import Headers, Request
from homeport.routing import Match, Route, Routes

ITEM = Route("/items/{id}", write_behind=("PUT",))
ROUTES = Routes(ITEM, Route("/{a}/{b}/anything"))
MATCH = Match(ITEM, (("id", "7"),))


Dispatched = Ours | PassThrough | Ambiguous | Read | Personal | Write


def sort(method: str, target: str, *fields: tuple[str, str]) -> Dispatched:
    return dispatch(Request(method, target, Headers(fields)), ROUTES)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_get_and_head_of_a_cached_path_are_reads(method: str) -> None:
    assert sort(method, "/items/7") == Read(MATCH)


def test_the_query_does_not_choose_the_route() -> None:
    assert sort("GET", "/items/7?full=1") == Read(MATCH)
    assert sort("GET", "/other?/items/7") == PassThrough()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_read_with_authorization_alone_may_be_shared(method: str) -> None:  # RFC 9111 section 3.5
    assert sort(method, "/items/7", ("Authorization", "Bearer x")) == Read(MATCH)


@pytest.mark.parametrize(
    "more", [("Cookie", "s=1"), ("X-Api-Key", "k"), ("Proxy-Authorization", "Basic y"), ("Signature", "s")]
)
def test_a_read_with_authorization_and_more_is_the_origins_business(more: tuple[str, str]) -> None:
    # Its answer may be its sender's by the other field, about which RFC 9111 section 3.5 says nothing.
    assert sort("GET", "/items/7", ("Authorization", "Bearer x"), more) == PassThrough()


def test_a_cookie_alone_is_no_credential() -> None:  # docs/adr/0005: the request that fills goes without it
    assert sort("GET", "/items/7", ("Cookie", "s=1")) == Read(MATCH)


BYPASS = Routes(Route("/items/{id}", bypass_when=("cookie:session", "header:X-Preview")))


@pytest.mark.parametrize(
    ("field", "bypasses"),
    [
        (("Cookie", "session=1"), True),
        (("Cookie", "a=1; session=; b=2"), True),
        (("Cookie", "session"), True),
        (("Cookie", "a=1,session=2"), True),  # several Cookie fields, joined by the runtime
        (("Cookie", "Session=1"), False),  # RFC 6265: names of cookies are compared as they stand
        (("Cookie", "session2=1; my_session=2; a=session"), False),
        (("X-Preview", ""), True),
        (("x-preview", "1"), True),
        (("X-Preview-2", "1"), False),
        (("X-Session", "1"), True),  # a credential by its name
    ],
)
def test_a_bearer_of_what_the_route_names_is_answered_by_the_origin(
    field: tuple[str, str], bypasses: bool
) -> None:
    found = dispatch(Request("GET", "/items/7", Headers([field])), BYPASS)
    assert isinstance(found, PassThrough if bypasses else Read)


def test_a_write_goes_its_way_whatever_the_route_lets_bypass() -> None:
    request = Request("PUT", "/items/7", Headers([("cookie", "session=1"), ("x-preview", "1")]))
    assert isinstance(dispatch(request, BYPASS), Write)


def test_what_wants_another_protocol_passes_through() -> None:  # RFC 9110 section 7.8
    assert sort("GET", "/items/7", ("Connection", "upgrade"), ("Upgrade", "websocket")) == PassThrough()


def test_a_write_with_credentials_is_still_a_write() -> None:
    assert sort("PUT", "/items/7", ("Authorization", "Bearer x")) == Write(MATCH)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST", "PATCH", "PROPFIND", "LOCK", "BREW"])
def test_a_method_not_known_to_be_safe_is_a_write(method: str) -> None:  # RFC 9111 section 4.4
    assert sort(method, "/items/7") == Write(MATCH)


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "CONNECT"])
def test_what_asks_about_the_connection_passes_through(method: str) -> None:  # RFC 9110 section 9.2.1
    assert sort(method, "/items/7") == PassThrough()


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST"])
def test_a_path_of_no_route_passes_through_whatever_the_method(method: str) -> None:
    assert sort(method, "/") == PassThrough()


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/.homeport/where", "where"),
        ("/.homeport/writes/k/w?x=1", "writes/k/w"),
        ("/.homeport/", ""),
        ("/.homeport/x/anything", "x/anything"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_homeports_own_surface_comes_before_every_route(method: str, target: str, path: str) -> None:
    assert sort(method, target) == Ours(path)


@pytest.mark.parametrize(
    "target", ["/.homeport", "/.homeports/where", "/a/.homeport/where", "/.HOMEPORT/where"]
)
def test_a_path_that_only_looks_like_homeports_is_the_origins(target: str) -> None:
    assert sort("GET", target) == PassThrough()


@pytest.mark.parametrize(
    "path",
    [
        "/items/..",
        "/items/.",
        "/items/%2e%2e",
        "/items/%2E./x",
        "/items/a\\b",
        "/.homeport/../items/1",
        "/x/.%2e/y",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_path_that_the_next_parser_would_fold_is_ambiguous(method: str, path: str) -> None:
    assert isinstance(dispatch(Request(method, path), ROUTES), Ambiguous)


@pytest.mark.parametrize("path", ["/items/a.b", "/items/...", "/items/.well", "/items/%2f"])
def test_dots_within_a_segment_are_fine(path: str) -> None:
    assert not isinstance(dispatch(Request("GET", path), ROUTES), Ambiguous)


@pytest.mark.parametrize("name", ["proxy-authorization", "x-api-key", "x-auth-token", "private-token"])
def test_a_read_with_credentials_is_its_senders_alone(name: str) -> None:
    assert isinstance(dispatch(Request("GET", "/items/1", Headers([(name, "x")])), ROUTES), PassThrough)


@pytest.mark.parametrize("name", ["x-http-method-override", "x-method-override", "x-http-method"])
def test_a_read_that_may_be_taken_for_a_write_is_a_write(name: str) -> None:
    assert isinstance(dispatch(Request("GET", "/items/1", Headers([(name, "DELETE")])), ROUTES), Write)


KEPT = Routes(
    Route("/items/{id}", write_behind=("PUT",), bypass_when=("cookie:session",), credentials=("X-Shop",)),
    Route("/reads/{id}", credentials=("X-Shop",)),
)


@pytest.mark.parametrize(
    ("fields", "own"),
    [
        ((("X-Shop", "s"),), False),
        ((("Authorization", "Bearer x"), ("X-Api-Key", "k")), False),
        ((("Cookie", "session=1"),), True),
        ((("Cookie", "session=1"), ("X-Shop", "s")), True),
    ],
)
def test_where_credentials_are_sealed_their_bearer_sees_what_was_accepted(
    fields: tuple[tuple[str, str], ...], own: bool
) -> None:
    request = Request("GET", "/items/7", Headers(fields))
    assert dispatch(request, KEPT) == PassThrough()
    found = dispatch(request, KEPT, sealing=True)
    assert isinstance(found, Personal)
    assert found.own is own


def test_where_no_write_is_accepted_a_read_with_a_credential_of_the_route_passes_through() -> None:
    request = Request("GET", "/reads/7", Headers((("X-Shop", "s"),)))
    assert dispatch(request, KEPT, sealing=True) == PassThrough()
    assert isinstance(dispatch(Request("GET", "/reads/7"), KEPT, sealing=True), Read)


def test_what_asks_for_another_protocol_passes_through_with_credentials_too() -> None:
    request = Request("GET", "/items/7", Headers((("X-Shop", "s"), ("Upgrade", "websocket"))))
    assert dispatch(request, KEPT, sealing=True) == PassThrough()
