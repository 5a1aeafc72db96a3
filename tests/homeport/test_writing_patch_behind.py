"""PATCH accepted near the visitor: on what the region knows, on what the origin shows, and against others' writes."""

from __future__ import annotations

from typing import Any

import pytest

from homeport import keys
from homeport.entry import Entry
from homeport.messages import Headers, NoAnswer, Request, Response
from homeport.writing.accept import Accepted, Refused, Straight
from homeport.writing.commit import DEADLINE_MS
from tests.homeport.patch_world import (
    JSON,
    PatchWorld,
    appended,
    merge,
    operations,
    shown,
    written,
)
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import about, delete, in_one_lane, put, stored

TARGET = in_one_lane(1)[0]
KEY = about(TARGET).key


def asked(world: PatchWorld) -> list[Request]:
    return [each for each in world.origin.requests if each.method == "GET"]


async def test_a_patch_of_a_fresh_entry_is_accepted_without_asking_the_origin() -> None:
    world, process = PatchWorld(), Process()
    world.home.keep(KEY, shown(TARGET, {"a": 1, "b": 2}))
    write = world.sends(merge(TARGET, {"a": None, "c": 3}))
    assert await world.accept(write, process) == Accepted()
    assert [call.split()[1] for call in process.calls] == ["sorted_set_put", "get_with_hash", "set_if_hash"]
    assert world.reads(TARGET) == {"b": 2, "c": 3}
    entry = world.entry(TARGET)
    assert [*entry.header] == [("content-type", "application/json"), ("cache-control", "no-cache")]
    assert [(item.id, item.method) for item in entry.pending] == [(write.id, "PATCH")]


@pytest.mark.parametrize(
    "found",
    [
        None,
        shown(TARGET, {"a": "outdated"}, stale=True),
        shown(TARGET, {"a": "old"}, as_of=(0, 0)),
        stored(TARGET).version("n0", kind="marker"),
        b"damaged",
    ],
)
async def test_where_the_region_does_not_know_the_state_the_origin_shows_it(
    found: Entry | bytes | None,
) -> None:
    """After the entry was read, so that no write can come between unnoticed, and unconditionally."""
    world, process = PatchWorld(), Process()
    if found is not None:
        world.home.keep(KEY, found)
    world.origin.items[TARGET] = b'{"a":"now"}'
    assert await world.accept(world.sends(merge(TARGET, {"b": 1})), process) == Accepted()
    assert [call.split()[1] for call in process.calls][:3] == ["sorted_set_put", "get_with_hash", "GET"]
    assert world.reads(TARGET) == {"a": "now", "b": 1}
    (request,) = asked(world)
    assert not {"if-none-match", "content-type", "idempotency-key"} & {name for name, _ in request.headers}
    assert not request.body


async def test_patches_are_applied_to_what_is_pending_in_their_order() -> None:
    world = PatchWorld()
    for request in (
        written("PUT", TARGET, {"log": []}),
        appended(TARGET, 1),
        appended(TARGET, 2),
        merge(TARGET, {"x": True}),
    ):
        assert await world.accept(world.sends(request)) == Accepted()
    assert world.reads(TARGET) == {"log": [1, 2], "x": True}
    assert world.origin.requests == []


async def test_another_write_between_read_and_commit_makes_it_look_again() -> None:
    world = PatchWorld()
    world.origin.items[TARGET] = b'{"log":[]}'
    rival = world.sends(appended(TARGET, "rival"))

    async def come_first() -> None:
        assert await world.accept(rival) == Accepted()

    write = world.sends(appended(TARGET, "mine"))
    assert await world.accept(write, Process(before={4: come_first})) == Accepted()
    assert world.reads(TARGET) == {"log": ["rival", "mine"]}
    assert [item.id for item in world.entry(TARGET).pending] == [rival.id, write.id]


async def test_a_straight_write_between_the_origins_answer_and_the_commit_makes_it_ask_again() -> None:
    """Merge base from the origin: the mark left by the straight write makes the compare-and-set fail."""
    world = PatchWorld()
    world.origin.items[TARGET] = b'{"a":1}'

    async def write_straight() -> None:
        world.origin.items[TARGET] = b'{"a":2}'
        world.home.keep(KEY, stored(TARGET, nonce="marked").version("marked", kind="marker"))

    process = Process(before={4: write_straight})
    assert await world.accept(world.sends(merge(TARGET, {"b": 1})), process) == Accepted()
    assert (world.reads(TARGET), len(asked(world))) == ({"a": 2, "b": 1}, 2)


async def test_a_lost_answer_after_the_commit_applies_the_patch_once() -> None:
    world = PatchWorld()
    world.home.keep(KEY, shown(TARGET, {"log": []}))
    assert await world.accept(world.sends(appended(TARGET, 1)), Process(loses_at=3)) == Accepted()
    assert world.reads(TARGET) == {"log": [1]}


@pytest.mark.parametrize(
    ("step", "status"),
    [
        ({"op": "test", "path": "/a", "value": 2}, 409),
        ({"op": "remove", "path": "/b"}, 422),
    ],
)
async def test_a_patch_that_cannot_be_applied_is_refused_and_nothing_is_left(
    step: dict[str, Any], status: int
) -> None:
    world = PatchWorld()
    world.home.keep(KEY, shown(TARGET, {"a": 1}))
    before = world.home.octets(KEY)
    answer = await world.accept(world.sends(operations(TARGET, step)))
    assert isinstance(answer, Response)
    assert (answer.status, answer.headers.get("content-type")) == (status, "application/problem+json")
    assert b"Nothing was written" in bytes(answer.body)
    assert (world.home.octets(KEY), world.members(world.home)) == (before, [])


async def test_a_patch_after_an_accepted_delete_finds_nothing() -> None:
    world = PatchWorld()
    deletion = world.sends(delete(TARGET))
    assert await world.accept(deletion) == Accepted()
    answer = await world.accept(world.sends(merge(TARGET, {"a": 1})))
    assert isinstance(answer, Response)
    assert answer.status == 404
    assert world.members(world.home) == [keys.member(KEY, deletion.id)]


@pytest.mark.parametrize("reply", [NoAnswer("it took too long"), Response(500), Response(503), Response(429)])
async def test_while_the_origin_does_not_show_the_state_nothing_is_written(
    reply: Response | NoAnswer,
) -> None:
    world = PatchWorld()
    world.origin.answers[TARGET] = [reply]
    assert await world.accept(world.sends(merge(TARGET, {"a": 1}))) == Refused("origin")
    assert (world.home.octets(KEY), world.members(world.home)) == (None, [])


async def test_an_origin_slower_than_a_writers_whole_effort_is_waited_for_in_vain() -> None:
    world = PatchWorld()
    world.origin.items[TARGET] = b"{}"

    async def dawdle() -> None:
        world.clock.advance(DEADLINE_MS + 1)

    assert await world.accept(world.sends(merge(TARGET, {})), Process(before={3: dawdle})) == Refused(
        "origin"
    )
    assert world.home.octets(KEY) is None


PRIVATE = JSON.plus(("cache-control", "private"))


@pytest.mark.parametrize(
    "reply",
    [
        Response(404),
        Response(403),
        Response(200, Headers((("content-type", "text/plain"),)), b"{}"),
        Response(200, JSON, b"no JSON"),
        Response(200, JSON, b'"' + b"x" * 131_072 + b'"'),
        Response(200, PRIVATE, b"{}"),
        Response(200, JSON.plus(("cache-control", "no-store")), b"{}"),
        Response(200, JSON.plus(("set-cookie", "a=b")), b"{}"),
        Response(200, JSON.plus(("vary", "accept-language")), b"{}"),
    ],
)
async def test_a_patch_of_what_cannot_be_shown_to_everybody_goes_straight(reply: Response) -> None:
    world = PatchWorld()
    world.origin.answers[TARGET] = [reply]
    assert await world.accept(world.sends(merge(TARGET, {"a": 1}))) == Straight()
    assert (world.home.octets(KEY), world.members(world.home)) == (None, [])


async def test_a_patch_of_a_pending_text_waits_for_it() -> None:
    """It must not overtake what it is to be applied to."""
    world = PatchWorld()
    first = world.sends(put(TARGET, b"text"))
    assert await world.accept(first) == Accepted()
    assert await world.accept(world.sends(merge(TARGET, {}))) == Refused("waiting")
    assert [item.id for item in world.entry(TARGET).pending] == [first.id]


async def test_after_a_try_that_may_have_succeeded_a_refusal_is_not_certain() -> None:
    world = PatchWorld()
    world.home.keep(KEY, shown(TARGET, {"a": 1}))

    async def change() -> None:
        world.home.keep(KEY, shown(TARGET, {"a": 2}))

    process = Process(vanishes_at=3, before={4: change})
    step = {"op": "test", "path": "/a", "value": 1}
    assert await world.accept(world.sends(operations(TARGET, step)), process) == Refused("unknown")
