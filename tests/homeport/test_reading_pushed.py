"""What visitors are told of a pushed page, and how it ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.entry import Entry, Push
from homeport.messages import Headers, Response
from homeport.pushing.changed import Site
from homeport.pushing.deliver import deliver
from homeport.pushing.page import Page, page_of
from homeport.routing import Route, Routes
from tests.homeport.homeport_world import NOON, ORIGIN
from tests.homeport.reading_world import ITEM, NEWS, OLD, WRITTEN, Sea, status_of

ROUTE = Route("/items/{id}", ttl=60, stale_while_revalidate=30)


async def pushed(sea: Sea, *fields: tuple[str, str], body: bytes = b"pushed", number: int = 1) -> None:
    at = sea.clock()
    answer = Response(200, Headers((("content-type", "text/plain"), *fields)), body)
    made = page_of("/items/1", answer, (at, at), Push("few", None, "p", number), Site(ORIGIN, Routes(ROUTE)))
    assert isinstance(made, Page)
    assert (await deliver(made, sea.home, sea.surroundings.effects)).state == "stored"


async def test_a_hit_says_that_it_was_pushed_and_the_origin_is_not_asked() -> None:
    sea = Sea()
    await pushed(sea)
    answer = await sea.read(route=ROUTE)
    assert (answer.status, answer.body) == (200, b"pushed")
    assert status_of(answer) == f'Homeport; hit; ttl=60; detail="{sea.home.name} pushed"'
    assert sea.origin.requests == []


async def test_what_was_filled_does_not_say_so() -> None:
    sea = Sea()
    sea.home.keep(ITEM.key, OLD)
    assert status_of(await sea.read()) == f'Homeport; hit; ttl=60; detail="{sea.home.name}"'


async def test_a_visitor_who_has_it_gets_304_by_the_etag_of_its_octets() -> None:
    sea = Sea()
    await pushed(sea)
    etag = (await sea.read(route=ROUTE)).headers.get("etag")
    assert etag is not None
    again = await sea.read(("if-none-match", etag), route=ROUTE)
    assert (again.status, again.body) == (304, b"")
    await pushed(sea, body=b"other", number=2)
    assert (await sea.read(("if-none-match", etag), route=ROUTE)).body == b"other"


async def test_the_pages_own_freshness_comes_before_the_routes() -> None:
    sea = Sea()
    await pushed(sea, ("cache-control", "s-maxage=5"))
    assert (status_of(await sea.read(route=ROUTE)) or "").startswith("Homeport; hit; ttl=5")


async def test_an_expired_page_falls_back_to_the_origin_and_is_pushed_no_more() -> None:
    sea = Sea()
    await pushed(sea)
    sea.clock.advance(100_000)
    sea.answering(NEWS)
    answer = await sea.read(route=ROUTE)
    await sea.surroundings.run_behind()
    assert answer.body == b"news"
    assert (sea.kept.body, sea.kept.push) == (b"news", None)


async def test_a_page_that_the_origin_has_confirmed_is_the_origins() -> None:
    """Its number says nothing any more: a later push that was rendered before the 304 must not win by it."""
    sea = Sea()
    await pushed(sea, ("etag", '"origins"'))
    sea.clock.advance(100_000)
    sea.answering(Response(304, Headers([("etag", '"origins"')])))
    assert (await sea.read(route=ROUTE)).body == b"pushed"
    await sea.surroundings.run_behind()
    assert (sea.kept.push, sea.kept.as_of, sea.kept.body) == (None, (NOON + 100_000,) * 2, b"pushed")


@pytest.mark.parametrize("entry", [WRITTEN, replace(WRITTEN, push=Push("few", 1, "p", 1))])
async def test_what_is_dirty_says_that_it_is_dirty(entry: Entry) -> None:
    sea = Sea()
    sea.home.keep(ITEM.key, entry)
    assert (status_of(await sea.read()) or "").endswith('dirty"')
