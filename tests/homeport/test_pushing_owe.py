from __future__ import annotations

import pytest

from homeport import keys
from homeport.pushing.owe import owe
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import World, about, in_one_lane

TARGET = in_one_lane(1)[0]
KEY = about(TARGET).key


async def test_a_debt_is_a_member_whose_write_is_settled() -> None:
    world = World()
    await owe(about(TARGET), world.home, world.surroundings.effects)
    (member,) = world.members(world.home)
    key, name = keys.parse_member(member.encode())
    receipt = world.receipt(name)
    assert receipt is not None
    assert (key, receipt.id, receipt.key, receipt.state, receipt.target) == (
        KEY,
        name,
        KEY,
        "applied",
        TARGET,
    )


async def test_two_debts_do_not_meet() -> None:
    world = World()
    for _ in range(2):
        await owe(about(TARGET), world.home, world.surroundings.effects)
    assert len(world.members(world.home)) == 2


async def test_the_receipt_comes_first() -> None:
    """A member without one would be judged a write that never was."""
    world, process = World(), Process()
    await owe(about(TARGET), process.connect(world.home), world.surroundings.effects)
    assert [call.split()[1] for call in process.calls] == ["set_if", "sorted_set_put"]


@pytest.mark.parametrize("process", [Process(vanishes_at=1), Process(refused_at=1), Process(vanishes_at=2)])
async def test_a_debt_that_cannot_be_noted_is_told_in_the_log(process: Process) -> None:
    world = World()
    await owe(about(TARGET), process.connect(world.home), world.surroundings.effects)
    assert world.members(world.home) == []
    ((name, fields),) = world.surroundings.events
    assert (name, fields["region"], fields["key"]) == ("debt_forgotten", world.home.name, KEY)
