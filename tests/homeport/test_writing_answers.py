"""What an accepted write answers, by its author's Prefer and the route's status, over the whole edge worker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.edge import Edge
from homeport.messages import Request, Response
from homeport.pushing.changed import Site
from homeport.routing import AcceptedStatus, Route, Routes
from homeport.writing.wake import Waker
from tests.homeport.answers_world import JSON, SHOWN, Answering, fields, link
from tests.homeport.edge_world import JAPAN, KEY, NOTE, TARGET, Shore, body_of, status_of
from tests.homeport.homeport_world import ORIGIN, failing
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import HOME, delete, lane_of, put, stored


async def test_an_accepted_write_shows_its_representation_where_that_is_preferred() -> None:
    world = Answering()
    request = put(TARGET, b"new", ("content-language", "eo"), ("x-other", "1"))
    answer = await world.answer(request, "return=representation")
    where = world.receipt_address
    assert (answer.status, bytes(answer.body)) == (202, b"new")
    assert fields(answer, *SHOWN) == (where, "text/plain", TARGET, "return=representation")
    assert fields(answer, "link", "content-language", "cache-control") == (link(where), "eo", "no-store")
    assert "x-other" not in answer.headers
    assert status_of(answer) == f'Homeport; detail="{HOME} accepted"'


async def test_it_shows_nothing_where_the_least_is_preferred() -> None:
    world = Answering()
    answer = await world.answer(put(TARGET, b"new"), "return=minimal")
    assert (answer.status, bytes(answer.body)) == (202, b"")
    assert fields(answer, *SHOWN) == (world.receipt_address, None, None, "return=minimal")
    assert answer.headers.get("link") == link(world.receipt_address)


async def test_without_a_preference_it_shows_what_becomes_of_it() -> None:
    world = Answering()
    answer = await world.answer(put(TARGET, b"new"), "handling=strict")
    where = world.receipt_address
    assert body_of(answer) == {"id": where.rsplit("/", 1)[1], "state": "pending", "receipt": where}
    assert fields(answer, *SHOWN) == (where, JSON, None, None)


async def test_a_deletion_leaves_no_representation_to_show() -> None:
    world = Answering()
    answer = await world.answer(delete(TARGET), "return=representation")
    assert (answer.status, body_of(answer)["state"]) == (202, "pending")
    assert "preference-applied" not in answer.headers


async def test_the_replay_bears_the_preferences_that_are_the_origins() -> None:
    world = Answering()
    await world.answer(put(TARGET, b"new"), "respond-async, return=minimal", "handling=strict")
    await world.drain(lane_of(TARGET))
    (sent,) = world.origin.requests
    assert sent.headers.get("prefer") == "return=minimal, handling=strict"


async def test_a_write_sent_to_the_origin_instead_bears_its_preferences_as_they_came() -> None:
    shore = Shore()
    shore.home.cache.faults = failing()
    answer = await shore.own(put(NOTE, b"new", ("prefer", "wait=5, respond-async")))
    await shore.surroundings.run_behind()
    assert (answer.status, "preference-applied" in answer.headers) == (200, False)
    assert shore.origin.requests[0].headers.get("prefer") == "wait=5, respond-async"


@pytest.mark.parametrize("status", [202, 200, 201, 204])
async def test_who_prefers_it_later_is_answered_202_on_every_route(status: AcceptedStatus) -> None:
    world = Answering(status=status)
    answer = await world.answer(put(TARGET, b"new"), "respond-async, return=minimal")
    assert answer.status == 202
    assert fields(answer, *SHOWN) == (world.receipt_address, None, None, "respond-async, return=minimal")


@pytest.mark.parametrize(
    ("status", "request_", "preference", "told", "body"),
    [
        (200, put(TARGET, b"new"), "", 200, b"new"),
        (200, put(TARGET, b"new"), "return=minimal", 200, b""),
        (200, delete(TARGET), "", 200, None),
        (201, put(TARGET, b"new"), "", 201, b"new"),
        (201, put(TARGET, b"new"), "return=minimal", 201, b""),
        (201, delete(TARGET), "", 200, None),
        (204, put(TARGET, b"new"), "", 204, b""),
        (204, put(TARGET, b"new"), "return=representation", 200, b"new"),
        (204, delete(TARGET), "", 204, b""),
        (204, delete(TARGET), "return=representation", 204, b""),
    ],
)
async def test_a_route_may_say_another_status(
    status: AcceptedStatus, request_: Request, preference: str, told: int, body: bytes | None
) -> None:
    """None: the report of what becomes of it."""
    world = Answering(status=status)
    answer = await world.answer(request_, *([preference] if preference else []))
    where = world.receipt_address
    assert answer.status == told
    # RFC 9110 section 15.3.2: Location is what was created; 10.2.2: with 200 and 204 it has no meaning.
    assert fields(answer, "location", "link") == (TARGET if told == 201 else None, link(where))
    assert answer.headers.get("content-location") == (TARGET if body == b"new" else None)
    if body is None:
        assert body_of(answer)["receipt"] == where
    else:
        assert bytes(answer.body) == body
        assert answer.headers.get("content-type") == ("text/plain" if body else None)


@pytest.mark.parametrize(
    ("stands", "told"),
    [
        (None, 201),
        (b"damaged", 201),
        (replace(stored(TARGET), kind="marker"), 201),
        (replace(stored(TARGET), kind="tombstone", status=404), 201),
        (replace(stored(TARGET), status=404), 201),
        (replace(stored(TARGET), status=410), 201),
        (stored(TARGET), 200),
        (stored(TARGET, stale=True), 200),
        (replace(stored(TARGET), kind="variants"), 200),
    ],
)
async def test_created_is_what_was_not_known_before(stands: object, told: int) -> None:
    world = Answering(status=201)
    if stands is not None:
        world.home.keep(KEY, stands)  # type: ignore[arg-type]
    assert (await world.answer(put(TARGET, b"new"))).status == told


async def test_a_second_write_creates_nothing_until_the_first_is_deleted() -> None:
    world = Answering(status=201)
    requests = [put(TARGET, b"1"), put(TARGET, b"2"), delete(TARGET), put(TARGET, b"3")]
    assert [(await world.answer(each)).status for each in requests] == [201, 200, 200, 201]


async def test_an_acceptance_seen_at_the_second_look_is_no_creation() -> None:
    """The answer to its commit was lost: what stood there before is not known any more."""
    world = Answering(status=201)
    world.kicks.kicks.append((HOME, lane_of(TARGET)))  # for another write
    assert (await world.answer(put(TARGET, b"new"), by=Process(loses_at=3))).status == 200


async def test_a_path_with_two_slashes_names_no_other_host() -> None:
    world = Answering(status=201)
    request = put("//evil.example/x", b"new")
    site = Site(ORIGIN, Routes(Route("/{rest...}", write_behind=("PUT",), accepted_status=201)))
    edge = Edge(site, {HOME: world.home}, world.origin, Waker(world.kicks))
    world.visit.content = b"new"
    answer = await edge.answer(request, JAPAN, world.visit, world.surroundings.effects)
    world.surroundings.drop_behind()
    assert isinstance(answer, Response)
    assert fields(answer, "location", "content-location") == ("/.//evil.example/x", "/.//evil.example/x")
