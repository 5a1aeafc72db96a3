"""Any method not known to be safe outdates what a region holds of its target, and of what its answer names."""

from __future__ import annotations

import pytest

from homeport.messages import Headers, NoAnswer, Relayed, Request, Response
from tests.homeport.edge_world import Shore, body_of, status_of
from tests.homeport.homeport_world import ORIGIN, ScriptedOrigin, failing
from tests.homeport.writing_world import HOME, ScriptedVisit, about, put, stored

TARGET, OTHER, NOTE = "/plain/1", "/plain/7", "/notes/1"
HOST = ("host", "shop.example")
METHODS = ["POST", "PUT", "DELETE", "PATCH", "PURGE", "LOCK", "FROBNICATE"]


def shore(*replies: Relayed | NoAnswer) -> Shore:
    """Two regions in which both resources are fresh."""
    shore = Shore(visit=ScriptedVisit(replies=replies or (Relayed(204, None),)))
    for region in (shore.home, shore.away):
        for target in (TARGET, OTHER):
            region.keep(about(target).key, stored(target))
    return shore


def stale(shore: Shore) -> tuple[bool, bool, bool, bool]:
    """Target and other, at home; then the same away."""
    regions = (shore.home, shore.away)
    first, second, third, fourth = (
        shore.entry(target, region).stale for region in regions for target in (TARGET, OTHER)
    )
    return first, second, third, fourth


async def send(shore: Shore, method: str) -> None:
    answer = await shore.send(Request(method, TARGET, Headers([HOST])))
    assert status_of(answer) == f'Homeport; fwd=method; detail="{HOME} straight method"'
    assert shore.visit.forwarded == 1


@pytest.mark.parametrize("method", METHODS)
async def test_the_target_is_outdated_at_home_before_the_answer_and_elsewhere_behind_it(method: str) -> None:
    here = shore()
    await send(here, method)
    assert stale(here) == (True, False, False, False)
    await here.surroundings.run_behind()
    assert stale(here) == (True, False, True, False)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("location", [OTHER, ORIGIN + OTHER, f"https://{HOST[1]}{OTHER}", "7"])
async def test_what_the_answer_names_is_outdated_as_well(method: str, location: str) -> None:
    here = shore(Relayed(201, None, locations=(location,)))
    await send(here, method)
    assert stale(here) == (True, True, False, False)
    await here.surroundings.run_behind()
    assert stale(here) == (True, True, True, True)


async def test_what_it_names_at_another_site_is_not() -> None:
    here = shore(Relayed(201, None, locations=(f"https://elsewhere.example{OTHER}",)))
    await send(here, "POST")
    await here.surroundings.run_behind()
    assert stale(here) == (True, False, True, False)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("status", [400, 401, 403, 405, 409, 412, 415, 422, 429, 500, 501])
async def test_a_refusal_outdates_nothing(method: str, status: int) -> None:
    here = shore(Relayed(status, None, locations=(OTHER,)))
    await send(here, method)
    assert here.surroundings.behind == []
    assert stale(here) == (False, False, False, False)


async def test_the_origin_without_an_answer_may_have_done_it() -> None:
    here = shore(NoAnswer("it took too long"))
    await send(here, "POST")
    await here.surroundings.run_behind()
    assert stale(here) == (True, False, True, False)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
async def test_a_safe_method_outdates_nothing(method: str) -> None:
    here = shore()
    await here.send(Request(method, TARGET, Headers([HOST])))
    await here.surroundings.run_behind()
    assert stale(here) == (False, False, False, False)


async def test_a_method_in_disguise_outdates_it() -> None:
    """Some origins take it for the method that the field names."""
    here = shore()
    await here.send(Request("GET", TARGET, Headers([HOST, ("x-http-method-override", "DELETE")])))
    await here.surroundings.run_behind()
    assert stale(here) == (True, False, True, False)


async def test_a_write_that_the_region_could_not_take_outdates_what_its_answer_names() -> None:
    """The region takes no member, and the route prefers the origin then."""
    here = shore()
    here.home.cache.faults = failing("sorted_set_put")
    answer = Response(201, Headers([("content-location", OTHER)]))
    reply = await here.send(put(NOTE, b"new", HOST), origin=ScriptedOrigin([answer]))
    assert isinstance(reply, Response)
    assert (reply.status, stale(here)) == (201, (False, True, False, False))
    await here.surroundings.run_behind()
    assert stale(here) == (False, True, False, True)


async def test_what_a_visitor_reads_next_is_asked_of_the_origin() -> None:
    here = shore(Relayed(204, None))
    await send(here, "POST")
    here.surroundings.drop_behind()
    answer = await here.own(Request("GET", TARGET))
    assert "fwd=stale" in status_of(answer)
    where = await here.own(Request("GET", "/.homeport/where"))
    assert body_of(where)["region"] == HOME
    here.surroundings.drop_behind()
