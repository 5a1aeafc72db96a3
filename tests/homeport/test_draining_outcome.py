from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.draining.outcome import MOST_AGE_MS, Again, Applied, Dead, judge
from homeport.entry import Pending
from homeport.messages import NO_FIELDS, Headers, NoAnswer, Response

ITEM = Pending("id", 1, 1_000, "PUT", "/items/1", NO_FIELDS)
DELETION = replace(ITEM, method="DELETE")
NOW = 2_000


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_success_is_success(status: int) -> None:
    reply = Response(status)
    assert judge(ITEM, reply, NOW, 0.5) == Applied(reply)


@pytest.mark.parametrize("status", [404, 410])
def test_a_delete_of_what_is_gone_has_done_what_it_should(status: int) -> None:
    reply = Response(status)
    assert judge(DELETION, reply, NOW, 0.5) == Applied(reply)
    assert judge(ITEM, reply, NOW, 0.5) == Dead(f"the origin refused it with {status}", status)


@pytest.mark.parametrize("status", [300, 301, 303, 304, 307, 400, 401, 403, 405, 409, 412, 413, 422, 451])
def test_everything_else_is_the_origins_no(status: int) -> None:
    for item in (ITEM, DELETION):
        assert judge(item, Response(status), NOW, 0.5) == Dead(f"the origin refused it with {status}", status)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_an_answer_that_promises_nothing_is_tried_again(status: int) -> None:
    for item in (ITEM, DELETION):
        assert judge(item, Response(status), NOW, 1.0) == Again(NOW + 1_000, f"the origin answered {status}")


def test_no_answer_is_tried_again() -> None:
    assert judge(ITEM, NoAnswer("it took too long"), NOW, 1.0) == Again(NOW + 1_000, "it took too long")


@pytest.mark.parametrize(("tries", "seconds"), [(0, 1), (1, 2), (5, 32), (9, 512), (10, 600), (38, 600)])
def test_the_wait_doubles_up_to_ten_minutes(tries: int, seconds: int) -> None:
    item = replace(ITEM, tries=tries)
    for chance in (0.0, 0.5, 1.0):
        step = judge(item, Response(503), NOW, chance)
        assert isinstance(step, Again)
        assert step.not_before == NOW + chance * seconds * 1000


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("30", 30), ("0", 1), ("86400", 600), ("soon", 1), ("-5", 1), ("9" * 400, 600), ("٣", 1)],
)
def test_retry_after_is_heeded_within_reason(value: str, seconds: int) -> None:
    reply = Response(503, Headers([("Retry-After", value)]))
    assert judge(ITEM, reply, NOW, 1.0) == Again(NOW + seconds * 1000, "the origin answered 503")


@pytest.mark.parametrize("tries", [38, 1_000, 10**9])
def test_no_number_of_tries_is_too_many(tries: int) -> None:
    step = judge(replace(ITEM, tries=tries), Response(503), NOW, 1.0)
    assert step == Again(NOW + 600_000, "the origin answered 503")


def test_it_is_given_up_by_its_age_before_its_entry_can_expire() -> None:
    assert 12 * 3_600_000 < MOST_AGE_MS < 24 * 3_600_000
    item, old = replace(ITEM, tries=41), ITEM.accepted + MOST_AGE_MS
    assert isinstance(judge(item, Response(503), old, 0.5), Again)
    assert judge(item, Response(503), old + 1, 0.5) == Dead(
        "given up after 42 tries, the last: the origin answered 503", 503
    )
    assert judge(item, NoAnswer("it took too long"), old + 1, 0.5) == Dead(
        "given up after 42 tries, the last: it took too long", None
    )


def test_an_old_write_that_the_origin_takes_is_applied_all_the_same() -> None:
    item = replace(ITEM, tries=1_000)
    assert judge(item, Response(200), ITEM.accepted + 2 * MOST_AGE_MS, 0.5) == Applied(Response(200))
