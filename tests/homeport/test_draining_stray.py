from __future__ import annotations

from dataclasses import replace

import pytest

from homeport import keys, versions
from homeport.draining.stray import YOUNG_MS
from homeport.entry import Entry
from homeport.writing.commit import DEADLINE_MS, Commit, propose
from momento_http_shim.outcomes import NotStored, Stored
from tests.homeport.stray_world import KEY, NAME, QUEUE, TARGET, applied, indexed, judged, version
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import World, stored

FOREIGN = b'{"homeport":{"format":2,"pending":["x"]}}\n'


async def test_a_young_member_waits_without_a_call() -> None:
    world, process = World(), Process()
    score = await indexed(world)
    world.clock.advance(YOUNG_MS - 1)
    assert not await judged(world, score, process)
    assert process.calls == []
    assert DEADLINE_MS < YOUNG_MS


async def test_a_young_member_waits_even_with_a_receipt() -> None:
    world = World()
    score = await indexed(world, applied(world))
    assert not await judged(world, score)
    assert len(world.members(world.home)) == 1


@pytest.mark.parametrize("found", [None, stored(TARGET)])
async def test_an_old_one_without_a_receipt_is_lost(found: Entry | None) -> None:
    world = World()
    if found is not None:
        world.home.keep(KEY, found)
    score = await indexed(world)
    world.clock.advance(YOUNG_MS)
    assert await judged(world, score)
    receipt = world.receipt(NAME)
    assert receipt is not None
    assert (receipt.state, receipt.key) == ("lost", KEY)
    assert world.members(world.home) == []
    assert [name for name, _ in world.surroundings.events] == ["write_lost"]


async def test_a_missing_entry_becomes_a_marker() -> None:
    world = World()
    score = await indexed(world)
    world.clock.advance(YOUNG_MS)
    assert await judged(world, score)
    assert world.entry(TARGET).kind == "marker"


async def test_a_touch_changes_nothing_but_the_version() -> None:
    world = World()
    await world.accepted(TARGET, b"another's")
    before = world.entry(TARGET)
    score = await indexed(world)
    world.clock.advance(YOUNG_MS)
    assert await judged(world, score)
    after = world.entry(TARGET)
    assert after == before.version(after.nonce)
    assert after.nonce != before.nonce


async def test_the_touch_comes_before_the_verdict() -> None:
    world, process = World(), Process()
    world.home.keep(KEY, stored(TARGET))
    score = await indexed(world)
    world.clock.advance(YOUNG_MS)
    await judged(world, score, process)
    methods = [call.split(maxsplit=1)[1] for call in process.calls]
    touch, verdict = methods.index(f"set_if_hash e:{KEY}"), methods.index(f"set_if r:{NAME}")
    assert touch < verdict < methods.index(f"sorted_set_remove {QUEUE}")


@pytest.mark.parametrize("found", [None, stored(TARGET)])
async def test_a_commit_that_is_still_in_flight_fails_after_the_touch(found: Entry | None) -> None:
    world = World()
    if found is not None:
        world.home.keep(KEY, found)
    score = await indexed(world)
    seen = await versions.read(world.home, KEY)
    assert isinstance(seen, versions.Version)
    write = world.write(TARGET, b"late")
    step = propose(write, seen.entry, world.clock(), "n")
    assert isinstance(step, Commit)
    world.clock.advance(YOUNG_MS)
    assert await judged(world, score)
    assert await versions.store(world.home, KEY, step.entry, seen.condition) == NotStored()


@pytest.mark.parametrize("found", [None, stored(TARGET)])
@pytest.mark.parametrize("call", [1, 2])
async def test_a_commit_after_the_look_at_the_entry_is_never_called_lost(
    call: int, found: Entry | None
) -> None:
    """The touch is made on the very version that did not list the write: it fails where the commit has come since."""
    world = World()
    if found is not None:
        world.home.keep(KEY, found)
    score, seen = await indexed(world), await version(world)
    step = propose(replace(world.write(TARGET, b"late"), id=NAME), seen.entry, world.clock(), "n")
    assert isinstance(step, Commit)
    world.clock.advance(YOUNG_MS)

    async def commit() -> None:
        stored_now = await versions.store(world.home, KEY, step.entry, seen.condition)
        assert isinstance(stored_now, Stored)

    assert not await judged(world, score, Process(before={call: commit}), seen)
    assert world.receipt(NAME) is None
    assert [item.id for item in world.entry(TARGET).pending] == [NAME]
    assert world.members(world.home) == [keys.member(KEY, NAME)]


@pytest.mark.parametrize("kind", ["vanishes_at", "refused_at", "loses_at"])
@pytest.mark.parametrize("call", [1, 2, 3])
async def test_whatever_fails_it_is_judged_again_and_ends_the_same(kind: str, call: int) -> None:
    """1 receipt, 2 touch, 3 the receipt `lost`."""
    world, process = World(), Process()
    setattr(process, kind, call)
    world.home.keep(KEY, stored(TARGET))
    score = await indexed(world)
    world.clock.advance(YOUNG_MS)
    assert not await judged(world, score, process)
    assert len(world.members(world.home)) == 1
    if call < 3:
        assert world.receipt(NAME) is None  # *lost* only after a touch that was seen to be stored
    assert await judged(world, score)
    receipt = world.receipt(NAME)
    assert receipt is not None
    assert receipt.state == "lost"
    assert world.members(world.home) == []


async def test_a_version_that_comes_between_puts_the_verdict_off() -> None:
    world = World()
    world.home.keep(KEY, stored(TARGET))
    score = await indexed(world)
    world.clock.advance(YOUNG_MS)

    async def fill() -> None:
        world.home.keep(KEY, stored(TARGET, nonce="filled"))

    assert not await judged(world, score, Process(before={2: fill}))
    assert world.receipt(NAME) is None
    assert len(world.members(world.home)) == 1


async def test_what_a_newer_release_wrote_is_not_judged() -> None:
    world = World()
    world.home.keep(KEY, FOREIGN)
    score = await indexed(world)
    world.clock.advance(YOUNG_MS)
    assert not await judged(world, score)
    assert world.home.octets(KEY) == FOREIGN
    assert world.receipt(NAME) is None
    assert len(world.members(world.home)) == 1


async def test_one_that_is_lost_is_told_everywhere() -> None:
    """Its write may have reached the origin before its entry was gone and its receipt could be written."""
    world = World()
    for region in (world.home, world.away):
        region.keep(KEY, stored(TARGET))
    score = await indexed(world)
    world.clock.advance(YOUNG_MS)
    assert await judged(world, score)
    assert world.entry(TARGET, world.away).stale


async def test_a_lost_one_that_could_not_be_removed_is_removed_later() -> None:
    world = World()
    world.home.keep(KEY, stored(TARGET))
    score = await indexed(world)
    world.clock.advance(YOUNG_MS)
    assert not await judged(world, score, Process(vanishes_at=3))
    assert world.receipt(NAME) is None
    removal = Process(vanishes_at=6)  # 1 receipt, 2 touch, 3 the receipt `lost`, 4 and 5 the other region
    assert not await judged(world, score, removal)
    assert removal.calls[-1].split()[1] == "sorted_set_remove"
    assert world.receipt(NAME) is not None
    assert len(world.members(world.home)) == 1
    assert await judged(world, score)
    assert world.members(world.home) == []
