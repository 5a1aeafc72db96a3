from __future__ import annotations

from collections.abc import Sequence

import pytest

from homeport.entry import Entry
from homeport.messages import NoAnswer, Relayed, Response
from homeport.reading.key import Resource
from homeport.routing import Match
from homeport.writing.commit import Why
from homeport.writing.straight import overtakes, straight
from tests.homeport.homeport_world import failed, failing
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import (
    ROUTES,
    SITE,
    ScriptedVisit,
    World,
    about,
    in_one_lane,
    lane_of,
    stored,
)

TARGET = in_one_lane(1)[0]
LIST, NOTE = "/items", "/notes/1"


def match(target: str) -> Match:
    found = ROUTES.match(target)
    assert found is not None
    return found


def named(locations: Sequence[str]) -> Sequence[Resource]:
    """What an answer's Location and Content-Location stand for, to a visitor of shop.example."""
    return SITE.named(locations, TARGET, "shop.example")


async def write(
    world: World,
    visit: ScriptedVisit,
    target: str = TARGET,
    by: Process | None = None,
) -> Relayed | NoAnswer | Response:
    process, found = by or Process(), match(target)
    home, away = process.connect(world.home), process.connect(world.away)
    changed = SITE.changed(found, target)
    return await straight(visit.forward, changed, named, home, [away], world.surroundings.effects)


async def refused(world: World, target: str = TARGET, by: Process | None = None) -> Why | None:
    """Why a straight write to the target may not be sent now."""
    return await overtakes(match(target).route, about(target), (by or Process()).connect(world.home))


def fresh_everywhere(world: World, *targets: str) -> None:
    for region in (world.home, world.away):
        for target in targets:
            region.keep(about(target).key, stored(target))


async def test_a_resource_with_pending_writes_is_never_overtaken() -> None:
    world = World()
    await world.accepted(TARGET, b"earlier")
    assert await refused(world) == "waiting"
    await world.drain(lane_of(TARGET))
    assert await refused(world) is None


async def test_a_route_that_prefers_the_origin_does_not_overtake_what_is_seen_waiting() -> None:
    world = World()
    await world.accepted(NOTE, b"earlier")
    assert await refused(world, NOTE) == "waiting"


async def test_pending_writes_of_other_resources_do_not_matter() -> None:
    world = World()
    await world.accepted(in_one_lane(2)[1], b"another")
    assert await refused(world) is None


@pytest.mark.parametrize("found", [stored(TARGET), stored(TARGET, stale=True), b"damaged"])
async def test_what_lists_no_write_is_no_obstacle(found: Entry | bytes) -> None:
    world = World()
    world.home.keep(about(TARGET).key, found)
    assert await refused(world) is None


@pytest.mark.parametrize("target", [TARGET, NOTE])
async def test_what_a_newer_release_holds_may_be_a_pending_write(target: str) -> None:
    world = World()
    world.home.keep(about(target).key, b'{"homeport":{"format":2,"pending":["a"]}}\n')
    assert await refused(world, target) == "foreign"


async def test_it_looks_once_and_consistently() -> None:
    world, process = World(), Process()
    home = process.connect(world.home)
    assert await overtakes(match(TARGET).route, about(TARGET), home) is None
    assert process.calls == [f"{home.name} get_with_hash e:{about(TARGET).key}"]
    assert home.cache.consistent == [True]


async def test_a_route_without_write_behind_is_not_looked_up() -> None:
    world, process = World(), Process()
    assert await refused(world, "/plain/1", process) is None
    assert process.calls == []


async def test_a_silent_region_refuses_unless_the_route_says_otherwise() -> None:
    world = World()
    world.home.cache.faults = failing()
    assert await refused(world) == "unreachable"
    assert await refused(world, NOTE) is None


async def test_the_write_is_sent_once_and_before_anybody_is_told() -> None:
    world, process = World(), Process()

    async def look() -> None:
        assert process.calls == []

    visit = ScriptedVisit(meanwhile=look)
    assert await write(world, visit, by=process) == Relayed(204, None)
    assert visit.forwarded == 1
    world.surroundings.drop_behind()


async def test_it_may_be_sent_by_other_means_than_the_visitors_own_request() -> None:
    world = World()
    fresh_everywhere(world, TARGET)

    async def send() -> Response:
        return Response(201)

    changed = SITE.changed(match(TARGET), TARGET)
    reply = await straight(send, changed, named, world.home, [world.away], world.surroundings.effects)
    assert reply == Response(201)
    assert world.entry(TARGET).stale
    world.surroundings.drop_behind()


@pytest.mark.parametrize(
    "reply",
    [
        *(Relayed(status, None) for status in (200, 303, 404, 410, 502, 503, 504)),
        NoAnswer("too long"),
    ],
)
async def test_the_own_region_knows_before_the_answer_and_the_others_behind_it(
    reply: Relayed | NoAnswer,
) -> None:
    world = World()
    fresh_everywhere(world, TARGET, LIST)
    assert await write(world, ScriptedVisit(replies=[reply])) == reply
    assert world.entry(TARGET).stale
    assert world.entry(LIST).stale
    assert not world.entry(TARGET, world.away).stale
    await world.surroundings.run_behind()
    assert world.entry(TARGET, world.away).stale
    assert world.entry(LIST, world.away).stale
    assert world.members(world.home) == []


@pytest.mark.parametrize("status", [400, 401, 403, 405, 409, 412, 422, 429, 500, 501])
async def test_a_refusal_of_the_origin_changes_nothing(status: int) -> None:
    world = World()
    fresh_everywhere(world, TARGET)
    assert await write(world, ScriptedVisit(replies=[Relayed(status, None)])) == Relayed(status, None)
    assert world.surroundings.behind == []
    assert not world.entry(TARGET).stale


async def test_where_nothing_stands_a_marker_keeps_fills_in_flight_out() -> None:
    world = World()
    await write(world, ScriptedVisit())
    await world.surroundings.run_behind()
    for region in (world.home, world.away):
        assert world.entry(TARGET, region).kind == "marker"


async def test_a_write_that_became_pending_meanwhile_keeps_its_representation() -> None:
    world = World()
    fresh_everywhere(world, TARGET)

    async def accept() -> None:
        await world.accepted(TARGET, b"pending")

    await write(world, ScriptedVisit(meanwhile=accept))
    entry = world.entry(TARGET)
    assert (entry.dirty, entry.stale, bytes(entry.body)) == (True, True, b"pending")
    world.surroundings.drop_behind()


async def test_a_region_that_cannot_be_told_is_owed_and_told_later() -> None:
    world = World()
    fresh_everywhere(world, TARGET, LIST)
    world.away.cache.faults = failing()
    await write(world, ScriptedVisit())
    await world.surroundings.run_behind()
    (member,) = world.members(world.home)
    receipt = world.receipt(member.split("/")[1])
    assert receipt is not None
    assert (receipt.state, receipt.target) == ("applied", TARGET)

    world.clock.advance(61_000)
    await world.drain(lane_of(TARGET))
    assert world.members(world.home) == [member]  # still silent, still owed
    world.away.cache.faults = None
    await world.drain_until_idle(lane_of(TARGET))
    assert world.members(world.home) == []
    assert world.entry(TARGET, world.away).stale
    assert world.entry(LIST, world.away).stale
    assert world.origin.journal == []


async def test_the_own_region_is_owed_as_well_where_its_mark_fails() -> None:
    """It answers reads and takes the debt, but no new version: a rate limit."""
    world = World()
    fresh_everywhere(world, TARGET, LIST)
    limit = failed("LIMIT_EXCEEDED_ERROR", may_have_happened=False)
    world.home.cache.faults = lambda method, _: limit if method == "set_if_hash" else None
    await write(world, ScriptedVisit())
    await world.surroundings.run_behind()
    assert len(world.members(world.home)) == 1
    assert not world.entry(TARGET).stale
    world.home.cache.faults = None
    await world.drain_until_idle()
    assert world.members(world.home) == []
    for region in (world.home, world.away):
        assert world.entry(TARGET, region).stale
        assert world.entry(LIST, region).stale


async def test_a_mark_at_home_that_failed_for_a_moment_is_repeated_behind_the_answer() -> None:
    world = World()
    fresh_everywhere(world, TARGET, LIST)
    await write(world, ScriptedVisit(), by=Process(vanishes_at=1))
    assert not world.entry(TARGET).stale
    await world.surroundings.run_behind()
    assert world.entry(TARGET).stale
    assert world.entry(LIST).stale
    assert world.members(world.home) == []


async def test_the_others_are_told_although_the_own_region_fell_silent() -> None:
    world = World()
    fresh_everywhere(world, TARGET)

    async def fall_silent() -> None:
        world.home.cache.faults = failing()

    process = Process()
    changed = SITE.changed(match(TARGET), TARGET)
    visit = ScriptedVisit(meanwhile=fall_silent)
    away = process.connect(world.away)
    await straight(visit.forward, changed, named, world.home, [away], world.surroundings.effects)
    await world.surroundings.run_behind()
    assert world.entry(TARGET, world.away).stale
    assert "debt_forgotten" in [name for name, _ in world.surroundings.events]
