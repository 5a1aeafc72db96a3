"""What the HTTP API's statuses and bodies come to."""

from __future__ import annotations

import pytest

from momento_http_shim.errors import LimitExceeded, Refused, Unavailable
from momento_http_shim.statuses import of_http


@pytest.mark.parametrize(
    ("status", "code", "may_have_happened", "retryable"),
    [
        (400, "INVALID_ARGUMENT_ERROR", False, False),
        (401, "AUTHENTICATION_ERROR", False, False),
        (403, "PERMISSION_ERROR", False, False),
        (404, "NOT_FOUND_ERROR", False, False),
        (408, "TIMEOUT_ERROR", True, False),
        (413, "LIMIT_EXCEEDED_ERROR", False, False),
        (418, "INVALID_ARGUMENT_ERROR", False, False),
        (429, "LIMIT_EXCEEDED_ERROR", False, False),
        (500, "INTERNAL_SERVER_ERROR", True, True),
        (502, "SERVER_UNAVAILABLE", True, True),
        (503, "SERVER_UNAVAILABLE", True, True),
        (504, "TIMEOUT_ERROR", True, False),
        (302, "UNKNOWN_SERVICE_ERROR", True, False),
    ],
)
def test_a_status_has_its_error(status: int, code: str, may_have_happened: bool, retryable: bool) -> None:
    error = of_http(status, b"")
    assert (error.code, error.may_have_happened, error.retryable) == (code, may_have_happened, retryable)
    assert isinstance(error, Unavailable if may_have_happened else Refused)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"Cache Not Found", "HTTP status 404: Cache Not Found"),
        (b'{"code":"Not Found","message":"no cache"}', "HTTP status 404: no cache"),
        (b'{"code":"Not Found"}', "HTTP status 404: Not Found"),
        (b"{broken", "HTTP status 404: {broken"),
        (b"\xff\xfe", "HTTP status 404: \ufffd\ufffd"),
        (b"", "HTTP status 404"),
    ],
)
def test_a_body_is_read_as_json_or_as_text(body: bytes, message: str) -> None:
    assert of_http(404, body).message == message


def test_a_limit_is_named_by_the_body() -> None:
    error = of_http(429, b'{"message":"slow down","err":"operations_rate_limit_exceeded"}')
    assert isinstance(error, LimitExceeded)
    assert error.limit == "operations_rate_limit_exceeded"


def test_a_page_of_a_proxy_does_not_become_a_long_error() -> None:
    assert len(str(of_http(502, b"<html>" * 10_000))) < 400
