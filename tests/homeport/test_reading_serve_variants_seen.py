"""A representation under a key of its own: stale, damaged, out of reach, or put there by two at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from homeport import keys
from homeport.entry import Entry
from homeport.messages import Headers, NoAnswer, Response
from momento_http_shim.outcomes import Failed, Found, Miss
from tests.homeport.homeport_world import NOON, failing
from tests.homeport.reading_world import AT, DAMAGED, FOREIGN, HOME, ITEM, OLD, Sea
from tests.homeport.test_reading_serve_variants import DE, FR, STALE_ROUTE, filled, in_language, said, spot


@pytest.fixture
def sea() -> Sea:
    sea = Sea()
    sea.answering(in_language)
    return sea


class TestOneThatIsStale:
    async def test_by_age_is_asked_for_and_freshened_in_its_place(self, sea: Sea) -> None:
        await filled(sea, FR)
        before = sea.home.kept(spot(FR))
        sea.clock.advance(60_000)
        sea.home.cache.calls.clear()
        answer = await filled(sea, FR)
        assert said(answer) == f'Homeport; fwd=stale; fwd-status=304; stored; detail="{HOME}"'
        assert sea.methods == ["get", "get", "get_with_hash", "set_if_hash"]
        after = sea.home.kept(spot(FR))
        assert isinstance(before, Entry)
        assert isinstance(after, Entry)
        assert (after.of, after.body, after.as_of) == (before.of, b"fr", (NOON + 60_000, NOON + 60_000))
        assert said(await sea.read(FR)).startswith("Homeport; hit; ttl=60")

    async def test_is_shown_and_refreshed_behind(self, sea: Sea) -> None:
        await filled(sea, FR)
        sea.clock.advance(70_000)
        sea.answering(Response(200, Headers([("vary", "Accept-Language")]), b"neuf"))
        answer = await sea.read(FR, route=STALE_ROUTE)
        assert (answer.body, said(answer)) == (b"fr", f'Homeport; hit; ttl=-10; detail="{HOME}"')
        await sea.surroundings.run_behind()
        assert (await sea.read(FR, route=STALE_ROUTE)).body == b"neuf"

    async def test_stands_in_for_an_origin_that_fails(self, sea: Sea) -> None:
        await filled(sea, FR)
        sea.clock.advance(100_000)
        sea.answering(NoAnswer("it took too long"))
        assert (await sea.read(FR, route=STALE_ROUTE)).body == b"fr"


class TestASecondLookThat:
    async def test_fails_leaves_the_read_to_the_origin_and_nothing_is_filled(self, sea: Sea) -> None:
        await filled(sea, FR)
        own = keys.entry(spot(FR)).encode()
        down = failing()
        sea.home.cache.faults = lambda method, key: down(method, key) if key == own else None
        answer = await sea.read(FR)
        assert (answer.body, sea.surroundings.behind) == (b"fr", [])
        assert said(answer) == f'Homeport; fwd=miss; fwd-status=200; detail="{HOME}"'
        assert sea.surroundings.events == [("region_failed", {"region": HOME, "code": "TIMEOUT_ERROR"})]

    async def test_finds_damage_says_so_and_replaces_it(self, sea: Sea) -> None:
        await filled(sea, FR)
        sea.home.keep(spot(FR), DAMAGED)
        assert (await filled(sea, FR)).body == b"fr"
        assert {name for name, _ in sea.surroundings.events} == {"entry_unreadable"}
        assert isinstance(sea.home.kept(spot(FR)), Entry)

    async def test_finds_a_newer_releases_entry_leaves_it_alone(self, sea: Sea) -> None:
        await filled(sea, FR)
        sea.home.keep(spot(FR), FOREIGN)
        assert (await filled(sea, FR)).body == b"fr"
        assert sea.home.octets(spot(FR)) == FOREIGN

    async def test_is_not_taken_leaves_a_newer_releases_entry_alone_too(self, sea: Sea) -> None:
        sea.home.keep(spot(FR), FOREIGN)
        assert (await filled(sea, FR)).body == b"fr"
        assert sea.home.octets(spot(FR)) == FOREIGN

    async def test_finds_nothing_declines_only_if_cached(self, sea: Sea) -> None:
        await filled(sea, FR)
        answer = await sea.read(DE, ("cache-control", "only-if-cached"))
        assert (answer.status, len(sea.origin.requests)) == (504, 1)


async def test_two_first_misses_at_once_store_one_generation(sea: Sea) -> None:
    """The second finds the names there already: it stores nothing, and is a miss once more."""
    both = await asyncio.gather(sea.read(FR), sea.read(DE))
    await sea.surroundings.run_behind()
    assert [answer.body for answer in both] == [b"fr", b"de"]
    assert ((await sea.read(FR)).body, len(sea.origin.requests)) == (b"fr", 2)
    assert said(await filled(sea, DE)).startswith("Homeport; fwd=vary-miss")


def placed_after_the_look(sea: Sea, monkeypatch: pytest.MonkeyPatch, then: Callable[[], None]) -> None:
    """The names are placed only once the representation's own key is being looked at; `then` happens after both."""
    cache, looked = sea.home.cache, asyncio.Event()
    look, place = cache.get_with_hash, cache.set_if

    async def looking(key: str, *, consistent: bool = False) -> Found | Miss | Failed:
        seen = await look(key, consistent=consistent)
        looked.set()
        return seen

    async def placing(key: str, *what: object, **how: object) -> object:
        await looked.wait()
        outcome = await place(key, *what, **how)  # type: ignore[arg-type]
        if key == AT:
            then()
        return outcome

    monkeypatch.setattr(cache, "get_with_hash", looking)
    monkeypatch.setattr(cache, "set_if", placing)


class TestTheFirstOfAGeneration:
    async def test_is_looked_for_while_the_names_are_placed(
        self, sea: Sea, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        placed_after_the_look(sea, monkeypatch, lambda: None)
        await filled(sea, FR)
        assert said(await sea.read(FR)).startswith("Homeport; hit")

    async def test_gives_way_to_what_another_reader_put_there_meanwhile(
        self, sea: Sea, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        newer = replace(OLD, nonce="newer")
        placed_after_the_look(sea, monkeypatch, lambda: sea.home.keep(spot(FR), newer))
        await filled(sea, FR)
        assert sea.home.kept(spot(FR)) == newer


async def test_a_representation_that_cannot_be_stored_is_told(sea: Sea) -> None:
    own, down = keys.entry(spot(FR)).encode(), failing("set_if")
    sea.home.cache.faults = lambda method, key: down(method, key) if key == own else None
    assert (await filled(sea, FR)).body == b"fr"
    assert sea.surroundings.events == [("fill_failed", {"region": HOME, "code": "TIMEOUT_ERROR"})]


async def test_one_that_began_to_vary_replaces_what_stood_alone(sea: Sea) -> None:
    sea.home.keep(ITEM.key, replace(OLD, stale=True))
    assert (await filled(sea, FR)).body == b"fr"
    assert (sea.kept.kind, (await sea.read(FR)).body) == ("variants", b"fr")
