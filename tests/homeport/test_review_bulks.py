"""What a bulk may not do: hide a write's own key, or bring its lane to a halt by an odd answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from homeport.bulk import json_operations
from homeport.draining.drain import Report
from homeport.entry import Pending
from homeport.messages import Headers, NoAnswer, Request, Response
from tests.homeport.bulk_world import BULK, BulkOrigin, Fleet, site
from tests.homeport.writing_world import in_one_lane, journal

LANE = 0
A, B, C = in_one_lane(3, LANE)
KEY = '"k-1"'


class Deaf(BulkOrigin):
    """It applies the first bulk, and its answer is lost."""

    def _bulk(self, operations: Sequence[dict[str, Any]]) -> Response | NoAnswer:
        answer = super()._bulk(operations)
        return NoAnswer("it took too long") if len(self.bulks) == 1 else answer


async def test_a_write_under_its_authors_own_key_is_known_by_it_alone_and_goes_alone() -> None:
    world = Fleet()
    await world.waits(A, 1, key=KEY)
    await world.waits(B, 2)
    await world.waits(C, 3)
    assert await world.drain(LANE) == Report(settled=3)
    assert [sorted(each) for each in world.origin.bulks] == [sorted((B, C))]
    [alone] = [each for each in world.origin.requests if each.target == A]
    assert alone.headers.get("idempotency-key") == KEY


async def test_after_a_bulk_of_which_nothing_is_known_no_write_is_applied_twice() -> None:
    world = Fleet(origin=Deaf(), site=site(json_operations("/bulk", most=2)))
    await world.waits(A, 1, key=KEY)
    await world.waits(B, 2)
    await world.waits(C, 3)
    await world.drain_until_idle(LANE)
    assert [journal(world, each) for each in (A, B, C)] == [[b"1"], [b"2"], [b"3"]]


@pytest.mark.parametrize("fields", [{"retry-after": 5}, {"etag": None}, {"x": ["y"]}])
async def test_header_fields_that_are_no_texts_do_not_stop_the_lane(fields: dict[str, Any]) -> None:
    class Odd(BulkOrigin):
        def _bulk(self, operations: Sequence[dict[str, Any]]) -> Response | NoAnswer:
            answer = super()._bulk(operations)
            assert isinstance(answer, Response)
            told = json.loads(bytes(answer.body))
            for each in told["results"]:
                each |= {"status": 200, "headers": fields}
            return replace(answer, body=json.dumps(told).encode())

    world = Fleet(origin=Odd())
    await world.waits(A, 1)
    await world.waits(B, 2)
    assert await world.drain(LANE) == Report(settled=2)
    assert (world.states(), world.members(world.home)) == ({"applied": 2}, [])


async def test_a_number_of_seconds_to_wait_is_heard() -> None:
    def answer(request: Request) -> Response:
        told = [
            {"id": each["id"], "status": 429, "headers": {"Retry-After": 90}}
            for each in json.loads(bytes(request.body))["operations"]
        ]
        return Response(200, body=json.dumps({"results": told}).encode())

    class Busy(BulkOrigin):
        async def ask(self, request: Request, /) -> Response | NoAnswer:
            return answer(request)

    world = Fleet(origin=Busy())
    await world.waits(A, 1)
    await world.waits(B, 2)
    await world.drain(LANE)
    assert [world.entry(each).pending[0].not_before for each in (A, B)] == [world.clock() + 90_000] * 2


@pytest.mark.parametrize(
    "odd",
    [Response(200, Headers((("x", 5),))), Response(200, body="text")],  # type: ignore[arg-type]
)
async def test_a_decode_of_ones_own_that_gives_no_octets_or_texts_tells_nothing(odd: Response) -> None:
    def decode(_: Response, writes: Sequence[Pending]) -> Sequence[Response]:
        return [odd] * len(writes)

    world = Fleet(site=site(replace(BULK, decode=decode)))
    await world.waits(A, 1)
    await world.waits(B, 2)
    assert await world.drain(LANE) == Report(settled=2)
    assert sorted(world.origin.alone) == sorted((A, B))
