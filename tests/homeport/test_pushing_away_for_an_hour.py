"""A region that could not be reached for an hour: what it holds is told stale by the first sweep that reaches it."""

from __future__ import annotations

from homeport import keys
from homeport.entry import Entry
from homeport.messages import Request, Response
from tests.homeport.edge_world import IRELAND, KEY, NOTE, TARGET, Shore
from tests.homeport.homeport_world import ScriptedOrigin, failing, whole
from tests.homeport.writing_world import AN_HOUR, about, put, stored

A_MINUTE = 60_000


async def an_hour_without(world: Shore) -> None:
    """Cron comes every minute and cannot tell it anything."""
    for _ in range(AN_HOUR // A_MINUTE):
        world.clock.advance(A_MINUTE)
        for lane in range(keys.LANES):
            await world.drain(lane)


async def test_nothing_older_than_what_the_others_knew_is_served_afterwards() -> None:
    world = Shore()
    world.origin.items = {TARGET: b"old", NOTE: b"old"}
    for target in (TARGET, NOTE):
        for region in (world.home, world.away):
            region.keep(about(target).key, stored(target))
    world.away.cache.faults = failing()
    assert (await world.own(put(TARGET, b"behind"))).status == 202
    world.origin.items[NOTE] = b"straight"
    # Straight, for its query: the note may be another one now.
    await world.send(Request("DELETE", f"{NOTE}?at=once"))
    await world.surroundings.run_behind()
    await an_hour_without(world)
    assert world.origin.items[TARGET] == b"behind"
    assert len(world.members(world.home)) >= 2  # owed
    world.away.cache.faults = None
    await an_hour_without(world)
    assert world.members(world.home) == []
    entry = world.away.kept(KEY)
    assert isinstance(entry, Entry)
    assert entry.stale
    for target, shown in ((TARGET, b"behind"), (NOTE, b"straight")):
        origin = ScriptedOrigin(lambda asked: Response(200, body=world.origin.items[asked.target]))
        answer = whole(await world.send(Request("GET", target), IRELAND, origin=origin))
        assert (answer.body, len(origin.requests)) == (shown, 1)
    world.surroundings.drop_behind()
