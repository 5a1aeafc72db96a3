"""What an accepted write answers, by its author's Prefer and the route's status, over the whole edge worker."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import pytest

from homeport.edge import Edge
from homeport.messages import Headers, NoAnswer, Request, Response
from homeport.pushing.changed import Site
from homeport.routing import AcceptedStatus, Route, Routes
from homeport.writing.wake import Waker
from tests.homeport.edge_world import JAPAN, KEY, TARGET, Shore, body_of, status_of
from tests.homeport.homeport_world import ORIGIN
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import HOME, delete, lane_of, put, quiet, stored

JSON = "application/json"


@dataclass
class Answering(Shore):
    """The world, seen from an edge worker whose route says a status."""

    status: AcceptedStatus = 202
    meanwhile: Callable[[], Awaitable[object]] | None = None
    """What happens during the first pause."""

    async def answer(self, request: Request, *preferences: str, by: Process | None = None) -> Response:
        request = replace(request, headers=request.headers.plus(*(("prefer", each) for each in preferences)))
        route = Route("/items/{id}", write_behind=("PUT", "DELETE"), accepted_status=self.status)
        process = by or Process()
        regions = {each.name: process.connect(each) for each in (self.home, self.away)}
        site, waker = Site(ORIGIN, Routes(route)), Waker(self.kicks)
        edge = Edge(site, regions, self.origin, waker, home_secrets=self.home_secrets)
        self.visit.content = bytes(request.body)
        effects = replace(self.surroundings.effects, pause=self._pause)
        answer = await edge.answer(request, JAPAN, self.visit, effects)
        await self.surroundings.run_behind()
        assert isinstance(answer, Response)
        return answer

    async def _pause(self, seconds: float) -> None:
        await quiet()
        assert self.kicks.kicks == [(HOME, lane_of(TARGET))], "it waits and nobody was woken"
        await self.surroundings.effects.pause(seconds)
        if self.meanwhile:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()

    def originally(self, *answers: Response | NoAnswer) -> None:
        """The origin's answers to the replay, which happens during the first pause."""

        async def drain() -> None:
            self.origin.answers[TARGET] = list(answers)
            await self.drain(lane_of(TARGET))

        self.meanwhile = drain

    @property
    def receipt_address(self) -> str:
        (name,) = {name for _, name in (each.split("/") for each in self.members(self.home))}
        return f"/.homeport/writes/{KEY}/{name}"


def fields(answer: Response, *names: str) -> tuple[str | None, ...]:
    return tuple(answer.headers.get(name) for name in names)


def link(where: str) -> str:
    return f'<{where}>; rel="monitor"'


SHOWN = ("location", "content-type", "content-location", "preference-applied")


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


async def test_an_acceptance_seen_at_the_second_look_is_no_creation() -> None:
    """The answer to its commit was lost: what stood there before is not known any more."""
    world = Answering(status=201)
    world.kicks.kicks.append((HOME, lane_of(TARGET)))  # for another write
    assert (await world.answer(put(TARGET, b"new"), by=Process(loses_at=3))).status == 200


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
