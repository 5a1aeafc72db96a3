"""Problem details (RFC 9457)."""

from __future__ import annotations

import json

import pytest

from homeport.errors import method_not_allowed, not_found, problem, unconfigured
from homeport.messages import Headers, Response


def test_a_problem_is_an_uncacheable_json_document_of_its_own_media_type() -> None:
    answer = problem(503, "Queue full", "Wait a little.")
    assert answer.status == 503
    assert answer.headers.get("content-type") == "application/problem+json"  # RFC 9457 section 3
    assert answer.headers.get("cache-control") == "no-store"


def test_the_member_status_repeats_the_status_of_the_answer() -> None:  # RFC 9457 section 3.1.2
    answer = problem(429, "Slow down", "Ask less often.")
    assert json.loads(bytes(answer.body)) == {
        "type": "/.homeport/problems/slow-down",
        "title": "Slow down",
        "status": 429,
        "detail": "Ask less often.",
    }


@pytest.mark.parametrize(
    ("title", "type_"),
    [
        ("Write not taken", "/.homeport/problems/write-not-taken"),
        ("Not a topic's event", "/.homeport/problems/not-a-topics-event"),
    ],
)
def test_a_type_tells_problems_of_one_status_apart(title: str, type_: str) -> None:  # RFC 9457 section 3.1.1
    assert json.loads(bytes(problem(503, title, "d").body))["type"] == type_


@pytest.mark.parametrize(
    ("answer", "phrase"),
    [(not_found("d"), "Not Found"), (method_not_allowed("d", "GET"), "Method Not Allowed")],
)
def test_what_says_no_more_than_its_status_has_its_phrase_and_no_type(
    answer: Response, phrase: str
) -> None:  # RFC 9457 section 4.2.1
    assert json.loads(bytes(answer.body)) == {"title": phrase, "status": answer.status, "detail": "d"}


def test_there_is_no_retry_after_unless_it_is_given() -> None:
    assert "retry-after" not in problem(503, "t", "d").headers


def test_retry_after_is_a_number_of_seconds_and_may_be_zero() -> None:  # RFC 9110 section 10.2.3
    assert problem(503, "t", "d", retry_after=7).headers.get("retry-after") == "7"
    assert problem(503, "t", "d", retry_after=0).headers.get("retry-after") == "0"


def test_errors_are_named_in_the_order_given() -> None:  # RFC 9457 section 3.2
    answer = problem(400, "t", "d", errors=[("b", "wrong"), ("a", "missing")])
    assert json.loads(bytes(answer.body))["errors"] == [
        {"name": "b", "detail": "wrong"},
        {"name": "a", "detail": "missing"},
    ]


def test_text_of_any_kind_survives_the_document() -> None:
    detail = 'quotes " and \\ and lines\n and Ŝipo 🚢'
    assert json.loads(bytes(problem(400, "t", detail).body))["detail"] == detail


def test_not_found_is_404() -> None:
    answer = not_found("There is nothing at this address.")
    assert answer.status == 404
    assert json.loads(bytes(answer.body))["detail"] == "There is nothing at this address."


def test_unconfigured_is_503_and_names_every_setting() -> None:
    answer = unconfigured([("HOMEPORT_ORIGIN", "missing"), ("MOMENTO_API_KEY", "missing")])
    assert answer.status == 503
    names = [error["name"] for error in json.loads(bytes(answer.body))["errors"]]
    assert names == ["HOMEPORT_ORIGIN", "MOMENTO_API_KEY"]
    assert isinstance(answer.headers, Headers)
