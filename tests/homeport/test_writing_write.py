from __future__ import annotations

import pytest

from homeport.messages import Headers, Request
from homeport.writing.write import LARGEST_BODY, Write, replayed, straight_because
from tests.homeport.writing_world import about, delete, put

TARGET = "/items/1"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("Authorization", "Bearer x", "credentials"),
        ("Cookie", "session=1", "credentials"),
        ("Proxy-Authorization", "Basic x", "credentials"),
        ("Api-Key", "k", "credentials"),
        ("Private-Token", "t", "credentials"),
        ("X-Access-Token", "t", "credentials"),
        ("X-Amz-Security-Token", "t", "credentials"),
        ("X-Api-Key", "k", "credentials"),
        ("X-Auth-Token", "t", "credentials"),
        ("X-CSRF-Token", "t", "credentials"),
        ("X-XSRF-Token", "t", "credentials"),
        ("If-Range", '"1"', "conditional"),
        ("If-Modified-Since", "Tue, 14 Nov 2023 22:13:20 GMT", "conditional"),
        ("If-Unmodified-Since", "Tue, 14 Nov 2023 22:13:20 GMT", "conditional"),
        ("Content-Range", "bytes 0-1/2", "conditional"),
        ("Content-Encoding", "gzip", "encoded"),
    ],
)
def test_a_request_that_says_more_than_its_body_goes_straight(name: str, value: str, why: str) -> None:
    assert straight_because(put(TARGET, b"x", (name, value))) == why


@pytest.mark.parametrize(
    ("length", "why"),
    [
        (str(LARGEST_BODY), None),
        (str(LARGEST_BODY + 1), "large"),
        ("twelve", "large"),
        ("-1", "large"),
        ("²", "large"),  # a digit, and no number
        ("9" * 5_000, "large"),
        ("0", None),
        ("", "large"),
    ],
)
def test_a_body_is_judged_by_its_announced_length(length: str, why: str | None) -> None:
    fields = [("content-length", length)] if length else []
    assert straight_because(Request("PUT", TARGET, Headers(fields))) == why


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_body_in_chunks_goes_straight(method: str) -> None:
    request = Request(method, TARGET, Headers([("transfer-encoding", "chunked")]))
    assert straight_because(request) == "large"


@pytest.mark.parametrize(("length", "why"), [("0", None), (str(LARGEST_BODY + 1), "large")])
def test_a_deletion_without_a_length_has_no_body(length: str, why: str | None) -> None:
    assert straight_because(Request("DELETE", TARGET)) is None
    assert straight_because(Request("DELETE", TARGET, Headers([("content-length", length)]))) == why


def test_a_plain_put_and_a_delete_are_accepted_near() -> None:
    assert straight_because(put(TARGET, b"x")) is None
    assert straight_because(delete(TARGET)) is None


@pytest.mark.parametrize(
    ("name", "value"), [("If-Match", '"1"'), ("If-None-Match", "*"), ("Idempotency-Key", "k")]
)
def test_a_precondition_and_a_key_of_its_authors_are_no_reason_to_go_straight(name: str, value: str) -> None:
    assert straight_because(put(TARGET, b"x", (name, value))) is None


def test_preconditions_are_replayed_as_they_came_and_the_key_apart() -> None:
    fields = (("if-match", '"1", W/"2"'), ("if-none-match", "*"), ("idempotency-key", '"k"'))
    write = Write("a" * 32, about(TARGET), put(TARGET, b"x", *fields), key='"k"')
    item = write.pending(1, 1)
    assert [*item.header] == [("content-type", "text/plain"), *fields[:2]]
    assert (item.key, len(item.fingerprint)) == ('"k"', 64)
    assert [*replayed(write.request.headers)][-2:] == [*fields[:2]]


def test_credentials_are_the_first_reason_given() -> None:
    assert straight_because(put(TARGET, b"x", ("if-range", "*"), ("cookie", "a=b"))) == "credentials"


def test_fields_of_the_connection_and_of_the_visitor_are_not_replayed() -> None:
    kept = replayed(
        Headers(
            [
                ("content-type", "text/plain"),
                ("host", "shop.example"),
                ("content-length", "3"),
                ("connection", "keep-alive"),
                ("cf-ray", "1"),
                ("x-forwarded-for", "192.0.2.1"),
                ("accept-language", "de"),
            ]
        )
    )
    assert [*kept] == [("content-type", "text/plain"), ("accept-language", "de")]


@pytest.mark.parametrize(
    ("address", "node"), [("192.0.2.7", "for=192.0.2.7"), ("2001:db8::7", 'for="[2001:db8::7]"')]
)
def test_the_visitors_address_goes_along_as_forwarded(address: str, node: str) -> None:
    headers = Headers([("cf-connecting-ip", address), ("forwarded", "for=forged")])
    assert [*replayed(headers)] == [("forwarded", node)]


def test_a_pending_item_holds_all_that_a_replay_needs() -> None:
    item = Write("a" * 32, about(TARGET), put(TARGET, b"body")).pending(seq=7, accepted=5)
    assert (item.id, item.seq, item.accepted, item.method, item.target) == ("a" * 32, 7, 5, "PUT", TARGET)
    assert (bytes(item.body), [*item.header]) == (b"body", [("content-type", "text/plain")])
    assert (item.sent, item.tries, item.not_before) == (False, 0, 0)


def test_neither_write_nor_item_shows_a_body_or_a_value_in_its_repr() -> None:
    write = Write("a" * 32, about(TARGET), put(TARGET, b"hidden-body", ("x-note", "hidden-value")))
    for shown in (repr(write), repr(write.pending(1, 1))):
        assert "hidden" not in shown
