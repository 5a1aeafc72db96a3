"""The ASGI application: its routes, and the way from a request to an answer."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from . import bulk, pages, wire
from .database import transaction
from .idempotency import answer_once, fingerprint, read_key
from .journal import Journal
from .reading import list_items, read_item
from .writing import Write, apply


@dataclass(frozen=True, slots=True)
class _Endpoints:
    """What the routes call, over one database; see `create_app` for the rest."""

    connection: sqlite3.Connection
    clock: Callable[[], float]
    new_id: Callable[[], str]
    new_token: Callable[[], str]

    async def items(self, request: Request) -> Response:
        if request.method == "POST":
            return await self._write(request, "")
        return wire.response(list_items(self.connection, request.query_params, wire.fields(request)))

    async def item(self, request: Request) -> Response:
        identity = request.path_params["identity"]
        if request.method not in {"GET", "HEAD"}:
            return await self._write(request, identity)
        return wire.response(read_item(self.connection, identity, wire.fields(request)))

    async def bulk(self, request: Request) -> Response:
        headers, content = wire.fields(request), await wire.content(request)
        write = Write("POST", "", headers, content, self.clock(), "")
        return wire.response(bulk.change(self.connection, write, self.new_id))

    async def front(self, _: Request) -> Response:
        return wire.response(pages.front_page())

    async def login(self, request: Request) -> Response:
        if request.method == "POST":
            content, kind = await wire.content(request), request.headers.get("content-type", "")
            return wire.response(pages.log_in(self.connection, content, kind, self.new_token()))
        return wire.response(pages.login_page(self.connection, request.cookies.get(pages.SESSION_COOKIE)))

    async def _write(self, request: Request, identity: str) -> Response:
        headers, content = wire.fields(request), await wire.content(request)
        key = read_key(headers.get("idempotency-key"))
        asked = fingerprint(request.method, wire.target(request), headers, content)
        write = Write(request.method, identity, headers, content, self.clock(), self.new_id())
        # Nothing is awaited within the transaction: changes are made one after the other.
        with transaction(self.connection):
            answer = answer_once(
                self.connection, key, asked, write.now, lambda: apply(self.connection, write)
            )
        return wire.response(answer)


def create_app(
    connection: sqlite3.Connection,
    *,
    latency_seconds: float = 0,
    clock: Callable[[], float] = time.time,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
    new_token: Callable[[], str] = secrets.token_urlsafe,
) -> ASGIApp:
    """Build the application over an open database.

    `clock` gives seconds since 1970, `pause` waits for a number of seconds, `new_id` names an item that is
    posted without id, `new_token` gives secrets for sessions.
    """
    endpoints = _Endpoints(connection, clock, new_id, new_token)
    routes = [
        Route("/", endpoints.front, methods=["GET"]),
        Route("/login", endpoints.login, methods=["GET", "POST"]),
        Route("/api/items", endpoints.items, methods=["GET", "POST"]),
        Route("/api/items/bulk", endpoints.bulk, methods=["POST"]),
        Route("/api/items/{identity}", endpoints.item, methods=["GET", "PUT", "PATCH", "DELETE"]),
    ]
    application = Starlette(
        routes=routes, exception_handlers=dict.fromkeys(wire.HANDLED, wire.problem_response)
    )
    application.router.redirect_slashes = False
    return Journal(application, connection, clock, pause, latency_seconds)
