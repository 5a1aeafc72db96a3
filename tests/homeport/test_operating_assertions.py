"""Checking JWTs of Cloudflare Access: whose signature counts, and how often the team's keys are asked for."""

from __future__ import annotations

import json

import pytest

from homeport.messages import Response
from homeport.operating.assertion import Assertion
from homeport.operating.assertions import AFTER_FAILURE_MS, AGAIN_MS, KEPT_MS, Assertions
from tests.homeport.access_world import NOW, TEAM, Cloudflare, claims, signed
from tests.homeport.homeport_world import NOON

GOOD = signed(claims())
HOURS = signed(claims(exp=NOW + 9 * 3600))
ADDRESS = "https://example.cloudflareaccess.com/cdn-cgi/access/certs"


async def check(checks: Assertions, token: str = HOURS, now: int = NOON) -> int | bool:
    """True: it is admitted; False: not; or the status of the refusal."""
    found = await checks.check(token, now)
    return found.status if isinstance(found, Response) else isinstance(found, Assertion)


async def test_a_token_is_checked_by_the_key_that_it_names() -> None:
    cloudflare = Cloudflare(["one", "two"])
    checks = Assertions(TEAM, cloudflare)
    assert await check(checks, GOOD) is True
    assert await check(checks, signed(claims(), "two")) is True
    assert await check(checks, signed(claims(), "one", by="two")) is False
    assert await check(checks, signed(claims(), "two", by="three")) is False
    assert cloudflare.asked == [ADDRESS]


async def test_another_content_under_a_signature_is_refused() -> None:
    head, _, signature = GOOD.split(".")
    _, content, _ = signed(claims(email="mallory@example.com")).split(".")
    assert await check(Assertions(TEAM, Cloudflare()), f"{head}.{content}.{signature}") is False


@pytest.mark.parametrize("alg", ["none", "HS256"])
async def test_an_unsigned_token_costs_no_question(alg: str) -> None:
    cloudflare = Cloudflare()
    token = signed(claims(), header={"alg": alg, "kid": "one"})
    assert await check(Assertions(TEAM, cloudflare), token) is False
    assert (cloudflare.asked, cloudflare.checked) == ([], 0)


async def test_a_token_of_another_application_costs_no_question() -> None:
    cloudflare = Cloudflare()
    assert await check(Assertions(TEAM, cloudflare), signed(claims(aud=["f" * 64]))) is False
    assert (cloudflare.asked, cloudflare.checked) == ([], 0)


async def test_keys_are_kept_for_an_hour() -> None:
    cloudflare = Cloudflare()
    checks = Assertions(TEAM, cloudflare)
    for at in (0, 1, KEPT_MS - 1):
        assert await check(checks, now=NOON + at) is True
    assert len(cloudflare.asked) == 1
    cloudflare.kids = ["two"]
    assert await check(checks, now=NOON + KEPT_MS) is False
    assert len(cloudflare.asked) == 2


async def test_an_unknown_key_is_looked_for_once_a_minute() -> None:
    cloudflare = Cloudflare()
    checks = Assertions(TEAM, cloudflare)
    rotated = signed(claims(exp=NOW + 9 * 3600), "two")
    assert await check(checks) is True
    cloudflare.kids = ["two", "one"]
    assert await check(checks, rotated, NOON + AGAIN_MS - 1) is False
    assert len(cloudflare.asked) == 1
    assert await check(checks, rotated, NOON + AGAIN_MS) is True
    for n in range(5):
        assert await check(checks, signed(claims(), f"invented {n}", by="one"), NOON + AGAIN_MS + n) is False
    assert len(cloudflare.asked) == 2


@pytest.mark.parametrize("shown", [None, b"<html>", json.dumps({"keys": 1}).encode()])
async def test_without_the_teams_keys_nobody_is_admitted_and_they_are_told(shown: bytes | None) -> None:
    cloudflare = Cloudflare(shown=shown, down=shown is None)
    checks = Assertions(TEAM, cloudflare)
    assert await check(checks) == 503
    assert await check(checks, now=NOON + AFTER_FAILURE_MS - 1) == 503
    assert len(cloudflare.asked) == 1
    cloudflare.down, cloudflare.shown = False, None
    assert await check(checks, now=NOON + AFTER_FAILURE_MS) is True


async def test_keys_that_are_an_hour_old_admit_nobody_while_newer_ones_cannot_be_had() -> None:
    cloudflare = Cloudflare()
    checks = Assertions(TEAM, cloudflare)
    assert await check(checks) is True
    cloudflare.down = True
    assert await check(checks, now=NOON + KEPT_MS - 1) is True
    assert await check(checks, now=NOON + KEPT_MS) == 503


async def test_an_unknown_key_may_be_a_new_one_while_the_keys_cannot_be_had() -> None:
    cloudflare = Cloudflare()
    checks = Assertions(TEAM, cloudflare)
    assert await check(checks) is True
    cloudflare.down = True
    for at in (AGAIN_MS, AGAIN_MS + 1):
        assert await check(checks, signed(claims(), "two"), NOON + at) == 503
    assert await check(checks, now=NOON + AGAIN_MS + 2) is True
    assert len(cloudflare.asked) == 2


async def test_a_clock_that_was_set_back_asks_again() -> None:
    cloudflare = Cloudflare()
    checks = Assertions(TEAM, cloudflare)
    assert await check(checks) is True
    assert await check(checks, now=NOON - 1) is True
    assert len(cloudflare.asked) == 2
