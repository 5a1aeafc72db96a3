"""A drainer that freezes past its lease while another takes over: whatever it had begun, nothing is lost or doubled."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

import pytest

from homeport.draining.lease import LEASE_SECONDS
from homeport.messages import Response
from homeport.writing.write import Write
from tests.homeport.writing_processes import Died, Process
from tests.homeport.writing_world import World, in_one_lane, journal

LANE = 0
A, B = in_one_lane(2, LANE)
FROZEN_MS = 40_000
CALLS = range(2, 40)
"""At which call of the first drainer it freezes: before each of them, the last of which it does not reach."""


async def frozen_at(call: int, refused: bool = False) -> tuple[World, list[Write], Process]:
    """Two resources with two writes each: one drainer freezes, another drains, a write comes, the first goes on."""
    assert FROZEN_MS > LEASE_SECONDS * 1000
    world = World()
    world.surroundings.chance = 0.0
    writes = [await world.accepted(target, body) for body in (b"1", b"2") for target in (A, B)]
    if refused:
        world.origin.answers[A] = [Response(422)] * 2

    async def freeze() -> None:
        world.clock.advance(FROZEN_MS)
        await world.drain(LANE)
        writes.append(await world.accepted(A, b"3"))

    first = Process(before={call: freeze})
    with suppress(Died):
        await world.drain(LANE, first)
    if len(first.calls) < call:
        await world.accepted(A, b"3")
    await world.drain_until_idle(LANE)
    return world, writes, first


@pytest.mark.parametrize("call", CALLS)
async def test_every_write_is_applied_once_in_order_and_has_one_receipt(call: int) -> None:
    world, writes, _ = await frozen_at(call)
    assert (journal(world, A), journal(world, B)) == ([b"1", b"2", b"3"], [b"1", b"2"])
    assert world.members(world.home) == []
    assert not world.entry(A).dirty
    receipts = [world.receipt(write.id) for write in writes]
    assert [receipt.state for receipt in receipts if receipt] == ["applied"] * len(writes)
    told = Counter(fields["id"] for name, fields in world.surroundings.events if name == "write_applied")
    assert set(told.values()) == {1}


@pytest.mark.parametrize("call", CALLS)
async def test_after_it_woke_it_sends_nothing_but_what_it_had_begun(call: int) -> None:
    _, _, first = await frozen_at(call)
    later = [each for each in first.calls[call:] if each.startswith("origin")]
    assert len(later) <= 1


@pytest.mark.parametrize("call", CALLS)
async def test_a_refusal_that_two_drainers_saw_is_told_once_and_the_rest_goes_on(call: int) -> None:
    world, writes, _ = await frozen_at(call, refused=True)
    assert journal(world, A)[-1:] == [b"3"]
    assert journal(world, B) == [b"1", b"2"]
    assert world.members(world.home) == []
    states = Counter(receipt.state for write in writes if (receipt := world.receipt(write.id)))
    assert sum(states.values()) == len(writes)
    assert states["dead"] in (1, 2)
    ends = Counter(
        fields["id"] for name, fields in world.surroundings.events if name in ("write_dead", "write_applied")
    )
    assert set(ends.values()) == {1}
