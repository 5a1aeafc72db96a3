"""The driver of a read: what it costs and what the visitor gets, whatever cache and origin do."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from homeport.entry import Entry
from homeport.messages import NO_FIELDS, Headers, NoAnswer, Request, Response
from homeport.regions.breaker import FIRST_MS
from tests.homeport.homeport_world import (
    NOON,
    failed,
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


class TestAHit:
    async def test_costs_exactly_one_call_of_the_cache_and_none_of_the_origin(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, OLD)
        sea.clock.advance(3_200)
        answer = await sea.read()
        assert (answer.status, answer.body) == (200, b"old")
        assert sea.home.cache.calls == [("get", AT)]
        assert sea.origin.requests == []
        assert sea.surroundings.behind == []

    async def test_says_so_and_for_how_long_it_stays_fresh(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, OLD)
        sea.clock.advance(3_200)
        answer = await sea.read()
        assert status_of(answer) == 'Homeport; hit; ttl=56; detail="ap-northeast-1"'
        assert answer.headers.get("age") == "3"

    async def test_on_what_the_visitor_has_is_304(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, OLD)
        answer = await sea.read(("if-none-match", '"1"'))
        assert (answer.status, answer.body) == (304, b"")
        assert sea.methods == ["get"]

    async def test_by_head_has_no_body(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, OLD)
        answer = await sea.read(method="HEAD")
        assert (answer.status, answer.body, answer.headers.get("content-length")) == (200, b"", "3")

    async def test_is_what_only_if_cached_asks_for(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, OLD)
        assert (await sea.read(("cache-control", "only-if-cached"))).status == 200


class TestSomethingDirty:
    @pytest.mark.parametrize("said", ["", "no-cache", "max-age=0", "only-if-cached"])
    @pytest.mark.parametrize("stale", [False, True])
    async def test_is_served_at_once_whatever_is_asked(self, sea: Sea, said: str, stale: bool) -> None:
        sea.home.keep(ITEM.key, replace(WRITTEN, stale=stale))
        sea.clock.advance(3_600_000)
        answer = await sea.read(("cache-control", said))
        assert (answer.status, answer.body) == (200, b"written")
        assert status_of(answer) == 'Homeport; hit; detail="ap-northeast-1 dirty"'
        assert sea.methods == ["get"]
        assert sea.origin.requests == []

    async def test_and_deleted_is_not_found(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, replace(WRITTEN, kind="tombstone", status=404, header=NO_FIELDS, body=b""))
        answer = await sea.read()
        assert answer.status == 404
        assert answer.headers.get("cache-control") == "no-store"
        assert status_of(answer) == 'Homeport; hit; detail="ap-northeast-1 dirty"'
        assert sea.origin.requests == []


class TestAMiss:
    async def test_looks_once_asks_once_and_fills_behind_the_answer(self, sea: Sea) -> None:
        sea.answering(NEWS)
        answer = await sea.read()
        assert (answer.status, answer.body) == (200, b"news")
        assert sea.methods == ["get"]
        await sea.surroundings.run_behind()
        assert sea.home.cache.calls == [("get", AT), ("set_if", AT)]
        assert len(sea.origin.requests) == 1

    async def test_says_so_and_that_the_answer_is_kept(self, sea: Sea) -> None:
        sea.answering(NEWS)
        answer = await sea.read()
        sea.surroundings.drop_behind()
        assert status_of(answer) == 'Homeport; fwd=uri-miss; fwd-status=200; stored; detail="ap-northeast-1"'

    async def test_keeps_the_representation_with_the_span_in_which_it_was_made(self, sea: Sea) -> None:
        def slowly(request: Request) -> Response:
            sea.clock.advance(1_500)
            return replace(NEWS, headers=NEWS.headers.plus(("connection", "close"), ("age", "2")))

        sea.answering(slowly)
        await sea.read()
        sea.clock.advance(400)
        await sea.surroundings.run_behind()
        assert sea.home.kept(ITEM.key) == Entry(
            target="/items/1",
            vary=NO_FIELDS,
            kind="stored",
            nonce=sea.surroundings.tokens[0],
            as_of=(NOON, NOON + 1_500),
            status=200,
            header=Headers(
                # The origin's 2 s and the 1.5 s until it came, in whole seconds (RFC 9111 section 4.2.3).
                [("content-type", "text/plain"), ("date", "Tue, 14 Nov 2023 22:13:21 GMT"), ("age", "3")]
            ),
            body=b"news",
        )

    async def test_is_a_hit_for_the_next_visitor(self, sea: Sea) -> None:
        sea.answering(NEWS)
        await sea.read()
        await sea.surroundings.run_behind()
        sea.clock.advance(1_000)
        answer = await sea.read()
        assert (answer.body, answer.headers.get("age")) == (b"news", "1")
        assert sea.methods == ["get", "set_if", "get"]

    async def test_asks_for_the_whole_and_in_nobodys_name(self, sea: Sea) -> None:
        sea.answering(NEWS)
        await sea.read(("cookie", "s=1"), ("range", "bytes=0-1"), ("accept", "text/html"), method="HEAD")
        sea.surroundings.drop_behind()
        assert sea.origin.requests == [Request("GET", "/items/1", Headers([("accept", "text/html")]))]

    async def test_by_head_keeps_the_body_and_hands_none_on(self, sea: Sea) -> None:
        sea.answering(NEWS)
        answer = await sea.read(method="HEAD")
        await sea.surroundings.run_behind()
        assert (answer.status, answer.body) == (200, b"")
        kept = sea.home.kept(ITEM.key)
        assert isinstance(kept, Entry)
        assert kept.body == b"news"

    @pytest.mark.parametrize(
        "reply",
        [
            Response(500, NO_FIELDS, b"broken"),
            Response(200, Headers([("cache-control", "private")]), b"yours"),
            Response(206, NO_FIELDS, b"part"),
        ],
    )
    async def test_with_an_answer_for_one_visitor_only_keeps_nothing(self, sea: Sea, reply: Response) -> None:
        sea.answering(reply)
        answer = await sea.read()
        assert (answer.status, answer.body) == (reply.status, reply.body)
        assert (
            status_of(answer) == f'Homeport; fwd=uri-miss; fwd-status={reply.status}; detail="ap-northeast-1"'
        )
        assert sea.surroundings.behind == []

    @pytest.mark.parametrize(
        "field", [("date", "Tue, 14 Nov 2023 22:13:20 GMT"), ("cache-control", "max-age=9")]
    )
    async def test_with_a_session_for_one_visitor_keeps_nothing(
        self, sea: Sea, field: tuple[str, str]
    ) -> None:  # docs/adr/0005
        sea.answering(Response(200, Headers([field, ("set-cookie", "csrf=1")]), b"token of csrf=1"))
        answer = await sea.read()
        assert (answer.status, answer.body) == (200, b"token of csrf=1")
        assert status_of(answer) == 'Homeport; fwd=uri-miss; fwd-status=200; detail="ap-northeast-1"'
        assert sea.surroundings.behind == []
        assert sea.home.kept(ITEM.key) is None

    async def test_hands_on_no_session_that_the_origin_opened_for_nobody(self, sea: Sea) -> None:
        sea.answering(replace(NEWS, headers=NEWS.headers.plus(("set-cookie", "s=1"))))
        answer = await sea.read(("cookie", "s=0"))
        assert [name for name, _ in answer.headers] == ["content-type", "date", "cache-status"]

    async def test_forbidden_to_store_keeps_nothing(self, sea: Sea) -> None:
        sea.answering(NEWS)
        await sea.read(("cache-control", "no-store"))
        assert sea.surroundings.behind == []

    async def test_adds_to_what_caches_before_this_one_said(self, sea: Sea) -> None:
        sea.answering(Response(500, Headers([("cache-status", "Shield; hit")])))
        assert str(status_of(await sea.read())).startswith("Shield; hit, Homeport; fwd=uri-miss;")


class TestAnOriginThatDoesNotAnswer:
    async def test_is_502_by_name(self, sea: Sea) -> None:
        sea.answering(NoAnswer("it took too long"))
        answer = await sea.read()
        assert answer.status == 502
        assert answer.headers.get("content-type") == "application/problem+json"
        assert json.loads(bytes(answer.body))["detail"] == "The origin gave no answer: it took too long."
        assert status_of(answer) == 'Homeport; fwd=uri-miss; detail="ap-northeast-1"'
        assert sea.surroundings.behind == []

    async def test_leaves_what_is_stale_where_it_is(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, STALE)
        sea.answering(NoAnswer("it could not be reached"))
        assert (await sea.read()).status == 502
        assert sea.home.kept(ITEM.key) == STALE
        assert sea.surroundings.behind == []


class TestACacheThatFails:
    @pytest.mark.parametrize("said", ["", "no-cache", "max-age=0"])
    async def test_costs_one_call_and_the_answer_is_the_origins(self, sea: Sea, said: str) -> None:
        sea.home.cache.faults = failing(code="TIMEOUT_ERROR")
        sea.answering(NEWS)
        answer = await sea.read(("cache-control", said))
        assert (answer.status, answer.body) == (200, b"news")
        assert status_of(answer) == (
            'Homeport; fwd=miss; fwd-status=200; detail="ap-northeast-1 TIMEOUT_ERROR"'
        )
        assert sea.methods == ["get"]
        assert sea.surroundings.behind == []

    async def test_is_told_to_the_log_and_nothing_of_the_visitor_with_it(self, sea: Sea) -> None:
        sea.home.cache.faults = failing()
        sea.answering(NEWS)
        await sea.read(("cookie", "secret"))
        assert sea.surroundings.events == [
            ("region_failed", {"region": HOME, "code": "TIMEOUT_ERROR"}),
            ("region_opened", {"region": HOME, "code": "TIMEOUT_ERROR", "for_ms": 2_000}),
        ]

    async def test_shows_the_origin_nothing_more_of_the_visitor(self, sea: Sea) -> None:
        sea.home.cache.faults = failing()
        sea.answering(NEWS)
        await sea.read(("cookie", "s=1"), ("if-none-match", '"1"'), ("accept", "a"))
        assert sea.origin.requests == [Request("GET", "/items/1", Headers([("accept", "a")]))]

    async def test_hands_no_body_on_to_head(self, sea: Sea) -> None:  # RFC 9110 section 9.3.2
        sea.home.cache.faults = failing()
        sea.answering(NEWS)
        answer = await sea.read(method="HEAD")
        assert (answer.status, answer.body) == (200, b"")

    async def test_with_an_origin_that_fails_too_is_502(self, sea: Sea) -> None:
        sea.home.cache.faults = failing()
        sea.answering(NoAnswer("it could not be reached"))
        answer = await sea.read()
        assert answer.status == 502
        assert status_of(answer) == 'Homeport; fwd=miss; detail="ap-northeast-1 TIMEOUT_ERROR"'

    async def test_to_take_a_fill_is_told_to_the_log_and_is_no_loss(self, sea: Sea) -> None:
        sea.home.cache.faults = failing("set_if", code="LIMIT_EXCEEDED_ERROR")
        sea.answering(NEWS)
        assert (await sea.read()).body == b"news"
        await sea.surroundings.run_behind()
        assert sea.surroundings.events == [("fill_failed", {"region": HOME, "code": "LIMIT_EXCEEDED_ERROR"})]

    async def test_to_take_a_fill_that_lost_against_a_write_tells_nobody(self, sea: Sea) -> None:
        sea.answering(NEWS)
        await sea.read()
        sea.home.keep(ITEM.key, WRITTEN)
        await sea.surroundings.run_behind()
        assert sea.surroundings.events == []


class TestOnlyIfCached:
    @pytest.mark.parametrize("there", [None, STALE, MARKER, DAMAGED, FOREIGN])
    async def test_declines_with_504_where_nothing_fresh_stands(
        self, sea: Sea, there: Entry | bytes | None
    ) -> None:  # RFC 9111 section 5.2.1.7
        if there:
            sea.home.keep(ITEM.key, there)
        answer = await sea.read(("cache-control", "only-if-cached"))
        assert answer.status == 504
        assert answer.headers.get("content-type") == "application/problem+json"
        assert status_of(answer) == 'Homeport; detail="ap-northeast-1"'
        assert sea.methods == ["get"]
        assert sea.origin.requests == []
        assert sea.surroundings.behind == []


async def test_a_failure_scripted_for_one_call_is_over_after_it(sea: Sea) -> None:
    faults = iter([failed()])
    sea.home.cache.faults = lambda _method, _key: next(faults, None)
    sea.home.keep(ITEM.key, OLD)
    sea.answering(NEWS)
    assert (await sea.read()).body == b"news"
    sea.clock.advance(FIRST_MS)
    assert (await sea.read()).body == b"old"
