"""Two releases in the same regions, interleaved at random: nothing is lost, overtaken or applied twice."""

from __future__ import annotations

import pytest

from homeport import entry, versions
from homeport.messages import Relayed, Response
from momento_http_shim.octets import Octets
from tests.homeport.edge_world import body_of
from tests.homeport.release_next import NAME, OLD
from tests.homeport.schedule_checks import _before, check_answers, check_order
from tests.homeport.schedule_releases import InOrder, Releases
from tests.homeport.schedule_world import LIST, TARGETS
from tests.homeport.writing_world import about

SEEDS = 30
KINDS = {
    "calm": Releases(0),
    "jumps": Releases(0, jumps=3),
    "failing": Releases(0, faults=0.4, jumps=3),
    "moody": Releases(0, moody=0.3, jumps=3),
    "everything": Releases(0, faults=0.4, moody=0.3, jumps=3),
}


def like(kind: Releases, seed: int) -> Releases:
    return Releases(seed, kind.faults, kind.moody, kind.jumps)


async def check(schedule: Releases) -> None:
    check_everything_is_drained(schedule)
    check_answers(schedule)
    check_order(schedule)
    check_reads_of_the_newer(schedule)
    check_fresh(schedule)
    await check_receipts(schedule)


def check_everything_is_drained(schedule: Releases) -> None:
    assert schedule.waiting(schedule.newer) == set()
    for region in schedule.regions:
        assert schedule.world.members(region) == [], f"members wait in {region.name}"


def check_reads_of_the_newer(schedule: Releases) -> None:
    """It shows what was accepted before by either; the older may show the origin in place of a newer write."""
    by_body = {each.number: each for each in schedule.visitors}
    for read in schedule.visitors:
        shown = read.answer
        if read.request.method != "GET" or read.target == LIST or not isinstance(shown, Response):
            continue
        if read.status != 200 or not read.faultless or schedule.by[read.number] != NAME:
            continue
        body = bytes(shown.body).decode()
        for write in schedule.visitors:
            if write.status == 202 and write.number in schedule.origin.applied and _before(write, read):
                assert body != "old", f"{read.number} does not show {write.number}"
                assert not _before(by_body[body], write) or by_body[body].status != 202, (
                    f"{read.number} shows {body}, not {write.number}"
                )


def check_fresh(schedule: Releases) -> None:
    """What a region holds as fresh is what the origin shows, whoever wrote it last."""
    died = any(each.died for each in schedule.visitors)
    if died or any(name == "debt_forgotten" for name, _ in schedule.world.surroundings.events):
        return
    entries = schedule.newer.module("entry")
    for region in schedule.regions:
        for target in TARGETS:
            octets = region.octets(about(target).key)
            entry = entries.decode(octets) if octets is not None else None
            if not isinstance(entry, entries.Entry) or entry.kind == "marker" or entry.stale:
                continue
            now = schedule.origin.show(target)
            assert (entry.status, bytes(entry.body)) == (now.status, bytes(now.body)), (
                f"{target} is fresh in {region.name} with {bytes(entry.body)!r}, not {bytes(now.body)!r}"
            )


async def check_receipts(schedule: Releases) -> None:
    find = schedule.newer.module("writing.status").find
    for visitor in schedule.visitors:
        if visitor.status == 202 and isinstance(visitor.answer, Response):
            write_id = str(body_of(visitor.answer)["id"])
            answer = await find(about(visitor.target).key, write_id, schedule.region(visitor.region))
            state = "applied" if visitor.number in schedule.origin.applied else "dead"
            assert (answer.status, body_of(answer).get("state")) == (200, state), f"{visitor.number}"


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_side_by_side_rolled_back_and_forward_no_write_is_lost_or_overtaken(kind: Releases) -> None:
    waited = by_each = 0
    for seed in range(SEEDS):
        schedule = like(kind, seed)
        try:
            await schedule.run()
            await check(schedule)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        waited += len(schedule.rolled_back)
        by_each += len({schedule.by[each.number] for each in schedule.visitors if each.status == 202}) == 2
    assert waited > 3
    assert by_each > 3


async def test_an_older_release_that_took_newer_writes_for_damage_would_lose_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def careless(octets: Octets) -> entry.Entry | entry.Unreadable:
        found = entry.decode(octets)
        return found if isinstance(found, entry.Entry) else entry.Unreadable(found.reason)

    monkeypatch.setattr(versions, "decode", careless)
    lost = 0
    for seed in range(10):
        schedule = Releases(seed)
        try:
            await schedule.run()
            await check(schedule)
        except AssertionError:
            lost += 1
    assert lost


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_in_the_order_of_the_guide_nothing_waits_for_another_release(kind: Releases) -> None:
    refused, applied = 0, 0
    for seed in range(10):
        schedule = InOrder(seed, kind.faults, kind.moody, kind.jumps)
        try:
            await schedule.run()
            await check(schedule)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        applied += len(schedule.origin.applied)
        refused += sum(b"newer release" in shown_by(each.answer) for each in schedule.visitors)
    assert applied > 20
    assert refused <= applied // 10


async def test_with_the_edge_worker_first_newer_writes_wait_for_the_sync_worker_and_none_is_lost() -> None:
    waited = 0
    for seed in range(20):
        schedule = Releases(seed)
        schedule.begin()
        schedule.running, schedule.syncs = (schedule.newer,), (OLD,)
        await schedule.act(0)
        await schedule.sweeps(2)
        waited += len(schedule.waiting(schedule.newer))
        schedule.syncs = (schedule.newer,)
        await schedule.sweeps(3)
        await check(schedule)
    assert waited > 10


def shown_by(answer: Response | Relayed | None) -> bytes:
    return bytes(answer.body) if isinstance(answer, Response) else b""
