"""A visitor who has written stays with the region that took the write, wherever they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.edge import Edge
from homeport.keys import DAY_SECONDS
from homeport.messages import Headers, NoAnswer, Relayed, Request, Response
from homeport.regions.home import Home, seal
from homeport.regions.hubs import TABLE
from homeport.writing.commit import MOST_PENDING
from homeport.writing.wake import Waker
from tests.homeport.edge_world import IRELAND, JAPAN, KEY, NOTE, TARGET, Shore, body_of, status_of
from tests.homeport.homeport_world import NOON, ScriptedOrigin, failing
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import AWAY, HOME, SITE, ScriptedVisit, delete, lane_of, put, stored

SECRET, OLD = "a secret of thirty-two characters", "an older secret of thirty-two cha"
IN_JAPAN = Home(HOME, TABLE, NOON // 1000)
VALUE = seal(IN_JAPAN, SECRET)
LONG_AGO = seal(replace(IN_JAPAN, written=IN_JAPAN.written - 3600), SECRET)
WHERE = Request("GET", "/.homeport/where")
COOKIE = "__Host-homeport"


@pytest.fixture
def shore() -> Shore:
    return Shore(home_secrets=(SECRET, OLD))


def asking(request: Request, *fields: tuple[str, str]) -> Request:
    return replace(request, headers=request.headers.plus(*fields))


def carrying(request: Request, value: str = VALUE, others: str = "") -> Request:
    """The request with a home cookie, and others before it."""
    return asking(request, ("cookie", f"{others}{COOKIE}={value}"))


def told(answer: Response | Relayed) -> list[str]:
    """The values that an answer's cookie and field tell."""
    fields = answer.headers if isinstance(answer, Response) else answer.added
    return [value for name, value in fields if name in ("set-cookie", "homeport-home")]


async def where(shore: Shore, *fields: tuple[str, str]) -> tuple[object, object]:
    """The region that a visitor from Ireland is told, and whether it is their home."""
    body = body_of(await shore.own(asking(WHERE, *fields), IRELAND))
    return body["region"], body["home"]


async def test_an_accepted_write_tells_where_home_is(shore: Shore) -> None:
    answer = await shore.own(put(TARGET, b"new"))
    shore.surroundings.drop_behind()
    cookie = f"{COOKIE}={VALUE}; Max-Age=2592000; Path=/; Secure; HttpOnly; SameSite=Lax"
    assert told(answer) == [cookie, VALUE]
    assert (answer.status, answer.headers.get("cache-control")) == (202, "no-store")


async def test_a_traveller_reads_their_own_write_where_it_was_taken(shore: Shore) -> None:
    await shore.own(put(TARGET, b"new"))
    shore.surroundings.drop_behind()
    shore.away.keep(KEY, stored(TARGET, b"old"))
    at_home = await shore.own(carrying(Request("GET", TARGET)), IRELAND)
    assert (bytes(at_home.body), status_of(at_home)) == (b"new", f'Homeport; hit; detail="{HOME} dirty"')
    elsewhere = await shore.own(Request("GET", TARGET), IRELAND)
    assert bytes(elsewhere.body) == b"old"
    assert f'detail="{AWAY}"' in status_of(elsewhere)


async def test_a_traveller_writes_where_they_wrote_before(shore: Shore) -> None:
    shore.clock.advance(11_000)
    answer = await shore.own(carrying(put(TARGET, b"new")), IRELAND)
    shore.surroundings.drop_behind()
    assert (answer.status, status_of(answer)) == (202, f'Homeport; detail="{HOME} accepted"')
    assert shore.away.kept(KEY) is None
    assert told(answer)[1] == seal(replace(IN_JAPAN, written=NOON // 1000 + 11), SECRET)


async def test_where_tells_whether_the_region_is_the_visitors_home(shore: Shore) -> None:
    assert await where(shore) == (AWAY, False)
    assert await where(shore, ("cookie", f"{COOKIE}={VALUE}")) == (HOME, True)
    assert await where(shore, ("homeport-home", VALUE)) == (HOME, True)
    others = body_of(await shore.own(carrying(WHERE), IRELAND))["others"]
    assert others == [AWAY]


async def test_the_field_wins_if_it_is_valid_else_the_cookie(shore: Shore) -> None:
    irish = seal(replace(IN_JAPAN, region=AWAY), OLD)
    assert await where(shore, ("cookie", f"{COOKIE}={irish}"), ("homeport-home", VALUE)) == (HOME, True)
    assert await where(shore, ("cookie", f"{COOKIE}={VALUE}"), ("homeport-home", "forged")) == (HOME, True)


async def test_of_several_cookies_the_first_valid_one_counts(shore: Shore) -> None:
    irish = seal(replace(IN_JAPAN, region=AWAY), SECRET)
    cookies = f"a=1; {COOKIE}=forged; {COOKIE}={VALUE}; b=2; {COOKIE}={irish}"
    assert await where(shore, ("cookie", cookies)) == (HOME, True)
    assert await where(shore, ("cookie", "a=1"), ("cookie", f"{COOKIE}={VALUE}")) == (HOME, True)


@pytest.mark.parametrize(
    "home",
    [
        replace(IN_JAPAN, table="0", written=IN_JAPAN.written - DAY_SECONDS),
        replace(IN_JAPAN, written=IN_JAPAN.written - 30 * DAY_SECONDS),
        replace(IN_JAPAN, written=IN_JAPAN.written + 301),
        replace(IN_JAPAN, region="us-west-2"),
    ],
    ids=["of an old table", "expired", "of the future", "of a region that is not configured"],
)
async def test_what_is_not_honoured_is_replaced_at_the_next_write(shore: Shore, home: Home) -> None:
    value = seal(home, SECRET)
    assert await where(shore, ("cookie", f"{COOKIE}={value}")) == (AWAY, False)
    answer = await shore.own(carrying(put(TARGET, b"new"), value), IRELAND)
    shore.surroundings.drop_behind()
    assert told(answer)[1] == seal(replace(IN_JAPAN, region=AWAY), SECRET)


async def test_a_young_value_of_an_old_table_is_honoured(shore: Shore) -> None:
    young = seal(replace(IN_JAPAN, table="0", written=IN_JAPAN.written - DAY_SECONDS + 1), SECRET)
    assert await where(shore, ("cookie", f"{COOKIE}={young}")) == (HOME, True)


async def test_an_old_secret_is_honoured_and_renewed_with_the_new_one(shore: Shore) -> None:
    value = seal(replace(IN_JAPAN, written=IN_JAPAN.written - 11), OLD)
    answer = await shore.own(carrying(put(TARGET, b"new"), value), IRELAND)
    shore.surroundings.drop_behind()
    assert (status_of(answer), told(answer)[1]) == (f'Homeport; detail="{HOME} accepted"', VALUE)


async def test_without_a_secret_nobody_has_a_home_but_what_comes_is_still_taken_off() -> None:
    shore = Shore()
    assert await where(shore, ("cookie", f"{COOKIE}={VALUE}")) == (AWAY, False)
    answer = await shore.own(carrying(put(TARGET, b"new")), IRELAND)
    shore.surroundings.drop_behind()
    assert (answer.status, told(answer), status_of(answer)) == (
        202,
        [],
        f'Homeport; detail="{AWAY} accepted"',
    )
    await shore.send(carrying(Request("GET", "/elsewhere")))
    assert shore.visit.instead == [{"cookie": None}]


async def test_a_home_told_less_than_ten_seconds_ago_is_not_told_again(shore: Shore) -> None:
    shore.clock.advance(10_000)
    assert told(await shore.own(carrying(put(TARGET, b"new")))) == []
    shore.clock.advance(1)
    assert len(told(await shore.own(carrying(put(TARGET, b"newer"))))) == 2
    shore.surroundings.drop_behind()


@pytest.mark.parametrize("carried", [LONG_AGO, ""])
async def test_nothing_but_an_accepted_write_tells_it(shore: Shore, carried: str) -> None:
    shore.home.keep(KEY, stored(TARGET))
    shore.origin.items[TARGET] = b"old"
    for request in (
        Request("GET", TARGET),
        Request("HEAD", TARGET),
        Request("GET", "/elsewhere"),
        Request("PATCH", TARGET),
        put(TARGET, b"new", ("if-range", '"1"')),
        WHERE,
        Request("GET", "/.homeport/topics"),
        Request("GET", "/a/../b"),
    ):
        shore.visit = ScriptedVisit()
        assert told(await shore.send(carrying(request, carried))) == []
    await shore.surroundings.run_behind()


async def test_a_refused_write_tells_no_home(shore: Shore) -> None:
    for n in range(MOST_PENDING):
        await shore.accepted(TARGET, b"%d" % n)
    assert told(await shore.own(carrying(put(TARGET, b"one more"), LONG_AGO))) == []
    await shore.surroundings.run_behind()
    shore.home.cache.faults = failing()
    refused = await shore.own(carrying(put(TARGET, b"new"), LONG_AGO))
    assert (refused.status, told(refused)) == (503, [])


async def test_a_write_sent_to_the_origin_instead_tells_no_home_and_takes_no_cookie_of_ours(
    shore: Shore,
) -> None:
    shore.home.cache.faults = failing()
    answer = await shore.own(asking(carrying(put(NOTE, b"new"), LONG_AGO), ("homeport-home", VALUE)))
    await shore.surroundings.run_behind()
    assert (answer.status, told(answer)) == (200, [])
    (sent,) = shore.origin.requests
    assert {name for name, _ in sent.headers} == {"content-type"}


async def test_a_write_settled_before_its_answer_tells_no_home(shore: Shore) -> None:
    async def drain() -> None:
        await shore.drain(lane_of(TARGET))

    answer = await shore.own(put(TARGET, b"new"), by=Process(loses_at=3, before={5: drain}))
    assert (answer.status, told(answer)) == (200, [])


async def test_fail_over_does_not_move_home(shore: Shore) -> None:
    """The traveller's home is down: another region answers the read, and says nothing of a home."""
    shore.home.cache.faults = failing()
    shore.away.keep(KEY, stored(TARGET, b"old"))
    answer = await shore.own(carrying(Request("GET", TARGET), LONG_AGO), IRELAND)
    assert (bytes(answer.body), told(answer)) == (b"old", [])
    assert f'detail="{AWAY} for {HOME} ' in status_of(answer)


@pytest.mark.parametrize("after_ms", [0, 10_000, 20_000])
async def test_who_has_just_written_reads_consistently_at_home(shore: Shore, after_ms: int) -> None:
    shore.home.keep(KEY, stored(TARGET, b"kept"))
    shore.clock.advance(after_ms)
    process = Process()
    answer = await shore.own(carrying(Request("GET", TARGET)), IRELAND, by=process)
    assert bytes(answer.body) == b"kept"
    assert process.calls == [f"{HOME} get_with_hash e:{KEY}"]


async def test_who_wrote_a_while_ago_reads_by_one_plain_operation(shore: Shore) -> None:
    shore.home.keep(KEY, stored(TARGET, b"kept"))
    shore.clock.advance(20_001)
    process = Process()
    await shore.own(carrying(Request("GET", TARGET)), IRELAND, by=process)
    assert process.calls == [f"{HOME} get e:{KEY}"]


async def test_every_read_within_ten_seconds_of_any_accepted_write_is_consistent(shore: Shore) -> None:
    """Also of one that came too soon after another to tell a newer value."""
    shore.clock.advance(10_000)
    assert told(await shore.own(carrying(put(TARGET, b"new")))) == []
    shore.surroundings.drop_behind()
    shore.clock.advance(10_000)
    process = Process()
    assert bytes((await shore.own(carrying(Request("GET", TARGET)), by=process)).body) == b"new"
    assert process.calls == [f"{HOME} get_with_hash e:{KEY}"]


@pytest.mark.parametrize("request_", [put(TARGET, b"new"), delete(TARGET)])
async def test_a_write_with_our_cookie_and_no_other_is_accepted_behind(
    shore: Shore, request_: Request
) -> None:
    answer = await shore.own(asking(carrying(request_), ("homeport-home", VALUE)))
    shore.surroundings.drop_behind()
    assert (answer.status, shore.visit.forwarded) == (202, 0)
    (item,) = shore.entry(TARGET).pending
    assert {name for name, _ in item.header} <= {"content-type"}


async def test_a_write_with_another_cookie_beside_ours_goes_straight_and_keeps_that_one(shore: Shore) -> None:
    answer = await shore.send(carrying(put(TARGET, b"new"), others="a=1; "))
    await shore.surroundings.run_behind()
    assert status_of(answer) == f'Homeport; fwd=method; detail="{HOME} straight credentials"'
    assert shore.visit.instead == [{"cookie": "a=1"}]


@pytest.mark.parametrize(
    ("fields", "instead"),
    [
        ([], {}),
        ([("cookie", 'a=1,2;b="3"')], {}),
        ([("cookie", f'a=1,2;b="3"; {COOKIE}=forged')], {"cookie": 'a=1,2;b="3"'}),
        ([("cookie", f"{COOKIE}={VALUE}")], {"cookie": None}),
        ([("homeport-home", VALUE)], {"homeport-home": None}),
        ([("cookie", "a=1"), ("homeport-home", "")], {"homeport-home": None}),
        ([("cookie", f"{COOKIE}=; a=1"), ("homeport-home", "x")], {"homeport-home": None, "cookie": "a=1"}),
    ],
)
@pytest.mark.parametrize(
    "request_", [Request("GET", "/elsewhere"), Request("POST", "/elsewhere"), Request("PATCH", TARGET)]
)
async def test_what_is_ours_never_reaches_the_origin_and_what_is_not_is_untouched(
    shore: Shore, request_: Request, fields: list[tuple[str, str]], instead: dict[str, str | None]
) -> None:
    await shore.send(asking(request_, *fields))
    await shore.surroundings.run_behind()
    assert shore.visit.instead == [instead]


async def test_a_fill_takes_nothing_of_ours_to_the_origin(shore: Shore) -> None:
    origin = ScriptedOrigin([NoAnswer("it took too long")])
    await shore.send(asking(carrying(Request("GET", TARGET)), ("homeport-home", VALUE)), JAPAN, origin=origin)
    (sent,) = origin.requests
    assert sent.headers == Headers()


async def test_the_repr_of_an_edge_shows_no_secret(shore: Shore) -> None:
    assert SECRET not in repr(Edge(SITE, {}, shore.origin, Waker(shore.kicks), home_secrets=(SECRET,)))
