"""The protobuf wire format, as far as Momento's messages need it.

Source: https://protobuf.dev/programming-guides/encoding/. A message type is a `Shape`, a table of its
fields; a message is a mapping from field names to values.

Encoding gives a tuple of parts instead of one `bytes`: a large value, above all one that lives in a
JavaScript buffer, stays a part of its own and is never copied here. Decoding reads any `Octets`, touching
only tags, lengths and numbers, so that a value comes out as a view on the answer it arrived in.

Decoding skips unknown fields and fields of an unexpected wire type, as protobuf's own decoders do. Of a
field that comes twice the last one counts; embedded messages are not merged. Groups, dropped from
protobuf in 2008, are refused. Every length is checked against what is really there before anything is
read.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, NamedTuple

from .errors import MalformedAnswer
from .octets import Octets, Parts, joined

Message = Mapping[str, Any]

BYTES, TEXT, UINT, INT, SINT, BOOL, DOUBLE = "bytes", "text", "uint", "int", "sint", "bool", "double"

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_WIRE_TYPES = {BYTES: _LENGTH, TEXT: _LENGTH, DOUBLE: _FIXED64}
# More fields than any answer of Momento's can have (5 MB of sorted-set elements), yet a bound on memory.
_MOST_FIELDS = 1 << 20


class Field(NamedTuple):
    """One row of a message's table; `explicit` fields, members of a `oneof`, are sent even when zero."""

    number: int
    kind: str | Shape
    repeated: bool = False
    explicit: bool = False


class Shape:
    """A message type: its fields, by name for encoding and by number for decoding."""

    __slots__ = ("by_name", "by_number")

    def __init__(self, **fields: Field) -> None:
        self.by_name = fields
        self.by_number = {field.number: (name, field) for name, field in fields.items()}


EMPTY = Shape()


def encode(shape: Shape, message: Message) -> Parts:
    """Encode `message`, its fields in the order given; a field that is `None` is left out."""
    return joined(_fields(shape, message))


def _fields(shape: Shape, message: Message) -> list[Octets]:
    parts: list[Octets] = []
    for name, value in message.items():
        field = shape.by_name[name]
        if value is None:
            continue
        if field.repeated:
            for each in value:
                parts += _field(field, each)
        elif field.explicit or isinstance(field.kind, Shape) or value not in (0, b"", ""):
            parts += _field(field, value)
    return parts


def _field(field: Field, value: Any) -> list[Octets]:
    kind = field.kind
    if isinstance(kind, Shape):
        inner = _fields(kind, value)
        return [_tag(field, _LENGTH) + varint(sum(map(len, inner))), *inner]
    if kind == BYTES:
        return [_tag(field, _LENGTH) + varint(len(value)), value]
    if kind == TEXT:
        text = value.encode()
        return [_tag(field, _LENGTH) + varint(len(text)) + text]
    if kind == DOUBLE:
        return [_tag(field, _FIXED64) + struct.pack("<d", value)]
    if kind == SINT:
        value = value << 1 if value >= 0 else ~(value << 1)
    return [_tag(field, _VARINT) + varint(int(value) & 0xFFFFFFFFFFFFFFFF)]


def _tag(field: Field, wire_type: int) -> bytes:
    return varint(field.number << 3 | wire_type)


def varint(number: int) -> bytes:
    """Encode a non-negative integer of at most 64 bits."""
    if number < 0x80:
        return bytes((number,))
    result = bytearray()
    while number >= 0x80:
        result.append(number & 0x7F | 0x80)
        number >>= 7
    result.append(number)
    return bytes(result)


def decode(shape: Shape, data: Octets, start: int = 0, end: int | None = None) -> dict[str, Any]:
    """Decode `data[start:end]` into a dict: absent fields are absent, repeated ones are lists.

    Raises `MalformedAnswer` where the octets are not a message of protobuf's.
    """
    at, end = start, len(data) if end is None else end
    result: dict[str, Any] = {}
    for _ in range(_MOST_FIELDS):
        if at == end:
            return result
        tag, at = _read_varint(data, at, end)
        number, wire_type = tag >> 3, tag & 7
        if number == 0:
            raise MalformedAnswer("a field with the number 0")
        start, at = _payload(data, at, end, wire_type)
        name, field = shape.by_number.get(number, ("", None))
        if field is not None:
            _collect(result, name, field, wire_type, data, start, at)
    raise MalformedAnswer(f"a message of more than {_MOST_FIELDS} fields")


def _payload(data: Octets, at: int, end: int, wire_type: int) -> tuple[int, int]:
    """Find where a field's payload begins and ends, without reading it."""
    if wire_type == _VARINT:
        return at, _read_varint(data, at, end)[1]
    if wire_type == _LENGTH:
        length, at = _read_varint(data, at, end)
    elif wire_type in (_FIXED64, _FIXED32):
        length = 8 if wire_type == _FIXED64 else 4
    else:
        raise MalformedAnswer(f"a field of wire type {wire_type}")
    if length > end - at:
        raise MalformedAnswer(f"a field claims {length} octets where {end - at} are left")
    return at, at + length


def _collect(
    into: dict[str, Any], name: str, field: Field, wire_type: int, data: Octets, start: int, end: int
) -> None:
    kind = field.kind
    expected = _LENGTH if isinstance(kind, Shape) else _WIRE_TYPES.get(kind, _VARINT)
    if wire_type == expected:
        value = _value(kind, data, start, end)
        if field.repeated:
            into.setdefault(name, []).append(value)
        else:
            into[name] = value
    elif field.repeated and wire_type == _LENGTH:
        # Packed: numbers one after the other. Both forms of a repeated number must be understood.
        values = into.setdefault(name, [])
        while start < end:
            after = start + 8 if kind == DOUBLE else _read_varint(data, start, end)[1]
            if after > end:
                raise MalformedAnswer("a packed field that ends in the middle of a number")
            values.append(_value(kind, data, start, after))
            start = after


def _value(kind: str | Shape, data: Octets, start: int, end: int) -> Any:
    if isinstance(kind, Shape):
        return decode(kind, data, start, end)
    if kind == BYTES:
        return data[start:end]
    if kind == TEXT:
        try:
            return bytes(data[start:end]).decode()
        except UnicodeDecodeError as error:
            raise MalformedAnswer("a text field that is not UTF-8") from error
    if kind == DOUBLE:
        return struct.unpack("<d", bytes(data[start:end]))[0]
    number = _read_varint(data, start, end)[0]
    if kind == BOOL:
        return number != 0
    if kind == SINT:
        return number >> 1 ^ -(number & 1)
    if kind == INT and number >= 1 << 63:
        return number - (1 << 64)
    return number


def _read_varint(data: Octets, at: int, end: int) -> tuple[int, int]:
    if at < end and isinstance(data, bytes) and data[at] < 0x80:
        return data[at], at + 1  # most numbers are tags and short lengths
    number = shift = 0
    for octet in bytes(data[at : min(at + 10, end)]):
        number |= (octet & 0x7F) << shift
        at += 1
        if octet < 0x80:
            return number & 0xFFFFFFFFFFFFFFFF, at
        shift += 7
    raise MalformedAnswer("a number without an end")
