"""gRPC-web: frames, trailers and the end of a call.

Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md.

A frame is one octet of flags, four of length (big endian) and the payload. 0x00 is a message, 0x80 the
trailers: `name:value` lines. An error may also come without a body, in the HTTP headers; those are looked
at first. The text mode is the binary one in base64, possibly in several padded pieces one after the
other.
"""

from __future__ import annotations

from .errors import MalformedAnswer, MomentoError
from .octets import Octets, Parts, joined
from .transport import Response

_TRAILERS = 0x80
_HEAD = 5
# Longer trailers than any server sends: no reason to read on.
_LONGEST_TRAILERS = 64 * 1024


def framed(message: Parts) -> Parts:
    """Put an encoded message into one frame, still in parts."""
    return joined((b"\0" + sum(map(len, message)).to_bytes(4, "big"), *message))


def as_text(parts: Parts) -> Parts:
    """Turn a framed body into the text mode; this copies every part into Python."""
    from binascii import b2a_base64

    return (b2a_base64(b"".join(map(bytes, parts)), newline=False),)


def from_text(body: bytes) -> bytes:
    """Undo the text mode: base64 in one or several padded pieces."""
    from binascii import Error, a2b_base64

    pieces: list[bytes] = []
    at = 0
    try:
        while at < len(body):
            padding = body.find(b"=", at)
            end = len(body) if padding < 0 else padding + 4 - (padding - at) % 4
            pieces.append(a2b_base64(body[at:end], strict_mode=True))
            at = end
    except Error as error:
        raise MalformedAnswer(f"the text mode's base64 is broken: {error}") from error
    return b"".join(pieces)


def decipher(response: Response, *, text: bool = False, copied_below: int = 0) -> list[Octets] | MomentoError:
    """Read a whole answer: the messages of a call that succeeded, or the error it ended with.

    Bodies of at most `copied_below` octets are copied into Python first; larger ones stay where they are,
    and messages are views on them. Raises `MalformedAnswer` for a body that is cut off or is no gRPC-web.
    """
    error = _error_in_headers(response)
    if error is not None:
        return error
    body = response.body
    if text:
        body = from_text(bytes(body))
    elif len(body) <= copied_below:
        body = bytes(body)
    messages, trailers = frames(body)
    if trailers is None:
        if not messages and response.header("grpc-status") == "0":
            return []
        raise MalformedAnswer("the answer ends before its trailers")
    if "grpc-status" not in trailers:
        raise MalformedAnswer("the trailers have no grpc-status")
    return _ended(trailers["grpc-status"], trailers.get("grpc-message"), trailers.get("err")) or messages


def frames(body: Octets) -> tuple[list[Octets], dict[str, str] | None]:
    """Split a binary body into its messages and, if they are there, its trailers."""
    messages: list[Octets] = []
    trailers = None
    at = 0
    while at < len(body):
        if trailers is not None:
            raise MalformedAnswer("octets after the trailers")
        head = bytes(body[at : at + _HEAD])
        length = int.from_bytes(head[1:], "big")
        at += _HEAD
        if len(head) < _HEAD or length > len(body) - at:
            raise MalformedAnswer("the answer ends in the middle of a frame")
        payload = body[at : at + length]
        at += length
        if head[0] == _TRAILERS and length <= _LONGEST_TRAILERS:
            trailers = _trailers(bytes(payload))
        elif head[0] == 0:
            messages.append(payload)
        else:
            raise MalformedAnswer(f"a frame with the flags 0x{head[0]:02x}, {length} octets long")
    return messages, trailers


def _trailers(payload: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in payload.decode("latin-1").split("\r\n"))
    return {name.strip().lower(): value.strip() for name, colon, value in lines if colon}


def _error_in_headers(response: Response) -> MomentoError | None:
    status = response.header("grpc-status")
    if status is not None:
        return _ended(status, response.header("grpc-message"), response.header("err"))
    if response.status == 200:
        return None
    from .statuses import of_grpc_web_http

    return of_grpc_web_http(response.status)


def _ended(status: str, message: str | None, cause: str | None) -> MomentoError | None:
    if status == "0":
        return None
    from urllib.parse import unquote

    from .statuses import of_grpc

    number = int(status) if status.isascii() and status.isdigit() and len(status) < 4 else 2
    return of_grpc(number, unquote(message or ""), cause or "")
