from __future__ import annotations

import pytest

from homeport import keys
from homeport.draining.settle import Settled, Settlement, settle, write_receipt
from homeport.messages import Response
from homeport.writing.receipt import Receipt, encode
from homeport.writing.write import Write
from momento_http_shim.conditions import Absent
from momento_http_shim.outcomes import Failed, NotStored, Stored
from tests.homeport.homeport_world import failing
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import SITE, World, about, in_one_lane, stored

TARGET, LIST = in_one_lane(1)[0], "/items"
KEY = about(TARGET).key


def applied(world: World, write: Write) -> Settlement:
    return Settlement(Receipt(write.id, KEY, "applied", world.clock(), 204, target=TARGET), Response(204))


def dead(world: World, write: Write) -> Settlement:
    return Settlement(Receipt(write.id, KEY, "dead", world.clock(), 422, "no", TARGET), None)


async def settled(world: World, settlement: Settlement, by: Process | None = None) -> Settled:
    process = by or Process()
    return await settle(
        settlement,
        SITE.changed_by(KEY, TARGET),
        process.connect(world.home),
        [process.connect(world.away)],
        world.surroundings.effects,
    )


def letters(world: World) -> list[str]:
    item = world.home.cache.store.item(keys.DEAD.encode())
    return [] if item is None else [value.decode() for value, _ in item.content.between(0, 99)]  # type: ignore[union-attr]


async def test_receipt_then_entry_then_propagation_then_member() -> None:
    world, process = World(), Process()
    write = await world.accepted(TARGET, b"new")
    assert await settled(world, applied(world, write), process) == "settled"
    home, away = world.home.name, world.away.name
    assert process.calls[:3] == [
        f"{home} set_if r:{write.id}",
        f"{home} get_with_hash e:{KEY}",
        f"{home} set_if_hash e:{KEY}",
    ]
    told = process.calls[3:-1]
    assert {call.split()[0] for call in told} == {home, away}
    assert all("get_with_hash e:" in call or "set_if" in call for call in told)
    assert process.calls[-1] == f"{home} sorted_set_remove {keys.queue(keys.lane_of(KEY))}"


async def test_afterwards_the_entry_is_clean_and_every_region_knows() -> None:
    world = World()
    for region in (world.home, world.away):
        for target in (TARGET, LIST):
            region.keep(about(target).key, stored(target))
    write = await world.accepted(TARGET, b"new")
    assert await settled(world, applied(world, write)) == "settled"
    assert world.entry(TARGET).pending == ()
    for region in (world.home, world.away):
        assert world.entry(TARGET, region).stale
        assert world.entry(LIST, region).stale
    assert world.members(world.home) == []


async def test_other_regions_never_get_a_body() -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    assert await settled(world, applied(world, write)) == "settled"
    assert (world.entry(TARGET, world.away).kind, bytes(world.entry(TARGET, world.away).body)) == (
        "marker",
        b"",
    )


async def test_a_receipt_that_is_there_wins() -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    assert await settled(world, applied(world, write)) == "settled"
    assert await settled(world, dead(world, write)) == "settled"
    receipt = world.receipt(write.id)
    assert receipt is not None
    assert receipt.state == "applied"


async def test_an_event_is_written_once_and_holds_no_target() -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    for _ in range(2):
        await settled(world, applied(world, write))
    fields = {"region": world.home.name, "key": KEY, "id": write.id, "status": 204}
    assert world.surroundings.events == [("write_applied", fields)]


async def test_a_writer_that_comes_between_keeps_its_write() -> None:
    world = World()
    write = await world.accepted(TARGET, b"1")

    async def accept() -> None:
        await world.accepted(TARGET, b"2")

    assert await settled(world, applied(world, write), Process(before={3: accept})) == "settled"
    entry = world.entry(TARGET)
    assert [bytes(item.body) for item in entry.pending] == [b"2"]
    assert bytes(entry.body) == b"2"
    assert len(world.members(world.home)) == 1


async def test_only_the_settled_write_leaves_the_list() -> None:
    world = World()
    writes = [await world.accepted(TARGET, body) for body in (b"1", b"2", b"3")]
    await settled(world, applied(world, writes[0]))
    assert [item.id for item in world.entry(TARGET).pending] == [write.id for write in writes[1:]]
    assert not world.entry(TARGET).stale


async def test_a_missing_entry_becomes_a_marker_and_the_rest_is_done() -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    world.home.cache.store.remove(keys.entry(KEY).encode())
    assert await settled(world, applied(world, write)) == "settled"
    assert world.entry(TARGET).kind == world.entry(TARGET, world.away).kind == "marker"
    assert world.members(world.home) == []


async def test_an_entry_that_is_clear_already_is_left_as_it_is() -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    world.home.keep(KEY, stored(TARGET, nonce="revalidated"))
    assert await settled(world, applied(world, write)) == "settled"
    assert world.entry(TARGET) == stored(TARGET, nonce="revalidated")


async def test_a_refused_write_leaves_a_dead_letter_and_a_marker() -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    assert await settled(world, dead(world, write)) == "settled"
    assert letters(world) == [keys.member(KEY, write.id)]
    assert (world.entry(TARGET).kind, world.entry(TARGET).pending) == ("marker", ())
    receipt = world.receipt(write.id)
    assert receipt is not None
    assert (receipt.state, receipt.status, receipt.reason) == ("dead", 422, "no")


async def test_a_refused_write_leaves_the_writes_after_it_and_what_they_show() -> None:
    world = World()
    first = await world.accepted(TARGET, b"1")
    second = await world.accepted(TARGET, b"2")
    await settled(world, dead(world, first))
    entry = world.entry(TARGET)
    assert ([item.id for item in entry.pending], bytes(entry.body)) == ([second.id], b"2")


async def test_an_unreachable_region_is_owed_by_a_member_that_stays() -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    world.away.cache.faults = failing()
    assert await settled(world, applied(world, write)) == "owed"
    assert world.members(world.home) == [keys.member(KEY, write.id)]
    assert world.receipt(write.id) is not None
    assert world.entry(TARGET).pending == ()


@pytest.mark.parametrize("kind", ["vanishes_at", "refused_at"])
async def test_without_a_receipt_nothing_else_is_done(kind: str) -> None:
    world, process = World(), Process()
    setattr(process, kind, 1)
    write = await world.accepted(TARGET, b"new")
    before = world.home.octets(KEY)
    assert await settled(world, applied(world, write), process) == "failed"
    assert (len(process.calls), world.home.octets(KEY)) == (1, before)


@pytest.mark.parametrize("kind", ["vanishes_at", "refused_at"])
async def test_without_its_dead_letter_a_refused_write_stays_and_is_settled_again(kind: str) -> None:
    """Receipt, dead letter, entry: what the entry no longer lists has its letter."""
    world, process = World(), Process()
    setattr(process, kind, 2)
    write = await world.accepted(TARGET, b"new")
    assert await settled(world, dead(world, write), process) == "failed"
    assert len(process.calls) == 2
    assert (letters(world), world.entry(TARGET).dirty) == ([], True)
    assert world.members(world.home) == [keys.member(KEY, write.id)]
    assert await settled(world, dead(world, write)) == "settled"
    assert letters(world) == [keys.member(KEY, write.id)]
    assert (world.entry(TARGET).kind, world.members(world.home)) == ("marker", [])


async def test_a_write_that_another_drain_saw_applied_gets_no_dead_letter() -> None:
    """A drainer that was overtaken comes late with a refusal; the receipt that came first is right."""
    world = World()
    write = await world.accepted(TARGET, b"new")
    await write_receipt(applied(world, write).receipt, world.home, world.surroundings.effects)
    assert await settled(world, dead(world, write)) == "settled"
    assert letters(world) == []


async def test_a_damaged_receipt_that_came_first_gets_no_dead_letter() -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    world.home.cache.store.put(keys.receipt(write.id).encode(), b'{"format":1}', keys.DAY_SECONDS * 1000)
    assert await settled(world, dead(world, write)) == "settled"
    assert letters(world) == []


async def test_while_the_receipt_that_came_first_cannot_be_read_nothing_else_is_done() -> None:
    world, process = World(), Process(vanishes_at=2)
    write = await world.accepted(TARGET, b"new")
    await write_receipt(applied(world, write).receipt, world.home, world.surroundings.effects)
    assert await settled(world, dead(world, write), process) == "failed"
    assert (len(process.calls), letters(world), world.entry(TARGET).dirty) == (2, [], True)


async def test_what_a_newer_release_wrote_meanwhile_is_left_alone() -> None:
    world = World()
    foreign = b'{"homeport":{"format":2,"pending":["x","and a newer write"]}}\n'
    write = await world.accepted(TARGET, b"new")
    world.home.keep(KEY, foreign)
    assert await settled(world, applied(world, write)) == "failed"
    assert world.home.octets(KEY) == foreign
    assert world.members(world.home) == [keys.member(KEY, write.id)]


@pytest.mark.parametrize("call", [2, 3])
async def test_while_the_entry_lists_it_nobody_is_told_and_the_member_stays(call: int) -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    process = Process(refused_at=call)
    assert await settled(world, applied(world, write), process) == "failed"
    assert len(process.calls) == call
    assert world.members(world.home) == [keys.member(KEY, write.id)]


@pytest.mark.parametrize("process", [Process(loses_at=3), Process(vanishes_at=3)])
async def test_an_uncertain_clearing_is_looked_at_again(process: Process) -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    assert await settled(world, applied(world, write), process) == "settled"
    assert world.entry(TARGET).pending == ()
    assert world.members(world.home) == []


async def test_receipts_and_dead_letters_live_a_day() -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    assert await settled(world, dead(world, write)) == "settled"
    for key in (keys.receipt(write.id), keys.DEAD):
        item = world.home.cache.store.item(key.encode())
        assert item is not None
        assert item.expires_at == world.clock() + keys.DAY_SECONDS * 1000
    receipt = dead(world, write).receipt
    kept = await world.home.cache.set_if(keys.receipt(receipt.id), encode(receipt), Absent(), ttl_seconds=1)
    assert kept == NotStored()


async def test_writing_a_receipt_tells_whether_it_is_the_one_that_stands() -> None:
    world = World()
    first = Receipt("a" * 32, KEY, "applied", world.clock(), 204, target=TARGET)
    second = Receipt("a" * 32, KEY, "dead", world.clock(), 422, "no", TARGET)
    outcomes = [await write_receipt(each, world.home, world.surroundings.effects) for each in (first, second)]
    assert outcomes == [Stored(), NotStored()]
    assert world.receipt("a" * 32) == first
    world.home.cache.faults = failing()
    assert isinstance(await write_receipt(second, world.home, world.surroundings.effects), Failed)
    assert [name for name, _ in world.surroundings.events] == ["write_applied"]


@pytest.mark.parametrize("kind", ["vanishes_at", "refused_at"])
async def test_a_member_that_could_not_be_removed_is_owed(kind: str) -> None:
    world, process = World(), Process()
    write = await world.accepted(TARGET, b"new")
    undisturbed = Process()
    probe = World()
    await settled(probe, applied(probe, await probe.accepted(TARGET, b"new")), undisturbed)
    setattr(process, kind, len(undisturbed.calls))
    assert await settled(world, applied(world, write), process) == "owed"
    assert process.calls[-1].split()[1] == "sorted_set_remove"
    assert world.members(world.home) == [keys.member(KEY, write.id)]
