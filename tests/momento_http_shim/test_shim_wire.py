"""The codec against recorded messages, against Momento's own generated code, and against hostile octets."""

from __future__ import annotations

import base64
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from momento_http_shim import scalar, sorted_sets
from momento_http_shim.errors import MalformedAnswer
from momento_http_shim.grpc_web import as_text, decipher, framed, from_text
from momento_http_shim.octets import Joined
from momento_http_shim.wire import BOOL, BYTES, DOUBLE, INT, SINT, TEXT, UINT, Field, Shape, decode, encode
from tests.momento_http_shim.golden import MESSAGES, REQUESTS, RESPONSES, TRAILERS, VECTORS, bound
from tests.momento_http_shim.recording import Far, http

METHODS = [
    method
    for module in (scalar, sorted_sets)
    for method in vars(module).values()
    if type(method).__name__ == "Method"
]


def test_every_recorded_vector_is_bound_once_and_checked() -> None:
    # The tests below run over VECTORS itself: none can be recorded and forgotten.
    assert sorted([*REQUESTS, *RESPONSES, *MESSAGES]) == sorted(VECTORS)
    assert len(VECTORS) == 23
    for test in (
        test_a_message_is_encoded_as_momentos_own_code_does,
        test_a_message_of_momentos_own_code_is_decoded,
        test_a_frame_in_text_mode_is_the_recorded_one,
        test_a_recorded_answer_in_text_mode_is_the_message,
    ):
        assert ("name", VECTORS) in [mark.args for mark in vars(test)["pytestmark"]]


@pytest.mark.parametrize("name", VECTORS)
def test_a_message_is_encoded_as_momentos_own_code_does(name: str) -> None:
    shape, message = bound(name)
    assert b"".join(map(bytes, encode(shape, message))).hex() == VECTORS[name].message


@pytest.mark.parametrize("name", VECTORS)
def test_a_message_of_momentos_own_code_is_decoded(name: str) -> None:
    shape, message = bound(name)
    assert decode(shape, bytes.fromhex(VECTORS[name].message)) == sent_fields(shape, message)


@pytest.mark.parametrize("name", VECTORS)
def test_a_frame_in_text_mode_is_the_recorded_one(name: str) -> None:
    frame, text = framed(encode(*bound(name))), VECTORS[name].frame.encode()
    assert as_text(frame) == (text,)
    assert from_text(text) == b"".join(map(bytes, frame))


@pytest.mark.parametrize("name", VECTORS)
@pytest.mark.parametrize("at_once", [False, True], ids=["frame by frame", "encoded at once"])
def test_a_recorded_answer_in_text_mode_is_the_message(name: str, at_once: bool) -> None:
    body = (VECTORS[name].frame + TRAILERS).encode()
    if at_once:
        body = base64.b64encode(b"".join(map(base64.b64decode, (VECTORS[name].frame, TRAILERS))))
    assert decipher(http(200, body), text=True) == [bytes.fromhex(VECTORS[name].message)]


def sent_fields(shape: Shape, message: dict[str, Any]) -> dict[str, Any]:
    """The fields of a message that are sent: not those that are None, or zero without being a choice."""
    sent: dict[str, Any] = {}
    for name, value in message.items():
        field = shape.by_name[name]
        if isinstance(field.kind, Shape) and value is not None:
            inner = field.kind
            sent[name] = (
                [sent_fields(inner, each) for each in value] if field.repeated else sent_fields(inner, value)
            )
        elif value is not None and (field.explicit or value not in (0, b"", "")):
            sent[name] = value
    return sent


@pytest.mark.parametrize("name", RESPONSES)
def test_a_response_is_deciphered(name: str) -> None:
    call, _, outcome = RESPONSES[name]
    assert call.decipher(decode(call.method.response, bytes.fromhex(VECTORS[name].message))) == outcome


SAMPLE = Shape(
    octets=Field(1, BYTES),
    text=Field(2, TEXT),
    count=Field(3, UINT),
    signed=Field(4, INT),
    zigzag=Field(5, SINT),
    flag=Field(6, BOOL),
    real=Field(7, DOUBLE),
    inner=Field(8, Shape(text=Field(1, TEXT), numbers=Field(2, UINT, repeated=True))),
    flags=Field(9, BOOL, repeated=True),
    reals=Field(10, DOUBLE, repeated=True),
)


@st.composite
def samples(draw: st.DrawFn) -> dict[str, Any]:
    fields: dict[str, st.SearchStrategy[Any]] = {
        "octets": st.binary(min_size=1, max_size=40),
        "text": st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),
        "count": st.integers(1, 2**64 - 1),
        "signed": st.integers(-(2**63), 2**63 - 1).filter(bool),
        "zigzag": st.integers(-(2**31), 2**31 - 1).filter(bool),
        "flag": st.just(True),
        "real": st.floats(allow_nan=False).filter(bool),
        "inner": st.fixed_dictionaries({"numbers": st.lists(st.integers(0, 2**32), min_size=1, max_size=4)}),
        "flags": st.lists(st.booleans(), min_size=1, max_size=4),
        "reals": st.lists(st.floats(allow_nan=False), min_size=1, max_size=4),
    }
    return draw(st.fixed_dictionaries({}, optional=fields))


@given(samples())
def test_what_is_encoded_is_decoded(message: dict[str, Any]) -> None:
    assert decode(SAMPLE, b"".join(map(bytes, encode(SAMPLE, message)))) == message


@given(samples())
def test_octets_that_live_elsewhere_are_decoded_alike(message: dict[str, Any]) -> None:
    octets = b"".join(map(bytes, encode(SAMPLE, message)))
    read = decode(SAMPLE, Far(octets))
    if "octets" in read:
        read["octets"] = bytes(read["octets"])
    assert read == message


@given(st.binary(max_size=200), st.sampled_from(METHODS))
def test_arbitrary_octets_are_a_message_or_malformed(octets: bytes, method: Any) -> None:
    try:
        read = decode(method.response, octets)
    except MalformedAnswer:
        return
    assert set(read) <= set(method.response.by_name)


@given(samples(), st.data())
def test_a_message_cut_short_is_never_read_as_something_it_was_not(
    message: dict[str, Any], data: st.DataObject
) -> None:
    octets = b"".join(map(bytes, encode(SAMPLE, message)))
    cut = data.draw(st.integers(0, len(octets)))
    try:
        read = decode(SAMPLE, octets[:cut])
    except MalformedAnswer:
        return
    for name, value in read.items():
        expected = message[name]
        assert value == (expected[: len(value)] if isinstance(expected, list) else expected)


@pytest.mark.parametrize(
    ("octets", "complaint"),
    [
        (b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "claims"),
        (b"\x0a\xff\xff\xff\xff\x0fabc", "claims 4294967295 octets where 3 are left"),
        (b"\x0a\x05abc", "claims 5 octets where 3 are left"),
        (b"\x18" + b"\xff" * 11, "without an end"),
        (b"\x18", "without an end"),
        (b"\x00\x01", "number 0"),
        (b"\x0b\x0c", "wire type 3"),
        (b"\x0e\x00", "wire type 6"),
        (b"\x39\x00\x00", "claims 8 octets where 2 are left"),
        (b"\x12\x02\xff\xfe", "not UTF-8"),
        (b"\x4a\x01\x80", "without an end"),
        (b"\x52\x0c" + bytes(12), "middle of a number"),
    ],
)
def test_hostile_octets_are_refused_by_name(octets: bytes, complaint: str) -> None:
    with pytest.raises(MalformedAnswer, match=complaint):
        decode(SAMPLE, octets)


def test_a_message_of_endless_fields_is_refused() -> None:
    with pytest.raises(MalformedAnswer, match="fields"):
        decode(SAMPLE, b"\x18\x01" * ((1 << 20) + 1))


def test_unknown_fields_of_every_wire_type_are_skipped() -> None:
    unknown = b"\xa0\x06\x05" + b"\xa1\x06" + bytes(8) + b"\xa2\x06\x02hi" + b"\xa5\x06" + bytes(4)
    assert decode(SAMPLE, unknown + b"\x18\x07" + unknown) == {"count": 7}


def test_a_known_field_of_another_wire_type_is_skipped_too() -> None:
    assert decode(SAMPLE, b"\x1a\x01x" + b"\x08\x01") == {}


def test_repeated_numbers_are_read_packed_and_one_by_one() -> None:
    one_by_one = b"\x48\x01\x48\x00"
    assert decode(SAMPLE, b"\x4a\x02\x01\x00") == decode(SAMPLE, one_by_one) == {"flags": [True, False]}
    packed = b"\x52\x10" + struct.pack("<dd", 1.5, -2.0)
    assert decode(SAMPLE, packed) == {"reals": [1.5, -2.0]}


def test_a_value_that_lives_elsewhere_is_a_part_of_its_own_and_not_copied() -> None:
    value = Far(b"v" * 10)
    parts = encode(scalar.SET_IF.request, {"cache_key": b"k", "cache_body": value, "absent": {}})
    assert parts == (b"\x0a\x01k\x12\x0a", value, b"\x32\x00")
    assert framed(parts)[0] == b"\0\0\0\0\x11\x0a\x01k\x12\x0a"
    assert value.copied == []


def test_a_value_of_several_pieces_is_sent_piece_by_piece() -> None:
    far = Far(b"v" * 10)
    value = Joined((b"line\n", Joined((far, b"tail"))))
    parts = encode(scalar.SET_IF.request, {"cache_key": b"k", "cache_body": value, "absent": {}})
    assert parts == (b"\x0a\x01k\x12\x13line\n", far, b"tail\x32\x00")
    assert far.copied == []
    assert bytes(value) == b"line\nvvvvvvvvvvtail"
    assert value[3:7] == b"e\nvv"


def test_a_large_value_comes_out_as_a_view_and_is_not_copied() -> None:
    octets = bytes(encode(scalar.GET_WITH_HASH.response, {"found": {"value": b"v" * 9000, "hash": b"h"}})[0])
    answer = Far(octets)
    found = decode(scalar.GET_WITH_HASH.response, answer)["found"]
    assert max(answer.copied) <= 10
    assert isinstance(found["value"], Far)
    assert bytes(found["value"]) == b"v" * 9000


def test_a_field_that_the_table_does_not_have_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        encode(SAMPLE, {"nonsense": 1})
