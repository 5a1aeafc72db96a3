"""A turn is given back in every way a read can end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.messages import Headers, Response
from homeport.reading.collapse import DONE, FAILED, FAILED_SECONDS, TURN_SECONDS, claim
from homeport.reading.storing import LARGEST
from momento_http_shim.conditions import Absent
from tests.homeport.collapse_world import PRIVATE, ROUTE, TURN, Harbour, free, turn
from tests.homeport.homeport_world import Clock, failed
from tests.homeport.reading_world import ITEM, NEWS, STALE, WRITTEN, Sea


@pytest.fixture
def sea() -> Harbour:
    return Harbour()


class TestATurn:
    @pytest.mark.parametrize(
        "reply",
        [
            NEWS,
            Response(200, NEWS.headers),
            PRIVATE,
            Response(404),
            Response(404, Headers([("cache-control", "max-age=9")])),
            Response(206, NEWS.headers, b"part"),
            Response(304),
            Response(200, NEWS.headers, bytes(LARGEST)),
            Response(200, NEWS.headers, bytes(LARGEST + 1)),
            Response(200, Headers([("vary", "Accept")]), b"varies"),
            Response(200, Headers([("vary", "*")]), b"varies"),
            Response(200, Headers([("cache-tag", "a")]), b"tagged"),
        ],
    )
    @pytest.mark.parametrize("says_length", [True, False])
    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    @pytest.mark.parametrize("fill", ["behind", "before"])
    @pytest.mark.parametrize("wish", [("accept", "a"), ("range", "bytes=0-1"), ("cache-control", "no-store")])
    async def test_is_given_back_whatever_the_origin_answers(
        self,
        reply: Response,
        says_length: bool,
        method: str,
        fill: str,
        wish: tuple[str, str],
    ) -> None:
        sea = Sea()
        sea.answering(lambda _: reply)
        sea.origin.says_length = says_length
        route = replace(ROUTE, fill=fill)  # type: ignore[arg-type]
        await sea.read(wish, method=method, route=route)
        await sea.surroundings.run_behind()
        assert [call for call in sea.home.cache.calls if call[1] == TURN] == [("set_if", TURN)] * 2
        assert free(sea)

    @pytest.mark.parametrize("fault", ["set_if_hash", "get_with_hash", "sorted_set_put"])
    async def test_is_given_back_whatever_the_region_refuses(self, sea: Harbour, fault: str) -> None:
        sea.home.keep(ITEM.key, STALE)
        sea.home.cache.faults = lambda method, _: failed() if method == fault else None
        sea.answering(replace(NEWS, headers=Headers([("cache-tag", "a")])))
        await sea.read(route=ROUTE)
        await sea.surroundings.run_behind()
        assert free(sea)

    async def test_is_given_back_by_a_fill_that_comes_too_late(self, sea: Harbour) -> None:
        sea.answering(NEWS)
        await sea.read(route=ROUTE)
        sea.clock.advance(30_001)
        await sea.surroundings.run_behind()
        assert free(sea)

    async def test_is_given_back_by_one_who_lost_against_a_write(self, sea: Harbour) -> None:
        sea.answering(NEWS)
        await sea.read(route=ROUTE)
        sea.home.keep(ITEM.key, WRITTEN)
        await sea.surroundings.run_behind()
        assert free(sea)

    @pytest.mark.parametrize("says_length", [True, False])
    async def test_leaves_a_mark_or_is_given_back_where_the_body_breaks_off(
        self, sea: Harbour, says_length: bool
    ) -> None:
        sea.answering(NEWS)
        sea.origin.breaks_off, sea.origin.says_length = True, says_length
        await sea.read(route=ROUTE)
        await sea.surroundings.run_behind()
        assert (turn(sea) == FAILED) is says_length
        sea.clock.advance(FAILED_SECONDS * 1000)
        assert turn(sea) is None

    async def test_is_held_until_the_answer_is_stored(self, sea: Harbour) -> None:
        sea.answering(NEWS)
        await sea.read(route=ROUTE)
        assert turn(sea) not in (None, DONE, FAILED)
        await sea.surroundings.run_behind()
        assert free(sea)

    async def test_that_is_given_back_never_reads_as_a_failure(self, sea: Harbour) -> None:
        """It is there for a millisecond more."""
        held = await claim(sea.home, ITEM, sea.surroundings.effects)
        assert held is not None
        sea.surroundings.clock = Clock()  # pauses are over at once

        async def give_back() -> None:
            await held.done()

        sea.queue.between = give_back
        sea.queue.resumed.set()
        sea.answering(NEWS)
        assert (await sea.read(route=ROUTE)).body == b"news"
        sea.surroundings.drop_behind()

    async def test_of_somebody_else_is_not_given_back(self, sea: Harbour) -> None:
        late = await claim(sea.home, ITEM, sea.surroundings.effects)
        assert late is not None
        sea.clock.advance(TURN_SECONDS * 1000)
        await sea.home.cache.set_if(TURN, b"another", Absent(), ttl_seconds=TURN_SECONDS)
        await late.done()
        await late.failed()
        assert turn(sea) == b"another"

    @pytest.mark.parametrize("method", ["set_if", "get", ""])
    async def test_that_the_region_does_not_give_stops_nobody(self, sea: Harbour, method: str) -> None:
        def faults(called: str, key: bytes) -> object:
            return failed() if key == TURN.encode() and called == (method or called) else None

        sea.home.cache.faults = faults  # type: ignore[assignment]
        sea.answering_when_let(NEWS)
        answers = await sea.all_at_once(3)
        assert {answer.body for answer in answers} == {b"news"}
        assert sea.kept.body == b"news"
