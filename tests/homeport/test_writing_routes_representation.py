"""What a route says that its writes leave: ready-made and of one's own."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from homeport.entry import Entry, Pending
from homeport.errors import problem
from homeport.messages import Response
from homeport.routing import Route
from homeport.writing.accept import Accepted, Straight
from homeport.writing.representation import Represent, merged, wrapped
from tests.homeport.patch_world import (
    JSON,
    ROUTE,
    PatchWorld,
    gives,
    merge,
    shown,
    written,
)
from tests.homeport.writing_world import about, delete, in_one_lane, put

TARGET = in_one_lane(1)[0]
KEY = about(TARGET).key


def with_(represent: Represent) -> Route:
    return replace(ROUTE, representation=represent)


async def test_a_wrapping_route_shows_what_is_put_inside_and_patches_the_inside() -> None:
    world, route = PatchWorld(), with_(wrapped("data"))
    assert await world.accept(world.sends(written("PUT", TARGET, {"a": 1.0}), route)) == Accepted()
    assert world.reads(TARGET) == {"data": {"a": 1.0}}
    assert await world.accept(world.sends(merge(TARGET, {"b": 2}), route)) == Accepted()
    assert bytes(world.entry(TARGET).body) == b'{"data":{"a":1.0,"b":2}}'
    assert world.origin.requests == []


@pytest.mark.parametrize("document", [{"data": 1, "links": 2}, {"other": 1}, [1]])
async def test_a_wrapping_route_patches_nothing_but_what_it_would_show(document: Any) -> None:
    world = PatchWorld()
    world.home.keep(KEY, shown(TARGET, document))
    assert await world.accept(world.sends(merge(TARGET, {}), with_(wrapped("data")))) == Straight()


async def test_a_wrapping_route_wraps_no_text() -> None:
    world = PatchWorld()
    assert await world.accept(world.sends(put(TARGET, b"text"), with_(wrapped("data")))) == Straight()


async def test_a_merging_route_keeps_the_members_that_a_put_does_not_name() -> None:
    world, route = PatchWorld(), with_(merged)
    world.origin.items[TARGET] = b'{"id":"1","a":{"x":1},"b":null}'
    assert (
        await world.accept(world.sends(written("PUT", TARGET, {"a": {"y": 2}, "c": None}), route))
        == Accepted()
    )
    assert world.reads(TARGET) == {"id": "1", "a": {"y": 2}, "b": None, "c": None}
    assert await world.accept(world.sends(merge(TARGET, {"b": 1}), route)) == Accepted()
    assert world.reads(TARGET)["b"] == 1


async def test_a_merging_route_creates_what_the_origin_does_not_have() -> None:
    world, route = PatchWorld(), with_(merged)
    assert await world.accept(world.sends(written("PUT", TARGET, {"a": 1}), route)) == Accepted()
    assert world.reads(TARGET) == {"a": 1}
    await world.accept(world.sends(delete(TARGET), route))
    assert await world.accept(world.sends(written("PUT", TARGET, {"b": 2}), route)) == Accepted()
    assert world.reads(TARGET) == {"b": 2}


def fails(write: Pending, current: Entry | None) -> Response:
    raise LookupError(write.id)


def gives_text(write: Pending, current: Entry | None) -> Response:
    return Response(200, JSON, "text")  # type: ignore[arg-type]


def gives_nonsense(write: Pending, current: Entry | None) -> Response:
    return "nonsense"  # type: ignore[return-value]


def fails_as_a_server(write: Pending, current: Entry | None) -> Response:
    return Response(500)


@pytest.mark.parametrize(
    ("represent", "error"),
    [
        (fails, "LookupError"),
        (gives_text, "gave a text for a body"),
        (gives_nonsense, "gave str"),
        (fails_as_a_server, "gave 500"),
    ],
)
async def test_a_write_on_which_the_routes_function_fails_goes_straight_and_is_told(
    represent: Represent, error: str
) -> None:
    world = PatchWorld()
    write = world.sends(written("PUT", TARGET, {"a": 1}), with_(represent))
    assert await world.accept(write) == Straight()
    fields = {"region": world.home.name, "key": KEY, "error": error}
    assert world.surroundings.events == [("representation_failed", fields)]
    assert (world.home.octets(KEY), world.members(world.home)) == (None, [])


async def test_a_routes_own_function_sees_the_write_and_the_state_and_may_refuse() -> None:
    def own(write: Pending, current: Entry | None) -> Response | None:
        if current is None:
            return None
        if current.status == 404:
            return problem(409, "Closed", "Nothing new is taken here.")
        count = json.loads(bytes(current.body))["count"] + 1
        return Response(200, JSON, json.dumps({"count": count}).encode())

    world, route = PatchWorld(), with_(own)
    answer = await world.accept(world.sends(written("PUT", TARGET, {}), route))
    assert isinstance(answer, Response)
    assert answer.status == 409
    world.origin.answers[TARGET] = [gives({"count": 7})]
    for _ in range(2):
        assert await world.accept(world.sends(written("PUT", TARGET, {}), route)) == Accepted()
    assert world.reads(TARGET) == {"count": 9}
