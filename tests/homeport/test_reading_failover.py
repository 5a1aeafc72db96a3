"""Reads survive a dead region, and it costs them one time-out a pause."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from homeport.entry import Entry
from homeport.messages import NoAnswer
from homeport.regions.breaker import FIRST_MS, LONGEST_MS
from momento_http_shim.errors import LimitExceeded, Refused
from momento_http_shim.outcomes import Failed
from tests.homeport.homeport_world import failed, failing
from tests.homeport.reading_world import HOME, ITEM, NEWS, OLD, STALE, WRITTEN, Sea, status_of

NEXT, LAST = "eu-central-1", "us-east-1"
TIMEOUT_MS = 1_000
TIMED_OUT = {"region": HOME, "code": "TIMEOUT_ERROR"}


@pytest.fixture
def sea() -> Sea:
    sea = Sea(NEXT, LAST)
    sea.answering(lambda _: NEWS)
    return sea


def looks(sea: Sea) -> list[int]:
    """How often each region was looked at, in the visitor's order."""
    return [region.cache.methods.count("get") for region in sea.regions]


def timing_out(sea: Sea) -> Callable[[str, bytes], Failed]:
    """A region that takes the whole time of each call and then says nothing."""

    def fault(method: str, key: bytes) -> Failed:
        sea.clock.advance(TIMEOUT_MS)
        return failed()

    return fault


class TestADeadHome:
    async def test_is_stood_in_for_by_the_next_region(self, sea: Sea) -> None:
        sea.home.cache.faults = failing()
        sea.regions[1].keep(ITEM.key, OLD)
        answer = await sea.read()
        assert (answer.status, answer.body) == (200, b"old")
        assert status_of(answer) == f'Homeport; hit; ttl=60; detail="{NEXT} for {HOME} TIMEOUT_ERROR"'
        assert looks(sea) == [1, 1, 0]
        assert sea.origin.requests == []

    async def test_is_not_looked_at_again_in_the_pause(self, sea: Sea) -> None:
        sea.home.cache.faults = failing()
        sea.regions[1].keep(ITEM.key, OLD)
        await sea.read()
        sea.clock.advance(FIRST_MS - 1)
        answer = await sea.read()
        assert status_of(answer) == f'Homeport; hit; ttl=58; detail="{NEXT} for {HOME} open"'
        assert looks(sea) == [1, 2, 0]

    async def test_costs_five_time_outs_in_a_minute_of_a_hundred_reads(self, sea: Sea) -> None:
        sea.home.cache.faults = timing_out(sea)
        slow = 0
        for number in range(100):
            began = sea.clock()
            assert (await sea.read()).status == 200
            slow += sea.clock() - began >= TIMEOUT_MS
            await sea.surroundings.run_behind()
            sea.clock.advance(max(0, 600 - (sea.clock() - began)))
            assert number or looks(sea) == [1, 1, 0]
        assert (slow, looks(sea)) == (5, [5, 100, 0])
        pauses = [fields["for_ms"] for name, fields in sea.surroundings.events if name == "region_opened"]
        assert pauses == [2_000, 4_000, 8_000, 16_000, LONGEST_MS]

    async def test_is_told_to_the_log_in_every_transition(self, sea: Sea) -> None:
        sea.home.cache.faults = failing()
        sea.regions[1].keep(ITEM.key, OLD)
        await sea.read()
        await sea.read()
        sea.clock.advance(FIRST_MS)
        await sea.read()
        sea.clock.advance(2 * FIRST_MS)
        sea.home.cache.faults = None
        sea.home.keep(ITEM.key, OLD)
        await sea.read()
        assert sea.surroundings.events == [
            ("region_failed", TIMED_OUT),
            ("region_opened", TIMED_OUT | {"for_ms": 2_000}),
            ("region_probed", {"region": HOME}),
            ("region_failed", TIMED_OUT),
            ("region_opened", TIMED_OUT | {"for_ms": 4_000}),
            ("region_probed", {"region": HOME}),
            ("region_closed", {"region": HOME}),
        ]

    async def test_comes_back_with_the_first_probe_that_is_answered(self, sea: Sea) -> None:
        sea.home.cache.faults = failing()
        sea.regions[1].keep(ITEM.key, OLD)
        await sea.read()
        sea.home.cache.faults = None
        sea.home.keep(ITEM.key, WRITTEN)
        assert (await sea.read()).body == b"old"
        sea.clock.advance(FIRST_MS)
        answers = [await sea.read(), await sea.read()]
        assert [status_of(answer) for answer in answers] == [f'Homeport; hit; detail="{HOME} dirty"'] * 2
        assert looks(sea) == [3, 2, 0]

    async def test_is_stood_in_for_by_what_was_written_there_too(self, sea: Sea) -> None:
        sea.home.cache.faults = failing()
        sea.regions[1].keep(ITEM.key, WRITTEN)
        answer = await sea.read()
        assert answer.body == b"written"
        assert status_of(answer) == f'Homeport; hit; detail="{NEXT} for {HOME} TIMEOUT_ERROR dirty"'

    async def test_does_not_change_what_head_is(self, sea: Sea) -> None:
        sea.home.cache.faults = failing()
        sea.regions[1].keep(ITEM.key, OLD)
        answer = await sea.read(method="HEAD")
        assert (answer.status, answer.body, answer.headers.get("content-length")) == (200, b"", "3")
        assert f'detail="{NEXT} for {HOME} TIMEOUT_ERROR"' in str(status_of(answer))

    @pytest.mark.parametrize("code", ["TIMEOUT_ERROR", "SERVER_UNAVAILABLE", "INTERNAL_SERVER_ERROR"])
    async def test_is_one_that_does_not_answer(self, sea: Sea, code: str) -> None:
        sea.home.cache.faults = failing(code=code)
        for _ in range(3):
            await sea.read()
        sea.surroundings.drop_behind()
        assert looks(sea) == [1, 3, 0]
        assert ("region_opened", {"region": HOME, "code": code, "for_ms": 2_000}) in sea.surroundings.events


class TestARegionThatRefuses:
    @pytest.mark.parametrize(
        "error",
        [
            LimitExceeded("LIMIT_EXCEEDED_ERROR", "too often", limit="operations_rate_limit_exceeded"),
            Refused("AUTHENTICATION_ERROR", "no such key"),
            Refused("PERMISSION_ERROR", "not this key"),
            Refused("NOT_FOUND_ERROR", "no such cache"),
            Refused("INVALID_ARGUMENT_ERROR", "no such thing"),
        ],
    )
    async def test_is_stood_in_for_and_looked_at_again_by_the_next_read(
        self, sea: Sea, error: Refused
    ) -> None:
        sea.home.cache.faults = lambda _method, _key: Failed(error)
        sea.regions[1].keep(ITEM.key, OLD)
        for _ in range(2):
            answer = await sea.read()
            assert status_of(answer) == f'Homeport; hit; ttl=60; detail="{NEXT} for {HOME} {error.code}"'
        assert looks(sea) == [2, 2, 0]
        assert [name for name, _ in sea.surroundings.events] == ["region_failed", "region_failed"]

    async def test_to_a_probe_is_alive(self, sea: Sea) -> None:
        sea.home.cache.faults = failing()
        await sea.read()
        sea.home.cache.faults = failing(code="LIMIT_EXCEEDED_ERROR")
        sea.clock.advance(FIRST_MS)
        await sea.read()
        sea.surroundings.drop_behind()
        names = [name for name, _ in sea.surroundings.events]
        assert names[2:] == ["region_probed", "region_failed", "region_closed"]


class TestWhereTheNextRegionAnswers:
    async def test_a_miss_is_filled_there_and_nowhere_else(self, sea: Sea) -> None:
        sea.home.cache.faults = failing("get")
        answer = await sea.read()
        await sea.surroundings.run_behind()
        assert answer.body == b"news"
        assert status_of(answer) == (
            f'Homeport; fwd=uri-miss; fwd-status=200; stored; detail="{NEXT} for {HOME} TIMEOUT_ERROR"'
        )
        assert [region.cache.methods for region in sea.regions] == [["get"], ["get", "set_if"], []]
        kept = sea.regions[1].kept(ITEM.key)
        assert isinstance(kept, Entry)
        assert kept.body == b"news"

    async def test_something_stale_is_looked_at_again_and_replaced_there(self, sea: Sea) -> None:
        sea.home.cache.faults = failing("get")
        sea.home.keep(ITEM.key, OLD)
        sea.regions[1].keep(ITEM.key, STALE)
        answer = await sea.read()
        await sea.surroundings.run_behind()
        assert answer.body == b"news"
        assert sea.regions[1].cache.methods == ["get", "get_with_hash", "set_if_hash"]
        assert sea.home.cache.methods == ["get"]
        assert sea.home.kept(ITEM.key) == OLD

    async def test_and_then_does_not_the_failure_is_its_own(self, sea: Sea) -> None:
        sea.home.cache.faults = failing("get")
        sea.regions[1].keep(ITEM.key, STALE)
        sea.regions[1].cache.faults = failing("get_with_hash")
        answer = await sea.read()
        assert answer.body == b"news"
        assert sea.surroundings.behind == []
        assert sea.surroundings.events[-1] == ("region_failed", TIMED_OUT | {"region": NEXT})
        assert sea.breakers[NEXT].closed  # it has just answered a look

    @pytest.mark.parametrize(("stands", "status"), [(True, 200), (False, 504)])
    async def test_only_if_cached_is_judged_there(self, sea: Sea, stands: bool, status: int) -> None:
        sea.home.cache.faults = failing()
        if stands:
            sea.regions[1].keep(ITEM.key, OLD)
        answer = await sea.read(("cache-control", "only-if-cached"))
        assert answer.status == status
        assert f'detail="{NEXT} for {HOME} TIMEOUT_ERROR"' in str(status_of(answer))
        assert sea.origin.requests == []

    async def test_and_the_origin_does_not_the_502_says_both(self, sea: Sea) -> None:
        sea.home.cache.faults = failing()
        sea.answering(NoAnswer("it took too long"))
        answer = await sea.read()
        assert answer.status == 502
        assert status_of(answer) == f'Homeport; fwd=uri-miss; detail="{NEXT} for {HOME} TIMEOUT_ERROR"'


class TestTwoDeadRegions:
    async def test_leave_the_read_to_the_origin_and_the_third_alone(self, sea: Sea) -> None:
        for region in sea.regions[:2]:
            region.cache.faults = failing()
        answer = await sea.read()
        assert answer.body == b"news"
        assert status_of(answer) == f'Homeport; fwd=miss; fwd-status=200; detail="{HOME} TIMEOUT_ERROR"'
        assert looks(sea) == [1, 1, 0]
        assert sea.surroundings.behind == []

    async def test_are_both_passed_over_by_the_next_read(self, sea: Sea) -> None:
        for region in sea.regions[:2]:
            region.cache.faults = failing()
        sea.regions[2].keep(ITEM.key, OLD)
        await sea.read()
        answer = await sea.read()
        assert status_of(answer) == f'Homeport; hit; ttl=60; detail="{LAST} for {HOME} open"'
        assert looks(sea) == [1, 1, 1]

    async def test_and_the_third_dead_too_cost_nothing_but_the_origin(self, sea: Sea) -> None:
        for region in sea.regions:
            region.cache.faults = failing()
        for _ in range(2):
            await sea.read()
        assert looks(sea) == [1, 1, 1]
        answer = await sea.read()
        assert status_of(answer) == f'Homeport; fwd=miss; fwd-status=200; detail="{HOME} open"'
        assert looks(sea) == [1, 1, 1]
        assert (await sea.read(("cache-control", "only-if-cached"))).status == 504
        assert sea.surroundings.behind == []
