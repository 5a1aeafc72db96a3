"""The driver of a read on what hardly ever comes: huge numbers and answers, HEAD of a refusal, two faults at once."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from homeport.entry import Entry
from homeport.messages import NO_FIELDS, Headers, NoAnswer, Response
from homeport.reading import freshness
from homeport.reading.storing import LARGEST
from homeport.routing import Route
from tests.homeport.homeport_world import NOON, failing
from tests.homeport.reading_world import ITEM, NEWS, OLD, WRITTEN, Sea, status_of

ENDLESS = "max-age=" + "9" * 5_000
AROUND = len('{"x": "", "date": "Tue, 14 Nov 2023 22:13:20 GMT"}')
"""What the fields of an answer take in the first line beside the value of its only field, in octets."""


@pytest.fixture
def sea() -> Sea:
    return Sea()


class TestANumberBeyondAllBounds:  # RFC 9111 section 1.2.2: it counts as 2^31
    @pytest.mark.parametrize("directive", ["max-age", "min-fresh"])
    async def test_in_a_visitors_wish_is_survived(self, sea: Sea, directive: str) -> None:
        sea.home.keep(ITEM.key, OLD)
        sea.answering(NEWS)
        answer = await sea.read(("cache-control", f"{directive}={'9' * 5_000}"))
        sea.surroundings.drop_behind()
        assert (answer.status, answer.body) == (200, b"old" if directive == "max-age" else b"news")

    async def test_in_the_origins_answer_is_the_longest_lifetime(self, sea: Sea) -> None:
        sea.answering(replace(NEWS, headers=Headers([("cache-control", ENDLESS)])))
        assert (await sea.read()).body == b"news"
        await sea.surroundings.run_behind()
        assert status_of(await sea.read()) == f'Homeport; hit; ttl={2**31}; detail="ap-northeast-1"'

    async def test_in_a_stored_age_makes_it_stale(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, replace(OLD, header=Headers([("age", "9" * 5_000)])))
        sea.answering(NEWS)
        answer = await sea.read()
        sea.surroundings.drop_behind()
        assert answer.body == b"news"
        assert str(status_of(answer)).startswith("Homeport; fwd=stale;")

    async def test_in_a_date_is_no_date(self, sea: Sea) -> None:  # RFC 9111 section 5.3
        never = Headers([("expires", "Thu, 01 Jan 99999999999999999999 00:00:00 GMT")])
        sea.answering(replace(NEWS, headers=never))
        assert (
            status_of(await sea.read()) == 'Homeport; fwd=uri-miss; fwd-status=200; detail="ap-northeast-1"'
        )
        assert sea.surroundings.behind == []


class TestAnAnswerTooLargeToStore:
    @pytest.mark.parametrize(
        ("character", "field", "body"),
        [
            ("y", 400_000, LARGEST - 1),
            ("y", 10, LARGEST),
            ("y", LARGEST, 0),
            ("y", 400_000, LARGEST - AROUND - 400_000 + 1),
            # A quote is escaped in the first line.
            ('"', 400_000, LARGEST - 401_000),
            ('"', 400_000, LARGEST - AROUND - 800_000 + 1),
        ],
    )
    async def test_is_handed_on_and_not_stored(self, sea: Sea, character: str, field: int, body: int) -> None:
        sea.answering(Response(200, Headers([("x", character * field)]), bytes(body)))
        answer = await sea.read()
        assert (answer.status, len(answer.body)) == (200, body)
        said = 'Homeport; fwd=uri-miss; fwd-status=200; detail="ap-northeast-1 too large"'
        assert status_of(answer) == said
        assert sea.surroundings.behind == []

    @pytest.mark.parametrize(("character", "written"), [("y", 400_000), ('"', 800_000)])
    async def test_is_not_one_that_fits_to_the_octet(self, sea: Sea, character: str, written: int) -> None:
        body = LARGEST - AROUND - written
        sea.answering(Response(200, Headers([("x", character * 400_000)]), bytes(body)))
        await sea.read()
        await sea.surroundings.run_behind()
        kept = sea.home.kept(ITEM.key)
        assert isinstance(kept, Entry)
        assert (kept.header.get("x"), len(kept.body)) == (character * 400_000, body)


class TestAnAnswerThatIsOldAlready:
    async def test_by_its_date_is_so_old_at_the_next_hit(self, sea: Sea) -> None:  # RFC 9111 section 4.2.3
        dated = (("date", "Tue, 14 Nov 2023 22:12:50 GMT"), ("cache-control", "max-age=60"))
        sea.answering(replace(NEWS, headers=Headers(dated)))
        await sea.read()
        await sea.surroundings.run_behind()
        sea.clock.advance(10_000)
        answer = await sea.read()
        assert status_of(answer) == 'Homeport; hit; ttl=20; detail="ap-northeast-1"'
        assert answer.headers.get("age") == "40"

    @pytest.mark.parametrize("date", ["22:13:20", "22:13:25", "22:13:40", "22:14:00"])
    async def test_by_its_own_slowness_is_so_old_once_whenever_the_origin_dated_it(
        self, sea: Sea, date: str
    ) -> None:  # RFC 9111 section 4.2.3: the greater of apparent age and delay, not both
        def slowly(_request: object) -> Response:
            sea.clock.advance(20_000)
            return replace(NEWS, headers=Headers([("date", f"Tue, 14 Nov 2023 {date} GMT")]))

        sea.answering(slowly)
        await sea.read()
        await sea.surroundings.run_behind()
        kept = sea.home.kept(ITEM.key)
        assert isinstance(kept, Entry)
        assert freshness.age(kept, sea.clock()) == 20
        sea.clock.advance(5_000)
        answer = await sea.read()
        assert status_of(answer) == 'Homeport; hit; ttl=35; detail="ap-northeast-1"'
        assert answer.headers.get("age") == "25"

    async def test_without_a_date_expires_by_the_moment_it_came(
        self, sea: Sea
    ) -> None:  # RFC 9110 section 6.6.1
        sea.answering(replace(NEWS, headers=Headers([("expires", "Tue, 14 Nov 2023 22:14:20 GMT")])))
        await sea.read(route=Route("/items/{id}"))
        await sea.surroundings.run_behind()
        sea.clock.advance(59_000)
        answer = await sea.read(route=Route("/items/{id}"))
        assert status_of(answer) == 'Homeport; hit; ttl=1; detail="ap-northeast-1"'
        assert answer.headers.get("date") == "Tue, 14 Nov 2023 22:13:20 GMT"


class TestHeadOfARefusal:  # RFC 9110 section 9.3.2
    async def test_by_an_origin_that_does_not_answer_has_no_body(self, sea: Sea) -> None:
        sea.answering(NoAnswer("it could not be reached"))
        head = await sea.read(method="HEAD")
        sea.answering(NoAnswer("it could not be reached"))
        get = await sea.read()
        assert (head.status, head.body) == (502, b"")
        assert head.headers == get.headers.without("cache-status").plus(
            ("cache-status", str(status_of(get))), ("content-length", str(len(get.body)))
        )

    async def test_because_nothing_is_stored_has_no_body(self, sea: Sea) -> None:
        head = await sea.read(("cache-control", "only-if-cached"), method="HEAD")
        assert (head.status, head.body) == (504, b"")
        assert int(head.headers.get("content-length") or 0) > 0

    async def test_because_it_was_deleted_here_has_no_body(self, sea: Sea) -> None:
        sea.home.keep(ITEM.key, replace(WRITTEN, kind="tombstone", status=404, header=NO_FIELDS, body=b""))
        head, get = await sea.read(method="HEAD"), await sea.read()
        assert (head.status, head.body) == (404, b"")
        assert head.headers.get("content-length") == str(len(get.body))
        assert json.loads(bytes(get.body))["status"] == 404


async def test_only_if_cached_declines_where_the_cache_fails_and_says_why(
    sea: Sea,
) -> None:  # RFC 9111 section 5.2.1.7
    sea.home.cache.faults = failing()
    answer = await sea.read(("cache-control", "only-if-cached"))
    assert answer.status == 504
    assert status_of(answer) == 'Homeport; detail="ap-northeast-1 TIMEOUT_ERROR"'
    assert sea.origin.requests == []
    assert sea.surroundings.behind == []
    assert [name for name, _ in sea.surroundings.events] == ["region_failed", "region_opened"]


async def test_what_is_kept_has_the_date_at_which_it_came(sea: Sea) -> None:  # RFC 9110 section 6.6.1
    def slowly(_request: object) -> Response:
        sea.clock.advance(2_000)
        return NEWS

    sea.answering(slowly)
    answer = await sea.read()
    await sea.surroundings.run_behind()
    kept = sea.home.kept(ITEM.key)
    assert isinstance(kept, Entry)
    assert kept.as_of == (NOON, NOON + 2_000)
    assert answer.headers.get("date") == kept.header.get("date") == "Tue, 14 Nov 2023 22:13:22 GMT"
