from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args

import pytest

from homeport.writing import acknowledgement
from homeport.writing.commit import Why
from homeport.writing.prefer import Preferences
from homeport.writing.receipt import Receipt, State
from homeport.writing.write import Write
from tests.homeport.writing_world import about, put

WHERE = "/.homeport/writes/key/id"
NOTHING = Preferences()
WRITE = Write("id", replace(about("/items/1"), key="key"), put("/items/1", b"new"))


def test_an_accepted_write_is_told_where_its_receipt_stands() -> None:
    answer = acknowledgement.accepted(WRITE, NOTHING)
    assert answer.status == 202
    assert json.loads(bytes(answer.body)) == {"id": "id", "state": "pending", "receipt": WHERE}
    assert answer.headers.get("location") == WHERE
    assert answer.headers.get("link") == f'<{WHERE}>; rel="monitor"'
    assert answer.headers.get("cache-control") == "no-store"


@pytest.mark.parametrize(
    ("receipt", "shown"),
    [
        (Receipt("id", "key", "pending", 0), {"id": "id", "state": "pending"}),
        (
            Receipt("id", "key", "pending", 0, accepted=3, tries=0),
            {"id": "id", "state": "pending", "accepted": 3, "tries": 0},
        ),
        (
            Receipt("id", "key", "applied", 5, 200, target="/secret?q=1", accepted=3, tries=2),
            {
                "id": "id",
                "state": "applied",
                "origin_status": 200,
                "accepted": 3,
                "settled": 5,
                "tries": 2,
            },
        ),
        (
            Receipt("id", "key", "dead", 5, 422, "no"),
            {"id": "id", "state": "dead", "origin_status": 422, "reason": "no", "settled": 5},
        ),
    ],
)
def test_a_receipt_shows_its_state_and_no_target(receipt: Receipt, shown: dict[str, object]) -> None:
    answer = acknowledgement.receipt(receipt)
    assert (answer.status, json.loads(bytes(answer.body))) == (200, shown)
    assert answer.headers.get("cache-control") == "no-store"


@pytest.mark.parametrize(
    ("tries", "seconds"), [(None, "1"), (0, "1"), (1, "2"), (5, "32"), (6, "60"), (10**9, "60")]
)
def test_a_pending_receipt_says_when_to_look_again(tries: int | None, seconds: str) -> None:
    answer = acknowledgement.receipt(Receipt("id", "key", "pending", 0, tries=tries))
    assert answer.headers.get("retry-after") == seconds


@pytest.mark.parametrize("state", ["applied", "dead", "lost"])
def test_a_terminal_receipt_has_nothing_more_to_say(state: State) -> None:
    assert "retry-after" not in acknowledgement.receipt(Receipt("id", "key", state, 5, tries=1)).headers


@pytest.mark.parametrize("why", get_args(Why))
def test_every_refusal_is_a_503_that_says_when_to_come_again(why: Why) -> None:
    answer = acknowledgement.refusal(why, "ap-northeast-1", WHERE)
    assert answer.status == 503
    assert int(answer.headers.get("retry-after") or "0") >= 1
    assert answer.headers.get("content-type") == "application/problem+json"
    assert "{" not in json.loads(bytes(answer.body))["detail"]


def test_only_an_unknown_outcome_leaves_open_whether_something_was_written() -> None:
    for why in get_args(Why):
        detail = json.loads(bytes(acknowledgement.refusal(why, "r", WHERE).body))["detail"]
        assert ("nothing was written" in detail) == (why != "unknown")
        assert (WHERE in detail) == (why == "unknown")


def test_a_write_behind_earlier_ones_is_told_to_wait() -> None:
    answer = acknowledgement.refusal("waiting", "ap-northeast-1", WHERE)
    assert (answer.status, answer.headers.get("retry-after")) == (503, "2")
    assert json.loads(bytes(answer.body))["title"] == "Earlier writes wait"


@pytest.mark.parametrize("why", ["unreachable", "foreign"])
def test_a_region_that_is_the_reason_is_named(why: Why) -> None:
    answer = acknowledgement.refusal(why, "ap-northeast-1", WHERE)
    assert b"ap-northeast-1" in bytes(answer.body)


def test_an_applied_write_is_answered_as_the_origin_did_by_its_receipt() -> None:
    found = Receipt("id", "key", "applied", 5, 201, target="/secret")
    answer = acknowledgement.settled(found, WRITE, NOTHING, "r")
    assert (answer.status, answer.body) == (201, acknowledgement.receipt(found).body)
    assert answer.headers.get("location") == "/items/1"
    assert answer.headers.get("link") == f'<{WHERE}>; rel="monitor"'


@pytest.mark.parametrize(("wait", "applied"), [("", None), ("0", None), ("5", "wait=5"), ("60", "wait=60")])
@pytest.mark.parametrize("state", ["applied", "dead"])
def test_only_who_gave_time_is_told_that_it_was_taken(state: State, wait: str, applied: str | None) -> None:
    found = Receipt("id", "key", state, 5, 422 if state == "dead" else 200)
    answer = acknowledgement.settled(found, WRITE, Preferences(wait=wait), "r")
    assert answer.headers.get("preference-applied") == applied


@pytest.mark.parametrize(("status", "told"), [(409, 409), (422, 422), (503, 503), (302, 502), (None, 502)])
def test_a_refused_write_is_answered_as_the_origin_did(status: int | None, told: int) -> None:
    found = Receipt("id", "key", "dead", 5, status, "it said no")
    answer = acknowledgement.settled(found, WRITE, NOTHING, "r")
    assert answer.status == told
    assert json.loads(bytes(answer.body))["detail"] == "it said no; the write was not applied."


def test_of_a_lost_write_nobody_says_that_nothing_was_written() -> None:
    answer = acknowledgement.settled(Receipt("id", "key", "lost", 5), WRITE, NOTHING, "r")
    assert answer == acknowledgement.refusal("unknown", "r", WHERE)
    assert b"nothing was written" not in bytes(answer.body)


def test_a_receipt_that_is_not_at_hand_says_nothing_about_its_write() -> None:
    answer = acknowledgement.receipt_unreachable("ap-northeast-1")
    assert (answer.status, answer.headers.get("retry-after")) == (503, "5")
    detail = json.loads(bytes(answer.body))["detail"]
    assert "ap-northeast-1" in detail
    assert "written" not in detail
