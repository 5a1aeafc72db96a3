"""Writes of many resources in one request, each settled by itself."""

from __future__ import annotations

import json
import math
import tracemalloc
from dataclasses import replace
from itertools import pairwise

import pytest

from homeport import keys
from homeport.draining.drain import Report
from homeport.draining.lease import LEASE_SECONDS
from homeport.entry import Entry
from homeport.messages import Headers, NoAnswer, Response
from tests.homeport.bulk_world import BULK, BulkOrigin, Fleet, Poison, site
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import about, in_one_lane, journal

LANE = 0
ITEMS = in_one_lane(1000, LANE)
A, B, C = ITEMS[:3]
NOTE = in_one_lane(1, LANE, "/notes/")[0]


async def test_writes_of_many_resources_go_in_one_request_and_each_has_its_receipt() -> None:
    world = Fleet()
    for target in ITEMS[:50]:
        await world.waits(target, {"name": target})
    assert await world.drain(LANE) == Report(settled=50)
    assert [sorted(each) for each in world.origin.bulks] == [sorted(ITEMS[:50])]
    assert (len(world.origin.requests), world.states()) == (1, {"applied": 50})
    assert json.loads(world.origin.items[A]) == {"name": A}
    assert world.members(world.home) == []


async def test_what_the_request_says() -> None:
    world = Fleet()
    puts, deletions = await world.waits(A, {"v": 1}), await world.waits(B, None)
    await world.drain(LANE)
    [request] = world.origin.requests
    assert (request.method, request.headers.get("content-type")) == ("POST", "application/json")
    header = {"content-type": "application/json"}
    assert json.loads(bytes(request.body)) == {
        "operations": [
            {"id": puts[0].id, "method": "PUT", "path": A, "headers": header, "body": {"v": 1}},
            {"id": deletions[0].id, "method": "DELETE", "path": B},
        ]
    }


async def test_of_one_resource_one_write_goes_in_each_and_their_order_holds() -> None:
    world = Fleet()
    for target in (A, B, C):
        await world.waits(target, 1, 2, None, 3)
    await world.waits(NOTE, 1, 2)
    assert await world.drain(LANE) == Report(settled=14)
    assert [sorted(each) for each in world.origin.bulks] == [sorted((A, B, C))] * 4
    assert journal(world, A) == [b"1", b"2", None, b"3"]
    assert journal(world, NOTE) == [b"1", b"2"]
    assert world.origin.alone == [NOTE, NOTE]


async def test_coalesced_writes_go_as_one() -> None:
    world = Fleet(site=site(coalesce=True))
    for target in (A, B):
        await world.waits(target, 1, 2, 3)
    await world.drain(LANE)
    assert [sorted(each) for each in world.origin.bulks] == [sorted((A, B))]
    assert world.states() == {"applied": 2, "superseded": 4}
    assert journal(world, A) == [b"3"]


async def test_one_alone_goes_alone_and_so_does_what_is_conditional() -> None:
    world = Fleet()
    await world.waits(A, 1)
    await world.drain(LANE)
    await world.waits(A, 2, header=Headers((("if-match", "*"),)))
    await world.waits(B, 3)
    await world.drain(LANE)
    assert (world.origin.bulks, sorted(world.origin.alone)) == ([], sorted((A, A, B)))


@pytest.mark.parametrize("poison", ["400", "500", "garbage"])
async def test_of_a_thousand_one_is_poisoned_and_alone_becomes_a_dead_letter(poison: Poison) -> None:
    world = Fleet(origin=BulkOrigin(poison=poison))
    for n, target in enumerate(ITEMS):
        await world.waits(target, "poison" if n == 637 else n)
    report = await world.drain(LANE)
    assert report is not None
    assert report.settled == 1000
    assert world.states() == {"applied": 999, "dead": 1}
    letters = world.home.cache.store.item(keys.DEAD.encode())
    assert letters is not None
    assert len(letters.content) == 1
    assert len(world.origin.items) == 999
    asked = [each for each in world.origin.requests if each.method != "GET"]
    assert len(asked) <= 1000 / BULK.most + 2 * math.ceil(math.log2(BULK.most)) + 1


@pytest.mark.parametrize("poison", ["silent", "503"])
async def test_a_write_that_silences_the_endpoint_is_isolated_by_ever_smaller_bulks(poison: Poison) -> None:
    world = Fleet(origin=BulkOrigin(poison=poison))
    for n, target in enumerate(ITEMS[:100]):
        await world.waits(target, "poison" if n == 63 else n)
    for _ in range(12):
        await world.drain(LANE)
        world.clock.advance(601_000)
    assert world.states() == {"applied": 99, "dead": 1}
    sizes = [len(each) for each in world.origin.bulks if ITEMS[63] in each]
    assert (sizes[0], len(sizes)) == (100, 6)
    assert all(later <= max(1, earlier // 2) for earlier, later in pairwise(sizes))


async def test_a_bulk_without_an_answer_postpones_all_its_writes() -> None:
    world = Fleet(origin=BulkOrigin(down=1))
    for target in (A, B, C):
        await world.waits(target, 1)
    assert await world.drain(LANE) == Report(waiting=3)
    for target in (A, B, C):
        [waiting] = world.entry(target).pending
        assert (waiting.tries, waiting.not_before > world.clock()) == (1, True)
    world.clock.advance(61_000)
    assert await world.drain(LANE) == Report(settled=3)
    first, second = world.origin.requests
    assert first.headers.get("idempotency-key") != second.headers.get("idempotency-key")


async def test_a_try_in_a_bulk_counts_also_where_a_writer_came_first() -> None:
    world = Fleet(origin=BulkOrigin(down=1))
    for target in (A, B):
        await world.waits(target, 1)

    async def come_first() -> None:
        entry = world.entry(A)
        world.home.keep(about(A).key, entry.version("another"))

    call = 1 + len(await calls_until_the_bulk())
    await world.drain(LANE, Process(before={call: come_first}))
    assert [world.entry(target).pending[0].tries for target in (A, B)] == [1, 1]


async def calls_until_the_bulk() -> list[str]:
    world, process = Fleet(), Process()
    for target in (A, B):
        await world.waits(target, 1)
    await world.drain(LANE, process)
    return process.calls[: process.calls.index("origin POST /bulk") + 1]


async def test_what_one_write_is_told_in_a_bulk_is_its_own() -> None:
    world = Fleet()
    for target, said in ((A, 1), (B, 2), (C, None)):
        await world.waits(target, said)
    world.origin.seen[world.entry(A).pending[0].id] = Response(409)
    world.origin.seen[world.entry(B).pending[0].id] = Response(429)
    await world.drain(LANE)
    assert world.states() == {"dead": 1, "applied": 1}
    assert len(world.entry(B).pending) == 1


@pytest.mark.parametrize("fault", ["dies_at", "loses_at", "vanishes_at", "refused_at"])
async def test_whichever_call_fails_a_later_drain_finishes_and_each_takes_effect_once(fault: str) -> None:
    for call in range(1, 60, 2):
        world, process = Fleet(), Process()
        for target in (A, B, C):
            await world.waits(target, 1, 2)
        setattr(process, fault, call)
        await world.drain(LANE, process)
        for _ in range(4):
            world.clock.advance(61_000)
            await world.drain(LANE)
        assert world.members(world.home) == [], f"{fault} {call}"
        assert all(journal(world, target) == [b"1", b"2"] for target in (A, B, C)), f"{fault} {call}"
        assert world.states() == {"applied": 6}


async def test_no_bulk_is_sent_that_may_outlast_the_lease() -> None:
    world = Fleet(origin=BulkOrigin(poison="400"))
    for target, said in ((A, 1), (B, 2), (C, "poison")):
        await world.waits(target, said)

    class Slow(BulkOrigin):
        async def ask(self, request: object) -> Response | NoAnswer:
            world.clock.advance(LEASE_SECONDS * 1000)
            return await BulkOrigin.ask(self, request)  # type: ignore[arg-type]

    world.origin = Slow()
    await world.drain(LANE)
    assert len(world.origin.bulks) == 1
    assert all(world.entry(target).pending for target in (A, B, C))


async def test_no_bulk_holds_more_than_512_kb_of_bodies() -> None:
    world = Fleet()
    for target in ITEMS[:12]:
        await world.waits(target, "x" * 100_000)
    assert await world.drain(LANE) == Report(settled=12)
    assert [len(each) for each in world.origin.bulks] == [5, 5, 2]
    assert all(len(request.body) <= 600_000 for request in world.origin.requests)


class Weighed(Process):
    """A process that notes how much each of its pages has allocated at most, in octets."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: list[int] = []
        self._began = 0

    async def begins(self, call: str) -> int:
        self.calls.clear()
        if "sorted_set_fetch_by_score" in call:
            self.weigh()
        return await super().begins(call)

    def weigh(self) -> None:
        now, peak = tracemalloc.get_traced_memory()
        self.pages.append(peak - self._began)
        self._began = now
        tracemalloc.reset_peak()


async def heaviest_page(count: int) -> int:
    world, process = Fleet(site=site(coalesce=True)), Weighed()
    for target in ITEMS[: count // 25]:
        await world.waits(target, *[{"text": "x" * 400}] * 25)
    tracemalloc.start()
    try:
        report = await world.drain(LANE, process)
        process.weigh()
    finally:
        tracemalloc.stop()
    assert report is not None
    assert report.settled == count
    assert len(process.pages) > count // 200
    return max(process.pages)


async def test_ten_thousand_waiting_writes_drain_in_the_memory_of_a_thousand() -> None:
    small, large = await heaviest_page(1_000), await heaviest_page(10_000)
    assert large < 1.5 * small


async def test_an_entry_that_vanishes_while_its_write_waits_for_company_loses_nothing_else() -> None:
    world = Fleet()
    for target in (A, B):
        await world.waits(target, 1)

    async def evict() -> None:
        world.home.cache.store.remove(keys.entry(about(A).key).encode())

    assert await world.drain(LANE, Process(before={5: evict})) == Report(settled=2)
    entry = world.home.kept(about(A).key)
    assert isinstance(entry, Entry)
    assert (entry.kind, replace(entry, nonce="").pending) == ("marker", ())
    assert world.states() == {"applied": 2}
