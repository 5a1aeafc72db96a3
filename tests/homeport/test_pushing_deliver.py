"""A push in a region that fails, lags and forgets, beside fills, drains and other pushes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from homeport import keys, versions
from homeport.draining.stray import YOUNG_MS
from homeport.entry import Entry
from homeport.pushing.deliver import Told, deliver, deliver_everywhere
from homeport.pushing.propagate import mark_stale_in
from homeport.pushing.tag_index import SKEW_MS
from homeport.versions import Version
from homeport.writing.receipt import Receipt, decode, encode
from momento_http_shim.conditions import PresentAndHashEqual
from tests.homeport.homeport_world import NOON, TwinRegion, failing
from tests.homeport.push_world import KEY, TARGET, page, push, pushed
from tests.homeport.tag_world import Stepped, interleaved, purge, schedules
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import World, about, lane_of

LANE = lane_of(TARGET)


async def test_a_push_is_a_look_and_a_write() -> None:
    world = World()
    assert (await push(world, page())).state == "stored"
    assert world.home.cache.store.content(keys.entry(KEY).encode(), bytes)
    process = Process()
    told = await push(world, page(number=2), by=process)
    assert [call.split()[1] for call in process.calls] == ["get_with_hash", "set_if_hash"]
    assert told.version is not None
    assert isinstance(told.version.entry, Entry)
    assert (told.version.entry.body, world.entry(TARGET).body) == (b"", b"page")


async def test_one_who_knows_what_stands_there_does_not_look() -> None:
    world = World()
    await push(world, page())
    known = (await push(world, page(number=2))).version
    process = Process()
    told = await deliver(page(b"3", number=3), process.connect(world.home), world.surroundings.effects, known)
    assert [call.split()[1] for call in process.calls] == ["set_if_hash"]
    assert (told.state, world.entry(TARGET).body) == ("stored", b"3")


async def test_one_who_is_wrong_about_it_looks() -> None:
    world = World()
    await push(world, page(b"newer", number=9))
    known = Version(pushed(push=page().push), PresentAndHashEqual(b"long gone"))
    told = await deliver(page(number=2), world.home, world.surroundings.effects, known)
    assert (told.state, world.entry(TARGET).body) == ("kept", b"newer")


@pytest.mark.parametrize("number", [1, 2])
async def test_an_answer_that_is_lost_is_found_out(number: int) -> None:
    for fault in ("loses_at", "lags_at", "vanishes_at"):
        world = World()
        await push(world, page(b"old"))
        process = Process()
        setattr(process, fault, number)
        told = await push(world, page(b"new", number=2), by=process)
        if number == 1:
            assert told == Told("failed", "TIMEOUT_ERROR")
            continue
        assert (told.state, world.entry(TARGET).body) == ("stored", b"new")
        await asyncio.gather(*process.late)
        assert world.entry(TARGET).body == b"new"


async def test_a_refusal_is_told_by_its_code() -> None:
    told = await push(World(), page(), by=Process(refused_at=2))
    assert told == Told("failed", "SERVER_UNAVAILABLE")


async def test_tags_are_entered_before_the_page_is_stored() -> None:
    world, process = World(), Process()
    what = page(url="/tagged/7")
    assert (await push(world, what, by=process)).state == "stored"
    assert [call.split()[1] for call in process.calls] == [
        "sorted_set_put",
        "get_with_hash",
        "get_with_hash",
        "set_if",
    ]
    assert world.entry("/tagged/7").tags == ("item-7",)


async def test_a_page_whose_tags_cannot_be_entered_is_news_and_no_more() -> None:
    world = World()
    world.home.keep(about("/tagged/7").key, replace(pushed(), target="/tagged/7"))
    world.home.cache.faults = failing("sorted_set_put")
    assert (await push(world, page(url="/tagged/7"))).state == "stale"
    assert world.entry("/tagged/7").stale
    world.home.cache.faults = failing()
    assert await push(world, page(url="/tagged/7")) == Told("failed", "INDEX_FAILED")


@pytest.mark.parametrize("schedule", [*schedules(4, 5)])
async def test_of_a_push_and_a_purge_by_tag_that_meet_neither_misses_the_other(schedule: list[int]) -> None:
    """What the purge left is a marker, or was rendered after it."""
    world = World()
    pushing, purging = Stepped(), Stepped()
    tasks: list[tuple[Stepped, asyncio.Task[Any]]] = [
        (pushing, asyncio.ensure_future(push(world, page(url="/tagged/7"), by=pushing))),
        (purging, asyncio.ensure_future(purge(world, "item-7", by=purging))),
    ]
    await interleaved(tasks, iter([*schedule, *[0] * 50]))
    kept = world.home.kept(about("/tagged/7").key)
    assert kept is None or (isinstance(kept, Entry) and (kept.kind == "marker" or kept.stale))


@pytest.mark.parametrize("schedule", [*schedules(2, 2)])
async def test_of_two_pushes_that_meet_the_later_stands(schedule: list[int]) -> None:
    for before in (None, pushed(b"0", push=replace_number(0))):
        world, one, two = World(), Stepped(), Stepped()
        if before:
            world.home.keep(KEY, before)
        tasks: list[tuple[Stepped, asyncio.Task[Any]]] = [
            (one, asyncio.ensure_future(push(world, page(b"1", number=1), by=one))),
            (two, asyncio.ensure_future(push(world, page(b"2", number=2), by=two))),
        ]
        await interleaved(tasks, iter([*schedule, *[0] * 20]))
        assert (world.entry(TARGET).body, world.entry(TARGET).stale) == (b"2", False)


def replace_number(number: int) -> Any:
    return page(number=number).push


@pytest.mark.parametrize("schedule", [*schedules(3, 2)])
async def test_a_fill_in_flight_does_not_land_over_a_push_nor_a_push_get_lost_to_it(
    schedule: list[int],
) -> None:
    """The fill looked, asked the origin, and stores; the page was rendered when the origin had changed."""
    world, filling, pushing = World(), Stepped(), Stepped()
    state = [b"old"]

    async def fill() -> None:
        region = filling.connect(world.home)
        seen = await versions.read(region, KEY)
        assert isinstance(seen, Version)
        asked = world.clock()
        await filling.begins("origin")
        entry = replace(pushed(state[0]), nonce="fill", as_of=(asked, world.clock()))
        await versions.store(region, KEY, entry, seen.condition)

    async def change() -> Told:
        state[0] = b"new"
        return await push(world, page(b"new"), by=pushing)

    tasks: list[tuple[Stepped, asyncio.Task[Any]]] = [
        (filling, asyncio.ensure_future(fill())),
        (pushing, asyncio.ensure_future(change())),
    ]
    await interleaved(tasks, iter([*schedule, *[0] * 20]))
    kept = world.entry(TARGET)
    assert kept.stale or kept.body == b"new"


@pytest.mark.parametrize("schedule", [*schedules(2, 2)])
async def test_of_a_push_and_a_drains_mark_that_meet_the_mark_stands(schedule: list[int]) -> None:
    world, pushing, marking = World(), Stepped(), Stepped()
    world.home.keep(KEY, pushed(b"old", push=page().push))

    async def mark() -> bool:
        return await mark_stale_in(marking.connect(world.home), about(TARGET), world.surroundings.effects)

    tasks: list[tuple[Stepped, asyncio.Task[Any]]] = [
        (pushing, asyncio.ensure_future(push(world, page(b"new", number=2), by=pushing))),
        (marking, asyncio.ensure_future(mark())),
    ]
    await interleaved(tasks, iter([*schedule, *[0] * 20]))
    assert world.entry(TARGET).stale
    world.clock.advance(SKEW_MS + 1)
    assert (await push(world, page(b"newest", at=world.clock(), number=3))).state == "stored"
    assert (world.entry(TARGET).body, world.entry(TARGET).stale) == (b"newest", False)


async def away_during_a_push(world: World) -> dict[str, Told]:
    for region in (world.home, world.away):
        region.keep(KEY, pushed(b"old", push=page().push))
    world.away.cache.faults = failing()
    told = await deliver_everywhere(
        page(b"new", number=2), [world.home, world.away], world.surroundings.effects, tries=1
    )
    world.away.cache.faults = None
    return told


async def test_a_region_that_was_away_is_marked_by_the_next_sweep_and_the_others_are_not() -> None:
    world = World()
    told = await away_during_a_push(world)
    assert {name: each.state for name, each in told.items()} == {
        world.home.name: "stored",
        world.away.name: "owed",
    }
    assert (world.entry(TARGET, world.away).stale, world.entry(TARGET).body) == (False, b"new")
    await world.drain(LANE)
    assert world.members(world.home) == []
    assert world.entry(TARGET, world.away).stale
    assert (world.entry(TARGET).stale, world.entry(TARGET).body) == (False, b"new")


async def test_a_region_that_stays_away_stays_owed() -> None:
    world = World()
    await away_during_a_push(world)
    world.away.cache.faults = failing()
    for _ in range(3):
        world.clock.advance(YOUNG_MS)
        await world.drain(LANE)
        assert len(world.members(world.home)) == 1
    assert not world.entry(TARGET).stale
    world.away.cache.faults = None
    world.clock.advance(YOUNG_MS)
    await world.drain(LANE)
    assert (world.members(world.home), world.entry(TARGET, world.away).stale) == ([], True)


async def test_many_debts_to_a_region_that_is_away_cost_one_time_out_a_drain() -> None:
    world = World()
    for _ in range(5):
        await away_during_a_push(world)
    world.away.cache.faults = failing()
    process = Process()
    await world.drain(LANE, process)
    assert len(world.members(world.home)) == 5
    assert [call for call in process.calls if call.startswith(world.away.name)] == [
        f"{world.away.name} get_with_hash {keys.entry(KEY)}"
    ]
    world.away.cache.faults = None
    await world.drain(LANE)
    assert world.members(world.home) == []


async def test_a_debt_to_a_region_that_is_no_more_is_forgotten() -> None:
    world = World()
    await away_during_a_push(world)
    world.away = TwinRegion("ap-south-1", world.away.cache)
    await world.drain(LANE)
    assert (world.members(world.home), world.entry(TARGET, world.away).stale) == ([], False)


async def test_the_one_region_that_is_there_has_nobody_to_remember_it() -> None:
    world = World()
    world.home.cache.faults = failing()
    told = await deliver_everywhere(page(), [world.home], world.surroundings.effects, tries=2)
    assert told == {world.home.name: Told("failed", "TIMEOUT_ERROR")}
    assert [name for name, _ in world.surroundings.events] == ["push_failed"]
    assert len(world.surroundings.pauses) == 1


def test_a_receipt_of_a_debt_names_its_regions_and_an_old_one_all() -> None:
    receipt = Receipt("a" * 32, KEY, "applied", NOON, target=TARGET, regions=("eu-west-1",))
    assert decode(encode(receipt)) == receipt
    old = replace(receipt, regions=None)
    assert decode(encode(old)) == old
    assert b"regions" not in encode(old)


async def test_a_clock_ahead_does_not_enter_a_page_beyond_what_a_purge_looks_at() -> None:
    world = World()
    await push(world, page(at=NOON + 99_000, url="/tagged/7"))
    await purge(world, "item-7")
    assert world.entry("/tagged/7").kind == "marker"
