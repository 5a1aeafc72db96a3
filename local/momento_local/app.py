"""The ASGI application: which region, which interface; answers for browsers; connections closed on purpose.

Plain ASGI for everything that Homeport calls, because it is on a benchmark's path; Starlette for the admin
interface.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from .exchange import (
    PLAIN,
    Answer,
    Disconnected,
    HangUp,
    Request,
    Stream,
    read_request,
    send_answer,
    send_stream,
    transport_of,
    until_gone,
)
from .faults import FaultKind
from .grpc_api import SERVICES, GrpcApi
from .http_api import HttpApi
from .region import Region
from .settings import ADMIN

ALLOW_ORIGIN = (b"access-control-allow-origin", b"*")
EXPOSE = (b"access-control-expose-headers", b"grpc-status, grpc-message, err")
METHODS = (b"access-control-allow-methods", b"GET, PUT, POST, DELETE")
RESET_AT_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER on, zero seconds: closing sends RST instead of FIN."""


class App:
    """Serves `/{region}/…` and hands `/admin` to another application."""

    def __init__(
        self, regions: Mapping[str, Region], http: HttpApi, grpc: GrpcApi, admin: ASGIApp, *, cors: bool
    ) -> None:
        self._regions = regions
        self._http = http
        self._grpc = grpc
        self._admin = admin
        self._extra = [ALLOW_ORIGIN, EXPOSE] if cors else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise NotImplementedError(f"only HTTP is served here, not {scope['type']}")
        name = scope["path"].split("/", 2)[1]
        region = self._regions.get(name)
        if region is None:
            await self._elsewhere(name, scope, receive, send)
            return
        try:
            request = await read_request(scope, receive)
            answer = await self._answer(region, request)
            if isinstance(answer, Stream):
                await send_stream(answer, receive, send, self._extra)
            else:
                await send_answer(answer, send, self._extra)
        except HangUp as hang_up:
            await close_connection(scope, receive, hang_up)
        except Disconnected:
            return

    async def _elsewhere(self, name: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for the admin interface, or for no region; not with 404, which clients may read as a miss."""
        if name in ("", ADMIN):
            await self._admin(scope, receive, send)
            return
        text = f"there is no region {name!r}; there are {sorted(self._regions)}"
        await send_answer(Answer(400, text.encode(), [PLAIN]), send, self._extra)

    async def _answer(self, region: Region, request: Request) -> Answer | Stream:
        path = request.segments[1:]
        if request.method == "OPTIONS" and self._extra:
            return preflight(request)
        if len(path) == 2 and path[0] in SERVICES:
            return await self._grpc.answer(region, request, path[0], path[1])
        return await self._http.answer(region, request, path)


def preflight(request: Request) -> Answer:
    """Allow a browser whatever it asks for."""
    wanted = request.headers.get("access-control-request-headers", "*").encode("latin-1")
    headers = [METHODS, (b"access-control-allow-headers", wanted), (b"access-control-max-age", b"600")]
    return Answer(204, b"", headers)


async def close_connection(scope: Scope, receive: Receive, hang_up: HangUp) -> None:
    """Close without an answer: with RST for a reset, else with FIN. Without a real connection, raise."""
    transport = transport_of(scope)
    if transport is None:
        raise ConnectionResetError(f"closed by a fault of the local Momento: {hang_up.kind.value}")
    if hang_up.kind is FaultKind.RESET:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    transport.abort()
    await until_gone(receive)
