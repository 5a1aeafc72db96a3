"""Turns: of those who miss the same in a region at once, one asks the origin."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.messages import Headers, NoAnswer, Response
from homeport.reading.collapse import FAILED, FAILED_SECONDS, TURN_SECONDS, WAITS, claim
from homeport.reading.variants import variant
from homeport.routing import Route
from tests.homeport.collapse_world import PRIVATE, ROUTE, Harbour, free, turn
from tests.homeport.homeport_world import Answer
from tests.homeport.reading_world import HOME, ITEM, NEWS, OLD, STALE, WRITTEN, status_of

SPARE = replace(ROUTE, stale_if_error=300)
SILENT = NoAnswer("it took too long")
COLLAPSED = f'Homeport; fwd=uri-miss; collapsed; detail="{HOME}"'


@pytest.fixture
def sea() -> Harbour:
    return Harbour()


class TestManyAtOnce:
    async def test_are_one_request_and_the_others_get_its_answer(self, sea: Harbour) -> None:
        sea.answering_when_let(NEWS)
        answers = await sea.all_at_once(20)
        assert (len(sea.origin.requests), {answer.body for answer in answers}) == (1, {b"news"})
        said = [status_of(answer) for answer in answers]
        assert said[0] == f'Homeport; fwd=uri-miss; fwd-status=200; stored; detail="{HOME}"'
        assert said[1:] == [COLLAPSED] * 19
        assert free(sea)

    async def test_of_something_expired_are_one_request_too(self, sea: Harbour) -> None:
        sea.home.keep(ITEM.key, OLD)
        sea.clock.advance(100_000)
        sea.answering_when_let(NEWS)
        answers = await sea.all_at_once(5)
        assert (len(sea.origin.requests), {answer.body for answer in answers}) == (1, {b"news"})

    async def test_of_something_that_still_stands_are_one_question(self, sea: Harbour) -> None:
        sea.home.keep(ITEM.key, STALE)
        sea.answering_when_let(Response(304, Headers([("etag", '"1"')])))
        answers = await sea.all_at_once(5)
        assert (len(sea.origin.requests), {answer.body for answer in answers}) == (1, {b"old"})

    async def test_of_a_stream_are_one_request(self, sea: Harbour) -> None:
        sea.answering_when_let(NEWS)
        sea.origin.says_length = False
        answers = await sea.all_at_once(5)
        assert (len(sea.origin.requests), {answer.body for answer in answers}) == (1, {b"news"})

    async def test_each_ask_for_themselves_where_the_route_does_not_collapse(self, sea: Harbour) -> None:
        sea.answering_when_let(NEWS)
        await sea.all_at_once(3, route=Route("/items/{id}", ttl=60))
        assert (len(sea.origin.requests), sea.surroundings.pauses) == (3, [])

    async def test_each_ask_for_themselves_after_an_answer_for_one_visitor_only(self, sea: Harbour) -> None:
        sea.answering_when_let(PRIVATE)
        answers = await sea.all_at_once(3)
        assert (len(sea.origin.requests), {answer.body for answer in answers}) == (3, {b"yours"})
        assert sea.surroundings.pauses == [WAITS[0]] * 2  # and that as soon as they know

    async def test_wait_until_what_the_names_of_variants_send_to_is_stored_as_well(
        self, sea: Harbour
    ) -> None:
        fields = Headers([("accept-language", "fr")])
        spot = variant(ITEM, ("accept-language",), fields)
        held = await claim(sea.home, ITEM, sea.surroundings.effects)
        assert held is not None
        sea.queue.resumed.set()

        async def other() -> None:
            if len(sea.surroundings.pauses) == 1:
                names = replace(OLD, kind="variants", nonce="n", varies=("accept-language",), body=b"")
                sea.home.keep(ITEM.key, names)
            else:
                sea.home.keep(spot.key, replace(OLD, vary=spot.vary, of="n"))
                await held.done()
                sea.clock.advance(2)

        sea.queue.between = other
        answer = await sea.read(*fields, route=ROUTE)
        assert (answer.body, sea.origin.requests) == (b"old", [])
        assert sea.surroundings.pauses == [*WAITS[:2]]

    async def test_see_a_write_that_was_accepted_meanwhile(self, sea: Harbour) -> None:
        sea.answering_when_let(NEWS)

        async def write() -> None:
            sea.home.keep(ITEM.key, WRITTEN)

        sea.queue.between = write
        answers = await sea.all_at_once(3)
        assert [answer.body for answer in answers] == [b"news", b"written", b"written"]
        assert str(status_of(answers[1])).endswith(f'collapsed; detail="{HOME} dirty"')
        assert sea.kept == WRITTEN

    async def test_in_one_language_are_one_request(self, sea: Harbour) -> None:
        sea.answering_when_let(replace(NEWS, headers=Headers([("vary", "Accept-Language")])))
        answers = await sea.all_at_once(4, ("accept-language", "fr"))
        assert (len(sea.origin.requests), {answer.body for answer in answers}) == (1, {b"news"})

    async def test_do_not_get_an_older_generations_variant(self, sea: Harbour) -> None:
        sends = replace(OLD, kind="variants", nonce="new", varies=("accept-language",), body=b"")
        fields = Headers([("accept-language", "fr")])
        spot = variant(ITEM, ("accept-language",), fields)
        sea.home.keep(ITEM.key, sends)
        sea.home.keep(spot.key, replace(OLD, vary=spot.vary, of="older"))
        sea.answering_when_let(NEWS)
        answers = await sea.all_at_once(3, *fields)
        assert (len(sea.origin.requests), {answer.body for answer in answers}) == (1, {b"news"})

    async def test_wait_a_second_and_a_half_and_then_ask_for_themselves(self, sea: Harbour) -> None:
        await claim(sea.home, ITEM, sea.surroundings.effects)
        sea.queue.resumed.set()
        sea.answering(NEWS)
        answer = await sea.read(route=ROUTE)
        await sea.surroundings.run_behind()
        assert answer.body == b"news"
        assert (sea.surroundings.pauses, round(sum(WAITS), 2)) == (list(WAITS), 1.55)
        assert sea.kept.body == b"news"

    async def test_wait_for_nobody_who_died_longer_than_a_turn(self, sea: Harbour) -> None:
        await claim(sea.home, ITEM, sea.surroundings.effects)
        sea.clock.advance(TURN_SECONDS * 1000)
        sea.answering(NEWS)
        await sea.read(route=ROUTE)
        await sea.surroundings.run_behind()
        assert sea.surroundings.pauses == []


class TestAnOriginThatFails:
    @pytest.mark.parametrize("failure", [SILENT, Response(500), Response(503)])
    async def test_is_asked_once_and_the_others_are_sent_away(self, sea: Harbour, failure: Answer) -> None:
        sea.answering_when_let(failure)
        first, *others = await sea.all_at_once(4)
        assert (first.status, len(sea.origin.requests)) == (
            502 if failure is SILENT else failure.status,  # type: ignore[union-attr]
            1,
        )
        for answer in others:
            assert (answer.status, answer.headers.get("retry-after")) == (503, str(FAILED_SECONDS))
            assert status_of(answer) == COLLAPSED

    async def test_shows_them_what_is_stale_where_it_may(self, sea: Harbour) -> None:
        sea.home.keep(ITEM.key, OLD)
        sea.clock.advance(100_000)
        sea.answering_when_let(Response(503))
        answers = await sea.all_at_once(3, route=SPARE)
        assert [(answer.status, answer.body) for answer in answers] == [(200, b"old")] * 3
        assert len(sea.origin.requests) == 1

    async def test_is_asked_again_when_the_mark_ends(self, sea: Harbour) -> None:
        sea.queue.resumed.set()
        sea.answering(lambda _: SILENT)
        assert (await sea.read(route=ROUTE)).status == 502
        assert turn(sea) == FAILED
        assert (await sea.read(route=ROUTE)).status == 503
        assert len(sea.origin.requests) == 1
        sea.clock.advance(FAILED_SECONDS * 1000 - sum(sea.surroundings.pauses) * 1000)
        assert (await sea.read(route=ROUTE)).status == 502
        assert len(sea.origin.requests) == 2
