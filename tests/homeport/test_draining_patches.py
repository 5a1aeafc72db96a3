"""PATCH replayed in order with other writes, and put again where what it was applied to has gone."""

from __future__ import annotations

from typing import Any

import pytest

from homeport.messages import NoAnswer, Relayed, Request, Response
from homeport.pushing.propagate import propagate
from homeport.writing.accept import Accepted
from homeport.writing.again import PutAgain
from homeport.writing.straight import straight
from homeport.writing.write import Write
from tests.homeport.patch_world import (
    JSON,
    ROUTE,
    PatchWorld,
    appended,
    gives,
    merge,
    operations,
    shown,
    written,
)
from tests.homeport.writing_processes import Process, ProcessOrigin
from tests.homeport.writing_world import SITE, about, delete, in_one_lane, lane_of

TARGET = in_one_lane(1)[0]
KEY, LANE = about(TARGET).key, lane_of(TARGET)


async def accepted(world: PatchWorld, *requests: Request) -> list[Write]:
    writes = [world.sends(request) for request in requests]
    for write in writes:
        assert await world.accept(write) == Accepted()
    return writes


def again(world: PatchWorld) -> PutAgain:
    return PutAgain(SITE.routes, world.origin, world.surroundings.effects)


def marked(world: PatchWorld) -> list[tuple[str, dict[str, object]]]:
    return [event for event in world.surroundings.events if event[0] == "put_again_failed"]


async def test_patches_are_replayed_in_order_with_puts_and_deletes() -> None:
    world = PatchWorld()
    world.origin.items[TARGET] = b'{"log":[0]}'
    writes = await accepted(
        world,
        appended(TARGET, 1),
        merge(TARGET, {"x": 1}),
        delete(TARGET),
        written("PUT", TARGET, {"log": []}),
        appended(TARGET, 2),
    )
    assert world.reads(TARGET) == {"log": [2]}
    await world.drain_until_idle(LANE)
    methods = [method for method, where, _ in world.origin.journal if where == TARGET]
    assert methods == ["PATCH", "PATCH", "DELETE", "PUT", "PATCH"]
    assert world.shows(TARGET) == {"log": [2]}
    for write in writes:
        receipt = world.receipt(write.id)
        assert receipt is not None
        assert receipt.state == "applied"
    assert (world.entry(TARGET).stale, world.entry(TARGET).pending) == (True, ())


async def test_a_replay_is_the_patch_as_it_came_under_its_own_key() -> None:
    world = PatchWorld()
    world.origin.items[TARGET] = b'{"log":[]}'
    (write,) = await accepted(world, appended(TARGET, 1))
    await world.drain_until_idle(LANE)
    sent = world.origin.requests[-1]
    assert (sent.method, bytes(sent.body)) == ("PATCH", bytes(write.request.body))
    assert sent.headers.get("content-type") == "application/json-patch+json"
    assert sent.headers.get("idempotency-key") == write.id


@pytest.mark.parametrize("fault", ["loses_at", "vanishes_at", "dies_at", "refused_at"])
@pytest.mark.parametrize("call", range(1, 24))
async def test_whichever_call_of_a_drain_fails_each_patch_takes_effect_once(fault: str, call: int) -> None:
    world = PatchWorld()
    world.origin.items[TARGET] = b'{"log":[]}'
    await accepted(world, appended(TARGET, 1), appended(TARGET, 2))
    process = Process(**{fault: call})  # type: ignore[arg-type]
    try:
        await world.drain(LANE, process)
    except BaseException as error:
        if type(error).__name__ != "Died":
            raise
    await world.drain_until_idle(LANE)
    assert world.shows(TARGET) == {"log": [1, 2]}
    assert world.members(world.home) == []


async def test_the_origins_own_representation_is_taken_where_the_answer_to_a_patch_carries_it() -> None:
    world = PatchWorld()
    world.home.keep(KEY, shown(TARGET, {"a": 1}))
    await accepted(world, merge(TARGET, {"a": 2}))
    itself = JSON.plus(("content-location", TARGET), ("etag", '"2"'))
    world.origin.answers[TARGET] = [Response(200, itself, b'{"a":2,"by":"origin"}')]
    await world.drain_until_idle(LANE)
    assert world.reads(TARGET) == {"a": 2, "by": "origin"}


async def refused_first(world: PatchWorld, *later: Request) -> None:
    """A refused patch and others after it, which have yet to be replayed."""
    await accepted(world, merge(TARGET, {"refused": True}), *later)
    world.origin.answers[TARGET] = [Response(422)]


async def until_the_second_replay(world: PatchWorld) -> None:
    """A drain that has settled the first write and is at its end when it sends the second."""
    process = Process()
    sends = 0

    async def begins(call: str) -> int:
        nonlocal sends
        sends += " PATCH " in call or " PUT " in call
        if sends > 1:
            process.dies_at = 0
        return await Process.begins(process, call)

    process.begins = begins  # type: ignore[method-assign]
    try:
        await world.drain(LANE, process)
    except BaseException as error:
        if type(error).__name__ != "Died":
            raise


async def test_what_is_pending_after_a_refused_patch_is_put_again_on_what_the_origin_shows() -> None:
    world = PatchWorld()
    world.home.keep(KEY, shown(TARGET, {"a": 1}))
    world.origin.items[TARGET] = b'{"a":5}'
    await refused_first(world, merge(TARGET, {"b": 2}), merge(TARGET, {"c": 3}))
    assert world.reads(TARGET) == {"a": 1, "refused": True, "b": 2, "c": 3}
    world.origin.answers[TARGET].append(gives({"a": 5}))
    await until_the_second_replay(world)
    assert world.reads(TARGET) == {"a": 5, "b": 2, "c": 3}
    assert len(world.entry(TARGET).pending) == 2
    await world.drain_until_idle(LANE)
    assert world.shows(TARGET) == {"a": 5, "b": 2, "c": 3}


async def test_the_origin_is_not_asked_where_a_put_comes_next() -> None:
    world = PatchWorld()
    world.home.keep(KEY, shown(TARGET, {"a": 1}))
    world.origin.items[TARGET] = b'{"a":5}'
    await refused_first(world, written("PUT", TARGET, {"new": 1}), merge(TARGET, {"b": 2}))
    await until_the_second_replay(world)
    assert world.reads(TARGET) == {"new": 1, "b": 2}
    assert [each.method for each in world.origin.requests] == ["PATCH"]


async def test_a_patch_that_cannot_be_applied_to_what_the_origin_shows_is_left_out() -> None:
    world = PatchWorld()
    world.home.keep(KEY, shown(TARGET, {"a": 1}))
    world.origin.items[TARGET] = b'{"a":5}'
    step = {"op": "test", "path": "/refused", "value": True}
    dead = operations(TARGET, step, {"op": "add", "path": "/x", "value": 1})
    await refused_first(world, dead, merge(TARGET, {"b": 2}))
    world.origin.answers[TARGET].append(gives({"a": 5}))
    await until_the_second_replay(world)
    assert world.reads(TARGET) == {"a": 5, "b": 2}
    await world.drain_until_idle(LANE)
    assert world.shows(TARGET) == {"a": 5, "b": 2}


async def test_patches_of_what_the_origin_no_longer_has_read_as_missing() -> None:
    world = PatchWorld()
    world.home.keep(KEY, shown(TARGET, {"a": 1}))
    await refused_first(world, merge(TARGET, {"b": 2}))
    world.origin.answers[TARGET].append(Response(404))
    await until_the_second_replay(world)
    assert (world.entry(TARGET).kind, world.entry(TARGET).status) == ("tombstone", 404)
    await world.drain_until_idle(LANE)
    assert world.members(world.home) == []


@pytest.mark.parametrize(
    "reply", [NoAnswer("it took too long"), Response(500), Response(200, body=b"x" * 140_000)]
)
async def test_where_the_origin_does_not_show_it_the_write_is_settled_and_the_rest_goes_on(
    reply: Any,
) -> None:
    world = PatchWorld()
    world.home.keep(KEY, shown(TARGET, {"a": 1}))
    world.origin.items[TARGET] = b'{"a":5}'
    await refused_first(world, merge(TARGET, {"b": 2}))
    world.origin.answers[TARGET].append(reply)
    await until_the_second_replay(world)
    assert world.reads(TARGET) == {"a": 1, "refused": True, "b": 2}
    assert len(world.entry(TARGET).pending) == 1
    assert len(marked(world)) == 1
    await world.drain_until_idle(LANE)
    assert world.shows(TARGET) == {"a": 5, "b": 2}


async def test_a_writer_that_comes_while_the_origin_is_asked_is_put_again_as_well() -> None:
    """The compare-and-set fails, and the origin is asked again: nothing is built on an older look."""
    world = PatchWorld()
    world.home.keep(KEY, shown(TARGET, {"log": []}))
    first, *_ = await accepted(world, merge(TARGET, {"refused": True}), appended(TARGET, 1))

    async def come_between() -> None:
        await accepted(world, appended(TARGET, 2))

    world.origin.items[TARGET] = b'{"log":["origin"]}'
    world.origin.answers[TARGET] = [Response(422)]
    # lease, fetch, entry, replay, receipt, letter, its listing; then the origin is asked
    process = Process(before={8: come_between}, dies_at=13)
    try:
        await world.drain(LANE, process)
    except BaseException as error:
        if type(error).__name__ != "Died":
            raise
    assert "GET" in process.calls[7]
    assert "GET" in process.calls[10]
    await world.drain_until_idle(LANE)
    assert world.shows(TARGET) == {"log": ["origin", 1, 2]}
    receipt = world.receipt(first.id)
    assert receipt is not None
    assert receipt.state == "dead"


async def written_straight(world: PatchWorld, by: Process | None = None) -> None:
    """A straight write that changes the origin, during which a patch is accepted on the state before."""
    process = by or Process()

    async def send() -> Relayed:
        await accepted(world, merge(TARGET, {"b": 2}))
        world.origin.items[TARGET] = b'{"a":"straight"}'
        return Relayed(204, None)

    effects = world.surroundings.effects
    home, away = process.connect(world.home), process.connect(world.away)
    putting = PutAgain(SITE.routes, ProcessOrigin(process, world.origin), effects)
    await straight(send, [about(TARGET)], lambda _: (), home, [away], effects, putting)


async def test_the_author_of_a_straight_write_sees_it_under_a_patch_that_became_pending_meanwhile() -> None:
    world, process = PatchWorld(), Process()
    world.home.keep(KEY, shown(TARGET, {"a": 1}))
    await written_straight(world, process)
    assert world.reads(TARGET) == {"a": "straight", "b": 2}
    entry = world.entry(TARGET)
    assert (entry.stale, len(entry.pending)) == (True, 1)
    # One compare-and-set: the mark and what is put again stand together or not at all.
    assert [call.split()[1] for call in process.calls] == ["get_with_hash", "GET", "set_if_hash"]
    await world.surroundings.run_behind()
    await world.drain_until_idle(LANE)
    assert world.shows(TARGET) == {"a": "straight", "b": 2}


async def test_where_the_origin_falls_silent_after_a_straight_write_the_entry_is_marked_all_the_same() -> (
    None
):
    world = PatchWorld()
    world.home.keep(KEY, shown(TARGET, {"a": 1}))
    world.origin.answers[TARGET] = [NoAnswer("it took too long")]
    await written_straight(world)
    assert (world.reads(TARGET), world.entry(TARGET).stale) == ({"a": 1, "b": 2}, True)
    assert len(marked(world)) == 1
    await world.surroundings.run_behind()


async def test_a_pending_put_needs_no_origin_to_be_put_again() -> None:
    world = PatchWorld()
    await accepted(world, written("PUT", TARGET, {"a": 1}))
    assert await propagate([about(TARGET)], [world.home], world.surroundings.effects, again(world))
    assert (world.reads(TARGET), world.origin.requests) == ({"a": 1}, [])


async def test_a_route_that_is_gone_leaves_patches_to_be_put_again_plainly() -> None:
    world = PatchWorld()
    target = "/nowhere/1"
    world.home.keep(about(target).key, shown(target, {"a": 1}))
    assert await world.accept(world.sends(merge(target, {"b": 2}), ROUTE)) == Accepted()
    world.origin.items[target] = b'{"a":2}'
    assert await propagate([about(target)], [world.home], world.surroundings.effects, again(world))
    assert world.reads(target) == {"a": 2, "b": 2}
