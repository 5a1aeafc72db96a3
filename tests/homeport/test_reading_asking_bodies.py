"""Bodies of the origin on their way: streamed, cut, too long, none, not wanted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.entry import Entry
from homeport.messages import Headers, NoAnswer, Request, Response
from homeport.reading.storing import LARGEST
from homeport.routing import Route
from tests.homeport.homeport_world import OpenedTwin, ScriptedOrigin
from tests.homeport.reading_world import DAMAGED, HOME, ITEM, NEWS, Sea, status_of

MIB6 = bytes(6 * 1024 * 1024)
NO_STORE = Response(200, Headers([("cache-control", "no-store"), ("content-type", "text/plain")]), b"private")
MISS = "Homeport; fwd=uri-miss; fwd-status="
TOO_LARGE = f'{MISS}200; detail="{HOME} too large"'
PASSED = f'{MISS}200; detail="{HOME}"'
KEPT = f'{MISS}200; stored; detail="{HOME}"'


@pytest.fixture
def sea() -> Sea:
    return Sea()


def opened(sea: Sea) -> list[str]:
    """What became of the bodies that the origin opened."""
    return [each.ended for each in sea.origin.opened]


class TestABodyOfUnknownLength:
    @pytest.fixture
    def sea(self, sea: Sea) -> Sea:
        sea.answering(NEWS)
        sea.origin.says_length = False
        return sea

    async def test_streams_to_its_visitor_and_is_stored_from_the_copy(self, sea: Sea) -> None:
        answer = await sea.read()
        assert (answer.body, status_of(answer), opened(sea)) == (b"news", KEPT, ["relayed"])
        assert sea.methods == ["get"]
        await sea.surroundings.run_behind()
        assert sea.methods == ["get", "set_if"]
        assert ((await sea.read()).body, len(sea.origin.requests)) == (b"news", 1)

    async def test_hands_on_no_session_and_no_tags(self, sea: Sea) -> None:
        fields = NEWS.headers.plus(
            ("set-cookie", "s=1"), ("cache-control", 'max-age=9, private="set-cookie"')
        )
        sea.answering(replace(NEWS, headers=fields.plus(("cache-tag", "a"))))
        sea.origin.says_length = False
        answer = await sea.read()
        await sea.surroundings.run_behind()
        assert opened(sea) == ["relayed"]
        for headers in (answer.headers, sea.kept.header):
            assert not {"set-cookie", "cache-tag"} & {name for name, _ in headers}

    async def test_longer_than_an_item_is_relayed_and_not_stored(self, sea: Sea) -> None:
        sea.answering(replace(NEWS, body=MIB6))
        sea.origin.says_length = False
        answer = await sea.read()
        await sea.surroundings.run_behind()
        assert (len(answer.body), sea.methods, opened(sea)) == (len(MIB6), ["get"], ["relayed"])

    async def test_that_fills_an_item_without_its_fields_is_not_stored(self, sea: Sea) -> None:
        sea.answering(replace(NEWS, body=bytes(LARGEST)))
        sea.origin.says_length = False
        assert len((await sea.read()).body) == LARGEST
        await sea.surroundings.run_behind()
        assert sea.methods == ["get"]

    async def test_that_breaks_off_is_not_stored(self, sea: Sea) -> None:
        sea.origin.breaks_off = True
        await sea.read()
        await sea.surroundings.run_behind()
        assert sea.home.kept(ITEM.key) is None

    async def test_is_read_first_where_the_route_stores_before_the_answer(self, sea: Sea) -> None:
        answer = await sea.read(route=Route("/items/{id}", ttl=60, fill="before"))
        assert (answer.body, opened(sea), sea.methods) == (b"news", ["read"], ["get", "set_if"])

    async def test_is_read_for_head(self, sea: Sea) -> None:
        answer = await sea.read(method="HEAD")
        await sea.surroundings.run_behind()
        assert (answer.body, answer.headers.get("content-length")) == (b"", "4")
        assert (opened(sea), sea.kept.body) == (["read"], b"news")

    async def test_is_read_for_a_part_of_it(self, sea: Sea) -> None:
        answer = await sea.read(("range", "bytes=1-2"))
        await sea.surroundings.run_behind()
        assert (answer.status, answer.body, opened(sea)) == (206, b"ew", ["read"])

    async def test_is_read_for_a_visitor_who_may_have_it(self, sea: Sea) -> None:
        sea.answering(replace(NEWS, headers=Headers([("etag", '"1"')])))
        sea.origin.says_length = False
        answer = await sea.read(("if-none-match", '"1"'))
        await sea.surroundings.run_behind()
        assert (answer.status, opened(sea), sea.kept.body) == (304, ["read"], b"news")

    async def test_that_is_not_to_be_stored_is_relayed_without_a_copy(self, sea: Sea) -> None:
        sea.answering(NO_STORE)
        sea.origin.says_length = False
        answer = await sea.read()
        assert (answer.body, opened(sea), sea.surroundings.behind) == (b"private", ["relayed"], [])
        assert status_of(answer) == PASSED


class TestABodyTooLargeToStore:
    @pytest.mark.parametrize("size", [LARGEST + 1, len(MIB6)])
    async def test_is_relayed_and_said_to_be(self, sea: Sea, size: int) -> None:
        sea.answering(replace(NEWS, body=bytes(size)))
        answer = await sea.read()
        assert (len(answer.body), status_of(answer), opened(sea)) == (size, TOO_LARGE, ["relayed"])
        assert (sea.methods, sea.surroundings.behind) == (["get"], [])

    async def test_is_not_fetched_for_head(self, sea: Sea) -> None:
        sea.answering(replace(NEWS, body=MIB6))
        answer = await sea.read(method="HEAD")
        assert (answer.body, answer.headers.get("content-length")) == (b"", str(len(MIB6)))
        assert (status_of(answer), opened(sea)) == (TOO_LARGE, ["discarded"])

    async def test_is_asked_for_again_by_its_part(self, sea: Sea) -> None:
        part = Response(206, Headers([("content-range", f"bytes 0-1/{len(MIB6)}")]), b"ab")
        sea.origin = ScriptedOrigin([replace(NEWS, body=MIB6), part])
        answer = await sea.read(("range", "bytes=0-1"))
        assert (answer.status, answer.body, status_of(answer)) == (206, b"ab", TOO_LARGE)
        assert opened(sea) == ["discarded", "relayed"]


class TestHeadOfWhatIsNotStored:
    async def test_wants_no_body_and_keeps_its_length(self, sea: Sea) -> None:
        sea.answering(NO_STORE)
        answer = await sea.read(method="HEAD")
        assert (answer.status, answer.body, opened(sea)) == (200, b"", ["discarded"])
        assert (answer.headers.get("content-length"), status_of(answer)) == ("7", PASSED)
        assert sea.origin.requests == [Request("GET", "/items/1")]

    async def test_says_no_length_that_nobody_knows(self, sea: Sea) -> None:
        sea.answering(NO_STORE)
        sea.origin.says_length = False
        answer = await sea.read(method="HEAD")
        assert "content-length" not in answer.headers


class TestAPartOfAMiss:
    RANGE = ("range", "bytes=1-2")

    async def test_is_cut_from_the_whole_that_is_stored(self, sea: Sea) -> None:
        sea.answering(NEWS)
        answer = await sea.read(self.RANGE)
        await sea.surroundings.run_behind()
        assert (answer.status, answer.body, answer.headers.get("content-range")) == (
            206,
            b"ew",
            "bytes 1-2/4",
        )
        assert status_of(answer) == KEPT
        assert (sea.origin.requests, sea.kept.body) == ([Request("GET", "/items/1")], b"news")
        again = await sea.read(self.RANGE)
        assert (again.status, again.body, len(sea.origin.requests)) == (206, b"ew", 1)

    async def test_is_asked_for_by_itself_where_the_whole_is_not_stored(self, sea: Sea) -> None:
        fields = Headers([("content-range", "bytes 1-2/7"), ("set-cookie", "s=1"), ("surrogate-key", "a")])
        sea.origin = ScriptedOrigin([NO_STORE, Response(206, fields, b"ri")])
        answer = await sea.read(self.RANGE, ("if-range", '"1"'))
        assert (answer.status, answer.body, opened(sea)) == (206, b"ri", ["discarded", "relayed"])
        assert [*sea.origin.requests[0].headers] == []
        assert [*sea.origin.requests[1].headers] == [self.RANGE, ("if-range", '"1"')]
        assert not {"set-cookie", "surrogate-key"} & {name for name, _ in answer.headers}
        assert (status_of(answer), sea.surroundings.behind) == (PASSED, [])

    async def test_that_the_origin_does_not_give_then_is_502(self, sea: Sea) -> None:
        sea.origin = ScriptedOrigin([NO_STORE, NoAnswer("it took too long")])
        answer = await sea.read(self.RANGE)
        assert (answer.status, opened(sea)) == (502, ["discarded"])

    async def test_is_not_asked_for_of_what_is_not_there(self, sea: Sea) -> None:
        sea.answering(Response(404, Headers(), b"none"))
        answer = await sea.read(self.RANGE)
        assert (answer.status, answer.body, len(sea.origin.requests)) == (404, b"none", 1)

    async def test_beyond_its_end_is_416_and_the_whole_is_stored(self, sea: Sea) -> None:
        sea.answering(NEWS)
        answer = await sea.read(("range", "bytes=9-"))
        await sea.surroundings.run_behind()
        assert (answer.status, answer.headers.get("content-range")) == (416, "bytes */4")
        assert sea.kept.body == b"news"


class TestNoBodyAtAll:
    @pytest.mark.parametrize("status", [200, 204, 301, 404, 410])
    @pytest.mark.parametrize("says_length", [True, False])
    async def test_is_stored_like_any_other(self, sea: Sea, status: int, says_length: bool) -> None:
        sea.answering(Response(status, Headers([("cache-control", "max-age=60")])))
        sea.origin.says_length = says_length
        first = await sea.read()
        await sea.surroundings.run_behind()
        second = await sea.read()
        assert [(each.status, each.body) for each in (first, second)] == [(status, b"")] * 2
        assert status_of(second) == f'Homeport; hit; ttl=60; detail="{HOME}"'

    async def test_is_given_whole_whatever_part_is_wanted(self, sea: Sea) -> None:
        sea.answering(replace(NEWS, body=b""))
        answer = await sea.read(("range", "bytes=0-1"))
        sea.surroundings.drop_behind()
        assert (answer.status, answer.body) == (200, b"")


class TestWhatIsNotThere:
    @pytest.mark.parametrize("status", [404, 410])
    async def test_is_stored_where_the_origin_says_for_how_long(self, sea: Sea, status: int) -> None:
        sea.answering(Response(status, Headers([("cache-control", "max-age=9")]), b"gone"))
        await sea.read()
        await sea.surroundings.run_behind()
        answer = await sea.read()
        assert (answer.status, answer.body, len(sea.origin.requests)) == (status, b"gone", 1)

    @pytest.mark.parametrize("status", [404, 410])
    async def test_is_asked_for_each_time_else(self, sea: Sea, status: int) -> None:
        sea.answering(lambda _: Response(status, Headers(), b"gone"))
        for _ in range(2):
            assert (await sea.read()).body == b"gone"
        assert (len(sea.origin.requests), sea.surroundings.behind, sea.methods) == (2, [], ["get", "get"])


async def test_what_is_not_to_be_stored_is_asked_for_each_time(sea: Sea) -> None:
    sea.answering(lambda _: NO_STORE)
    for _ in range(2):
        assert status_of(await sea.read()) == PASSED
    assert (len(sea.origin.requests), opened(sea), sea.surroundings.behind) == (2, ["relayed"] * 2, [])


async def test_a_body_is_taken_once() -> None:
    """The twin of an opened answer is as strict as a stream."""
    twin = OpenedTwin(NEWS, None)
    await twin.read()
    with pytest.raises(AssertionError, match="read already, now relayed"):
        twin.relay(NEWS.headers)


@pytest.mark.parametrize("octets", [DAMAGED, b"secret\n", b'{"homeport":{"format":1}}\nsecret'])
async def test_damage_is_told_by_its_reason_and_overwritten(sea: Sea, octets: bytes) -> None:
    sea.home.keep(ITEM.key, octets)
    sea.answering(NEWS)
    assert (await sea.read()).body == b"news"
    await sea.surroundings.run_behind()
    assert isinstance(sea.home.kept(ITEM.key), Entry)
    names = [name for name, _ in sea.surroundings.events]
    assert set(names) == {"entry_unreadable"}
    for _, fields in sea.surroundings.events:
        assert (set(fields), fields["region"]) == ({"region", "reason"}, HOME)
        assert "secret" not in str(fields)


async def test_damage_is_told_once_a_read(sea: Sea) -> None:
    """Although it is looked at twice."""
    sea.home.keep(ITEM.key, DAMAGED)
    sea.answering(NEWS)
    await sea.read()
    await sea.surroundings.run_behind()
    assert sea.methods == ["get", "get_with_hash", "set_if_hash"]
    assert len(sea.surroundings.events) == 1
