"""Stale answers: shown first and refreshed behind, or shown because the origin failed (RFC 5861)."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from homeport import keys
from homeport.messages import Headers, NoAnswer, Request, Response
from homeport.pushing.propagate import mark_stale_in
from homeport.reading.collapse import FAILED_SECONDS
from homeport.routing import Route
from tests.homeport.homeport_world import NOON, Answer, failing
from tests.homeport.reading_world import HOME, ITEM, NEWS, OLD, STALE, WRITTEN, Sea, status_of

BEHIND = Route("/items/{id}", ttl=60, stale_while_revalidate=30)
SPARE = Route("/items/{id}", ttl=60, stale_if_error=300)
NOT_MODIFIED = Response(304, Headers([("etag", '"1"')]))
TURN = keys.turn(ITEM.key)
SILENT = NoAnswer("it took too long")


@pytest.fixture
def sea() -> Sea:
    """Ten seconds after the freshness of what stands there."""
    sea = Sea()
    sea.home.keep(ITEM.key, OLD)
    sea.clock.advance(70_000)
    sea.answering(NEWS)
    return sea


class TestStaleWhileRevalidate:
    async def test_answers_first_and_asks_behind(self, sea: Sea) -> None:
        answer = await sea.read(route=BEHIND)
        assert (answer.status, answer.body, answer.headers.get("age")) == (200, b"old", "70")
        assert status_of(answer) == f'Homeport; hit; ttl=-10; detail="{HOME}"'
        assert (sea.methods, sea.origin.requests) == (["get"], [])
        await sea.surroundings.run_behind()
        assert len(sea.origin.requests) == 1
        after = await sea.read(route=BEHIND)
        assert (after.body, status_of(after)) == (b"news", f'Homeport; hit; ttl=60; detail="{HOME}"')

    async def test_costs_a_turn_a_hash_a_store_and_the_turns_end(self, sea: Sea) -> None:
        await sea.read(route=BEHIND)
        await sea.surroundings.run_behind()
        assert sea.methods == ["get", "set_if", "get_with_hash", "set_if_hash", "set_if"]
        assert sea.home.cache.calls[1] == sea.home.cache.calls[4] == ("set_if", TURN)

    async def test_asks_whether_the_entry_still_stands_and_gives_it_new_life(self, sea: Sea) -> None:
        sea.answering(NOT_MODIFIED)
        await sea.read(route=BEHIND)
        await sea.surroundings.run_behind()
        assert sea.origin.requests == [Request("GET", "/items/1", Headers([("if-none-match", '"1"')]))]
        assert (sea.kept.body, sea.kept.as_of) == (b"old", (NOON + 70_000, NOON + 70_000))

    @pytest.mark.parametrize(
        "answer",
        [
            Response(404),
            Response(410),
            Response(302),
            Response(200, Headers([("cache-control", "no-store")])),
        ],
    )
    async def test_an_answer_that_is_not_kept_ends_the_old_ones_time(
        self, sea: Sea, answer: Response
    ) -> None:
        script = [answer, NEWS]
        sea.answering(lambda _: script.pop(0))
        assert (await sea.read(route=BEHIND)).body == b"old"
        await sea.surroundings.run_behind()
        assert sea.kept.stale
        assert (await sea.read(route=BEHIND)).body == b"news"
        await sea.surroundings.run_behind()

    @pytest.mark.parametrize("status", [400, 429, 500])
    async def test_an_error_leaves_the_old_one_its_time(self, sea: Sea, status: int) -> None:
        sea.answering(Response(status))
        assert (await sea.read(route=BEHIND)).body == b"old"
        await sea.surroundings.run_behind()
        assert not sea.kept.stale

    async def test_of_two_readers_at_once_one_asks(self, sea: Sea) -> None:
        answered = asyncio.Event()

        async def slowly(_: Request) -> Response:
            await answered.wait()
            return NEWS

        sea.answering(slowly)
        assert [(await sea.read(route=BEHIND)).body for _ in range(3)] == [b"old"] * 3
        refreshing = [asyncio.ensure_future(each) for each in sea.surroundings.behind]
        sea.surroundings.behind.clear()
        await refreshing[1]
        await refreshing[2]
        assert not refreshing[0].done()
        answered.set()
        await refreshing[0]
        assert (len(sea.origin.requests), sea.kept.body) == (1, b"news")

    async def test_of_two_readers_one_after_the_other_one_asks(self, sea: Sea) -> None:
        for _ in range(2):
            await sea.read(route=BEHIND)
        for each in list(sea.surroundings.behind):
            await each
            sea.clock.advance(10)
        sea.surroundings.behind.clear()
        assert len(sea.origin.requests) == 1

    async def test_asks_in_each_region_by_itself(self) -> None:
        sea = Sea("eu-central-1")
        for region in sea.regions:
            region.keep(ITEM.key, OLD)
        sea.clock.advance(70_000)
        sea.answering(lambda _: NEWS)
        for _ in range(2):
            await sea.read(route=BEHIND)
            sea.regions.reverse()
        await asyncio.gather(*sea.surroundings.behind)
        sea.surroundings.behind.clear()
        assert len(sea.origin.requests) == 2
        assert [each.cache.methods.count("set_if_hash") for each in sea.regions] == [1, 1]

    @pytest.mark.parametrize("failure", [SILENT, Response(503), Response(500)])
    async def test_does_not_storm_an_origin_that_fails(self, sea: Sea, failure: Answer) -> None:
        sea.answering(lambda _: failure)
        for after_ms in (0, FAILED_SECONDS * 1000 - 1, 1):
            sea.clock.advance(after_ms)
            assert (await sea.read(route=BEHIND)).body == b"old"
            await sea.surroundings.run_behind()
        assert len(sea.origin.requests) == 2
        assert sea.kept == OLD

    async def test_ends_with_its_window(self, sea: Sea) -> None:
        sea.clock.advance(20_000)
        answer = await sea.read(route=BEHIND)
        sea.surroundings.drop_behind()
        assert answer.body == b"news"
        assert str(status_of(answer)).startswith("Homeport; fwd=stale;")

    async def test_goes_by_the_origins_own_word_first(self, sea: Sea) -> None:
        said = Headers([("cache-control", "max-age=60, stale-while-revalidate=11")])
        sea.home.keep(ITEM.key, replace(OLD, header=said))
        assert (await sea.read()).body == b"old"
        sea.surroundings.drop_behind()
        sea.clock.advance(1_000)
        assert (await sea.read(route=BEHIND)).body == b"news"
        sea.surroundings.drop_behind()

    async def test_never_shows_what_a_write_has_outdated(self, sea: Sea) -> None:
        await mark_stale_in(sea.home, ITEM, sea.surroundings.effects)
        answer = await sea.read(route=BEHIND)
        sea.surroundings.drop_behind()
        assert answer.body == b"news"

    async def test_shows_what_was_purged_softly_and_asks_at_once(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, replace(OLD, soft=True, as_of=(sea.clock(), sea.clock())))
        answer = await sea.read(route=BEHIND)
        assert (answer.body, status_of(answer)) == (b"old", f'Homeport; hit; ttl=0; detail="{HOME}"')
        await sea.surroundings.run_behind()
        assert (sea.kept.body, sea.kept.soft) == (b"news", False)

    @pytest.mark.parametrize(
        ("method", "field"), [("HEAD", ("accept", "a")), ("GET", ("range", "bytes=0-1"))]
    )
    async def test_asks_for_the_whole_whatever_was_wanted_of_it(
        self, sea: Sea, method: str, field: tuple[str, str]
    ) -> None:
        await sea.read(field, method=method, route=BEHIND)
        await sea.surroundings.run_behind()
        (request,) = sea.origin.requests
        assert (request.method, "range" in request.headers, sea.kept.body) == ("GET", False, b"news")

    @pytest.mark.parametrize("origin_says", [NEWS, NOT_MODIFIED])
    async def test_never_hides_a_write_that_was_faster(self, sea: Sea, origin_says: Response) -> None:
        def origin(_: Request) -> Response:
            sea.home.keep(ITEM.key, WRITTEN)
            return origin_says

        sea.answering(origin)
        await sea.read(route=BEHIND)
        await sea.surroundings.run_behind()
        assert sea.kept == WRITTEN

    async def test_asks_nothing_where_the_entry_was_changed_meanwhile(self, sea: Sea) -> None:
        await sea.read(route=BEHIND)
        sea.home.keep(ITEM.key, WRITTEN)
        await sea.surroundings.run_behind()
        assert (sea.origin.requests, sea.kept) == ([], WRITTEN)

    async def test_knows_the_entry_again_by_its_version_alone(self, sea: Sea) -> None:
        """In the workers two looks at one body never compare equal."""
        decode = sea.home.cache.get_with_hash

        async def other_octets(key: str, *, consistent: bool = False) -> object:
            sea.home.keep(ITEM.key, replace(OLD, body=b"OLD"))
            return await decode(key, consistent=consistent)

        sea.home.cache.get_with_hash = other_octets  # type: ignore[assignment, method-assign]
        await sea.read(route=BEHIND)
        await sea.surroundings.run_behind()
        assert len(sea.origin.requests) == 1

    async def test_lets_a_region_that_takes_nothing_be(self, sea: Sea) -> None:
        sea.home.cache.faults = failing("set_if", "get_with_hash")
        assert (await sea.read(route=BEHIND)).body == b"old"
        await sea.surroundings.run_behind()
        assert (sea.origin.requests, sea.kept) == ([], OLD)


class TestStaleIfError:
    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    async def test_stands_in_for_an_origin_that_answers_with_an_error(self, sea: Sea, status: int) -> None:
        sea.answering(Response(status, Headers([("x", "1")]), b"broken"))
        answer = await sea.read(route=SPARE)
        assert (answer.status, answer.body, "x" in answer.headers) == (200, b"old", False)
        detail = f'detail="{HOME} stale-if-error"'
        assert status_of(answer) == f"Homeport; fwd=stale; fwd-status={status}; {detail}"
        assert [each.ended for each in sea.origin.opened] == ["discarded"]
        assert (sea.surroundings.behind, sea.kept) == ([], OLD)

    @pytest.mark.parametrize("reason", ["it took too long", "it could not be reached"])
    async def test_stands_in_for_an_origin_that_does_not_answer(self, sea: Sea, reason: str) -> None:
        sea.answering(NoAnswer(reason))
        answer = await sea.read(route=SPARE)
        assert (answer.status, answer.body) == (200, b"old")
        assert status_of(answer) == f'Homeport; fwd=stale; detail="{HOME} stale-if-error"'

    async def test_stands_in_for_an_answer_that_breaks_off(self, sea: Sea) -> None:
        sea.origin.breaks_off = True
        answer = await sea.read(route=SPARE)
        assert (answer.body, sea.kept) == (b"old", OLD)
        detail = f'detail="{HOME} stale-if-error"'
        assert status_of(answer) == f"Homeport; fwd=stale; fwd-status=200; {detail}"

    @pytest.mark.parametrize("status", [400, 403, 404, 410, 429, 501])
    async def test_does_not_stand_in_for_what_the_origin_means(self, sea: Sea, status: int) -> None:
        sea.answering(Response(status, Headers([("cache-control", "no-store")]), b"meant"))
        answer = await sea.read(route=SPARE)
        assert (answer.status, answer.body) == (status, b"meant")
        await sea.surroundings.run_behind()
        assert sea.kept.stale is (status in (404, 410))

    @pytest.mark.parametrize("failure", [Response(503), SILENT])
    async def test_never_shows_what_a_write_has_outdated(self, sea: Sea, failure: Answer) -> None:
        sea.home.keep(ITEM.key, STALE)
        sea.answering(failure)
        assert (await sea.read(route=SPARE)).status == (502 if failure is SILENT else 503)
        assert sea.kept == STALE

    async def test_shows_what_was_purged_softly(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, replace(OLD, soft=True))
        sea.answering(Response(503))
        assert (await sea.read(route=SPARE)).body == b"old"

    @pytest.mark.parametrize(("at_ms", "status"), [(359_999, 200), (360_000, 503)])
    async def test_ends_with_its_window(self, sea: Sea, at_ms: int, status: int) -> None:
        sea.clock.now_ms = NOON + at_ms
        sea.answering(Response(503))
        assert (await sea.read(route=SPARE)).status == status

    @pytest.mark.parametrize("directive", ["must-revalidate", "proxy-revalidate", "no-cache", "s-maxage=60"])
    async def test_goes_by_the_origins_ban(self, sea: Sea, directive: str) -> None:
        sea.home.keep(ITEM.key, replace(OLD, header=Headers([("cache-control", directive)])))
        sea.answering(Response(503))
        assert (await sea.read(route=SPARE)).status == 503

    async def test_is_not_for_a_visitor_who_wants_no_stored_answer(self, sea: Sea) -> None:
        sea.answering(Response(503))
        assert (await sea.read(("cache-control", "no-cache"), route=SPARE)).status == 503

    async def test_without_the_region_shows_the_same(self, sea: Sea) -> None:
        """The entry was read; only its hash cannot be had."""
        sea.home.cache.faults = failing("get_with_hash")
        sea.answering(SILENT)
        assert (await sea.read(route=SPARE)).body == b"old"

    async def test_tells_a_visitor_who_has_it_that_it_still_stands(self, sea: Sea) -> None:
        sea.answering(Response(503))
        answer = await sea.read(("if-none-match", '"1"'), route=SPARE)
        assert (answer.status, answer.body) == (304, b"")
