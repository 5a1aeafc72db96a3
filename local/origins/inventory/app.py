"""The ASGI application: its routes, and what follows a change of the stock."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Protocol
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from homeport_origin import Published
from local.origins.items.journal import Journal

from . import pages, stock
from .caching import Way, fields
from .stock import Look, look_of

_NOT_KEPT = {"cache-control": "no-store"}
_LONGEST_FORM = 1000


class Publishes(Protocol):
    """What the shop needs of `homeport_origin.Publisher`, which implements it."""

    async def publish(self, url: str, render: Callable[[], object], *, state: str) -> Published:
        """See `homeport_origin.Publisher.publish`."""


@dataclass(frozen=True, slots=True)
class _Shop:
    """What the routes call; see `create_app`."""

    connection: sqlite3.Connection
    kept: Mapping[str, str]
    publisher: Publishes | None
    clock: Callable[[], float]

    async def product(self, _: Request) -> Response:
        return HTMLResponse(self._rendered("reader"), headers=self.kept)

    async def buy(self, _: Request) -> Response:
        before = self._look()
        if not stock.take_one(self.connection):
            return HTMLResponse(pages.sold_out(), 409, _NOT_KEPT)
        await self._committed(before)
        # To a page of its own: a cache marks outdated what the Location of a POST's answer names (RFC 9111
        # section 4.4), and the product page looks the same as before to nearly every buyer.
        return RedirectResponse("/thanks", 303, _NOT_KEPT)

    async def thanks(self, _: Request) -> Response:
        return HTMLResponse(pages.thanks(), headers=_NOT_KEPT)

    async def admin(self, request: Request) -> Response:
        if request.method != "POST":
            return self._admin_page(200)
        form = parse_qs((await request.body())[:_LONGEST_FORM].decode(errors="replace"))
        said = form.get("pieces", [""])[0]
        if not (said.isascii() and said.isdigit() and len(said) <= 10 and int(said) <= stock.MOST):
            return self._admin_page(422, f"Pieces are a whole number from 0 to {stock.MOST}.")
        before = self._look()
        stock.put(self.connection, int(said))
        await self._committed(before)
        return RedirectResponse("/admin", 303, _NOT_KEPT)

    def _admin_page(self, status: int, fault: str = "") -> Response:
        pieces, renders = stock.pieces(self.connection), stock.renders(self.connection)
        return HTMLResponse(pages.admin(pieces, look_of(pieces), renders, fault), status, _NOT_KEPT)

    def _look(self) -> Look:
        return look_of(stock.pieces(self.connection))

    def _rendered(self, cause: str) -> str:
        look = self._look()
        stock.note_render(self.connection, self.clock(), look, cause)
        return pages.product(look)

    async def _committed(self, before: Look) -> None:
        """Tell the regions what the page shows now. That nothing is rendered for the same look is the publisher's job.

        Between the commit and the call nothing is awaited: publishes are asked for in the order of the commits.
        """
        look = self._look()
        changed = stock.note_change(self.connection, self.clock(), look) if look is not before else None
        if self.publisher is None:
            return
        done = await self.publisher.publish(
            "/",
            lambda: (self._rendered("push"), {**self.kept, "content-type": "text/html; charset=utf-8"}),
            state=look.value,
        )
        if changed is not None and all(
            told.state not in ("owed", "failed") for told in done.regions.values()
        ):
            stock.note_published(self.connection, self.clock(), changed)


def create_app(
    connection: sqlite3.Connection,
    *,
    way: Way = "none",
    ttl: int = 60,
    publisher: Publishes | None = None,
    latency_seconds: float = 0,
    clock: Callable[[], float] = time.time,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> ASGIApp:
    """Build the application over an open database.

    `way` and `ttl` say how the product page may be kept. The `publisher` is told after each commit; without one nobody
    is. `clock` gives seconds since 1970, `pause` waits for a number of seconds.
    """
    shop = _Shop(connection, fields(way, ttl), publisher, clock)
    application = Starlette(
        routes=[
            Route("/", shop.product, methods=["GET"]),
            Route("/buy", shop.buy, methods=["POST"]),
            Route("/thanks", shop.thanks, methods=["GET"]),
            Route("/admin", shop.admin, methods=["GET", "POST"]),
        ]
    )
    application.router.redirect_slashes = False
    return Journal(_Dated(application, clock), connection, clock, pause, latency_seconds)


class _Dated:
    """Says Date at the moment of the answer.

    The server's own is up to a second old, and caches count an age from it (RFC 9111 section 4.2.3).
    """

    def __init__(self, application: ASGIApp, clock: Callable[[], float]) -> None:
        self._application, self._clock = application, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(self._clock(), usegmt=True).encode()
                message = {**message, "headers": [*message["headers"], (b"date", date)]}
            await send(message)

        await self._application(scope, receive, dated)
