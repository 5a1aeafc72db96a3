"""Asking whether a stored response still stands: what a 304 changes, and what it saves (RFC 9111 section 4.3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport import versions
from homeport.entry import Entry
from homeport.messages import NO_FIELDS, Headers, Request, Response
from homeport.reading.fill import FILL_MS
from homeport.routing import Route
from homeport.versions import Version
from tests.homeport.homeport_world import NOON, ScriptedOrigin, failing
from tests.homeport.reading_world import AT, HOME, ITEM, MARKER, NEWS, OLD, STALE, WRITTEN, Sea, status_of

MODIFIED = "Tue, 14 Nov 2023 22:00:00 GMT"
STANDS = Response(304, Headers([("etag", '"1"'), ("cache-control", "max-age=120"), ("x-new", "1")]))
ASKED = ("if-none-match", "if-modified-since")


@pytest.fixture
def sea() -> Sea:
    """Forty seconds after the freshness of what stands there."""
    sea = Sea()
    sea.home.keep(ITEM.key, OLD)
    sea.clock.advance(100_000)
    sea.answering(STANDS)
    return sea


def conditions(request: Request) -> dict[str, str]:
    return {name: value for name, value in request.headers if name in ASKED}


class TestA304:
    async def test_costs_a_look_a_hash_and_a_store_and_no_second_body(self, sea: Sea) -> None:
        await sea.read()
        await sea.surroundings.run_behind()
        assert sea.home.cache.calls == [("get", AT), ("get_with_hash", AT), ("set_if_hash", AT)]
        assert [conditions(request) for request in sea.origin.requests] == [{"if-none-match": '"1"'}]
        assert [opened.ended for opened in sea.origin.opened] == ["discarded"]

    async def test_is_answered_with_what_was_stored_under_its_own_fields(self, sea: Sea) -> None:
        answer = await sea.read()
        sea.surroundings.drop_behind()
        assert (answer.status, answer.body) == (200, b"old")
        assert answer.headers.joined() == {
            "etag": '"1"',
            "cache-control": "max-age=120",
            "x-new": "1",
            "date": "Tue, 14 Nov 2023 22:15:00 GMT",
            "age": "0",
            "accept-ranges": "bytes",
            "cache-status": f'Homeport; fwd=stale; fwd-status=304; stored; detail="{HOME}"',
        }

    async def test_begins_the_entrys_life_anew(self, sea: Sea) -> None:
        def slowly(_: Request) -> Response:
            sea.clock.advance(500)
            return STANDS

        sea.answering(slowly)
        await sea.read()
        await sea.surroundings.run_behind()
        assert sea.kept.as_of == (NOON + 100_000, NOON + 100_500)
        assert (sea.kept.body, sea.kept.stale, sea.kept.nonce != OLD.nonce) == (b"old", False, True)
        sea.clock.advance(119_000)
        assert status_of(await sea.read()) == f'Homeport; hit; ttl=1; detail="{HOME}"'

    async def test_makes_fresh_again_what_a_write_had_outdated(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, STALE)
        await sea.read()
        await sea.surroundings.run_behind()
        assert (sea.kept.stale, sea.kept.body) == (False, b"old")

    async def test_is_one_to_a_visitor_who_has_it_too(self, sea: Sea) -> None:
        answer = await sea.read(("if-none-match", '"1"'))
        await sea.surroundings.run_behind()
        assert (answer.status, answer.body, sea.kept.body) == (304, b"", b"old")

    async def test_gives_the_part_that_a_visitor_wants(self, sea: Sea) -> None:
        answer = await sea.read(("range", "bytes=1-"))
        sea.surroundings.drop_behind()
        assert (answer.status, answer.body, answer.headers.get("content-range")) == (
            206,
            b"ld",
            "bytes 1-2/3",
        )

    async def test_that_forbids_storing_changes_nothing_that_is_stored(self, sea: Sea) -> None:
        sea.answering(Response(304, Headers([("etag", '"1"'), ("cache-control", "no-store")])))
        answer = await sea.read()
        assert (answer.body, sea.surroundings.behind, sea.kept) == (b"old", [], OLD)
        assert status_of(answer) == f'Homeport; fwd=stale; fwd-status=304; detail="{HOME}"'

    async def test_that_names_no_tags_leaves_the_origins_old_ones(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, replace(OLD, tags=("items", "a")))
        await sea.read(route=Route("/items/{id}", tags=("items",)))
        await sea.surroundings.run_behind()
        assert sea.kept.tags == ("items", "a")

    async def test_that_names_tags_names_all(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, replace(OLD, tags=("items", "a")))
        sea.answering(replace(STANDS, headers=STANDS.headers.plus(("cache-tag", "b"))))
        answer = await sea.read(route=Route("/items/{id}", tags=("items",)))
        await sea.surroundings.run_behind()
        assert sea.kept.tags == ("items", "b")
        assert not any("cache-tag" in each for each in (answer.headers, sea.kept.header))


class TestA304AboutSomethingElse:
    async def test_is_asked_again_without_conditions(self, sea: Sea) -> None:  # RFC 9111 section 4.3.4
        sea.origin = ScriptedOrigin([Response(304, Headers([("etag", '"2"')])), NEWS])
        answer = await sea.read()
        await sea.surroundings.run_behind()
        assert (answer.body, sea.kept.body) == (b"news", b"news")
        assert [conditions(request) for request in sea.origin.requests] == [{"if-none-match": '"1"'}, {}]
        assert [opened.ended for opened in sea.origin.opened] == ["discarded", "read"]
        assert status_of(answer) == f'Homeport; fwd=stale; fwd-status=200; stored; detail="{HOME}"'

    async def test_to_a_request_without_conditions_is_not_kept(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, replace(OLD, header=NO_FIELDS))
        answer = await sea.read()
        assert (answer.status, sea.surroundings.behind) == (304, [])
        assert [conditions(request) for request in sea.origin.requests] == [{}]


class TestTheConditions:
    async def test_are_both_that_are_stored(self, sea: Sea) -> None:
        header = OLD.header.plus(("last-modified", MODIFIED))
        sea.home.keep(ITEM.key, replace(OLD, header=header))
        await sea.read()
        sea.surroundings.drop_behind()
        assert conditions(sea.origin.requests[0]) == {"if-none-match": '"1"', "if-modified-since": MODIFIED}

    async def test_are_never_the_visitors(self, sea: Sea) -> None:
        await sea.read(("if-none-match", '"mine"'), ("if-modified-since", MODIFIED))
        sea.surroundings.drop_behind()
        assert conditions(sea.origin.requests[0]) == {"if-none-match": '"1"'}

    @pytest.mark.parametrize(
        "there",
        [
            replace(OLD, status=404),
            replace(OLD, status=301),
            replace(OLD, header=NO_FIELDS),
            replace(OLD, kind="tombstone", status=404),
            replace(STALE, kind="variants", varies=("accept",)),
            replace(MARKER, header=OLD.header),
        ],
    )
    async def test_are_sent_for_a_stored_200_with_a_validator_alone(self, sea: Sea, there: Entry) -> None:
        sea.home.keep(ITEM.key, there)
        sea.answering(NEWS)
        await sea.read()
        await sea.surroundings.run_behind()
        assert [conditions(request) for request in sea.origin.requests] == [{}]
        assert sea.kept.body == b"news"

    async def test_do_not_keep_news_away(self, sea: Sea) -> None:
        sea.answering(replace(NEWS, headers=Headers([("etag", '"2"')])))
        answer = await sea.read()
        await sea.surroundings.run_behind()
        assert (answer.body, sea.kept.body, sea.kept.header.get("etag")) == (b"news", b"news", '"2"')

    async def test_do_not_keep_away_that_it_is_gone(self, sea: Sea) -> None:
        sea.answering(Response(410, NO_FIELDS, b"gone"))
        answer = await sea.read()
        assert (answer.status, answer.body, sea.surroundings.behind) == (410, b"gone", [])


class TestASlowFreshening:
    @pytest.mark.parametrize("when", ["while the origin answers", "before the store"])
    @pytest.mark.parametrize("before", [OLD, STALE])
    async def test_never_hides_a_write_that_was_faster(self, sea: Sea, when: str, before: Entry) -> None:
        sea.home.keep(ITEM.key, before)

        async def commit() -> None:
            seen = await versions.read(sea.home, ITEM.key)
            assert isinstance(seen, Version)
            await versions.store(sea.home, ITEM.key, WRITTEN, seen.condition)

        async def origin(_: Request) -> Response:
            if when == "while the origin answers":
                await commit()
            return STANDS

        sea.answering(origin)
        answer = await sea.read()
        if when == "before the store":
            await commit()
        await sea.surroundings.run_behind()
        assert (answer.body, sea.kept) == (b"old", WRITTEN)

    async def test_does_not_pass_where_the_write_was_evicted(self, sea: Sea) -> None:
        def origin(_: Request) -> Response:
            sea.home.cache.store.remove(AT.encode())
            return STANDS

        sea.answering(origin)
        await sea.read()
        await sea.surroundings.run_behind()
        assert sea.home.kept(ITEM.key) is None

    @pytest.mark.parametrize("evicted", [False, True])
    async def test_whose_hash_could_not_be_had_is_none(self, sea: Sea, evicted: bool) -> None:
        sea.home.cache.faults = failing("get_with_hash")

        def origin(_: Request) -> Response:
            if evicted:
                sea.home.cache.store.remove(AT.encode())
            return STANDS

        sea.answering(origin)
        answer = await sea.read()
        assert (answer.body, sea.surroundings.behind) == (b"old", [])
        assert status_of(answer) == f'Homeport; fwd=stale; fwd-status=304; detail="{HOME}"'
        assert sea.home.kept(ITEM.key) == (None if evicted else OLD)

    @pytest.mark.parametrize(("late_by", "stored"), [(0, True), (1, False)])
    async def test_is_dropped_thirty_seconds_after_the_origin_was_asked(
        self, sea: Sea, late_by: int, stored: bool
    ) -> None:
        await sea.read()
        sea.clock.advance(FILL_MS + late_by)
        await sea.surroundings.run_behind()
        assert (sea.kept != OLD) is stored


class TestWhenItIsStored:
    @pytest.mark.parametrize("reply", [NEWS, STANDS])
    async def test_is_before_the_answer_where_the_route_says_so(self, sea: Sea, reply: Response) -> None:
        sea.answering(reply)
        await sea.read(route=Route("/items/{id}", ttl=60, fill="before"))
        assert sea.methods == ["get", "get_with_hash", "set_if_hash"]
        assert sea.surroundings.behind == []
        assert sea.kept.nonce != OLD.nonce

    @pytest.mark.parametrize("reply", [NEWS, STANDS])
    async def test_is_behind_the_answer_else(self, sea: Sea, reply: Response) -> None:
        sea.answering(reply)
        await sea.read(route=Route("/items/{id}", ttl=60))
        assert sea.methods == ["get", "get_with_hash"]
        assert sea.kept == OLD
        await sea.surroundings.run_behind()
        assert sea.kept.nonce != OLD.nonce

    async def test_before_the_answer_a_store_that_fails_is_no_loss(self, sea: Sea) -> None:
        sea.home.cache.faults = failing("set_if_hash")
        answer = await sea.read(route=Route("/items/{id}", ttl=60, fill="before"))
        assert (answer.body, sea.kept) == (b"old", OLD)
        assert sea.surroundings.events == [("fill_failed", {"region": HOME, "code": "TIMEOUT_ERROR"})]
