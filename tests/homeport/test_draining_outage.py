"""An origin that is down for long: nothing is lost, nothing overtakes, and the drain does not hammer."""

from __future__ import annotations

from homeport.messages import NoAnswer, Request, Response
from tests.homeport.writing_processes import ItemsOrigin
from tests.homeport.writing_world import World, in_one_lane, journal, lane_of

TEN_MINUTES_MS = 600_000
TARGETS = in_one_lane(3)
LANE = lane_of(TARGETS[0])


class Outage(ItemsOrigin):
    """Nobody reaches it until it is back."""

    down = True
    asked_in_vain = 0

    async def ask(self, request: Request, /) -> Response | NoAnswer:
        if self.down:
            self.asked_in_vain += 1
            return NoAnswer("it could not be reached")
        return await super().ask(request)


async def test_after_ten_minutes_without_the_origin_all_writes_are_applied_in_order() -> None:
    origin = Outage()
    world = World(origin=origin)
    began, minute = world.clock(), 0
    writes: dict[str, list[bytes]] = {target: [] for target in TARGETS}
    while world.clock() - began < TEN_MINUTES_MS:
        for target in TARGETS:
            body = b"%d" % minute
            await world.accepted(target, body)
            writes[target].append(body)
            assert bytes(world.entry(target).body) == body, "readable near its author all the while"
        await world.drain(LANE)
        world.clock.advance(60_000)
        minute += 1
    assert origin.journal == []
    # Each drain tries a resource's first write once, if its pause is over: the pauses grow.
    assert 3 * len(TARGETS) <= origin.asked_in_vain <= minute * len(TARGETS)
    origin.down = False
    await world.drain_until_idle(LANE)
    assert world.members(world.home) == []
    assert {target: journal(world, target) for target in TARGETS} == writes
