"""W3C Trace Context: which traceparent is taken up, and what the origin gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from homeport.edge import Edge
from homeport.messages import Headers, Request, Response
from homeport.trace import Trace, Traced, read
from homeport.writing.wake import Waker
from tests.homeport.edge_world import JAPAN, TARGET, Shore
from tests.homeport.homeport_world import ScriptedOrigin
from tests.homeport.writing_world import AWAY, HOME, SITE, lane_of, put

ID, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
VALID = f"00-{ID}-{PARENT}-01"


def named(value: str, *more: tuple[str, str]) -> Headers:
    return Headers([("traceparent", value), *more])


def token() -> Callable[[], str]:
    """Names that count from 1, at either end: a parent id is the beginning of one."""
    numbers = count(1)
    return lambda: f"{next(numbers):016x}" * 2


@pytest.mark.parametrize(
    "value",
    [
        VALID,
        f"00-{ID}-{PARENT}-00",
        f"00-{ID}-{PARENT}-ff",
        f"cc-{ID}-{PARENT}-01",
        f"cc-{ID}-{PARENT}-01-what",
    ],
)
def test_a_valid_traceparent_is_taken_up_and_passed_as_it_came(value: str) -> None:
    trace, headers = Trace(named(value), token()), named(value, ("tracestate", "a=1"))
    assert trace.id == ID
    assert trace.onto(headers) == headers
    assert trace.instead(headers) == {}
    assert trace.onto(Headers()).get("traceparent") == value


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        f"ff-{ID}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{ID}-{'0' * 16}-01",
        f"00-{ID.upper()}-{PARENT}-01",
        f"00-{ID}-{PARENT}-01-what",
        f"00-{ID}-{PARENT}-01-",
        f"cc-{ID}-{PARENT}-01what",
        f"00-{ID}-{PARENT}-1",
        f"00-{ID[:-1]}-{PARENT}-01",
        f"00-{ID}-{PARENT}-0g",
        f"0-{ID}-{PARENT}-01",
        f"{VALID}, {VALID}",
        f"{VALID}\n",
        f" {VALID}",
    ],
)
def test_what_is_not_valid_is_replaced_with_its_tracestate(value: str) -> None:
    headers = named(value, ("tracestate", "a=1"), ("accept", "x"))
    assert read(headers) is None
    trace = Trace(headers, token())
    sent = trace.onto(headers)
    assert [name for name, _ in sent] == ["accept", "traceparent"]
    assert sent.get("traceparent") == f"00-{trace.id}-{2:016x}-01"
    assert trace.instead(headers) == {"traceparent": sent.get("traceparent"), "tracestate": None}


def test_what_is_begun_is_valid_and_stays_the_same() -> None:
    for first in ("id", "onto"):
        trace = Trace(Headers(), token())
        known = trace.id if first == "id" else read(trace.onto(Headers()))
        assert known == trace.id == read(trace.onto(Headers())) == read(trace.onto(named("wrong")))


def test_nothing_is_begun_before_it_is_needed() -> None:
    def never() -> str:
        raise AssertionError("nobody needs it")

    assert Trace(Headers(), never) is not None
    assert Trace(named(VALID), never).onto(Headers()).get("traceparent") == VALID


async def test_an_origin_is_asked_in_the_requests_trace_or_else_the_invocations() -> None:
    origin = ScriptedOrigin([Response(200)] * 4)
    traced = Traced(origin, Trace(Headers(), token()))
    for headers in (named(VALID), Headers()):
        await traced.ask(Request("GET", "/", headers))
        await traced.open(Request("GET", "/", headers))
    said = [request.headers.get("traceparent") for request in origin.requests]
    assert said[:2] == [VALID, VALID]
    assert said[2] == said[3] != VALID
    assert read(Headers([("traceparent", said[2] or "")]))


async def visited(shore: Shore, request: Request, origin: ScriptedOrigin) -> Trace:
    """The trace of a request that the edge worker has answered."""
    trace = Trace(request.headers, token())
    edge = Edge(SITE, {HOME: shore.home, AWAY: shore.away}, origin, Waker(shore.kicks))
    shore.visit.content = bytes(request.body)
    await edge.answer(request, JAPAN, shore.visit, replace(shore.surroundings.effects, trace=trace))
    shore.surroundings.drop_behind()
    return trace


@pytest.mark.parametrize("said", [VALID, "wrong", None])
async def test_a_fill_and_a_straight_request_are_in_the_visitors_trace(said: str | None) -> None:
    shore, origin = Shore(), ScriptedOrigin([Response(200)])
    fields = Headers([("traceparent", said)] if said else [])
    trace = await visited(shore, Request("GET", TARGET, fields), origin)
    assert read(origin.requests[0].headers) == trace.id
    straight = await visited(shore, Request("POST", "/elsewhere", fields), origin)
    told = shore.visit.instead[-1]
    assert told == (
        {} if said == VALID else {"traceparent": straight.onto(fields).get("traceparent"), "tracestate": None}
    )


@pytest.mark.parametrize("said", [VALID, "wrong", None])
async def test_an_accepted_write_is_replayed_in_its_authors_trace_at_every_try(said: str | None) -> None:
    shore = Shore()
    fields = (("traceparent", said),) if said else ()
    trace = await visited(shore, put(TARGET, b"new", *fields), ScriptedOrigin())
    shore.origin.answers[TARGET] = [Response(503)]
    for _ in range(2):
        await shore.drain(lane_of(TARGET))
        shore.clock.advance(10_000)
    assert [read(request.headers) for request in shore.origin.requests] == [trace.id] * 2


async def test_without_a_trace_requests_go_as_they_are() -> None:
    shore, origin = Shore(), ScriptedOrigin([Response(200)])
    await shore.send(Request("GET", TARGET), origin=origin)
    shore.surroundings.drop_behind()
    assert "traceparent" not in origin.requests[0].headers
