"""What is played: each play drives the product's own workers over one world, and its steps are what is counted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from benchmarks.operations.counting import played
from benchmarks.operations.world import NAMES, Cost, World, put
from homeport import keys
from homeport.bulk import json_operations
from homeport.messages import Headers, Request, Response
from homeport.pushing.everywhere import carry_out
from homeport.pushing.order import Order
from homeport.reading.key import resource
from homeport.reading.overlay import listed
from homeport.regions.home import FIELD
from homeport.routing import Route, Routes
from homeport_origin import Publisher

SMALL, LARGE = 256, 19 * 1024
"""Of a body, in octets: its entry has less than 1 KB then, or 20 KB, both with one more request in it."""

ALL = ("PUT", "DELETE", "PATCH")
ROUTES = Routes(
    Route("/things/{id}", ttl=60, write_behind=(*ALL, "POST"), deduplicates=True, session=("cookie:sid",)),
    Route("/straight/{id}", ttl=60),
    Route("/calm/{id}", ttl=60, stale_while_revalidate=600),
    Route("/tagged/{id}", ttl=60, tags=("all",)),
    Route("/merged/{id}", write_behind=ALL, coalesce=True, deduplicates=True),
    Route("/many/{id}", write_behind=ALL, bulk=json_operations("/bulk")),
    Route("/items", ttl=60, write_behind=("POST",), collection_of="/items/{id}", overlay=listed(at="items")),
    Route("/items/{id}", ttl=60, write_behind=ALL),
)
THING, ITEM = "/things/1", "/items/1"
MERGE = ("content-type", "application/merge-patch+json")
WAITING, COMPANY, TAGGED = 2, 10, 10
"""Items that wait in a list; writes that share a request; entries under one tag."""
ALL_REGIONS = len(NAMES)

Play = Callable[[World], Awaitable[None]]


def _written(world: World, method: str, target: str, *fields: tuple[str, str]) -> Request:
    """A write: a PUT, or what makes an item, of the play's size; a patch and a command are small."""
    whole = method == "PUT" or target == "/items"
    return put(target, world.body("new") if whole else b'{"word":"new"}', *fields, method=method)


async def _waits(world: World, method: str, target: str, *fields: tuple[str, str]) -> None:
    """A write that was accepted, and nothing of it is drained."""
    answer = await world.send(_written(world, method, target, *fields))
    if answer.status != 202:
        raise ValueError(f"{method} {target}: {answer}")
    await world.behind()


async def reads(world: World) -> None:
    """Of what is not there, and is then."""
    world.origin.answers["GET"] = world.page()
    await world.step("a miss", world.send(Request("GET", THING)))
    await world.step("behind a miss", world.behind())
    await world.step("a hit", world.send(Request("GET", THING)))
    world.ms += 61_000
    world.origin.answers["GET"] = Response(304, Headers((("etag", '"1"'),)))
    await world.step("a revalidation, 304", world.send(Request("GET", THING)))
    await world.step("behind a revalidation", world.behind())


async def reads_by_their_author(world: World) -> None:
    """Within ten seconds of an accepted write."""
    await world.filled(THING)
    answer = await world.send(_written(world, "PUT", THING))
    home = answer.headers.get(FIELD) if isinstance(answer, Response) else None
    if home is None:
        raise ValueError(f"it names no home: {answer}")
    author = Request("GET", THING, Headers(((FIELD, home),)))
    await world.step("a hit by who has just written", world.send(author))


async def reads_of_variants(world: World) -> None:
    """Of what varies by more than its key tells."""
    asked = Request("GET", THING, Headers((("accept-language", "ja"),)))
    world.origin.answers["GET"] = world.page(("vary", "accept-language"))
    await world.step("a miss of a variant", world.send(asked))
    await world.step("behind a miss of a variant", world.behind())
    await world.step("a hit of a variant", world.send(asked))


async def reads_while_revalidating(world: World) -> None:
    """After its freshness."""
    await world.filled("/calm/1")
    world.ms += 61_000
    await world.step("a stale hit, revalidated behind", world.send(Request("GET", "/calm/1")))
    await world.step("behind a stale hit", world.behind())


async def reads_of_tags(world: World) -> None:
    """A fill enters its tags."""
    world.origin.answers["GET"] = world.page()
    await world.step("a miss with a tag", world.send(Request("GET", "/tagged/1")))
    await world.step("behind a miss with a tag", world.behind())


async def reads_of_lists(world: World) -> None:
    """A list alone, and with what waits of its items."""
    await world.filled("/items")
    await world.step("a hit of a list", world.send(Request("GET", "/items")))
    for n in range(WAITING):
        await _waits(world, "PUT", f"/items/{n}")
    name = f"a hit of a list, {WAITING} items waiting"
    await world.step(name, world.send(Request("GET", "/items")))


async def writes(world: World) -> None:
    """A PUT near, and all that follows until the origin has it and everybody knows."""
    await world.filled(THING)
    await world.step("PUT accepted", world.send(put(THING, world.body("new"))))
    await world.step("behind an accepted write", world.behind())
    await world.step("drained alone", world.drain(THING))


def accepted(name: str, method: str, target: str, *fields: tuple[str, str]) -> Play:
    """A write of another kind, up to its answer."""

    async def play(world: World) -> None:
        await world.filled(THING, ITEM)
        await world.step(name, world.send(_written(world, method, target, *fields)))

    return play


async def writes_to_items(world: World) -> None:
    """A write to an item of a list."""
    await world.filled("/items", ITEM)
    await world.step("PUT of a list's item", world.send(put(ITEM, world.body("new"))))
    await world.behind()
    await world.step("drained, an item with its list", world.drain(ITEM))


async def writes_straight(world: World) -> None:
    """No write-behind route."""
    await world.filled("/straight/1")
    await world.step("PUT straight", world.send(put("/straight/1", world.body("new"))))
    await world.step("behind a straight write", world.behind())


async def writes_in_company(world: World) -> None:
    """Of one resource, coalesced."""
    for _ in range(COMPANY):
        await _waits(world, "PUT", "/merged/1")
    await world.step(f"drained, {COMPANY} coalesced", world.drain("/merged/1"))


async def writes_in_turn(world: World) -> None:
    """Of one resource, each for itself."""
    for _ in range(COMPANY):
        await _waits(world, "PUT", THING)
    await world.step(f"drained, {COMPANY} of one resource", world.drain(THING))


def _lane(path: str, count: int) -> list[str]:
    lane = keys.lane_of(resource("https://origin.test", f"{path}0").key)
    names = (f"{path}{n}" for n in range(40 * count))
    found = (each for each in names if keys.lane_of(resource("https://origin.test", each).key) == lane)
    return [each for each, _ in zip(found, range(count), strict=False)]


async def writes_in_bulk(world: World) -> None:
    """Of many resources, in one request."""
    for target in _lane("/many/", COMPANY):
        await _waits(world, "PUT", target)
    world.origin.bulk = "/bulk"
    await world.step(f"drained, {COMPANY} in bulk", world.drain("/many/0"))


async def writes_side_by_side(world: World) -> None:
    """Of many resources, each for itself."""
    for target in _lane("/things/", COMPANY):
        await _waits(world, "PUT", target)
    await world.step(f"drained, {COMPANY} resources of a lane", world.drain("/things/0"))


def refused(name: str, status: int, *fields: tuple[str, str]) -> Play:
    """The origin refuses the write for good."""

    async def play(world: World) -> None:
        await world.filled(THING)
        await _waits(world, "PUT", THING, *fields)
        world.origin.answers["PUT"] = Response(status)
        await world.step(name, world.drain(THING))

    return play


async def purges(world: World) -> None:
    """By URL, and by a tag that many entries have."""

    async def purge(order: Order) -> None:
        worker = world.sync()
        await carry_out(order, tuple(world.regions), worker.purge, world.effects)

    targets = [f"/tagged/{n}" for n in range(TAGGED)]
    await world.filled(THING, *targets)
    at = world.ms
    await world.step("purge by URL", purge(Order((THING,), (), soft=False, at=at)))
    tags = (("all", None),)
    await world.step(f"purge by tag, {TAGGED} entries", purge(Order((), tags, soft=False, at=at)))


async def pushes(world: World) -> None:
    """One page to all regions, by the only publisher and by one of several."""
    for sole in (True, False):
        url = f"/things/{int(sole)}"
        publisher = Publisher(world.site, tuple(world.regions.values()), world.effects, sole=sole)
        who = "the only publisher" if sole else "one of several publishers"
        for n, word in enumerate(("first", "second", "third")):
            await world.step(f"push by {who}, {word}", publisher.publish(url, world.rendered, state=str(n)))
            world.ms += 10_000


async def idles(world: World) -> None:
    """An hour of cron's sweeps in which nothing happens."""

    async def minutes(count: int) -> None:
        for _ in range(count):
            await world.sync().sweep()
            world.ms += 60_000

    await world.step("an idle minute", minutes(1))
    await world.step("an idle hour", minutes(60))


PLAYS: tuple[tuple[Play, int], ...] = (
    *((play, 2) for play in (reads, reads_by_their_author, reads_of_variants, reads_while_revalidating)),
    *((play, 2) for play in (reads_of_tags, reads_of_lists, writes, writes_to_items)),
    (accepted("PATCH accepted", "PATCH", THING, MERGE), 2),
    (accepted("POST to a collection accepted", "POST", "/items"), 2),
    (accepted("POST of a command accepted", "POST", THING), 2),
    (accepted("PUT accepted, with Idempotency-Key", "PUT", THING, ("idempotency-key", '"k1"')), 2),
    (accepted("PUT accepted, with credentials sealed", "PUT", THING, ("cookie", "sid=abc")), 2),
    *((play, 2) for play in (writes_straight, writes_in_company, writes_in_turn)),
    *((play, 2) for play in (writes_in_bulk, writes_side_by_side)),
    (refused("drained, refused: dead letter", 422), 2),
    (refused("drained, a conflict, 412", 412, ("if-match", "*")), 2),
    (purges, 2),
    (pushes, ALL_REGIONS),
    (idles, 2),
)
"""Each with the regions that it takes: every other one is asked the same."""


def measured(octets: int) -> dict[str, Cost]:
    """What every step costs with bodies of so many octets."""
    found: dict[str, Cost] = {}
    for play, regions in PLAYS:

        async def run(play: Play = play, regions: int = regions) -> World:
            world = World(ROUTES, octets, regions)
            await play(world)
            await world.behind()
            return world

        found |= played(run()).costs
    return found
