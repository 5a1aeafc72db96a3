"""A resource at which the drain fails as nobody foresaw: the others of its lane are drained all the same."""

from __future__ import annotations

import pytest

from homeport.draining.drain import Report
from homeport.draining.resource import Replay
from tests.homeport.bulk_world import Fleet
from tests.homeport.writing_world import World, about, in_one_lane, journal

LANE = 0
A, B, C = in_one_lane(3, LANE)


@pytest.fixture
def cursed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replaying the second resource raises."""
    replay = Replay._replay  # noqa: SLF001

    async def cursed(self: Replay, key: str, *about_it: object) -> object:
        if key == about(B).key:
            raise RecursionError("of something private")
        return await replay(self, key, *about_it)  # type: ignore[arg-type]

    monkeypatch.setattr(Replay, "_replay", cursed)


@pytest.mark.usefixtures("cursed")
async def test_the_others_of_its_lane_go_on_and_it_stays() -> None:
    world = World()
    world.surroundings.may_crash = True
    writes = [await world.accepted(target, b"new") for target in (A, B, C)]
    assert await world.drain(LANE) == Report(settled=2, waiting=1)
    assert (journal(world, A), journal(world, B), journal(world, C)) == ([b"new"], [], [b"new"])
    assert [world.receipt(write.id) is not None for write in writes] == [True, False, True]
    event = {"region": world.home.name, "key": about(B).key, "error": "RecursionError"}
    assert ("resource_crashed", event) in world.surroundings.events
    assert "private" not in str(world.surroundings.events)


@pytest.mark.usefixtures("cursed")
async def test_nobody_waits_for_its_company() -> None:
    world = Fleet()
    world.surroundings.may_crash = True
    for target in (A, B, C):
        await world.waits(target, {"name": target})
    assert await world.drain(LANE) == Report(settled=2, waiting=1)
    assert [sorted(each) for each in world.origin.bulks] == [sorted((A, C))]


async def test_once_it_does_not_fail_it_is_drained(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.surroundings.may_crash = True
    write = await world.accepted(B, b"new")
    with monkeypatch.context() as patch:

        async def failing(*_: object) -> object:
            raise KeyError

        patch.setattr(Replay, "_replay", failing)
        await world.drain(LANE)
    await world.drain(LANE)
    receipt = world.receipt(write.id)
    assert receipt is not None
    assert (receipt.state, journal(world, B)) == ("applied", [b"new"])
