"""The driver of a read: what it leaves in the region, whatever was there and whoever writes meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport import versions
from homeport.entry import Entry, Unreadable
from homeport.messages import Request, Response
from homeport.reading.fill import FILL_MS
from homeport.versions import Version
from tests.homeport.homeport_world import (
    failing,
)
from tests.homeport.reading_world import (
    AT,
    DAMAGED,
    FOREIGN,
    HOME,
    ITEM,
    MARKER,
    NEWS,
    OLD,
    STALE,
    WRITTEN,
    Sea,
    status_of,
)


@pytest.fixture
def sea() -> Sea:
    return Sea()


class TestSomethingStale:
    async def test_is_replaced_by_the_version_whose_hash_was_taken_before_the_origin_was_asked(
        self, sea: Sea
    ) -> None:
        sea.home.keep(ITEM.key, STALE)

        def origin(request: Request) -> Response:
            assert sea.methods == ["get", "get_with_hash"]
            return NEWS

        sea.answering(origin)
        answer = await sea.read()
        assert answer.body == b"news"
        assert status_of(answer) == 'Homeport; fwd=stale; fwd-status=200; stored; detail="ap-northeast-1"'
        await sea.surroundings.run_behind()
        assert sea.methods == ["get", "get_with_hash", "set_if_hash"]
        kept = sea.home.kept(ITEM.key)
        assert isinstance(kept, Entry)
        assert (kept.body, kept.stale, kept.nonce) == (b"news", False, sea.surroundings.tokens[0])

    async def test_is_looked_at_once_more_for_its_hash_and_as_plainly(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, STALE)
        sea.answering(NEWS)
        await sea.read()
        sea.surroundings.drop_behind()
        assert sea.home.cache.consistent == [False]

    async def test_by_age_is_asked_for_again_like_what_is_marked_so(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, OLD)
        sea.clock.advance(60_000)
        sea.answering(NEWS)
        answer = await sea.read()
        await sea.surroundings.run_behind()
        assert str(status_of(answer)).startswith("Homeport; fwd=stale;")
        assert sea.methods == ["get", "get_with_hash", "set_if_hash"]

    async def test_and_refreshed_by_somebody_between_the_two_looks_is_a_hit(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, STALE)

        def meanwhile(method: str, key: bytes) -> None:
            if method == "get_with_hash":
                sea.home.keep(ITEM.key, replace(OLD, nonce="n", body=b"refreshed"))

        sea.home.cache.faults = meanwhile
        answer = await sea.read()
        assert (answer.status, answer.body) == (200, b"refreshed")
        assert sea.origin.requests == []

    async def test_and_written_between_the_two_looks_is_what_was_written(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, STALE)

        def meanwhile(method: str, key: bytes) -> None:
            if method == "get_with_hash":
                sea.home.keep(ITEM.key, WRITTEN)

        sea.home.cache.faults = meanwhile
        answer = await sea.read()
        assert (answer.status, answer.body) == (200, b"written")
        assert sea.origin.requests == []

    async def test_and_evicted_between_the_two_looks_is_filled_as_a_miss(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, STALE)

        def meanwhile(method: str, key: bytes) -> None:
            if method == "get_with_hash":
                sea.home.cache.store.remove(key)

        sea.home.cache.faults = meanwhile
        sea.answering(NEWS)
        answer = await sea.read()
        await sea.surroundings.run_behind()
        assert str(status_of(answer)).startswith("Homeport; fwd=uri-miss;")
        assert sea.methods == ["get", "get_with_hash", "set_if"]

    async def test_and_become_a_newer_releases_between_the_two_looks_is_left_alone(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, STALE)

        def meanwhile(method: str, key: bytes) -> None:
            if method == "get_with_hash":
                sea.home.keep(ITEM.key, FOREIGN)

        sea.home.cache.faults = meanwhile
        sea.answering(NEWS)
        assert (await sea.read()).body == b"news"
        assert sea.surroundings.behind == []
        assert sea.home.octets(ITEM.key) == FOREIGN

    async def test_whose_hash_cannot_be_had_is_answered_by_the_origin_and_not_replaced(
        self, sea: Sea
    ) -> None:
        sea.home.keep(ITEM.key, STALE)
        sea.home.cache.faults = failing("get_with_hash")
        sea.answering(NEWS)
        assert (await sea.read()).body == b"news"
        assert sea.surroundings.behind == []
        assert sea.home.kept(ITEM.key) == STALE
        assert sea.surroundings.events == [("region_failed", {"region": HOME, "code": "TIMEOUT_ERROR"})]

    async def test_that_the_visitor_will_not_have_from_a_cache_is_replaced_too(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, OLD)
        sea.answering(NEWS)
        answer = await sea.read(("cache-control", "no-cache"))
        await sea.surroundings.run_behind()
        assert str(status_of(answer)).startswith("Homeport; fwd=request; fwd-status=200; stored;")
        assert sea.methods == ["get", "get_with_hash", "set_if_hash"]


class TestAWriteThatCommitsMeanwhile:
    @pytest.mark.parametrize("before", [None, STALE, MARKER, DAMAGED])
    @pytest.mark.parametrize("when", ["while the origin answers", "before the fill"])
    async def test_wins_over_the_fill(self, sea: Sea, before: Entry | bytes | None, when: str) -> None:
        if before:
            sea.home.keep(ITEM.key, before)

        async def commit() -> None:
            seen = await versions.read(sea.home, ITEM.key)
            assert isinstance(seen, Version)
            await versions.store(sea.home, ITEM.key, WRITTEN, seen.condition)

        async def origin(request: Request) -> Response:
            if when == "while the origin answers":
                await commit()
            return NEWS

        sea.answering(origin)
        answer = await sea.read()
        if when == "before the fill":
            await commit()
        await sea.surroundings.run_behind()
        assert answer.body == b"news"
        assert sea.home.kept(ITEM.key) == WRITTEN

    @pytest.mark.parametrize("before", [STALE, MARKER, DAMAGED])
    async def test_and_is_evicted_does_not_let_the_fill_pass(self, sea: Sea, before: Entry | bytes) -> None:
        # Present and equal, never absent or equal.
        sea.home.keep(ITEM.key, before)

        def origin(request: Request) -> Response:
            sea.home.keep(ITEM.key, WRITTEN)
            sea.home.cache.store.remove(AT.encode())
            return NEWS

        sea.answering(origin)
        await sea.read()
        await sea.surroundings.run_behind()
        assert sea.home.kept(ITEM.key) is None

    async def test_marking_stale_what_is_stale_already_wins_too(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, STALE)
        marked_again = STALE.version("again")

        def origin(request: Request) -> Response:
            sea.home.keep(ITEM.key, marked_again)
            return NEWS

        sea.answering(origin)
        await sea.read()
        await sea.surroundings.run_behind()
        assert sea.home.kept(ITEM.key) == marked_again


class TestALateFill:
    @pytest.mark.parametrize(("late_by", "kept"), [(0, True), (1, False)])
    @pytest.mark.parametrize("slow", ["the origin", "the isolate"])
    async def test_is_dropped_thirty_seconds_after_the_origin_was_asked(
        self, sea: Sea, late_by: int, kept: bool, slow: str
    ) -> None:
        def origin(request: Request) -> Response:
            sea.clock.advance(FILL_MS + late_by if slow == "the origin" else 0)
            return NEWS

        sea.answering(origin)
        assert (await sea.read()).body == b"news"
        sea.clock.advance(FILL_MS + late_by if slow == "the isolate" else 0)
        await sea.surroundings.run_behind()
        assert (sea.home.kept(ITEM.key) is not None) is kept
        assert sea.methods == (["get", "set_if"] if kept else ["get"])

    def test_is_one_after_thirty_seconds(self) -> None:
        assert FILL_MS == 30_000


class TestWhatCannotBeUsed:
    async def test_a_marker_is_a_miss_and_is_replaced(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, MARKER)
        sea.answering(NEWS)
        answer = await sea.read()
        await sea.surroundings.run_behind()
        assert str(status_of(answer)).startswith("Homeport; fwd=uri-miss; fwd-status=200; stored")
        assert sea.methods == ["get", "get_with_hash", "set_if_hash"]
        kept = sea.home.kept(ITEM.key)
        assert isinstance(kept, Entry)
        assert (kept.kind, kept.target, kept.body) == ("stored", "/items/1", b"news")

    @pytest.mark.parametrize("octets", [DAMAGED, b"", b"\x00\xff\n", b"{}\n"])
    async def test_what_is_damaged_is_a_miss_and_is_replaced(self, sea: Sea, octets: bytes) -> None:
        sea.home.keep(ITEM.key, octets)
        sea.answering(NEWS)
        assert (await sea.read()).body == b"news"
        await sea.surroundings.run_behind()
        kept = sea.home.kept(ITEM.key)
        assert not isinstance(kept, Unreadable)
        assert kept is not None
        assert kept.body == b"news"

    async def test_a_newer_releases_entry_is_a_miss_and_is_never_replaced(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, FOREIGN)
        sea.answering(NEWS)
        answer = await sea.read()
        assert answer.body == b"news"
        assert status_of(answer) == 'Homeport; fwd=uri-miss; fwd-status=200; detail="ap-northeast-1"'
        assert sea.surroundings.behind == []
        assert sea.methods == ["get"]
        assert sea.home.octets(ITEM.key) == FOREIGN

    async def test_another_resources_entry_is_a_miss_and_is_never_replaced(self, sea: Sea) -> None:
        anothers = replace(OLD, target="/items/2")
        sea.home.keep(ITEM.key, anothers)
        sea.answering(NEWS)
        assert (await sea.read()).body == b"news"
        assert sea.surroundings.behind == []
        assert sea.home.kept(ITEM.key) == anothers
