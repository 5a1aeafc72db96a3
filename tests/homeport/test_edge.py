from __future__ import annotations

import json

import pytest

from homeport import keys
from homeport.messages import Headers, NoAnswer, Relayed, Request, Response
from homeport.writing.commit import MOST_PENDING
from tests.homeport.edge_world import IRELAND, KEY, NOTE, TARGET, Shore, body_of, status_of
from tests.homeport.homeport_world import ScriptedOrigin, failing
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import (
    HOME,
    ScriptedVisit,
    about,
    delete,
    lane_of,
    put,
    stored,
)

PLAIN = "/plain/1"


async def test_an_accepted_write_is_a_202_and_wakes_the_drain_behind_it() -> None:
    shore = Shore()
    answer = await shore.own(put(TARGET, b"new"))
    assert (answer.status, status_of(answer)) == (202, f'Homeport; detail="{HOME} accepted"')
    (item,) = shore.entry(TARGET).pending
    assert answer.headers.get("location") == f"/.homeport/writes/{KEY}/{item.id}"
    assert shore.kicks.kicks == []
    await shore.surroundings.run_behind()
    assert shore.kicks.kicks == [(HOME, lane_of(TARGET))]
    assert shore.home.cache.published == [
        (keys.TOPIC, json.dumps({"lane": lane_of(TARGET)}, separators=(",", ":")))
    ]
    assert (shore.visit.forwarded, shore.origin.requests) == (0, [])


async def test_it_is_accepted_where_the_visitor_is() -> None:
    shore = Shore()
    await shore.own(put(TARGET, b"new"), IRELAND)
    shore.surroundings.drop_behind()
    assert shore.home.kept(KEY) is None
    assert shore.entry(TARGET, shore.away).dirty


async def test_its_author_reads_it_at_once() -> None:
    shore = Shore()
    await shore.own(put(TARGET, b"new"))
    shore.surroundings.drop_behind()
    answer = await shore.own(Request("GET", TARGET))
    assert (answer.status, bytes(answer.body)) == (200, b"new")
    assert status_of(answer) == f'Homeport; hit; detail="{HOME} dirty"'
    await shore.own(delete(TARGET))
    shore.surroundings.drop_behind()
    assert (await shore.own(Request("GET", TARGET))).status == 404


async def test_a_full_entry_is_a_503_that_wakes_the_drain() -> None:
    shore = Shore()
    for n in range(MOST_PENDING):
        await shore.accepted(TARGET, b"%d" % n)
    answer = await shore.own(put(TARGET, b"one more"))
    assert (answer.status, answer.headers.get("retry-after")) == (503, "5")
    assert status_of(answer) == f'Homeport; detail="{HOME} full"'
    await shore.surroundings.run_behind()
    assert shore.kicks.kicks == [(HOME, lane_of(TARGET))]


async def test_an_unknown_outcome_names_the_receipt_to_ask_for() -> None:
    shore = Shore()
    answer = await shore.own(put(TARGET, b"new"), by=Process(loses_at=3, vanishes_at=4))
    assert (answer.status, status_of(answer)) == (503, f'Homeport; detail="{HOME} unknown"')
    (item,) = shore.entry(TARGET).pending
    assert f"/.homeport/writes/{KEY}/{item.id}" in str(body_of(answer)["detail"])


async def test_a_write_settled_before_its_answer_is_answered_by_its_receipt() -> None:
    shore = Shore()

    async def drain() -> None:
        await shore.drain(lane_of(TARGET))

    answer = await shore.own(put(TARGET, b"new"), by=Process(loses_at=3, before={5: drain}))
    assert (answer.status, body_of(answer)["state"]) == (200, "applied")
    assert status_of(answer) == f'Homeport; detail="{HOME} applied"'


async def test_a_write_refused_before_its_answer_is_answered_as_the_origin_did() -> None:
    shore = Shore()

    async def drain() -> None:
        shore.origin.answers[TARGET] = [Response(422)]
        await shore.drain(lane_of(TARGET))

    answer = await shore.own(put(TARGET, b"new"), by=Process(loses_at=3, before={5: drain}))
    assert (answer.status, status_of(answer)) == (422, f'Homeport; detail="{HOME} dead"')
    assert answer.headers.get("content-type") == "application/problem+json"


async def test_a_silent_region_refuses_writes_by_default() -> None:
    shore = Shore()
    shore.home.cache.faults = failing()
    answer = await shore.own(put(TARGET, b"new"))
    assert (answer.status, answer.headers.get("retry-after")) == (503, "5")
    assert status_of(answer) == f'Homeport; detail="{HOME} unreachable"'
    assert (shore.origin.requests, shore.visit.forwarded) == ([], 0)


async def test_sent_to_the_origin_instead_its_author_does_not_read_the_old_state() -> None:
    """The region takes no member, but answers reads and marks."""
    shore = Shore()
    for region in (shore.home, shore.away):
        region.keep(about(NOTE).key, stored(NOTE))
    shore.home.cache.faults = failing("sorted_set_put")
    answer = await shore.own(put(NOTE, b"new"))
    assert status_of(answer) == f'Homeport; fwd=method; detail="{HOME} straight unreachable"'
    assert shore.origin.items == {NOTE: b"new"}
    assert shore.entry(NOTE).stale
    await shore.surroundings.run_behind()
    assert shore.entry(NOTE, shore.away).stale


@pytest.mark.parametrize("target", [NOTE, TARGET])
async def test_no_write_overtakes_one_that_was_seen_waiting(target: str) -> None:
    """Whatever the route prefers while its region does not answer: this one did answer."""
    shore = Shore()
    await shore.accepted(target, b"first")
    shore.home.cache.faults = failing("sorted_set_put")
    answer = await shore.own(put(target, b"second"))
    assert (answer.status, answer.headers.get("retry-after")) == (503, "2")
    assert status_of(answer) == f'Homeport; detail="{HOME} waiting"'
    shore.home.cache.faults = None
    await shore.surroundings.run_behind()
    assert shore.kicks.kicks == [(HOME, lane_of(target))]
    await shore.drain(lane_of(target))
    assert shore.origin.journal == [("PUT", target, b"first")]


@pytest.mark.parametrize("methods", [("sorted_set_put",), ()])
@pytest.mark.parametrize("target", [NOTE, TARGET])
async def test_past_what_a_newer_release_wrote_nothing_goes_to_the_origin(
    target: str, methods: tuple[str, ...]
) -> None:
    shore = Shore()
    shore.home.keep(about(target).key, b'{"homeport":{"format":2,"pending":["a"]}}\n')
    if methods:
        shore.home.cache.faults = failing(*methods)
    for request in (put(target, b"new"), Request("PATCH", target)):
        answer = await shore.own(request)
        assert (answer.status, status_of(answer)) == (503, f'Homeport; detail="{HOME} foreign"')
    assert (shore.origin.requests, shore.visit.forwarded) == ([], 0)


async def test_a_route_may_send_them_to_the_origin_instead_and_the_others_are_told() -> None:
    shore = Shore()
    shore.away.keep(about(NOTE).key, stored(NOTE))
    shore.home.cache.faults = failing()
    request = put(NOTE, b"new", ("host", "shop.example"), ("cf-connecting-ip", "192.0.2.7"))
    answer = await shore.own(request)
    assert answer.status == 200
    assert status_of(answer) == f'Homeport; fwd=method; detail="{HOME} straight unreachable"'
    (sent,) = shore.origin.requests
    assert (sent.method, sent.target, bytes(sent.body)) == ("PUT", NOTE, b"new")
    assert [*sent.headers] == [("content-type", "text/plain"), ("forwarded", "for=192.0.2.7")]
    await shore.surroundings.run_behind()
    assert shore.entry(NOTE, shore.away).stale


async def test_an_origin_that_does_not_answer_either_is_a_502() -> None:
    shore = Shore()
    shore.home.cache.faults = failing()
    answer = await shore.send(put(NOTE, b"new"), origin=ScriptedOrigin([NoAnswer("it took too long")]))
    assert isinstance(answer, Response)
    assert answer.status == 502
    assert b"it took too long" in bytes(answer.body)
    status_of(answer)
    await shore.surroundings.run_behind()


async def test_an_uncertain_commit_never_goes_to_the_origin_as_well() -> None:
    shore = Shore()
    answer = await shore.own(put(NOTE, b"new"), by=Process(loses_at=3, vanishes_at=4))
    assert answer.status == 503
    assert (shore.origin.requests, shore.visit.forwarded) == ([], 0)


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (Request("PATCH", TARGET), "method"),
        (Request("POST", "/items"), "method"),
        (put(TARGET, b"x", ("cookie", "a=b")), "credentials"),
        (put(TARGET, b"x", ("if-range", '"1"')), "conditional"),
        (put(TARGET, b"x", ("content-range", "bytes 0-1/2")), "conditional"),
        (put(TARGET, b"x", ("x-api-key", "k")), "credentials"),
        (Request("PUT", TARGET, Headers([("content-length", "131073")])), "large"),
        (Request("PUT", TARGET), "large"),
    ],
)
async def test_what_cannot_wait_goes_straight_as_it_came(request_: Request, why: str) -> None:
    shore = Shore()
    answer = await shore.send(request_)
    assert isinstance(answer, Relayed)
    assert status_of(answer) == f'Homeport; fwd=method; detail="{HOME} straight {why}"'
    assert (shore.visit.forwarded, shore.home.kept(KEY) is None or not shore.entry(TARGET).dirty) == (1, True)
    await shore.surroundings.run_behind()


async def test_a_straight_write_that_would_overtake_is_refused() -> None:
    shore = Shore()
    await shore.accepted(TARGET, b"earlier")
    answer = await shore.own(Request("PATCH", TARGET))
    assert (answer.status, answer.headers.get("retry-after"), shore.visit.forwarded) == (503, "2", 0)
    assert status_of(answer) == f'Homeport; detail="{HOME} waiting"'
    await shore.surroundings.run_behind()
    assert shore.kicks.kicks == [(HOME, lane_of(TARGET))]


@pytest.mark.parametrize("status", [404, 410])
async def test_a_straight_deletion_of_what_is_gone_makes_it_stale(status: int) -> None:
    shore = Shore(visit=ScriptedVisit(replies=[Relayed(status, None)]))
    for region in (shore.home, shore.away):
        region.keep(about(PLAIN).key, stored(PLAIN))
    await shore.send(delete(PLAIN))
    assert shore.entry(PLAIN).stale
    await shore.surroundings.run_behind()
    assert shore.entry(PLAIN, shore.away).stale


async def test_a_straight_write_without_an_answer_is_a_502() -> None:
    shore = Shore(visit=ScriptedVisit(replies=[NoAnswer("it could not be reached")]))
    answer = await shore.own(Request("PATCH", TARGET))
    assert answer.status == 502
    status_of(answer)
    assert shore.entry(TARGET).kind == "marker"
    await shore.surroundings.run_behind()


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/elsewhere"),
        Request("PUT", "/elsewhere"),
        Request("OPTIONS", TARGET),
        Request("GET", TARGET, Headers([("x-api-key", "x")])),
        Request("GET", TARGET, Headers([("authorization", "Bearer x"), ("cookie", "a=b")])),
    ],
)
async def test_what_is_none_of_our_business_passes_through(request_: Request) -> None:
    shore, process = Shore(), Process()
    answer = await shore.send(request_, by=process)
    assert answer == Relayed(204, None, (("cache-status", "Homeport; fwd=bypass"),))
    assert (process.calls, shore.surroundings.behind) == ([], [])


async def test_fields_that_were_added_before_are_kept() -> None:
    shore = Shore(visit=ScriptedVisit(replies=[Relayed(200, None, (("x-a", "1"),))]))
    answer = await shore.send(Request("GET", "/elsewhere"))
    assert answer == Relayed(200, None, (("x-a", "1"), ("cache-status", "Homeport; fwd=bypass")))


async def test_passing_through_to_a_silent_origin_is_a_502() -> None:
    shore = Shore(visit=ScriptedVisit(replies=[NoAnswer("it could not be reached")]))
    answer = await shore.own(Request("GET", "/elsewhere"))
    assert (answer.status, status_of(answer)) == (502, "Homeport; fwd=bypass")


async def test_reads_are_served_in_the_home_region() -> None:
    shore = Shore()
    shore.home.keep(KEY, stored(TARGET, b"kept"))
    answer = await shore.own(Request("GET", TARGET))
    assert bytes(answer.body) == b"kept"
    assert status_of(answer).startswith("Homeport; hit; ttl=")
    assert shore.away.cache.calls == []
