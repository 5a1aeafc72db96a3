from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.draining.outcome import MOST_AGE_MS, Again, Applied, Dead, judge, retry_after
from homeport.entry import Pending
from homeport.messages import NO_FIELDS, Headers, NoAnswer, Response
from tests.homeport.homeport_world import NOON

ITEM = Pending("id", 1, 1_000, "PUT", "/items/1", NO_FIELDS)
NOW = 2_000


TABLE = [
    # status, methods, outcome, source
    (
        "200 201 202 203 204 205 206 207 226 299",
        "PUT PATCH DELETE POST",
        Applied,
    ),  # RFC 9110 15.3; 207: RFC 4918 11.1
    ("404 410", "DELETE", Applied),  # RFC 9110 9.3.5
    ("303", "POST", Applied),  # RFC 9110 15.4.4
    ("300 301 302 304 305 307 308", "PUT PATCH DELETE POST", Dead),  # RFC 9110 15.4, 9.3.4
    ("303", "PUT PATCH DELETE", Dead),  # RFC 9110 9.3.4
    ("400 402 405 406 409 411 412 413 414 415 416 417", "PUT PATCH DELETE POST", Dead),  # RFC 9110 15.5
    ("401 403 407", "PUT PATCH DELETE POST", Dead),  # RFC 9110 15.5.2, .4, .8
    ("404 410", "PUT PATCH POST", Dead),  # RFC 9110 15.5.5, .11
    ("421 422 426", "PUT PATCH DELETE POST", Dead),  # RFC 9110 15.5.20, .21, .22
    ("423 424 428 431 451 499", "PUT PATCH DELETE POST", Dead),  # RFC 4918 11, RFC 6585 3 and 5, RFC 7725
    ("408", "PUT PATCH DELETE POST", Again),  # RFC 9110 15.5.9
    ("425", "PUT PATCH DELETE POST", Again),  # RFC 8470 5.2
    ("429", "PUT PATCH DELETE POST", Again),  # RFC 6585 4
    ("500 502 503 504", "PUT PATCH DELETE POST", Again),  # RFC 9110 15.6
    ("506 507 508 510 511 520 599", "PUT PATCH DELETE POST", Again),  # RFC 9110 15.6; 507: RFC 4918 11.5
    ("501 505", "PUT PATCH DELETE POST", Dead),  # RFC 9110 15.6.2, .6
]


@pytest.mark.parametrize(("statuses", "methods", "outcome"), TABLE)
def test_each_row_of_the_table(statuses: str, methods: str, outcome: type[Applied | Again | Dead]) -> None:
    for status in map(int, statuses.split()):
        for method in methods.split():
            found = judge(replace(ITEM, method=method), Response(status), NOW, 0.5)
            assert isinstance(found, outcome), (status, method, found)


def test_the_table_holds_every_class_of_answer_once() -> None:
    rows = [
        (status, method)
        for statuses, methods, _ in TABLE
        for status in statuses.split()
        for method in methods.split()
    ]
    assert len(rows) == len(set(rows))
    assert {status[0] for status, _ in rows} == set("2345")


def test_a_refusal_says_what_to_do() -> None:
    assert judge(ITEM, Response(422), NOW, 0.5) == Dead("the origin refused it with 422", 422)
    for status, word in (
        (308, "HOMEPORT_ORIGIN"),
        (401, "credentials"),
        (403, "forbids"),
        (501, "how to do it"),
    ):
        dead = judge(ITEM, Response(status), NOW, 0.5)
        assert isinstance(dead, Dead)
        assert word in dead.reason
        assert str(status) in dead.reason


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_an_answer_that_promises_nothing_is_tried_again(status: int) -> None:
    assert judge(ITEM, Response(status), NOW, 1.0) == Again(NOW + 1_000, f"the origin answered {status}")


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


AFTER_30_S = "Tue, 14 Nov 2023 22:13:50 GMT"


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        (AFTER_30_S, None, 30),
        (AFTER_30_S, "Tue, 14 Nov 2023 22:13:05 GMT", 45),  # the origin's clock is behind ours
        (AFTER_30_S, "yesterday", 30),
        ("Tuesday, 14-Nov-23 22:13:50 GMT", None, 30),
        ("Tue Nov 14 22:13:50 2023", None, 30),
        ("Tue, 14 Nov 2023 23:13:50 GMT", None, 600),
        ("Tue, 14 Nov 2023 22:13:00 GMT", None, 0),
        ("Tue, 14 Nov 2023", None, 0),
        ("30, 40", None, 0),
        ("", None, 0),
    ],
)
def test_retry_after_may_be_a_date(value: str, date: str | None, seconds: int) -> None:
    """RFC 9110 section 10.2.3; the three formats of section 5.6.7."""
    fields = [("Retry-After", value)] + ([("Date", date)] if date else [])
    assert retry_after(Response(503, Headers(fields)), NOON) == seconds


def test_a_limit_of_tries_is_kept_where_one_is_set() -> None:
    reply = Response(503)
    for tries in (0, 1):
        assert isinstance(judge(replace(ITEM, tries=tries), reply, NOW, 0.5, 3), Again)
    for tries in (2, 3, 50):
        assert judge(replace(ITEM, tries=tries), reply, NOW, 0.5, 3) == Dead(
            f"given up after {tries + 1} tries, the last: the origin answered 503", 503
        )


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
