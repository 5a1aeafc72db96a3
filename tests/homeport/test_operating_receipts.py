"""Receipts as operators see them: from whichever region accepted the write."""

from __future__ import annotations

import json

from tests.homeport.homeport_world import failing
from tests.homeport.operating_world import OPERATOR, READER, dead, harbour, sent
from tests.homeport.sync_world import TARGET, Harbour
from tests.homeport.writing_world import about

KEY = about(TARGET).key


async def test_a_receipt_is_found_in_every_region_and_by_readers() -> None:
    of = harbour()
    near = await of.accepted(TARGET, b"new")
    far = of.write(TARGET, b"far")
    await of.accept(far, at=of.away)
    for write in (near, far):
        answer = await sent(of, "GET", f"writes/{KEY}/{write.id}", READER)
        assert (answer.status, json.loads(bytes(answer.body))["state"]) == (200, "pending")


async def test_a_receipt_says_why_a_write_is_dead() -> None:
    of = harbour()
    answer = await sent(of, "GET", f"writes/{KEY}/{await dead(of)}")
    told = json.loads(bytes(answer.body))
    assert (told["state"], told["origin_status"]) == ("dead", 422)


async def test_an_unknown_one_is_404_and_503_while_a_region_does_not_answer() -> None:
    of = harbour()
    path = f"writes/{KEY}/{'f' * 32}"
    assert (await sent(of, "GET", path)).status == 404
    of.away.cache.faults = failing()
    assert (await sent(of, "GET", path)).status == 503


async def test_who_is_no_operator_is_told_nothing() -> None:
    of = harbour()
    write = await of.accepted(TARGET, b"new")
    assert (await sent(of, "GET", f"writes/{KEY}/{write.id}", None)).status == 401
    assert (await sent(Harbour(), "GET", f"writes/{KEY}/{write.id}", OPERATOR)).status == 404
    assert (await sent(of, "POST", f"writes/{KEY}/{write.id}")).status == 405
