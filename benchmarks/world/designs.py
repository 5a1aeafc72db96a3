"""How each design answers a request: what waits for what, and what then stands where.

origin    Cloudflare passes everything on to the one origin region
placed    a Worker next to the origin does (Smart Placement): many requests to the origin cost one long way
second    a second origin region answers the reads near it from a replica; writes go to the first
both      two origin regions, each of which takes reads and writes, of which none ever conflict
cdn       each data centre caches reads for their TTL; nobody tells it of writes
homeport  as docs/architecture.md and docs/write-behind.md say: a hit is a round trip to the visitor's region, a miss
          one and the origin, a stale or marked entry two and the origin, an accepted write two
"""

from __future__ import annotations

from collections.abc import Callable, Generator

from .agenda import Process, Station
from .places import REPLICATION_MS, Copy, Origin, World, home
from .traffic import Visit

Answered = Callable[[Visit, float, int, str], None]
"""Told of each answer: the visit, when it arrived (ms), the last write in it, and how it came about."""

Asking = Generator[float | Station, None, int]
"""Part of a process that ends with the last write it has seen."""

SHARED_ROUNDS = 2
"""The lease and the members, for all that waits in a lane. Then a place among those at work: the entry, the origin, the
receipt, the entry, two rounds to every other region side by side, the member."""


def pass_on(world: World, visit: Visit, answered: Answered) -> Process:
    """`origin`."""
    yield visit.access_ms / 2
    last = yield from _ask(world, visit, world.origins[0])
    world.agenda.start(_arrive(world, visit, last, "origin", answered), visit.access_ms / 2)


def placed(world: World, visit: Visit, answered: Answered) -> Process:
    """`placed`."""
    way = world.way(visit.entrance.colo, world.setting.origin)
    yield (visit.access_ms + way) / 2 + world.work(0.0)
    last = 0
    for _ in range(world.setting.rounds):
        last = yield from _served(world, visit, world.origins[0], world.local())
    world.agenda.start(_arrive(world, visit, last, "origin", answered), (visit.access_ms + way) / 2)


def replicated(world: World, visit: Visit, answered: Answered) -> Process:
    """`second` and `both`."""
    yield visit.access_ms / 2
    near = world.nearest_origin(visit.entrance.colo)
    taker = near if visit.reads or world.setting.design == "both" else world.origins[0]
    last = yield from _ask(world, visit, taker)
    if not visit.reads:
        for other in world.origins:
            if other is not taker:
                after = world.between(taker.region, other.region) / 2 + REPLICATION_MS
                world.agenda.start(_replicate(other, visit.resource, last), after)
    world.agenda.start(_arrive(world, visit, last, "origin", answered), visit.access_ms / 2)


def cached(world: World, visit: Visit, answered: Answered) -> Process:
    """`cdn`."""
    yield visit.access_ms / 2
    cache, now = world.caches[visit.entrance.colo], world.agenda.now
    copy = cache.get(visit.resource)
    if visit.reads and copy and now < copy.fresh_until:
        answered(visit, now + visit.access_ms / 2, copy.last, "hit")
        return
    last = yield from _ask(world, visit, world.origins[0])
    if visit.reads:
        cache[visit.resource] = Copy(world.agenda.now + world.setting.ttl_ms, last)
    how = "miss" if visit.reads else "origin"
    world.agenda.start(_arrive(world, visit, last, how, answered), visit.access_ms / 2)


def read_near(world: World, visit: Visit, answered: Answered) -> Process:
    """A read through Homeport."""
    setting, colo = world.setting, visit.entrance.colo
    region = home(visit.entrance.location, setting.regions)
    way = world.way(colo, region)
    yield (visit.access_ms + way) / 2 + world.work(setting.costs.hit_ms) + setting.costs.store_ms
    cache, now = world.caches[region], world.agenda.now
    copy = cache.get(visit.resource)
    if copy and (copy.pending or now < copy.fresh_until):
        answered(visit, now + (way + visit.access_ms) / 2, copy.last, "hit")
        return
    hashed = world.way(colo, region) + setting.costs.store_ms if copy else 0.0
    yield way / 2 + hashed + setting.costs.miss_ms - setting.costs.hit_ms
    seen = copy.changed if copy else 0
    last = yield from _ask(world, visit, world.origins[0])
    produced = world.agenda.now
    how = "stale" if copy else "miss"
    world.agenda.start(_arrive(world, visit, last, how, answered), visit.access_ms / 2)
    yield world.way(colo, region) / 2
    stands = cache.get(visit.resource)
    if stands is None:
        cache[visit.resource] = Copy(produced + setting.ttl_ms, last)
    elif copy is stands and stands.changed == seen and not stands.pending:
        stands.fresh_until, stands.last, stands.changed = produced + setting.ttl_ms, last, seen + 1


def write_near(world: World, visit: Visit, answered: Answered) -> Process:
    """A write through Homeport: accepted near, then drained behind the answer."""
    setting, colo = world.setting, visit.entrance.colo
    region = home(visit.entrance.location, setting.regions)
    first, commit = world.way(colo, region), world.way(colo, region)
    store = setting.costs.store_ms
    yield visit.access_ms / 2 + world.work(setting.costs.write_ms) + first + store + commit / 2 + store
    write = world.next_write()
    copy = world.caches[region].setdefault(visit.resource, Copy(0.0, 0))
    copy.pending, copy.last, copy.changed = copy.pending + 1, write, copy.changed + 1
    world.agenda.start(_arrive(world, visit, write, "accepted", answered), (commit + visit.access_ms) / 2)
    world.agenda.start(_drain(world, visit, region, write), commit / 2)


def _drain(world: World, visit: Visit, region: str, write: int) -> Process:
    """Replay one write: one of the resources that a lane has at work at once."""
    colo, store = visit.entrance.colo, world.setting.costs.store_ms
    accepted = world.agenda.now
    yield SHARED_ROUNDS * (world.way(colo, region) + store)
    lane = world.lanes[region, visit.resource % world.setting.lanes]
    yield lane
    yield world.way(colo, region) + store
    way = world.way(colo, world.setting.origin)
    yield from _served(world, visit, world.origins[0], way, write)
    world.lags.append(world.agenda.now - way / 2 - accepted)
    settle = world.way(colo, region)
    yield settle + store + settle / 2
    copy = world.caches[region][visit.resource]
    copy.pending, copy.changed = copy.pending - 1, copy.changed + 1
    if not copy.pending:
        copy.fresh_until = 0.0
    others = [world.way(colo, other) for other in world.setting.regions if other != region]
    away = (other for other in world.setting.regions if other != region)
    for other, far in zip(away, others, strict=True):
        world.agenda.start(_mark(world, other, visit.resource), settle / 2 + 1.5 * far + 2 * store)
    yield settle / 2 + 2 * (max(others, default=0.0) + store) + world.way(colo, region)
    lane.leave()


def _mark(world: World, region: str, resource: int) -> Process:
    """Tell a region that what it has is outdated; one that has nothing gets a marker."""
    copy = world.caches[region].setdefault(resource, Copy(0.0, 0))
    copy.fresh_until, copy.changed = 0.0, copy.changed + 1
    yield 0.0


def _ask(world: World, visit: Visit, origin: Origin) -> Asking:
    """Ask an origin from the visitor's data centre, `rounds` times in a row."""
    last = 0
    for _ in range(world.setting.rounds):
        last = yield from _served(world, visit, origin, world.way(visit.entrance.colo, origin.region))
    return last


def _served(world: World, visit: Visit, origin: Origin, way: float, write: int = 0) -> Asking:
    """There, through the origin's queue, and back; the last write in its answer."""
    yield way / 2
    yield origin.station
    yield world.service()
    if not (visit.reads or write):
        write = world.next_write()
    if write:
        origin.apply(visit.resource, write)
    last = origin.last[visit.resource]
    origin.station.leave()
    yield way / 2
    return last


def _replicate(origin: Origin, resource: int, write: int) -> Process:
    origin.apply(resource, write)
    yield 0.0


def _arrive(world: World, visit: Visit, last: int, how: str, answered: Answered) -> Process:
    """An answer reaches its visitor, who may tell others of it."""
    if not visit.reads:
        world.told[visit.resource] = max(world.told[visit.resource], last)
    answered(visit, world.agenda.now, last, how)
    yield 0.0
