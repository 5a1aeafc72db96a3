"""A region that is dead, on the real runtime: what readers pay, what they are told, and how it comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from homeport.reading.key import resource
from local.stack import observer
from local.stack.stack import Stack
from tests.e2e.e2e_rig import eventually, fault, home_again, quiet

HOME = "ap-northeast-1"
COUNTRIES = {"eu-central-1": "DE", "us-east-1": "US"}


@pytest.fixture
def others(stack: Stack) -> Iterator[list[str]]:
    """The regions after a Japanese visitor's home, in order; every region's breaker is closed before and after."""
    for country in ("JP", *COUNTRIES.values()):
        home_again(stack, country)
    with observer.visitor(stack, "JP") as visitor:
        yield visitor.get("/.homeport/where").json()["others"]
    for country in ("JP", *COUNTRIES.values()):
        home_again(stack, country)


def calls(stack: Stack) -> dict[str, int]:
    """How often each region has been called, refused calls included."""
    return {region: of["calls"] for region, of in httpx.get(f"{stack.admin}/counters").json().items()}


def reads(stack: Stack) -> dict[str, int]:
    """The same of plain reads alone: a drain that is still about to end may call too."""
    counters = httpx.get(f"{stack.admin}/counters").json()
    return {region: of["methods"].get("http:Get", {"calls": 0})["calls"] for region, of in counters.items()}


def events(stack: Stack, since: int) -> list[dict[str, object]]:
    """The workers' own events of regions, from a place in their log on."""
    start, decoder = '{"event": "region_', json.JSONDecoder()
    lines = [line[line.find(start) :] for line in stack.log.read_text()[since:].splitlines() if start in line]
    return [decoder.raw_decode(line)[0] for line in lines]


def test_the_first_read_pays_the_time_out_and_the_next_ones_do_not(stack: Stack, others: list[str]) -> None:
    before = reads(stack)[HOME]
    with observer.visitor(stack, "JP") as visitor:
        slow = {"kind": "latency", "region": HOME, "ms": 4000}
        with fault(stack, **slow):
            first, second, third = (visitor.get("/api/items/item-45") for _ in range(3))
    # The region counts a slow call at its end: it is not to be taken for one of the next test's.
    eventually(lambda: reads(stack)[HOME], before.__lt__)
    assert f'detail="{others[0]} for {HOME} TIMEOUT_ERROR"' in first.headers["cache-status"]
    assert 0.9 < first.elapsed.total_seconds() < 3.0
    for answer in (second, third):
        assert f'detail="{others[0]} for {HOME} open"' in answer.headers["cache-status"]
        assert answer.elapsed.total_seconds() < 0.9
        assert answer.json() == first.json()


def test_what_is_missed_in_the_next_region_is_filled_there_and_home_is_left_alone(
    stack: Stack, others: list[str]
) -> None:
    path = "/api/items/item-46"
    key = resource(stack.origin, path).key
    quiet(stack)
    with observer.visitor(stack, "JP") as visitor, fault(stack, kind="partition", region=HOME):
        first = visitor.get(path)
        assert f'stored; detail="{others[0]} for {HOME} SERVER_UNAVAILABLE"' in first.headers["cache-status"]
        before, since = reads(stack), len(stack.log.read_text())
        second = eventually(
            lambda: visitor.get(path), lambda answer: "; hit" in answer.headers["cache-status"]
        )
        assert f'detail="{others[0]} for {HOME} ' in second.headers["cache-status"]
        after = reads(stack)

    # On a slow machine the pause may end meanwhile; then the probes, and nothing else, call at home.
    def probes() -> int:
        return sum(each["event"] == "region_probed" for each in events(stack, since))

    # Their lines come through a pipe, and may be late.
    assert eventually(probes, (after[HOME] - before[HOME]).__le__) == after[HOME] - before[HOME]
    assert after[others[1]] == before[others[1]]
    assert after[others[0]] > before[others[0]]
    assert observer.entry(stack, HOME, key) is None
    assert observer.entry(stack, others[0], key) is not None


def test_a_probe_brings_the_home_back_and_the_log_tells_all_of_it(stack: Stack, others: list[str]) -> None:
    since = len(stack.log.read_text())
    with observer.visitor(stack, "JP") as visitor:
        with fault(stack, kind="partition", region=HOME):
            visitor.get("/api/items/item-47")
        home_again(stack, "JP")
        assert f'detail="{HOME}"' in visitor.get("/api/items/item-47").headers["cache-status"]
    told = eventually(lambda: events(stack, since), lambda them: len(them) >= 4)
    # Each is of its own request; which one that was, its trace tells.
    assert all(each.pop("trace_id") for each in told)
    assert told == [
        {"event": "region_failed", "region": HOME, "code": "SERVER_UNAVAILABLE"},
        {"event": "region_opened", "region": HOME, "code": "SERVER_UNAVAILABLE", "for_ms": 2000},
        {"event": "region_probed", "region": HOME},
        {"event": "region_closed", "region": HOME},
    ]


def test_a_write_to_the_dead_home_is_refused_and_reads_write_nothing(stack: Stack, others: list[str]) -> None:
    path, new = "/api/items/item-48", {"id": "item-48", "name": "x", "quantity": 1}
    key = resource(stack.origin, path).key
    for country in ("JP", COUNTRIES[others[0]]):
        with observer.visitor(stack, country) as visitor:
            eventually(lambda: visitor.get(path), lambda answer: "; hit" in answer.headers["cache-status"])
    stood = [observer.entry(stack, region, key) for region in (HOME, others[0])]
    quiet(stack)
    with observer.visitor(stack, "JP") as visitor, fault(stack, kind="partition", region=HOME):
        before = httpx.get(f"{stack.admin}/counters").json()
        visitor.get(path)
        refused = visitor.put(path, json=new)
        answer = visitor.get(path)
        after = httpx.get(f"{stack.admin}/counters").json()
    assert refused.status_code == 503
    assert HOME in refused.json()["detail"]
    assert "; hit" in answer.headers["cache-status"]
    assert answer.json() != new
    methods = {
        name: of["calls"] - before[others[0]]["methods"].get(name, {"calls": 0})["calls"]
        for name, of in after[others[0]]["methods"].items()
    }
    assert {name: more for name, more in methods.items() if more} == {"http:Get": 2}
    assert after[others[1]] == before[others[1]]
    assert [observer.entry(stack, region, key) for region in (HOME, others[0])] == stood
    assert observer.asked(stack, "PUT", path) == 0


def test_two_dead_regions_leave_the_read_to_the_origin(stack: Stack, others: list[str]) -> None:
    path = "/api/items/item-49"
    quiet(stack)
    before = calls(stack)
    with observer.visitor(stack, "JP") as visitor, fault(stack, kind="partition", region=HOME):
        httpx.post(
            f"{stack.admin}/faults", json={"kind": "partition", "region": others[0]}
        ).raise_for_status()
        answer = visitor.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-status"] == (
        f'Homeport; fwd=miss; fwd-status=200; detail="{HOME} SERVER_UNAVAILABLE"'
    )
    assert calls(stack)[others[1]] == before[others[1]]
    assert observer.entry(stack, others[1], resource(stack.origin, path).key) is None
