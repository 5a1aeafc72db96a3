"""Representations by request fields that only the origin's Vary names: keys of their own, one generation at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport import keys
from homeport.entry import Entry
from homeport.messages import Headers, Request, Response
from homeport.pushing.propagate import mark_stale_in
from homeport.reading.variants import variant
from homeport.routing import Route
from homeport.writing.accept import Accepted, accept
from homeport.writing.write import Write
from tests.homeport.reading_world import AT, HOME, ITEM, Sea, status_of
from tests.homeport.writing_world import put

FR, DE = ("accept-language", "fr"), ("accept-language", "de")
STALE_ROUTE = Route("/items/{id}", ttl=60, stale_while_revalidate=30, stale_if_error=300)


def in_language(request: Request, vary: str = "Accept-Language") -> Response:
    """An origin that speaks every language."""
    language = request.headers.get("accept-language") or "none"
    tag = f'"{language}"'
    if request.headers.get("if-none-match") == tag:
        return Response(304, Headers([("etag", tag)]))
    return Response(200, Headers([("vary", vary), ("etag", tag)]), language.encode())


def spot(*fields: tuple[str, str], names: tuple[str, ...] = ("accept-language",)) -> str:
    return variant(ITEM, names, Headers(fields)).key


@pytest.fixture
def sea() -> Sea:
    sea = Sea()
    sea.answering(in_language)
    return sea


async def filled(sea: Sea, *fields: tuple[str, str], route: Route | None = None) -> Response:
    answer = await (sea.read(*fields) if route is None else sea.read(*fields, route=route))
    await sea.surroundings.run_behind()
    return answer


async def changed(sea: Sea) -> None:
    """News that the resource changed."""
    assert await mark_stale_in(sea.home, ITEM, sea.surroundings.effects)
    sea.home.cache.calls.clear()


def said(answer: Response) -> str:
    return str(status_of(answer))


class TestTwoValues:
    async def test_have_an_entry_each(self, sea: Sea) -> None:
        first, second = await filled(sea, FR), await filled(sea, DE)
        assert (first.body, second.body) == (b"fr", b"de")
        assert said(first).startswith("Homeport; fwd=uri-miss; fwd-status=200; stored")
        assert said(second).startswith("Homeport; fwd=vary-miss; fwd-status=200; stored")
        for field, body in ((FR, b"fr"), (DE, b"de")):
            answer = await sea.read(field)
            assert (answer.body, said(answer)) == (body, f'Homeport; hit; ttl=60; detail="{HOME}"')
        assert len(sea.origin.requests) == 2

    async def test_cost_a_hit_of_two_looks(self, sea: Sea) -> None:
        await filled(sea, FR)
        sea.home.cache.calls.clear()
        await sea.read(FR)
        assert sea.home.cache.calls == [("get", AT), ("get", keys.entry(spot(FR)))]

    async def test_cost_the_first_miss_a_look_the_names_and_the_entry(self, sea: Sea) -> None:
        await filled(sea, FR)
        own = keys.entry(spot(FR))
        assert sea.home.cache.calls == [("get", AT), ("set_if", AT), ("get_with_hash", own), ("set_if", own)]

    async def test_cost_a_further_miss_two_looks_and_a_store(self, sea: Sea) -> None:
        await filled(sea, FR)
        sea.home.cache.calls.clear()
        await filled(sea, DE)
        own = keys.entry(spot(DE))
        assert sea.home.cache.calls == [("get", AT), ("get", own), ("set_if", own)]

    async def test_are_one_where_they_mean_the_same(self, sea: Sea) -> None:  # RFC 9111 section 4.1
        await filled(sea, ("accept-language", "fr, de;q=0.5"))
        answer = await sea.read(("accept-language", "DE;q=0.5 , fr"))
        assert said(answer).startswith("Homeport; hit")

    async def test_are_two_where_one_is_no_value(self, sea: Sea) -> None:
        await filled(sea, FR)
        assert (await filled(sea)).body == b"none"
        assert (await sea.read()).body == b"none"

    async def test_are_kept_apart_by_what_is_under_the_key(self, sea: Sea) -> None:
        """A key is never trusted alone."""
        await filled(sea, FR)
        french = sea.home.kept(spot(FR))
        assert isinstance(french, Entry)
        sea.home.keep(spot(DE), french)
        answer = await filled(sea, DE)
        assert answer.body == b"de"
        assert sea.home.kept(spot(DE)) == french


class TestTheNames:
    async def test_are_those_of_all_answers_together(self, sea: Sea) -> None:
        await filled(sea, FR)
        sea.answering(lambda request: in_language(request, "Accept"))
        await filled(sea, DE, ("accept", "a"))
        assert sea.kept.varies == ("accept", "accept-language")
        answer = await sea.read(DE, ("accept", "a"))
        assert (answer.body, said(answer).startswith("Homeport; hit")) == (b"de", True)
        for fields in ((FR, ("accept", "a")), (DE, ("accept", "b")), (FR,)):
            other = await sea.read(*fields)
            sea.surroundings.drop_behind()
            assert said(other).startswith("Homeport; fwd=vary-miss"), fields

    async def test_of_the_route_are_in_the_key_already(self, sea: Sea) -> None:
        about = replace(ITEM, vary=Headers([("accept-language", "fr")]))
        assert variant(about, ("accept",), Headers([FR])).vary.get("accept-language") == "fr"
        sea.answering(lambda request: in_language(request, "Accept-Encoding"))
        await filled(sea, FR)
        assert (sea.kept.kind, sea.kept.varies) == ("stored", ())

    async def test_that_an_answer_lacks_do_not_undo_the_others(self, sea: Sea) -> None:
        await filled(sea, FR)
        sea.answering(Response(200, Headers(), b"plain"))
        await filled(sea, DE)
        assert ((await sea.read(DE)).body, (await sea.read(FR)).body) == (b"plain", b"fr")


class TestAChange:
    async def test_of_the_resource_makes_all_of_them_misses(self, sea: Sea) -> None:
        for field in (FR, DE):
            await filled(sea, field)
        await changed(sea)
        answer = await filled(sea, FR)
        assert said(answer).startswith("Homeport; fwd=stale; fwd-status=200; stored")
        assert said(await filled(sea, DE)).startswith("Homeport; fwd=vary-miss; fwd-status=200; stored")

    async def test_leaves_an_older_generations_entry_where_nobody_is_sent(self, sea: Sea) -> None:
        await filled(sea, DE)
        old = sea.home.kept(spot(DE))
        await changed(sea)
        await filled(sea, FR)
        assert sea.home.kept(spot(DE)) == old
        sea.answering(Response(200, Headers([("vary", "Accept-Language")]), b"neu"))
        assert (await filled(sea, DE)).body == b"neu"
        assert (await sea.read(DE)).body == b"neu"

    async def test_costs_an_older_generations_successor_the_hash_of_what_it_replaces(self, sea: Sea) -> None:
        await filled(sea, DE)
        await changed(sea)
        await filled(sea, FR)
        sea.home.cache.calls.clear()
        await filled(sea, DE)
        own = keys.entry(spot(DE))
        expected = [("get", AT), ("get", own), ("get_with_hash", own), ("set_if_hash", own)]
        assert sea.home.cache.calls == expected

    @pytest.mark.parametrize("known", [False, True])
    async def test_while_the_origin_answers_is_never_hidden(self, sea: Sea, known: bool) -> None:
        if known:
            await filled(sea, FR)

        async def origin(request: Request) -> Response:
            await changed(sea)
            return in_language(request)

        sea.answering(origin)
        assert (await filled(sea, DE)).body == b"de"
        sea.answering(Response(200, Headers([("vary", "Accept-Language")]), b"neu"))
        assert (await filled(sea, DE)).body == b"neu"

    async def test_while_the_names_grow_is_never_hidden(self, sea: Sea) -> None:
        await filled(sea, FR)

        async def origin(request: Request) -> Response:
            await changed(sea)
            return in_language(request, "Accept")

        sea.answering(origin)
        await filled(sea, DE)
        assert (sea.kept.stale, sea.kept.varies) == (True, ("accept-language",))

    async def test_while_one_is_refreshed_is_never_hidden(self, sea: Sea) -> None:
        await filled(sea, FR)
        sea.clock.advance(70_000)

        async def origin(request: Request) -> Response:
            await changed(sea)
            return in_language(request)

        sea.answering(origin)
        assert (await filled(sea, FR, route=STALE_ROUTE)).body == b"fr"
        assert len(sea.origin.requests) == 1
        assert said(await filled(sea, FR, route=STALE_ROUTE)).startswith("Homeport; fwd=stale")


class TestAWriteThatIsAccepted:
    async def written(self, sea: Sea) -> None:
        write = Write("w" * 32, ITEM, put("/items/1", b"written"))
        assert await accept(write, sea.home, sea.origin, sea.surroundings.effects) == Accepted()

    async def test_is_what_every_reader_sees(self, sea: Sea) -> None:
        for field in (FR, DE):
            await filled(sea, field)
        await self.written(sea)
        for fields in ((FR,), (DE,), ()):
            sea.home.cache.calls.clear()
            answer = await sea.read(*fields)
            assert (bytes(answer.body), sea.methods) == (b"written", ["get"])
            assert said(answer) == f'Homeport; hit; detail="{HOME} dirty"'

    @pytest.mark.parametrize("known", [False, True])
    async def test_is_never_hidden_by_a_slow_fill(self, sea: Sea, known: bool) -> None:
        if known:
            await filled(sea, FR)

        async def origin(request: Request) -> Response:
            await self.written(sea)
            return in_language(request)

        sea.answering(origin)
        await filled(sea, DE)
        assert bytes((await sea.read(DE)).body) == b"written"
