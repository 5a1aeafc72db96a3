"""Header fields and messages: what crosses between the runtime, the drivers and the decisions."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from homeport.messages import Headers, NoAnswer, Relayed, Request, Response

SECRET = "Bearer hunter2"
FIELDS = Headers([("Accept", "text/html"), ("X-Tag", "a"), ("ACCEPT", "text/plain"), ("x-tag", "b")])


def test_names_are_lower_case_and_order_and_repetition_are_kept() -> None:
    assert list(FIELDS) == [
        ("accept", "text/html"),
        ("x-tag", "a"),
        ("accept", "text/plain"),
        ("x-tag", "b"),
    ]


def test_values_of_one_name_are_joined_by_a_comma() -> None:  # RFC 9110 section 5.3
    assert FIELDS.get("accept") == "text/html, text/plain"


def test_an_absent_field_has_no_value_and_an_empty_one_has_the_empty_value() -> None:
    headers = Headers([("x-empty", "")])
    assert headers.get("x-empty") == ""
    assert headers.get("x-absent") is None
    assert "x-empty" in headers
    assert "x-absent" not in headers


def test_joined_fields_stand_in_order_of_first_appearance() -> None:
    assert list(FIELDS.joined().items()) == [("accept", "text/html, text/plain"), ("x-tag", "a, b")]


def test_without_leaves_the_others_in_order() -> None:
    assert list(FIELDS.without("accept", "x-none")) == [("x-tag", "a"), ("x-tag", "b")]


def test_plus_appends_and_lowers_names() -> None:
    assert list(Headers([("a", "1")]).plus(("B", "2"), ("a", "3"))) == [("a", "1"), ("b", "2"), ("a", "3")]


def test_neither_without_nor_plus_changes_the_original() -> None:
    before = list(FIELDS)
    FIELDS.without("accept")
    FIELDS.plus(("x-more", "1"))
    assert list(FIELDS) == before


def test_headers_made_from_a_generator_can_be_read_twice() -> None:
    headers = Headers(pair for pair in [("a", "1")])
    assert list(headers) == list(headers) == [("a", "1")]


def test_headers_are_equal_by_fields_in_order() -> None:
    assert Headers([("A", "1"), ("b", "2")]) == Headers([("a", "1"), ("B", "2")])
    assert Headers([("a", "1"), ("b", "2")]) != Headers([("b", "2"), ("a", "1")])
    assert Headers() != ()
    assert hash(Headers([("A", "1")])) == hash(Headers([("a", "1")]))


@pytest.mark.parametrize(
    "value",
    [
        Headers([("Authorization", SECRET)]),
        Request("PUT", "/", Headers([("Authorization", SECRET)]), SECRET.encode()),
        Response(200, Headers([("Set-Cookie", SECRET)]), SECRET.encode()),
        Relayed(200, SECRET),
    ],
)
def test_a_repr_shows_neither_field_values_nor_bodies(value: object) -> None:
    assert "hunter2" not in repr(value)


def test_a_repr_of_headers_names_the_fields() -> None:
    assert repr(FIELDS) == "Headers(accept, x-tag, accept, x-tag)"


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/a/b", "/a/b", ""),
        ("/a?b=1", "/a", "?b=1"),
        ("/a?", "/a", "?"),
        ("/a?b=1?c", "/a", "?b=1?c"),
        ("/a%3Fb", "/a%3Fb", ""),
    ],
)
def test_a_target_is_its_path_and_its_query(target: str, path: str, query: str) -> None:
    request = Request("GET", target)
    assert (request.path, request.query) == (path, query)
    assert request.path + request.query == target


def test_messages_have_no_fields_and_no_body_unless_given() -> None:
    assert (Request("GET", "/").headers, Request("GET", "/").body) == (Headers(), b"")
    assert (Response(204).headers, Response(204).body) == (Headers(), b"")
    assert Relayed(200, None).added == ()


@pytest.mark.parametrize(
    ("message", "name"),
    [(Request("GET", "/"), "target"), (Response(200), "status"), (NoAnswer("why"), "reason")],
)
def test_messages_cannot_be_changed(message: object, name: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(message, name, "x")


def test_it_is_known_whether_a_field_stands_twice() -> None:
    assert Headers([("Vary", "accept"), ("etag", '"1"')]).once
    assert not Headers([("Set-Cookie", "a=1"), ("set-cookie", "b=2")]).once
