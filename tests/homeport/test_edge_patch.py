"""PATCH at the edge: what its author is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.edge import Edge
from homeport.messages import Headers, Relayed, Request, Response
from homeport.pushing.changed import Site
from homeport.routing import Route, Routes
from homeport.writing.wake import Waker
from tests.homeport.edge_world import JAPAN, KEY, TARGET, body_of, status_of
from tests.homeport.homeport_world import ORIGIN
from tests.homeport.patch_world import ROUTE, PatchWorld, merge, operations, shown, written
from tests.homeport.writing_world import Kicks, ScriptedVisit, put

PATCHED = Site(ORIGIN, Routes(ROUTE))


async def sent(
    world: PatchWorld, request: Request, visit: ScriptedVisit | None = None, site: Site = PATCHED
) -> Response | Relayed:
    visitor = visit or ScriptedVisit()
    visitor.content = bytes(request.body)
    regions = {each.name: each for each in (world.home, world.away)}
    edge = Edge(site, regions, world.origin, Waker(Kicks()))
    answer = await edge.answer(request, JAPAN, visitor, world.surroundings.effects)
    await world.surroundings.run_behind()
    return answer


async def test_a_patch_is_accepted_near_its_author() -> None:
    world = PatchWorld()
    world.home.keep(KEY, shown(TARGET, {"a": 1}))
    answer = await sent(world, merge(TARGET, {"b": 2}))
    assert (answer.status, status_of(answer)) == (202, f'Homeport; detail="{world.home.name} accepted"')
    assert world.reads(TARGET) == {"a": 1, "b": 2}


async def test_its_author_may_be_shown_what_it_left_and_not_the_patch() -> None:
    world = PatchWorld()
    world.home.keep(KEY, shown(TARGET, {"a": 1}))
    request = merge(TARGET, {"b": 2})
    asking = replace(request, headers=request.headers.plus(("prefer", "return=representation")))
    answer = await sent(world, asking)
    assert isinstance(answer, Response)
    assert body_of(answer) == {"a": 1, "b": 2}
    assert answer.headers.get("content-type") == "application/json"
    assert answer.headers.get("preference-applied") == "return=representation"


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "application/merge-patch", "application/xml-patch+xml", ""]
)
async def test_a_patch_of_another_format_goes_straight(kind: str) -> None:
    world, visit = PatchWorld(), ScriptedVisit()
    answer = await sent(world, written("PATCH", TARGET, {}, kind), visit)
    assert visit.forwarded == 1
    assert status_of(answer).endswith('straight patch format"')


@pytest.mark.parametrize(
    "kind", ["Application/Merge-Patch+JSON", "application/merge-patch+json; charset=utf-8"]
)
async def test_a_format_is_known_by_its_media_type_in_any_case_and_with_parameters(kind: str) -> None:
    world = PatchWorld()
    world.home.keep(KEY, shown(TARGET, {"a": 1}))
    assert (await sent(world, written("PATCH", TARGET, {"a": 2}, kind))).status == 202
    assert world.reads(TARGET) == {"a": 2}


async def test_a_malformed_patch_is_told_before_anything_is_asked_or_queued() -> None:
    world = PatchWorld()
    answer = await sent(world, operations(TARGET, {"op": "jump", "path": "/a"}))
    assert isinstance(answer, Response)
    assert (answer.status, answer.headers.get("content-type")) == (400, "application/problem+json")
    assert "op is one of" in str(body_of(answer)["detail"])
    assert (world.home.cache.calls, world.origin.requests) == ([], [])


@pytest.mark.parametrize(("value", "path", "status"), [(2, "/a", 409), (1, "/b", 422)])
async def test_a_patch_that_does_not_fit_is_refused_as_rfc_5789_says(
    value: int, path: str, status: int
) -> None:
    world = PatchWorld()
    world.home.keep(KEY, shown(TARGET, {"a": 1}))
    answer = await sent(world, operations(TARGET, {"op": "test", "path": path, "value": value}))
    assert (answer.status, status_of(answer)) == (status, f'Homeport; detail="{world.home.name} refused"')
    assert world.members(world.home) == []


async def test_without_a_state_to_apply_it_to_its_author_is_asked_to_come_again() -> None:
    world = PatchWorld()
    world.origin.answers[TARGET] = [Response(503)]
    answer = await sent(world, merge(TARGET, {"b": 2}))
    assert isinstance(answer, Response)
    assert (answer.status, answer.headers.get("retry-after")) == (503, "5")
    assert "nothing was written" in str(body_of(answer)["detail"])


async def test_a_patch_of_what_only_the_origin_can_judge_goes_straight_with_its_body_and_type() -> None:
    world = PatchWorld()
    world.home.keep(
        KEY, shown(TARGET, {"a": 1}).version("n", header=Headers((("content-type", "text/plain"),)))
    )
    world.origin.items[TARGET] = b'{"a":1}'
    answer = await sent(world, merge(TARGET, {"b": 2}))
    assert answer.status == 204
    assert status_of(answer).endswith('straight representation"')
    assert (world.shows(TARGET), world.entry(TARGET).stale) == ({"a": 1, "b": 2}, True)
    assert world.members(world.home) == []
    assert "idempotency-key" not in world.origin.requests[-1].headers


async def test_a_put_on_which_the_routes_function_fails_reaches_the_origin() -> None:
    def fails(*_: object) -> Response:
        raise LookupError

    world = PatchWorld()
    site = Site(ORIGIN, Routes(replace(ROUTE, representation=fails)))
    answer = await sent(world, put(TARGET, b"new"), site=site)
    assert answer.status == 200
    assert world.origin.items[TARGET] == b"new"
    assert [name for name, _ in world.surroundings.events] == ["representation_failed"]


async def test_a_patch_on_a_route_that_does_not_name_it_goes_straight() -> None:
    world, visit = PatchWorld(), ScriptedVisit()
    site = Site(ORIGIN, Routes(Route("/items/{id}", ttl=60, write_behind=("PUT",))))
    assert status_of(await sent(world, merge(TARGET, {}), visit, site)).endswith('straight method"')
    assert visit.forwarded == 1
