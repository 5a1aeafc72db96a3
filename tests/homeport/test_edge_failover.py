"""Fail-over as the edge worker arranges it: breakers live as long as the isolate, and writes do not ask them."""

from __future__ import annotations

import pytest

from homeport.edge import Edge
from homeport.messages import Relayed, Request, Response
from homeport.writing.wake import Waker
from tests.homeport.edge_world import JAPAN, KEY, TARGET, Shore, status_of
from tests.homeport.homeport_world import failing
from tests.homeport.writing_world import SITE, put, stored


class TestAtTheEdge:
    """One isolate, a visitor in Japan whose home has failed a read, and what the breaker has to do with writes."""

    @pytest.fixture
    async def shore(self) -> Shore:
        shore = Shore()
        shore.home.cache.faults = failing()
        shore.away.keep(KEY, stored(TARGET, b"kept"))
        self.edge = Edge(
            SITE, {each.name: each for each in (shore.home, shore.away)}, shore.origin, Waker(shore.kicks)
        )
        answer = await self.send(shore, Request("GET", TARGET))
        assert isinstance(answer, Response)
        assert bytes(answer.body) == b"kept"
        shore.home.cache.calls.clear()
        return shore

    async def send(self, shore: Shore, request: Request) -> Response | Relayed:
        shore.visit.content = bytes(request.body)
        return await self.edge.answer(request, JAPAN, shore.visit, shore.surroundings.effects)

    async def test_the_isolate_remembers_it_for_the_next_visitor(self, shore: Shore) -> None:
        answer = await self.send(shore, Request("GET", TARGET))
        assert isinstance(answer, Response)
        assert status_of(answer).endswith(f'detail="{shore.away.name} for {shore.home.name} open"')
        assert shore.home.cache.calls == []

    async def test_another_isolate_finds_out_for_itself(self, shore: Shore) -> None:
        self.edge = Edge(SITE, self.edge.regions, shore.origin, Waker(shore.kicks))
        await self.send(shore, Request("GET", TARGET))
        assert shore.home.cache.methods == ["get"]

    async def test_a_write_is_tried_at_home_and_nowhere_else(self, shore: Shore) -> None:
        away = len(shore.away.cache.calls)
        answer = await self.send(shore, put(TARGET, b"new"))
        assert answer.status == 503
        assert shore.home.cache.calls != []
        assert len(shore.away.cache.calls) == away

    async def test_a_straight_write_asks_home_what_it_would_overtake(self, shore: Shore) -> None:
        answer = await self.send(shore, Request("PATCH", TARGET))
        assert answer.status == 503
        assert shore.home.cache.calls != []

    async def test_a_write_that_home_accepts_brings_its_author_home(self, shore: Shore) -> None:
        shore.home.cache.faults = None
        assert (await self.send(shore, put(TARGET, b"new"))).status == 202
        shore.surroundings.drop_behind()
        assert shore.surroundings.events[-1] == ("region_closed", {"region": shore.home.name})
        answer = await self.send(shore, Request("GET", TARGET))
        assert isinstance(answer, Response)
        assert status_of(answer) == f'Homeport; hit; detail="{shore.home.name} dirty"'
