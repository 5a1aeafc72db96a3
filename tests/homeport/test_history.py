"""What is kept of the last hour for operators, and that nobody else pays for it."""

from __future__ import annotations

import json

import pytest

from homeport import history, keys
from homeport.draining.budget import ENDING
from homeport.history import CALLS, KEPT_SECONDS, LATEST, OCTETS, Ended, Past, decode, encode
from homeport.messages import Response
from homeport.writing.receipt import Receipt
from tests.homeport.homeport_world import NOON, failing
from tests.homeport.operating_world import harbour
from tests.homeport.sync_world import LANE, OTHER, TARGET, Harbour
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import HOME, in_one_lane, lane_of

MINUTE_MS = 60_000


async def drained(of: Harbour, by: Process | None = None) -> None:
    of.worker(by=by).kick(HOME, LANE)
    await of.surroundings.run_behind()


async def past(of: Harbour) -> Past:
    found = await history.read(of.home, of.clock())
    assert found is not None
    return found


async def test_a_drain_counts_what_it_settled_in_its_minute_and_says_what_that_was() -> None:
    of = harbour()
    asked = next(
        target
        for n in range(99)
        if lane_of(target := f"/items/{n}?q=secret") == LANE and f"/items/{n}" != OTHER
    )
    write = await of.accepted(asked, b"new")
    refused = await of.accepted(OTHER, b"bad")
    of.origin.answers[OTHER] = [Response(422)]
    await drained(of)
    seen = await past(of)
    assert (sum(seen.settled), seen.settled[-1], sum(seen.waiting)) == (2, 2, 0)
    assert {each.id: each for each in seen.latest} == {
        write.id: Ended(NOON, "applied", write.id, 200, "PUT", asked.partition("?")[0]),
        refused.id: Ended(NOON, "dead", refused.id, 422, "PUT", OTHER),
    }


async def test_drains_of_one_minute_add_up_and_those_of_the_hour_before_are_seen_for_an_hour() -> None:
    of = harbour()
    for body in (b"a", b"b"):
        await of.accepted(TARGET, body)
        await drained(of)
    of.clock.advance(55 * MINUTE_MS)
    await of.accepted(TARGET, b"c")
    await drained(of)
    seen = await past(of)
    assert [minute for minute, count in enumerate(seen.settled) if count] == [4, 59]
    assert (seen.settled[4], seen.settled[59]) == (2, 1)
    assert [each.at for each in seen.latest] == [NOON + 55 * MINUTE_MS, NOON, NOON]
    of.clock.advance(5 * MINUTE_MS)
    assert sum((await past(of)).settled) == 1


async def test_an_hours_counts_are_gone_two_hours_after_it_began_to_count() -> None:
    of = harbour()
    await of.accepted(TARGET, b"a")
    await drained(of)
    hour = keys.hour(NOON // 3_600_000).encode()
    of.clock.advance(KEPT_SECONDS * 1000 - 1)
    assert any(key == hour for key, _ in of.home.cache.store.items())
    of.clock.advance(1)
    assert not any(key == hour for key, _ in of.home.cache.store.items())


async def test_a_write_that_was_lost_is_one_of_the_latest() -> None:
    of = harbour()
    name = "f" * 32
    await of.home.cache.sorted_set_put(
        keys.queue(LANE),
        {keys.member("0" * 8 + "-0000-0000-0000-" + "0" * 12, name): NOON},
        ttl_seconds=900,
        refresh_ttl=True,
    )
    of.clock.advance(61_000)
    await drained(of)
    assert [(each.state, each.method, each.path) for each in (await past(of)).latest] == [("lost", "", "")]


async def test_a_drain_that_settled_nothing_and_an_idle_sweep_pay_nothing() -> None:
    of, process = harbour(), Process()
    await drained(of, process)
    await of.worker(by=process).sweep()
    assert not any("increment" in call or "list" in call or " h:" in call for call in process.calls)


async def test_where_nobody_may_look_nothing_is_kept() -> None:
    of = Harbour()
    await of.accepted(TARGET, b"new")
    await of.worker().sweep()
    await of.surroundings.run_behind()
    assert of.receipt(f"{1_000_000:032x}") is not None
    assert not any(key.startswith(b"h:") or key == b"latest" for key, _ in of.home.cache.store.items())


async def test_the_sweep_notes_how_much_waits_in_each_region() -> None:
    of = harbour()
    for target in in_one_lane(3, LANE):
        await of.accepted(target, b"new")
    await of.accepted(in_one_lane(1, 2)[0], b"new")
    await of.worker().sweep()
    assert (await past(of)).waiting[-1] == 4
    away = await history.read(of.away, of.clock())
    assert away == Past()
    await of.surroundings.run_behind()


@pytest.mark.parametrize("method", ["sorted_set_increment", "list_push_front"])
async def test_a_region_that_does_not_take_it_takes_the_write_all_the_same(method: str) -> None:
    of = harbour()
    write = await of.accepted(TARGET, b"new")
    of.home.cache.faults = failing(method)
    await drained(of)
    assert isinstance(of.receipt(write.id), Receipt)
    assert of.members(of.home) == []


async def test_a_region_that_does_not_answer_has_no_past() -> None:
    of = harbour()
    of.home.cache.faults = failing("list_fetch")
    assert await history.read(of.home, NOON) is None


async def test_a_drain_keeps_room_for_it_in_its_budget() -> None:
    of = harbour()
    of.subrequests = 60
    for target in in_one_lane(20, LANE):
        await of.accepted(target, b"new")
    await drained(of)
    (budget,) = of.budgets
    assert budget.refused
    assert budget.held == 0
    assert budget.spent <= 60
    assert sum((await past(of)).settled) > 0
    assert CALLS < ENDING


def test_what_a_drain_says_fits_in_one_operation_latest_first() -> None:
    many = [Ended(NOON + n, "applied", f"{n:032x}", 200, "PUT", "/" + "ü" * 60) for n in range(50)]
    said = encode(many)
    assert len(said) <= OCTETS + 2
    found = decode(said)
    assert 1 < len(found) < 50
    assert found == many[::-1][: len(found)]


async def test_a_long_path_is_cut() -> None:
    of = harbour()
    target = next(
        t
        for n in range(200)
        if (t := f"/items/{'x' * 300}{n}") in in_one_lane(40, LANE, f"/items/{'x' * 300}")
    )
    await of.accepted(target, b"new")
    await drained(of)
    (ended,) = (await past(of)).latest
    assert ended.path == target[:200] + "…"


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\xff",
        b"{}",
        b"[1]",
        b'[["x","applied","id"]]',
        b'[[1,"a","b",1,2,3,4]]',
        b'[[1,"withdrawn","id",200,"PUT","/a"]]',
        b'[[1,["applied"],"id"]]',
        b'[[1,"applied","id","200","PUT","/a"]]',
        b'[[1,"applied","id",200,"PUT",1.5]]',
        b'[[1,"applied",null]]',
        b'[[Infinity,"applied","id"]]',
        b"[" * 100_000,
    ],
)
def test_what_is_damaged_or_newer_says_nothing(value: bytes) -> None:
    assert decode(value) == []


async def test_as_many_drains_are_kept_as_are_shown() -> None:
    of = harbour()
    for n in range(LATEST + 5):
        of.clock.advance(1000)
        await of.accepted(TARGET, str(n).encode())
        await drained(of)
    seen = await past(of)
    assert (len(seen.latest), sum(seen.settled)) == (LATEST, LATEST + 5)
    stored = of.home.cache.store.content(keys.LATEST.encode(), list)
    assert stored is not None
    assert len(stored) == LATEST
    assert all(len(json.loads(each)) == 1 for each in stored)
