"""Which of the operators' addresses exist, and for whom."""

from __future__ import annotations

import pytest

from tests.homeport.operating_world import OPERATOR, READER, harbour, sent
from tests.homeport.sync_world import Harbour

READING = ["status", "metrics", "dead", "dead/abc"]
ACTING = ["dead/abc/retry", "dead/abc/drop", "drain"]


@pytest.mark.parametrize("target", READING + ACTING)
async def test_without_a_token_configured_no_address_exists(target: str) -> None:
    for method in ("GET", "POST"):
        answer = await sent(Harbour(), method, target, None)
        assert (answer.status, answer.headers.get("content-type")) == (404, "application/problem+json")


@pytest.mark.parametrize("target", ACTING)
async def test_without_a_token_that_may_act_no_address_to_act_at_exists(target: str) -> None:
    assert (await sent(Harbour(readers=(READER,)), "POST", target, READER)).status == 404


@pytest.mark.parametrize("target", READING + ACTING)
async def test_a_request_without_token_is_401_and_costs_no_call(target: str) -> None:
    of = harbour()
    answer = await sent(of, "GET" if target in READING else "POST", target, None)
    assert answer.status == 401
    assert of.budgets[-1].spent == len(of.itself.kicks) == 0


@pytest.mark.parametrize("target", [*ACTING, "purge"])
async def test_a_token_that_may_only_read_does_not_act(target: str) -> None:
    of = harbour()
    assert (await sent(of, "POST", target, READER)).status == 403
    assert of.budgets[-1].spent == len(of.itself.kicks) == 0


@pytest.mark.parametrize("target", READING)
async def test_reading_addresses_are_read(target: str) -> None:
    answer = await sent(harbour(), "POST", target)
    assert (answer.status, answer.headers.get("allow")) == (405, "GET, HEAD")


@pytest.mark.parametrize("target", ACTING)
async def test_acting_addresses_are_posted_to(target: str) -> None:
    answer = await sent(harbour(), "GET", target)
    assert (answer.status, answer.headers.get("allow")) == (405, "POST")


@pytest.mark.parametrize(
    "target",
    ["", "statuses", "status/", "dead/", "dead//retry", "dead/a/b", "dead/a/retry/x", "dead/%2e/retry"],
)
async def test_nothing_else_is_there(target: str) -> None:
    assert (await sent(harbour(), "GET", target)).status == 404


@pytest.mark.parametrize("length", ["x", "1025", "-1", "²", "9" * 12])
async def test_a_body_that_nobody_reads_is_short(length: str) -> None:
    assert (await sent(harbour(), "POST", "drain", OPERATOR, ("content-length", length))).status == 413


async def test_wrong_tokens_are_counted_over_invocations_and_addresses() -> None:
    of = harbour()
    for n in range(10):
        assert (await sent(of, "GET", READING[n % 3], "x" * 32)).status == 401
    answer = await sent(of, "POST", "purge", "x" * 32)
    assert (answer.status, answer.headers.get("retry-after")) == (429, "60")
    assert (await sent(of, "GET", "status")).status == 429
    of.clock.advance(60_000)
    assert (await sent(of, "GET", "status")).status == 200


@pytest.mark.parametrize("query", ["?region=nowhere", "?region="])
async def test_an_unknown_region_is_422_and_names_the_known(query: str) -> None:
    answer = await sent(harbour(), "GET", f"status{query}")
    assert answer.status == 422
    assert b"eu-west-1" in bytes(answer.body)


@pytest.mark.parametrize("target", ["status", "metrics", "dead"])
async def test_the_answer_to_head_has_no_body(target: str) -> None:
    answer = await sent(harbour(), "HEAD", target)
    assert (answer.status, bytes(answer.body)) == (200, b"")
