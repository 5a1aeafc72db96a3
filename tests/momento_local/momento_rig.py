"""What the tests of the local Momento stand on: a hand-set clock, and a client of the application in process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from local.momento_local.emulator import Emulator
from local.momento_local.grpc_api import SCS, SERVICES
from local.momento_local.grpc_web import HEADER, MESSAGE, TRAILERS, Mode, frame, from_text
from local.momento_local.limits import Limits
from local.momento_local.store import Store
from local.momento_local.topics import Topic

HOUR_MS = 3_600_000
KEY = {"authorization": "any-key"}


@dataclass
class HandClock:
    """A clock that tests move."""

    now: int = 1_000_000

    def __call__(self) -> int:
        return self.now


def new_store(clock: HandClock | None = None, *, strict_families: bool = False, **limits: Any) -> Store:
    return Store(clock or HandClock(), Limits(**limits), strict_families=strict_families)


@dataclass
class GrpcAnswer:
    """What came over gRPC-web: messages, and the trailers by name."""

    messages: list[Any]
    trailers: dict[str, str]
    http: httpx.Response

    @property
    def message(self) -> Any:
        assert self.trailers == {"grpc-status": "0"}, self.trailers
        return self.messages[0]

    @property
    def status(self) -> int:
        return int(self.trailers["grpc-status"])


@dataclass
class Rig:
    """One emulator and a client of it."""

    emulator: Emulator
    client: httpx.AsyncClient
    region: str = "near"
    cache: str = "a"
    headers: dict[str, str] = field(default_factory=lambda: dict(KEY))

    async def http(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {**self.headers, **options.pop("headers", {})}
        return await self.client.request(method, f"/{self.region}{path}", headers=headers, **options)

    async def grpc(
        self,
        method: str,
        *,
        service: str = SCS,
        mode: Mode = Mode.BINARY,
        metadata: dict[str, str] | None = None,
        **fields: Any,
    ) -> GrpcAnswer:
        rpc = SERVICES[service][method]
        body = frame(MESSAGE, rpc.request(**fields).SerializeToString(), mode)
        headers = {"cache": self.cache, "content-type": mode.value.decode(), **self.headers}
        path = f"/{self.region}/{service}/{method}"
        answer = await self.client.post(path, content=body, headers={**headers, **(metadata or {})})
        return read_answer(answer, mode, rpc.answer)

    async def admin(self, method: str, path: str, **options: Any) -> httpx.Response:
        return await self.client.request(method, f"/admin{path}", **options)


def somebody_listens(topic: Topic) -> asyncio.Event:
    """An event that is set as soon as somebody waits for the topic's next message."""
    begun, listen = asyncio.Event(), topic.listen

    def noticed(listener: Callable[[], None]) -> Callable[[], None]:
        begun.set()
        return listen(listener)

    topic.listen = noticed  # type: ignore[method-assign]
    return begun


def read_answer(answer: httpx.Response, mode: Mode, kind: Any) -> GrpcAnswer:
    assert answer.status_code == 200
    octets = from_text(answer.content) if mode is Mode.TEXT else answer.content
    messages, trailers = [], {}
    while octets:
        flag, length = HEADER.unpack_from(octets)
        payload, octets = octets[5 : 5 + length], octets[5 + length :]
        if flag == TRAILERS:
            lines = payload.decode("ascii").split("\r\n")
            trailers = dict(line.split(":", 1) for line in lines if line)
        else:
            messages.append(kind.FromString(payload))
    return GrpcAnswer(messages, trailers, answer)
