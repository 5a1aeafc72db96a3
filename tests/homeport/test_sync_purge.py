"""Purging at the sync worker's surface: who may, what is answered, and that every region is told."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from homeport.messages import Headers, Request, Response
from homeport.operating.operator import Operator
from homeport.pushing.everywhere import MOST_INVOCATIONS, everywhere
from homeport.pushing.order import Order, Progress, decode_order, decode_progress, encode
from homeport.sync import LARGEST_BODY, PURGE, SyncWorker
from tests.homeport.homeport_world import NOON, failing
from tests.homeport.sync_world import OTHER, TARGET, Harbour
from tests.homeport.tag_world import entered
from tests.homeport.writing_world import AWAY, HOME, about

TOKEN = "t" * 32


def harbour() -> Harbour:
    return Harbour(tokens=("o" * 40, TOKEN))


def fields(length: str | None = "2", token: str | None = TOKEN) -> Headers:
    pairs = [("content-length", length)] if length is not None else []
    return Headers([*pairs, *([("authorization", f"Bearer {token}")] if token else [])])


async def refused(of: Harbour, headers: Headers, method: str = "POST") -> tuple[int, Headers]:
    answer = await of.worker().admit(Request(method, PURGE, headers))
    assert isinstance(answer, Response)
    return answer.status, answer.headers


async def ordered(worker: SyncWorker, **order: object) -> tuple[int, dict[str, Any]]:
    """Status and regions of the answer to an order."""
    answer = await worker.answer(Request("POST", PURGE, fields(), json.dumps(order).encode()))
    return answer.status, json.loads(bytes(answer.body)).get("regions")


async def test_without_a_token_configured_the_address_does_not_exist() -> None:
    for method in ("GET", "POST"):
        assert (await refused(Harbour(), fields(), method))[0] == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
async def test_orders_are_posted(method: str) -> None:
    status, headers = await refused(harbour(), fields(), method)
    assert (status, headers.get("allow")) == (405, "POST")


@pytest.mark.parametrize("token", [None, "x" * 32])
async def test_without_an_operators_token_nothing_is_read(token: str | None) -> None:
    status, headers = await refused(harbour(), fields(token=token))
    assert (status, (headers.get("www-authenticate") or "")[:6]) == (401, "Bearer")


@pytest.mark.parametrize(("length", "status"), [(None, 411), ("x", 411), (str(LARGEST_BODY[PURGE] + 1), 413)])
async def test_a_body_is_not_read_whose_length_is_unknown_or_too_large(
    length: str | None, status: int
) -> None:
    assert (await refused(harbour(), fields(length)))[0] == status


async def test_an_order_with_a_token_is_read() -> None:
    request = Request("POST", PURGE, fields(str(LARGEST_BODY[PURGE])))
    assert await harbour().worker().admit(request) == Operator("operate", "token (operate)")


async def test_what_is_no_order_is_refused_and_nothing_is_purged() -> None:
    of = harbour()
    answer = await of.worker().answer(Request("POST", PURGE, fields(), b"{}"))
    assert answer.status == 422
    assert of.home.cache.calls == of.away.cache.calls == []


async def test_every_region_is_told_of_urls_and_tags() -> None:
    of = harbour()
    for region in (of.home, of.away):
        await entered(of, TARGET, "a", of=region)
    await entered(of, OTHER, "b", of=of.away)
    status, regions = await ordered(of.worker(), urls=[TARGET], tags=["A", "b"])
    assert (status, regions) == (200, {HOME: {"purged": 1}, AWAY: {"purged": 2}})
    for region, target in ((of.home, TARGET), (of.away, TARGET), (of.away, OTHER)):
        assert of.entry(target, region).kind == "marker"


async def test_the_answer_is_nobody_elses() -> None:
    answer = await harbour().worker().answer(Request("POST", PURGE, fields(), b'{"tags":["a"]}'))
    assert answer.headers.get("cache-control") == "no-store"
    assert answer.headers.get("content-type") == "application/json"


async def test_a_region_that_does_not_answer_is_named_and_keeps_nothing_from_the_others() -> None:
    of = harbour()
    await entered(of, TARGET, "a")
    of.away.cache.faults = failing()
    status, regions = await ordered(of.worker(), urls=[OTHER], tags=["a"])
    assert status == 502
    assert regions == {HOME: {"purged": 2}, AWAY: {"purged": 0, "owed": 1, "error": "TIMEOUT_ERROR"}}


async def test_the_same_order_again_is_the_repair() -> None:
    of = harbour()
    for region in (of.home, of.away):
        await entered(of, TARGET, "a", of=region)
    of.away.cache.faults = failing()
    assert (await ordered(of.worker(), tags=["a"]))[0] == 502
    of.away.cache.faults = None
    assert (await ordered(of.worker(), tags=["a"]))[0] == 200
    assert of.entry(TARGET, of.away).kind == "marker"


async def test_a_soft_purge_keeps_what_may_be_shown_stale() -> None:
    of = harbour()
    await entered(of, TARGET, "a")
    assert (await ordered(of.worker(), tags=["a"], soft=True))[0] == 200
    assert (of.entry(TARGET).kind, of.entry(TARGET).soft) == ("stored", True)


async def test_the_log_tells_how_much_was_purged_and_no_query() -> None:
    of = harbour()
    await ordered(of.worker(), urls=[f"{TARGET}?secret=1"], tags=["a"])
    events = [fields for name, fields in of.surroundings.events if name == "purged"]
    counts = {"tags": 1, "urls": 1, "entries": 1, "soft": False}
    assert events == [{"region": name} | counts for name in (HOME, AWAY)]
    assert "secret" not in repr(of.surroundings.events)


async def test_with_a_binding_to_itself_each_part_has_an_invocation_of_its_own() -> None:
    of = harbour()
    await entered(of, TARGET, "a")
    parts: list[str] = []

    class Next:
        async def purge(self, region: str, order: str, /) -> Progress:
            parts.append(region)
            done = await of.worker().purge(region, decode_order(json.loads(order)))
            return decode_progress(json.loads(encode(done)))

    urls = [f"/items/{n}" for n in range(1000)]
    status, regions = await ordered(replace(of.worker(), purger=Next()), urls=urls[:999], tags=["a"])
    assert status == 200
    assert {each["purged"] for each in regions.values()} >= {999}
    assert sorted(parts) == sorted([HOME] * 3 + [AWAY] * 3)
    assert of.away.kept(about(urls[998]).key) is not None


ORDER = Order((), (("a", None),), soft=False, at=NOON)


async def rounds(regions: int, last: int) -> tuple[Response, int]:
    """The answer where the parts of a purge come to an end after so many, and how many parts there were."""
    count = 0

    async def part(_: str, order: Order) -> Progress:
        nonlocal count
        count += 1
        return Progress(1, rest=None if count >= last else order)

    names = [f"r{n}" for n in range(regions)]
    answer = await everywhere(ORDER, names, part, Harbour().surroundings.effects)
    return answer, count


async def test_what_is_too_much_for_one_request_is_said_to_be_unfinished() -> None:
    answer, count = await rounds(1, last=10_000)
    assert (answer.status, count) == (502, MOST_INVOCATIONS)
    assert json.loads(bytes(answer.body)) == {"regions": {"r0": {"purged": count, "error": "UNFINISHED"}}}


async def test_the_invocations_are_shared_among_the_regions_and_each_has_one_at_least() -> None:
    assert (await rounds(3, last=10_000))[1] <= MOST_INVOCATIONS
    assert (await rounds(40, last=10_000))[1] == 40


async def test_what_ends_in_the_last_invocation_is_finished() -> None:
    answer, _ = await rounds(1, last=MOST_INVOCATIONS)
    assert answer.status == 200
