"""What an accepted write answers whose author gave it time (RFC 7240 section 4.3), over the whole edge worker."""

from __future__ import annotations

import pytest

from homeport.messages import Headers, NoAnswer, Response
from tests.homeport.answers_world import JSON, SHOWN, Answering, fields
from tests.homeport.edge_world import KEY, TARGET, body_of, status_of
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import HOME, delete, lane_of, put


@pytest.mark.parametrize(
    ("origins", "told"),
    [(200, 200), (201, 201), (204, 204), (202, 202), (203, 200), (206, 200), (226, 200)],
)
async def test_an_answer_that_waited_is_the_origins(origins: int, told: int) -> None:
    world = Answering(status=204)
    world.originally(Response(origins))
    answer = await world.answer(put(TARGET, b"new"), "respond-async, wait=10")
    assert answer.status == told
    assert status_of(answer) == f'Homeport; detail="{HOME} applied"'
    assert answer.headers.get("preference-applied") == "wait=10"
    where = (answer.headers.get("link") or "").split(">")[0].removeprefix("<")
    assert where.startswith(f"/.homeport/writes/{KEY}/")
    assert answer.headers.get("location") == {201: TARGET, 202: where}.get(told)
    if told == 204:
        assert answer.body == b""
    else:
        body = body_of(answer)
        assert (body["state"], body["origin_status"], body["tries"]) == ("applied", origins, 1)
    assert world.origin.requests[0].headers.get("prefer") is None


async def test_waiting_and_showing_go_together() -> None:
    world = Answering()
    world.originally(Response(204))
    answer = await world.answer(put(TARGET, b"new"), "wait=10, return=representation")
    assert (answer.status, bytes(answer.body)) == (200, b"new")
    assert fields(answer, *SHOWN) == (None, "text/plain", TARGET, "wait=10, return=representation")


async def test_a_deletion_of_what_is_gone_has_done_what_it_should() -> None:
    world = Answering()
    world.originally(Response(404))
    answer = await world.answer(delete(TARGET), "wait=10")
    assert (answer.status, body_of(answer)["origin_status"]) == (200, 404)


@pytest.mark.parametrize(("origins", "told"), [(422, 422), (409, 409), (302, 502), (304, 502)])
async def test_a_refusal_that_was_waited_for_is_the_origins(origins: int, told: int) -> None:
    world = Answering(status=201)
    world.originally(Response(origins, Headers()))
    answer = await world.answer(put(TARGET, b"new"), "wait=10")
    assert (answer.status, status_of(answer)) == (told, f'Homeport; detail="{HOME} dead"')
    assert answer.headers.get("content-type") == "application/problem+json"
    assert body_of(answer)["type"] == "/.homeport/problems/refused-by-the-origin"
    assert answer.headers.get("preference-applied") == "wait=10"
    assert "/.homeport/writes/" in (answer.headers.get("link") or "")


async def test_what_is_not_settled_in_time_is_answered_as_if_nobody_had_waited() -> None:
    world = Answering()
    world.originally(NoAnswer("it took too long"))
    answer = await world.answer(put(TARGET, b"new"), "wait=3, respond-async")
    assert (answer.status, body_of(answer)["state"]) == (202, "pending")
    assert fields(answer, *SHOWN) == (world.receipt_address, JSON, None, "respond-async")
    assert sum(world.surroundings.pauses) == pytest.approx(3)
    assert status_of(answer) == f'Homeport; detail="{HOME} accepted"'


async def test_the_time_that_the_acceptance_took_counts() -> None:
    """RFC 7240 section 4.3: from the receipt of the request on."""
    world = Answering()

    async def slowly() -> None:
        world.clock.advance(2_000)

    answer = await world.answer(put(TARGET, b"new"), "wait=3", by=Process(before={3: slowly}))
    assert answer.status == 202
    assert sum(world.surroundings.pauses) == pytest.approx(1)


async def test_who_waited_is_told_where_home_is_as_everybody_who_wrote() -> None:
    world = Answering(home_secrets=("a secret of thirty-two characters",))
    world.originally(Response(200))
    answer = await world.answer(put(TARGET, b"new"), "wait=3")
    assert (answer.status, "homeport-home" in answer.headers, "set-cookie" in answer.headers) == (
        200,
        True,
        True,
    )


async def test_a_wait_that_runs_out_on_a_route_with_a_status_is_answered_with_that() -> None:
    world = Answering(status=204)
    answer = await world.answer(put(TARGET, b"new"), "wait=1")
    assert (answer.status, "preference-applied" in answer.headers) == (204, False)


@pytest.mark.parametrize("preference", ["wait=0", "wait=x", "wait"])
async def test_no_time_is_not_waited(preference: str) -> None:
    world = Answering()
    answer = await world.answer(put(TARGET, b"new"), preference)
    assert (answer.status, world.surroundings.pauses) == (202, [])


async def test_a_write_settled_before_its_acceptance_was_seen_is_answered_as_preferred() -> None:
    world = Answering()

    async def drain() -> None:
        await world.drain(lane_of(TARGET))

    process = Process(loses_at=3, before={5: drain})
    world.kicks.kicks.append((HOME, lane_of(TARGET)))  # for another write
    answer = await world.answer(put(TARGET, b"new"), "wait=10, return=minimal", by=process)
    assert (answer.status, bytes(answer.body)) == (200, b"")
    assert answer.headers.get("preference-applied") == "wait=10, return=minimal"
