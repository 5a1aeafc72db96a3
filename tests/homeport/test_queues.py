from __future__ import annotations

from homeport import keys, queues
from homeport.queues import read_mark
from momento_http_shim.outcomes import Done
from tests.homeport.sync_world import LANE, OTHER, TARGET, Harbour
from tests.homeport.writing_world import HOME, World, about, in_one_lane


def test_the_read_mark_is_one_less_than_the_oldest_that_waits() -> None:
    assert read_mark(1_700_000_000_000) == 1_699_999_999_999


async def test_a_drain_that_leaves_something_says_up_to_when_all_is_settled() -> None:
    harbour = Harbour()
    began = harbour.clock()
    await harbour.accepted(TARGET, b"1")
    harbour.clock.advance(5)
    await harbour.accepted(OTHER, b"2")
    for target in (TARGET, OTHER):
        harbour.home.cache.store.remove(keys.entry(about(target).key).encode())
    harbour.clock.advance(20_000)
    await harbour.worker().lane(HOME, LANE, "kick")
    marks = [fields.get("read_mark") for name, fields in harbour.surroundings.events if name == "drained"]
    assert marks == [began - 1]


async def test_a_drain_that_leaves_nothing_has_no_mark() -> None:
    harbour = Harbour()
    await harbour.accepted(TARGET, b"1")
    await harbour.worker().lane(HOME, LANE, "kick")
    assert all("read_mark" not in fields for _, fields in harbour.surroundings.events)


async def test_members_of_several_writes_go_in_one_call() -> None:
    world = World()
    target = in_one_lane(1)[0]
    writes = [await world.accepted(target, body) for body in (b"1", b"2", b"3")]
    before = len(world.home.cache.calls)
    removed = await queues.remove(world.home, about(target).key, writes[0].id, writes[2].id, "unknown")
    assert (removed, len(world.home.cache.calls) - before) == (Done(), 1)
    assert world.members(world.home) == [keys.member(about(target).key, writes[1].id)]
