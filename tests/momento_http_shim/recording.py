"""A transport for tests: it keeps what was sent and answers from a script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from momento_http_shim import CacheClient, Credentials, Settings, TransportFailure
from momento_http_shim.calls import Method
from momento_http_shim.grpc_web import framed
from momento_http_shim.transport import PlainResponse, Request
from momento_http_shim.wire import Message, decode, encode

KEY = "a-key-that-must-not-be-seen"
Answer = PlainResponse | TransportFailure
TRAILERS_OK = b"\x80\0\0\0\x0fgrpc-status:0\r\n"


def http(status: int, body: bytes = b"", **headers: str) -> PlainResponse:
    return PlainResponse(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def grpc(method: Method, *messages: Message) -> PlainResponse:
    """What a server answers: some messages and trailers that say success."""
    frames = b"".join(
        bytes(part) for message in messages for part in framed(encode(method.response, message))
    )
    return http(200, frames + TRAILERS_OK)


def grpc_error(status: int, message: str = "", err: str = "") -> PlainResponse:
    lines = f"grpc-status:{status}\r\ngrpc-message:{message}\r\n" + (f"err:{err}\r\n" if err else "")
    return http(200, b"\x80" + len(lines).to_bytes(4, "big") + lines.encode())


class Recording:
    """Answers with each of `answers` in turn; `during` is called at every request."""

    def __init__(self, *answers: Answer, during: Callable[[], None] | None = None) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []
        self._during = during

    async def send(self, request: Request) -> PlainResponse:
        self.requests.append(request)
        if self._during is not None:
            self._during()
        answer = self.answers.pop(0)
        if isinstance(answer, TransportFailure):
            raise answer
        return answer

    @property
    def only(self) -> Request:
        (request,) = self.requests
        return request


class Clock:
    """A clock that moves only when told to, in seconds; its `pause` moves it too."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def pause(self, ms: float) -> None:
        self.pauses.append(ms)
        self.now += ms / 1000


def client(transport: Recording, **options: Any) -> CacheClient:
    options.setdefault("settings", Settings(clock=Clock()))
    return CacheClient(transport, Credentials(KEY, "cell-1.example.test"), "ships", **options)


def body(request: Request) -> bytes:
    return b"".join(map(bytes, request.body))


def sent(request: Request, method: Method) -> dict[str, Any]:
    """The message of a gRPC request, decoded."""
    framed_body = body(request)
    assert framed_body[:1] == b"\0"
    assert int.from_bytes(framed_body[1:5], "big") == len(framed_body) - 5
    return decode(method.request, framed_body[5:])


class Far:
    """Octets that are not `bytes`, as those in JavaScript are not; counts what was copied out."""

    def __init__(self, octets: bytes, log: list[int] | None = None) -> None:
        self._octets = octets
        self.copied: list[int] = [] if log is None else log

    def __len__(self) -> int:
        return len(self._octets)

    def __getitem__(self, part: slice, /) -> Far:
        return Far(self._octets[part], self.copied)

    def __bytes__(self) -> bytes:
        self.copied.append(len(self._octets))
        return self._octets
