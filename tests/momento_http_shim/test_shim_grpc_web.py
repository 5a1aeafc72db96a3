"""Frames, trailers and how a call ended."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from momento_http_shim.errors import LimitExceeded, MalformedAnswer, MomentoError, Refused, Unavailable
from momento_http_shim.grpc_web import as_text, decipher, framed, frames, from_text
from momento_http_shim.transport import PlainResponse
from tests.momento_http_shim.recording import TRAILERS_OK, Far, grpc_error, http

HELLO = b"\0\0\0\0\x05hello"


def error_of(response: PlainResponse) -> MomentoError:
    error = decipher(response)
    assert isinstance(error, MomentoError)
    return error


def test_a_message_and_trailers_are_a_success() -> None:
    assert decipher(http(200, HELLO + TRAILERS_OK)) == [b"hello"]
    assert decipher(http(200, HELLO + HELLO + TRAILERS_OK)) == [b"hello", b"hello"]


def test_the_recorded_trailer_frame_is_a_success() -> None:
    trailers = base64.b64decode("gAAAAA9ncnBjLXN0YXR1czowDQo=")
    assert trailers == TRAILERS_OK
    assert decipher(http(200, trailers)) == []


@pytest.mark.parametrize("separator", [b": ", b":", b" : "])
def test_trailers_are_read_whatever_their_case_and_spacing(separator: bytes) -> None:
    lines = (
        b"Grpc-Status" + separator + b"5\r\nGRPC-Message" + separator + b"no%20such%20cache%3A%20%C3%A9\r\n"
    )
    error = error_of(http(200, b"\x80\0\0\0" + bytes([len(lines)]) + lines))
    assert (error.code, error.message) == ("NOT_FOUND_ERROR", "no such cache: é")


def test_an_error_in_the_headers_needs_no_body_and_comes_first() -> None:
    error = error_of(http(200, grpc_status="7", grpc_message="not%20yours"))
    assert (error.code, error.message) == ("PERMISSION_ERROR", "not yours")
    assert error_of(http(200, HELLO + TRAILERS_OK, grpc_status="16")).code == "AUTHENTICATION_ERROR"


def test_a_success_in_the_headers_without_a_body_has_no_message() -> None:
    assert decipher(http(200, grpc_status="0")) == []


def test_an_error_after_a_message_wins() -> None:
    failed = grpc_error(13, "late")
    assert error_of(http(200, HELLO + bytes(failed.body))).message == "late"


@pytest.mark.parametrize(
    ("status", "code", "kind", "may_have_happened", "retryable"),
    [
        (1, "CANCELLED_ERROR", Unavailable, True, False),
        (2, "UNKNOWN_SERVICE_ERROR", Unavailable, True, False),
        (3, "INVALID_ARGUMENT_ERROR", Refused, False, False),
        (4, "TIMEOUT_ERROR", Unavailable, True, False),
        (5, "NOT_FOUND_ERROR", Refused, False, False),
        (6, "ALREADY_EXISTS_ERROR", Refused, False, False),
        (7, "PERMISSION_ERROR", Refused, False, False),
        (8, "LIMIT_EXCEEDED_ERROR", LimitExceeded, False, False),
        (9, "FAILED_PRECONDITION_ERROR", Refused, False, False),
        (10, "INTERNAL_SERVER_ERROR", Unavailable, True, False),
        (11, "BAD_REQUEST_ERROR", Refused, False, False),
        (12, "BAD_REQUEST_ERROR", Refused, False, False),
        (13, "INTERNAL_SERVER_ERROR", Unavailable, True, True),
        (14, "SERVER_UNAVAILABLE", Unavailable, True, True),
        (15, "INTERNAL_SERVER_ERROR", Unavailable, True, False),
        (16, "AUTHENTICATION_ERROR", Refused, False, False),
        (17, "UNKNOWN_SERVICE_ERROR", Unavailable, True, False),
    ],
)
def test_every_status_has_its_error(
    status: int, code: str, kind: type[MomentoError], may_have_happened: bool, retryable: bool
) -> None:
    error = error_of(grpc_error(status, "said"))
    assert type(error) is kind
    assert (error.code, error.message) == (code, "said")
    assert (error.may_have_happened, error.retryable) == (may_have_happened, retryable)


@pytest.mark.parametrize("status", ["", "x", "-1", "9999999999", "²"])
def test_a_status_that_is_no_number_is_unknown(status: str) -> None:
    assert error_of(http(200, grpc_status=status)).code == "UNKNOWN_SERVICE_ERROR"


@pytest.mark.parametrize(
    ("message", "err", "limit"),
    [
        ("too many", "operations_rate_limit_exceeded", "operations_rate_limit_exceeded"),
        ("Operations rate exceeded", "", "operations_rate_limit_exceeded"),
        ("item size too large", "", "item_size_limit_exceeded"),
        ("element size too large", "", "element_size_limit_exceeded"),
        ("throughput", "", "throughput_rate_limit_exceeded"),
        ("the request limit", "", "request_size_limit_exceeded"),
        ("subscribers", "", "topic_subscriptions_limit_exceeded"),
        ("enough", "", ""),
    ],
)
def test_an_exhausted_resource_says_which_limit(message: str, err: str, limit: str) -> None:
    error = error_of(grpc_error(8, message, err))
    assert isinstance(error, LimitExceeded)
    assert error.limit == limit


def test_a_missing_item_is_told_from_a_missing_cache() -> None:
    assert error_of(grpc_error(5, "no", "item_not_found")).code == "ITEM_NOT_FOUND_ERROR"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "INVALID_ARGUMENT_ERROR"),
        (401, "AUTHENTICATION_ERROR"),
        (403, "PERMISSION_ERROR"),
        (404, "NOT_FOUND_ERROR"),
        (409, "INTERNAL_SERVER_ERROR"),
        (412, "FAILED_PRECONDITION_ERROR"),
        (429, "LIMIT_EXCEEDED_ERROR"),
        (499, "CANCELLED_ERROR"),
        (500, "UNKNOWN_SERVICE_ERROR"),
        (501, "BAD_REQUEST_ERROR"),
        (502, "UNKNOWN_SERVICE_ERROR"),
        (503, "SERVER_UNAVAILABLE"),
        (504, "TIMEOUT_ERROR"),
        (302, "UNKNOWN_SERVICE_ERROR"),
    ],
)
def test_an_http_status_is_an_error_of_grpc(status: int, code: str) -> None:
    error = error_of(http(status, b"<html>a gateway's page</html>"))
    assert error.code == code
    assert str(status) in error.message


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "before its trailers"),
        (HELLO, "before its trailers"),
        (HELLO[:-1] + TRAILERS_OK[:0], "middle of a frame"),
        (b"\0\0\0", "middle of a frame"),
        (b"\0\xff\xff\xff\xffhi", "middle of a frame"),
        (TRAILERS_OK + HELLO, "after the trailers"),
        (b"\x01\0\0\0\x01x" + TRAILERS_OK, "flags 0x01"),
        (b"\x80\0\x01\x00\x01" + bytes(65537), "flags 0x80, 65537 octets"),
        (b"\x80\0\0\0\x03x:1", "no grpc-status"),
    ],
)
def test_an_answer_that_is_cut_off_or_foreign_is_malformed(body: bytes, complaint: str) -> None:
    with pytest.raises(MalformedAnswer, match=complaint):
        decipher(http(200, body))


@given(st.binary(max_size=300))
def test_arbitrary_octets_are_frames_or_malformed(body: bytes) -> None:
    try:
        messages, _ = frames(body)
    except MalformedAnswer:
        return
    assert sum(map(len, messages)) <= len(body)


@given(st.lists(st.binary(max_size=50), max_size=5), st.data())
def test_text_mode_is_read_in_one_piece_or_in_several(payloads: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(bytes(framed((payload,))[0]) for payload in payloads) + TRAILERS_OK
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=4)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    text = b"".join(map(base64.b64encode, pieces))
    assert decipher(http(200, text), text=True) == payloads


@given(st.binary(max_size=60))
def test_arbitrary_octets_are_text_or_malformed(body: bytes) -> None:
    try:
        octets = from_text(body)
    except MalformedAnswer:
        return
    assert len(octets) <= len(body)


def test_text_mode_joins_parts_wherever_they_live() -> None:
    assert as_text((b"ab", Far(b"cd"))) == (base64.b64encode(b"abcd"),)


def test_a_small_answer_is_copied_once_and_a_large_one_hardly() -> None:
    body = b"\0\0\0\x4e\x20" + bytes(20_000) + TRAILERS_OK
    small, large = Far(body), Far(body)
    copied: Any = decipher(http(200, small), copied_below=len(body))  # type: ignore[arg-type]
    viewed: Any = decipher(http(200, large), copied_below=100)  # type: ignore[arg-type]
    assert small.copied == [len(body)]
    assert sum(large.copied) < 100
    assert bytes(copied[0]) == bytes(viewed[0]) == bytes(20_000)
