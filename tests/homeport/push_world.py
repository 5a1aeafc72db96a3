"""Pages that the origin pushes, and the regions that get them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from homeport.entry import Entry, Push
from homeport.messages import Headers, Response
from homeport.pushing.changed import Site
from homeport.pushing.deliver import Told, deliver
from homeport.pushing.page import Page, page_of
from homeport.routing import Route, Routes
from tests.homeport.homeport_world import NOON, ORIGIN, TwinRegion
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import World, about, stored

TARGET = "/items/1"
KEY = about(TARGET).key
ROUTES = Routes(
    Route("/items", ttl=60),
    Route("/items/{id}", ttl=60),
    Route("/tagged/{id}", ttl=60, tags=("item-{id}",)),
    Route("/unsaid/{id}"),
    Route("/vary/{id}", ttl=60, vary=("accept-language",)),
)
SITE = Site(ORIGIN, ROUTES)
HTML = ("content-type", "text/html; charset=utf-8")


def response(body: bytes = b"page", *fields: tuple[str, str], status: int = 200) -> Response:
    return Response(status, Headers((HTML, *fields)), body)


def page(
    body: bytes = b"page",
    *fields: tuple[str, str],
    at: int = NOON,
    number: int = 1,
    version: int | None = None,
    source: str = "p",
    url: str = TARGET,
    state: str = "",
) -> Page:
    """A page that certainly may be pushed; rendering took 10 ms."""
    push = Push(state, version, source, number)
    made = page_of(url, response(body, *fields), (at, at + 10), push, SITE)
    assert isinstance(made, Page), made
    return made


def pushed(body: bytes = b"old", *, push: Push | None = None, at: int = NOON, stale: bool = False) -> Entry:
    """What stands there, fresh unless said otherwise, since `at`."""
    return replace(stored(TARGET, body, stale=stale), as_of=(at - 10, at), push=push)


async def push(world: World, what: Page, region: TwinRegion | None = None, by: Process | None = None) -> Told:
    process = by or Process()
    return await deliver(what, process.connect(region or world.home), world.surroundings.effects)


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)
