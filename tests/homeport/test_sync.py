from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import pytest

from homeport import keys
from homeport.draining.resource import COMMIT_MS
from homeport.messages import Response
from homeport.sync import PATIENCE_SECONDS, SyncWorker
from homeport.writing.accept import Accepted, accept
from homeport.writing.commit import DEADLINE_MS
from tests.homeport.homeport_world import failed, failing
from tests.homeport.sync_world import LANE, OTHER, TARGET, Harbour, drained_by
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import AWAY, HOME, about, in_one_lane


async def test_a_kick_drains_its_lane_behind_the_call() -> None:
    harbour = Harbour()
    await harbour.accepted(TARGET, b"new")
    harbour.worker().kick(HOME, LANE)
    assert harbour.origin.items == {}
    await harbour.surroundings.run_behind()
    assert harbour.origin.items == {TARGET: b"new"}
    assert drained_by(harbour) == [(HOME, LANE, "kick")]


@pytest.mark.parametrize(("region", "lane"), [("us-east-1", 0), ("", 0), (HOME, -1), (HOME, keys.LANES)])
async def test_a_kick_for_a_region_or_lane_that_is_not_ours_is_ignored(region: str, lane: int) -> None:
    harbour = Harbour()
    harbour.worker().kick(region, lane)
    assert harbour.surroundings.behind == []


async def test_the_sweep_finds_what_woke_nobody() -> None:
    harbour = Harbour()
    targets = [in_one_lane(1, lane)[0] for lane in range(keys.LANES)]
    for target in targets:
        await harbour.accepted(target, b"new")
    await harbour.worker().sweep()
    assert harbour.origin.items == dict.fromkeys(targets, b"new")
    assert {occasion for _, _, occasion in drained_by(harbour)} == {"cron"}


async def test_an_idle_sweep_costs_one_operation_a_lane_and_one_for_the_dead_letters() -> None:
    harbour, process = Harbour(), Process()
    await harbour.worker(by=process).sweep()
    lanes = [f"sorted_set_length {keys.queue(lane)}" for lane in range(keys.LANES)]
    assert sorted(process.calls) == sorted(
        f"{region} {call}" for region in (HOME, AWAY) for call in (*lanes, "sorted_set_fetch_by_score dead")
    )


async def test_a_silent_region_does_not_keep_the_sweep_from_the_others() -> None:
    harbour = Harbour()
    await harbour.accepted(TARGET, b"new")
    harbour.away.cache.faults = failing()
    await harbour.worker().sweep()
    assert harbour.origin.items == {TARGET: b"new"}
    failures = [fields["region"] for name, fields in harbour.surroundings.events if name == "region_failed"]
    assert failures == [AWAY] * keys.LANES


async def test_each_regions_writes_are_drained_with_the_other_told() -> None:
    harbour = Harbour()
    write = harbour.write(TARGET, b"new")
    assert await accept(write, harbour.away, harbour.origin, harbour.surroundings.effects) == Accepted()
    await harbour.worker().sweep()
    assert harbour.origin.items == {TARGET: b"new"}
    assert harbour.entry(TARGET).kind == "marker"
    assert harbour.members(harbour.away) == []


async def test_at_its_budget_an_invocation_hands_over_to_the_next() -> None:
    harbour = Harbour()
    targets = in_one_lane(5, LANE)
    for target in targets:
        for n in range(30):
            await harbour.accepted(target, b"%d" % n)
    harbour.worker().kick(HOME, LANE)
    await harbour.surroundings.run_behind()
    assert harbour.itself.kicks == [(HOME, LANE)]
    while harbour.itself.kicks:
        await harbour.worker().lane(*harbour.itself.kicks.pop(), "kick")
    assert harbour.members(harbour.home) == []
    assert harbour.origin.items == dict.fromkeys(targets, b"29")


async def test_the_lane_is_free_before_it_is_handed_over() -> None:
    harbour = Harbour()
    for n in range(30):
        for target in in_one_lane(4, LANE):
            await harbour.accepted(target, b"%d" % n)
    free: list[bytes | None] = []

    @dataclass
    class Next:
        async def kick(self, region: str, lane: int, _skip: int = 0, /) -> bool:
            assert region == HOME
            free.append(harbour.home.cache.store.content(keys.lease(lane).encode(), bytes))
            return True

    worker = harbour.worker()
    await SyncWorker(worker.settings, worker.regions, worker.drain, Next(), worker.effects).lane(
        HOME, LANE, "kick"
    )
    assert free == [b"free"]


async def test_a_write_that_comes_between_the_last_look_and_the_release_is_found() -> None:
    """Its own kick found the lease taken and told nobody."""
    harbour = Harbour()
    await harbour.accepted(TARGET, b"1")
    process, arrived = Process(), list[str]()

    async def arrive_at_the_release() -> None:
        if not arrived and process.calls[-1].endswith(f"set_if {keys.lease(LANE)}"):
            arrived.append((await harbour.accepted(OTHER, b"2")).id)
            await harbour.worker().lane(HOME, LANE, "kick")

    process.before = dict.fromkeys(range(2, 200), arrive_at_the_release)
    await harbour.worker(by=process).lane(HOME, LANE, "kick")
    assert len(arrived) == 1
    assert harbour.origin.items == {TARGET: b"1", OTHER: b"2"}
    assert harbour.members(harbour.home) == []


async def test_members_that_only_wait_do_not_keep_it_awake() -> None:
    harbour, process = Harbour(), Process()
    harbour.surroundings.chance = 1.0
    await harbour.accepted(TARGET, b"1")
    harbour.origin.answers[TARGET] = [Response(503)]
    await harbour.worker(by=process).lane(HOME, LANE, "kick")
    assert len(harbour.origin.requests) == 1
    assert drained_by(harbour) == [(HOME, LANE, "kick")]


@pytest.mark.parametrize("method", ["set_if", "sorted_set_fetch_by_score"])
async def test_a_region_that_limits_the_rate_does_not_keep_it_in_a_loop(method: str) -> None:
    harbour, process = Harbour(), Process()
    await harbour.accepted(TARGET, b"1")
    limit = failed("LIMIT_EXCEEDED_ERROR", may_have_happened=False)
    harbour.home.cache.faults = lambda called, _: limit if called == method else None
    await harbour.worker(by=process).lane(HOME, LANE, "kick")
    assert len(process.calls) <= 3
    assert harbour.surroundings.pauses == []
    assert harbour.itself.kicks == []
    assert drained_by(harbour) == [(HOME, LANE, "kick")]


async def test_a_commit_that_is_under_way_is_waited_for() -> None:
    """Its author's wake-up finds the lease taken; without patience nobody looks before cron does."""
    harbour, author = Harbour(), Process()
    gate, reached = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        reached.set()
        await gate.wait()

    author.before[3] = hold  # the commit
    writing = asyncio.create_task(harbour.accept(harbour.write(TARGET, b"new"), author))
    await reached.wait()
    drainer = Process()

    async def commit_and_kick() -> None:
        gate.set()
        assert await writing == Accepted()
        await harbour.worker().lane(HOME, LANE, "kick")
        assert harbour.origin.items == {}

    drainer.before[5] = (
        commit_and_kick  # lease, page, entry: a young stray, no receipt; now it gives the lane free
    )
    await harbour.worker(by=drainer).lane(HOME, LANE, "kick")
    assert drainer.calls[4] == f"{HOME} set_if {keys.lease(LANE)}"
    assert harbour.origin.items == {TARGET: b"new"}
    assert harbour.surroundings.pauses == [PATIENCE_SECONDS[0]]
    assert harbour.members(harbour.home) == []


async def stray(harbour: Harbour, age_ms: int = 0) -> None:
    """Put a member whose write is not committed, so long ago."""
    name = keys.member(about(TARGET).key, "f" * 32)
    score = {name: float(harbour.clock() - age_ms)}
    await harbour.home.cache.sorted_set_put(keys.queue(LANE), score, ttl_seconds=100, refresh_ttl=True)


async def test_its_patience_ends() -> None:
    harbour = Harbour()
    await stray(harbour)
    await harbour.worker().lane(HOME, LANE, "kick")
    assert harbour.surroundings.pauses == [*PATIENCE_SECONDS] == sorted(PATIENCE_SECONDS)
    assert drained_by(harbour) == [(HOME, LANE, "kick")] * (1 + len(PATIENCE_SECONDS))
    assert sum(PATIENCE_SECONDS) < 20  # what runs behind an answer may run for 30 s
    assert harbour.origin.requests == []


@pytest.mark.parametrize(("age_ms", "pauses"), [(COMMIT_MS - 1, 1), (COMMIT_MS, 0), (60_000, 0)])
async def test_it_has_none_with_what_no_author_can_commit_any_more(age_ms: int, pauses: int) -> None:
    assert COMMIT_MS > DEADLINE_MS
    harbour = Harbour()
    await stray(harbour, age_ms)
    await harbour.worker().lane(HOME, LANE, "kick")
    assert len(harbour.surroundings.pauses) == pauses


async def test_a_commit_under_way_at_its_budget_is_left_to_the_next_invocation() -> None:
    harbour = Harbour()
    for n in range(30):
        for target in in_one_lane(5, LANE)[1:]:
            await harbour.accepted(target, b"%d" % n)
    await stray(harbour)
    await harbour.worker().lane(HOME, LANE, "kick")
    assert harbour.surroundings.pauses == []
    assert harbour.itself.kicks == [(HOME, LANE)]


async def test_while_it_waits_the_lane_is_free() -> None:
    harbour = Harbour()
    await stray(harbour)
    free: list[bytes | None] = []

    async def pause(seconds: float) -> None:
        harbour.clock.advance(seconds * 1000)
        free.append(harbour.home.cache.store.content(keys.lease(LANE).encode(), bytes))

    worker = harbour.worker()
    effects = replace(worker.effects, pause=pause)
    await replace(worker, effects=effects).lane(HOME, LANE, "kick")
    assert len(free) == len(PATIENCE_SECONDS)
    assert set(free) == {b"free", None}  # a word that lives a second


async def test_it_leaves_a_lane_that_another_drains() -> None:
    harbour, second = Harbour(), Process()
    await harbour.accepted(TARGET, b"1")

    async def kick_again() -> None:
        await harbour.worker(by=second).lane(HOME, LANE, "webhook")

    await harbour.worker(by=Process(before={4: kick_again})).lane(HOME, LANE, "kick")
    assert second.calls == [f"{HOME} set_if {keys.lease(LANE)}"]
    assert len(harbour.origin.requests) == 1


async def test_a_region_that_answers_nothing_is_left_alone() -> None:
    harbour, process = Harbour(), Process()
    await harbour.accepted(TARGET, b"1")
    harbour.home.cache.faults = failing()
    await harbour.worker(by=process).lane(HOME, LANE, "kick")
    assert len(process.calls) <= 2
    assert harbour.origin.requests == []
    assert "region_failed" in [name for name, _ in harbour.surroundings.events]


async def test_the_write_path_from_wake_up_to_stale_regions_in_one_go() -> None:
    harbour = Harbour()
    write = await harbour.accepted(TARGET, b"new")
    await harbour.deliver(harbour.event())
    receipt = harbour.receipt(write.id)
    assert receipt is not None
    assert receipt.state == "applied"
    assert harbour.away.kept(about(TARGET).key) is not None


async def test_a_member_that_is_only_owed_is_not_waited_for() -> None:
    harbour = Harbour()
    await harbour.accepted(TARGET, b"1")
    harbour.away.cache.faults = failing()
    for _ in range(2):
        await harbour.worker().lane(HOME, LANE, "kick")
    assert harbour.surroundings.pauses == []
    assert len(harbour.members(harbour.home)) == 1
