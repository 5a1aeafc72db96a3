"""Forms: no other site sends one for an operator."""

from __future__ import annotations

import pytest

from homeport.messages import Headers, Request
from homeport.operating.form import fields, foreign, of_a_browser, unasked
from homeport.operating.operator import Operator

HOST = ("host", "shop.example")
FORM = ("content-type", "application/x-www-form-urlencoded")
OPERATOR = Operator("operate", "token", "c" * 64)


def refused(*brought: tuple[str, str], local: bool = False) -> bool:
    answer = foreign(Headers([HOST, *brought]), local=local)
    assert answer is None or answer.status == 403
    return answer is not None


@pytest.mark.parametrize(
    "brought",
    [
        [("origin", "https://shop.example")],
        [("sec-fetch-site", "same-origin")],
        [("origin", "https://shop.example"), ("sec-fetch-site", "same-origin")],
    ],
)
def test_a_form_of_ours_says_so(brought: list[tuple[str, str]]) -> None:
    assert not refused(*brought)


@pytest.mark.parametrize(
    "brought",
    [
        [],
        [("origin", "null")],
        [("origin", "https://shop.example.evil.example")],
        [("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
        [("origin", "https://shop.example"), ("sec-fetch-site", "cross-site")],
        [("origin", "https://shop.example"), ("origin", "https://shop.example")],
        [("origin", "http://shop.example")],
        [("origin", "https://shop.example:8443")],
        [("sec-fetch-site", "same-site")],
        [("sec-fetch-site", "none")],
        [("sec-fetch-site", "cross-site")],
        [("referer", "https://shop.example/.homeport/console")],
    ],
)
def test_a_form_that_is_not_certainly_ours_is_refused(brought: list[tuple[str, str]]) -> None:
    assert refused(*brought)


def test_on_a_developers_machine_http_will_do() -> None:
    assert not refused(("origin", "http://shop.example"), local=True)
    assert refused(("origin", "http://evil.example"), local=True)


@pytest.mark.parametrize("field", ["cookie", "origin", "sec-fetch-site"])
def test_what_a_browser_may_have_sent_is_recognised(field: str) -> None:
    assert of_a_browser(Headers([(field, "x")]))
    assert not of_a_browser(Headers([("user-agent", "Mozilla/5.0"), ("accept", "*/*")]))


def posted(body: bytes, *, method: str = "POST", kind: tuple[str, str] = FORM) -> Request:
    return Request(method, "/", Headers([kind]), body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"csrf=",
        b"csrf=" + b"d" * 64,
        b"csrf=" + b"c" * 63,
        b"other=" + b"c" * 64,
        "csrf=ü".encode(),
        b"\xff",
    ],
)
def test_a_form_without_the_sessions_field_does_nothing(body: bytes) -> None:
    answer = unasked(posted(body), OPERATOR)
    assert answer is not None
    assert answer.status == 403


def test_a_form_with_it_is_let_pass_and_only_as_a_form() -> None:
    body = b"csrf=" + b"c" * 64
    assert unasked(posted(body), OPERATOR) is None
    assert unasked(posted(body, kind=("content-type", "text/plain")), OPERATOR) is not None
    assert unasked(posted(body + b"&csrf=x"), OPERATOR) is not None


def test_who_reads_or_shows_a_token_needs_none() -> None:
    assert unasked(posted(b"", method="GET"), OPERATOR) is None
    assert unasked(posted(b""), Operator("operate", "token")) is None


def test_a_forms_fields_are_decoded_and_few() -> None:
    kind = ("content-type", "Application/X-WWW-Form-Urlencoded; charset=utf-8")
    assert fields(posted(b"token=a%2Bb+c&empty=", kind=kind)) == {"token": "a+b c", "empty": ""}
    assert fields(posted(b"&".join([b"a=1"] * 21))) == {}
