"""gRPC-web frames, binary and text. Pure.

Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md. A frame is a flag byte, a length of
four bytes, most significant first, and the payload; flag 0x80 marks the trailers.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from enum import Enum
from urllib.parse import quote

from .refusals import Refusal, Status, invalid

MESSAGE, COMPRESSED, TRAILERS = 0x00, 0x01, 0x80
HEADER = struct.Struct(">BI")
SEGMENT = re.compile(rb"[^=]+={0,2}")
UNITS_MS = {"H": 3_600_000.0, "M": 60_000.0, "S": 1000.0, "m": 1.0, "u": 0.001, "n": 0.000001}


class Mode(Enum):
    """How frames are written: as they are, or in base64."""

    BINARY = b"application/grpc-web+proto"
    TEXT = b"application/grpc-web-text+proto"


def mode_of(content_type: str) -> Mode | None:
    """Tell the mode from a request's content type; None if it is not gRPC-web."""
    kind = content_type.partition(";")[0].strip().lower().removesuffix("+proto")
    return {"application/grpc-web": Mode.BINARY, "application/grpc-web-text": Mode.TEXT}.get(kind)


def read_message(body: bytes, mode: Mode) -> bytes:
    """Take the one message out of a unary request's body."""
    octets = from_text(body) if mode is Mode.TEXT else body
    if len(octets) < HEADER.size:
        raise invalid("the body is shorter than a gRPC-web frame")
    flag, length = HEADER.unpack_from(octets)
    if flag & COMPRESSED:
        raise Refusal(Status.UNIMPLEMENTED, "compressed messages are not supported")
    if flag != MESSAGE or len(octets) != HEADER.size + length:
        raise invalid(f"expected one message frame of {length} bytes, got {len(octets) - HEADER.size}")
    return octets[HEADER.size :]


def from_text(body: bytes) -> bytes:
    """Decode base64 that may be several padded pieces in a row."""
    try:
        return b"".join(base64.b64decode(piece, validate=True) for piece in SEGMENT.findall(body))
    except (ValueError, binascii.Error):
        raise invalid("the body of application/grpc-web-text is not base64") from None


def frame(flag: int, payload: bytes, mode: Mode) -> bytes:
    """Write one frame; in text mode each frame is padded by itself, as Momento's answers may be."""
    octets = HEADER.pack(flag, len(payload)) + payload
    return base64.b64encode(octets) if mode is Mode.TEXT else octets


def trailers(refusal: Refusal | None, mode: Mode) -> bytes:
    """Write the last frame: the status and, for errors, the percent-encoded message and the `err` cause."""
    if refusal is None:
        return frame(TRAILERS, b"grpc-status:0\r\n", mode)
    lines = [f"grpc-status:{int(refusal.status)}", f"grpc-message:{quote(refusal.message, safe=' ')}"]
    if refusal.cause is not None:
        lines.append(f"err:{refusal.cause}")
    return frame(TRAILERS, "".join(f"{line}\r\n" for line in lines).encode("ascii"), mode)


def timeout_ms(header: str | None) -> float | None:
    """Read `grpc-timeout` (`5000m`, `5S`) in milliseconds; None if there is none that can be read."""
    if not header or header[-1] not in UNITS_MS or not header[:-1].isdigit():
        return None
    return int(header[:-1]) * UNITS_MS[header[-1]]
