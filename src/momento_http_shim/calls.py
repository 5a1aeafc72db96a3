"""A call of a gRPC method: its request, and how its answer is read. Pure; `caller` sends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from . import grpc_web
from .errors import MalformedAnswer, MomentoError
from .outcomes import Failed
from .transport import Headers, Request, Response
from .wire import Message, Shape, decode, encode

T = TypeVar("T")

# An answer up to this size is cheaper to copy into Python whole than to look at piece by piece.
_COPIED_BELOW = 16 * 1024


class Method(NamedTuple):
    """One gRPC method: `path` is `package.Service/Method`; `idempotent` says if it may be sent twice.

    `views` leaves a large answer outside Python and gives views on it: for answers that are one large
    value. `streams` is for methods that answer with several messages; they are handed on as one, under
    `messages`.
    """

    path: str
    request: Shape
    response: Shape
    idempotent: bool
    views: bool = False
    streams: bool = False


class Call(Generic[T]):
    """One call of a gRPC method: its message, and the pure function that gives its outcome."""

    __slots__ = ("decipher", "message", "method")

    def __init__(self, method: Method, message: Message, decipher: Callable[[dict[str, Any]], T]) -> None:
        self.method = method
        self.message = message
        self.decipher = decipher


def request(call: Call[T], host: str, headers: Headers, *, text: bool, timeout_ms: int) -> Request:
    """Give the request of a call, in the binary mode or in the text mode."""
    body = grpc_web.framed(encode(call.method.request, call.message))
    url = f"{host}/{call.method.path}"
    return Request("POST", url, headers, grpc_web.as_text(body) if text else body, timeout_ms)


def deciphering(call: Call[T], *, text: bool) -> Callable[[Response], T | Failed]:
    """Give the function that reads the call's answer."""
    method = call.method

    def decipher(response: Response) -> T | Failed:
        below = _COPIED_BELOW if method.views else len(response.body)
        messages = grpc_web.decipher(response, text=text, copied_below=below)
        if isinstance(messages, MomentoError):
            return Failed(messages)
        decoded = [decode(method.response, message) for message in messages]
        if method.streams:
            return call.decipher({"messages": decoded})
        if len(decoded) != 1:
            raise MalformedAnswer(f"{len(decoded)} messages where one belongs")
        return call.decipher(decoded[0])

    return decipher
