"""Reads of a dead region at the same time: one of them opens the breaker, one is the probe."""

from __future__ import annotations

import asyncio

import pytest

from homeport.messages import Response
from homeport.regions.breaker import FIRST_MS, PROBE_MS
from tests.homeport.homeport_world import failing
from tests.homeport.reading_world import HOME, ITEM, OLD, Sea, status_of

NEXT = "eu-central-1"


@pytest.fixture
def sea() -> Sea:
    return Sea(NEXT)


class TestReadsAtTheSameTime:
    """Reads whose look at home hangs until the test lets it end."""

    async def begun(self, sea: Sea, number: int) -> list[asyncio.Task[Response]]:
        tasks = [asyncio.create_task(sea.read()) for _ in range(number)]
        for _ in range(10):
            await asyncio.sleep(0)
        return tasks

    @pytest.fixture
    def gate(self, sea: Sea, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
        gate, get = asyncio.Event(), sea.home.cache.get

        async def held(key: str) -> object:
            await gate.wait()
            return await get(key)

        monkeypatch.setattr(sea.home.cache, "get", held)
        sea.regions[1].keep(ITEM.key, OLD)
        sea.home.cache.faults = failing()
        return gate

    async def opened(self, sea: Sea) -> None:
        sea.breakers[HOME].failed(sea.breakers[HOME].turn, sea.clock())
        sea.clock.advance(FIRST_MS)

    async def test_open_a_breaker_once_however_many_fail(self, sea: Sea, gate: asyncio.Event) -> None:
        tasks = await self.begun(sea, 5)
        gate.set()
        for task in tasks:
            assert (await task).body == b"old"
        names = [name for name, _ in sea.surroundings.events]
        assert (names.count("region_failed"), names.count("region_opened")) == (5, 1)

    async def test_send_one_probe_and_wait_for_nothing_else(self, sea: Sea, gate: asyncio.Event) -> None:
        await self.opened(sea)
        tasks = await self.begun(sea, 10)
        assert [task.done() for task in tasks] == [False] + [True] * 9
        for task in tasks[1:]:
            assert status_of(await task) == f'Homeport; hit; ttl=58; detail="{NEXT} for {HOME} open"'
        gate.set()
        assert "TIMEOUT_ERROR" in str(status_of(await tasks[0]))
        assert [region.cache.methods.count("get") for region in sea.regions] == [1, 10]

    async def test_get_the_probes_place_when_its_visitor_has_hung_up(
        self, sea: Sea, gate: asyncio.Event
    ) -> None:
        await self.opened(sea)
        (probe,) = await self.begun(sea, 1)
        probe.cancel()
        with pytest.raises(asyncio.CancelledError):
            await probe
        gate.set()
        sea.home.cache.faults = None
        sea.home.keep(ITEM.key, OLD)
        sea.clock.advance(PROBE_MS - 1)
        assert "open" in str(status_of(await sea.read()))
        sea.clock.advance(1)
        assert f'detail="{HOME}"' in str(status_of(await sea.read()))
        assert sea.breakers[HOME].closed
