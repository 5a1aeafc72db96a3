"""Reads enter what they store under its tags: what a purge relies on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from homeport import keys
from homeport.entry import Entry
from homeport.messages import Headers, Request, Response
from homeport.pushing.order import Order
from homeport.pushing.purge import Purge
from homeport.routing import Route
from tests.homeport.homeport_world import ORIGIN
from tests.homeport.reading_world import ITEM, NEWS, OLD, Sea

TAGGED = Route("/items/{id}", ttl=60, tags=("items",))
ANSWER = replace(NEWS, headers=NEWS.headers.plus(("cache-tag", "A, b"), ("surrogate-key", "c")))


async def purge(sea: Sea, *tags: str, soft: bool = False) -> int:
    order = Order((), tuple((tag, None) for tag in tags), soft, sea.clock())
    done = await Purge(order, ORIGIN, sea.home, None, sea.surroundings.effects).run()
    assert done.error is None
    return done.purged


def kept(sea: Sea) -> Entry:
    entry = sea.home.kept(ITEM.key)
    assert isinstance(entry, Entry)
    return entry


async def test_an_answers_tags_are_entered_and_kept_and_no_visitor_sees_their_fields() -> None:
    sea = Sea()
    sea.answering(ANSWER)
    first = await sea.read(route=TAGGED)
    await sea.surroundings.run_behind()
    second = await sea.read(route=TAGGED)
    assert kept(sea).tags == ("items", "a", "b", "c")
    for answer in (first, second):
        assert not {"cache-tag", "surrogate-key"} & {name for name, _ in answer.headers}
    for tag in kept(sea).tags:
        assert await purge(sea, tag) == 1


async def test_an_answer_whose_tag_is_purged_while_the_origin_works_is_not_stored() -> None:
    sea = Sea()

    async def purged_meanwhile(_: Request) -> Response:
        await purge(sea, "a")
        return ANSWER

    sea.answering(purged_meanwhile)
    assert bytes((await sea.read(route=TAGGED)).body) == b"news"
    await sea.surroundings.run_behind()
    assert sea.home.kept(ITEM.key) is None


async def test_without_tags_nothing_is_entered() -> None:
    sea = Sea()
    sea.answering(NEWS)
    await sea.read()
    await sea.surroundings.run_behind()
    assert kept(sea).tags == ()
    assert not any(method.startswith("sorted_set") for method in sea.methods)


async def test_what_a_304_refreshed_is_entered_again() -> None:
    """Else the next soft purge begins beyond its score, and its set may expire before it does."""
    sea = Sea()
    sea.home.keep(ITEM.key, replace(OLD, tags=("items",), soft=True))
    sea.answering(Response(304, Headers([("etag", '"1"')])))
    await sea.read(route=TAGGED)
    await sea.surroundings.run_behind()
    assert not kept(sea).soft
    content: Any = sea.home.cache.store.content(keys.tag("items").encode(), object)
    assert content is not None
    assert await purge(sea, "items", soft=True) == 1
