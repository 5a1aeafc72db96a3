"""A member of the queue that no entry lists, and the judging of it."""

from __future__ import annotations

from homeport import keys, versions
from homeport.draining.stray import Stray, settle_stray
from homeport.writing.receipt import Receipt, encode
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import SITE, World, about, in_one_lane, lane_of

TARGET, LIST = in_one_lane(1)[0], "/items"
KEY, QUEUE = about(TARGET).key, keys.queue(lane_of(TARGET))
NAME = "a" * 32


async def indexed(world: World, receipt: Receipt | None = None) -> int:
    """Put a member that no entry lists; its score."""
    score = world.clock()
    await world.home.cache.sorted_set_put(
        QUEUE, {keys.member(KEY, NAME): float(score)}, ttl_seconds=keys.DAY_SECONDS, refresh_ttl=True
    )
    if receipt is not None:
        octets = encode(receipt)
        world.home.cache.store.put(keys.receipt(NAME).encode(), octets, keys.DAY_SECONDS * 1000)
    return score


async def version(world: World) -> versions.Version:
    """The entry's version as it is now."""
    seen = await versions.read(world.home, KEY)
    assert isinstance(seen, versions.Version)
    return seen


async def judged(
    world: World, score: int, by: Process | None = None, seen: versions.Version | None = None
) -> bool:
    """Whether the member is gone, judged by that version, or by the present one."""
    process = by or Process()
    home, away = process.connect(world.home), process.connect(world.away)
    went, now_seen = await settle_stray(
        SITE,
        world.surroundings.effects,
        Stray(KEY, NAME, score),
        seen or await version(world),
        home,
        [away],
    )
    if isinstance(now_seen, versions.Version):
        # What comes back is what a read would show: the drain goes on with it.
        assert now_seen == await version(world)
    return went


def applied(world: World) -> Receipt:
    return Receipt(NAME, KEY, "applied", world.clock(), 200, target=TARGET)
