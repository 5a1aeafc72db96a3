"""Frames against the golden vectors of the official message types."""

from __future__ import annotations

import base64

import pytest

from local.momento_local.grpc_web import (
    MESSAGE,
    Mode,
    frame,
    from_text,
    mode_of,
    read_message,
    timeout_ms,
    trailers,
)
from local.momento_local.refusals import Refusal, Status, limited

PUT = bytes.fromhex("0a0171120c0a016111000000000000f83f18e0d4032001")
PUT_FRAME = b"AAAAABcKAXESDAoBYREAAAAAAAD4Pxjg1AMgAQ=="


def test_a_frame_reads_back_in_both_modes() -> None:
    assert read_message(PUT_FRAME, Mode.TEXT) == PUT
    assert frame(MESSAGE, PUT, Mode.TEXT) == PUT_FRAME
    assert read_message(frame(MESSAGE, PUT, Mode.BINARY), Mode.BINARY) == PUT


def test_the_trailers_of_a_success_are_the_golden_ones() -> None:
    assert trailers(None, Mode.TEXT) == b"gAAAAA9ncnBjLXN0YXR1czowDQo="


def test_the_trailers_of_an_error_carry_an_encoded_message_and_the_cause() -> None:
    octets = trailers(limited("item size: 100 % too much\n", "item_size_limit_exceeded"), Mode.BINARY)
    assert octets[0] == 0x80
    assert octets[5:].split(b"\r\n") == [
        b"grpc-status:8",
        b"grpc-message:item size%3A 100 %25 too much%0A",
        b"err:item_size_limit_exceeded",
        b"",
    ]


def test_text_may_be_several_padded_pieces() -> None:
    pieces = [b"a", b"bc", b"def", b""]
    assert from_text(b"".join(map(base64.b64encode, pieces))) == b"abcdef"
    with pytest.raises(Refusal, match="not base64"):
        from_text(b"!!!")


@pytest.mark.parametrize(
    ("content_type", "mode"),
    [
        ("application/grpc-web", Mode.BINARY),
        ("application/grpc-web+proto", Mode.BINARY),
        ("Application/gRPC-web-text; charset=utf-8", Mode.TEXT),
        ("application/grpc-web-text+proto", Mode.TEXT),
        ("application/grpc", None),
        ("", None),
    ],
)
def test_the_mode_follows_the_content_type(content_type: str, mode: Mode | None) -> None:
    assert mode_of(content_type) is mode


@pytest.mark.parametrize(
    "body", [b"", b"\x00\x00\x00\x00", b"\x00\x00\x00\x00\x05ab", b"\x80\x00\x00\x00\x00"]
)
def test_a_body_that_is_not_one_message_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        read_message(body, Mode.BINARY)
    assert refused.value.status is Status.INVALID_ARGUMENT


def test_a_compressed_message_is_not_supported() -> None:
    with pytest.raises(Refusal) as refused:
        read_message(b"\x01\x00\x00\x00\x00", Mode.BINARY)
    assert refused.value.status is Status.UNIMPLEMENTED


def test_the_deadline_is_read_in_milliseconds() -> None:
    assert timeout_ms("5000m") == 5000
    assert timeout_ms("5S") == 5000
    assert timeout_ms("1H") == 3_600_000
    assert timeout_ms(None) is None
    assert timeout_ms("soon") is None
