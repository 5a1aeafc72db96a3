"""RFC 9110, section 13, condition by condition."""

from __future__ import annotations

import pytest

from local.origins.items.conditions import Validators, failed_precondition, validators

CURRENT = Validators('"now"', 1_700_000_000)
THEN = "Tue, 14 Nov 2023 22:13:20 GMT"  # 1_700_000_000
BEFORE = "Tue, 14 Nov 2023 22:13:19 GMT"


@pytest.mark.parametrize(
    ("method", "headers", "current", "expected"),
    [
        ("GET", {}, CURRENT, None),
        ("GET", {"if-none-match": '"now"'}, CURRENT, 304),
        ("GET", {"if-none-match": 'W/"now"'}, CURRENT, 304),
        ("HEAD", {"if-none-match": '"old", "now"'}, CURRENT, 304),
        ("GET", {"if-none-match": '"old"'}, CURRENT, None),
        ("GET", {"if-none-match": "*"}, CURRENT, 304),
        ("PUT", {"if-none-match": "*"}, CURRENT, 412),
        ("PUT", {"if-none-match": "*"}, None, None),
        ("PUT", {"if-none-match": '"now"'}, CURRENT, 412),
        ("PUT", {"if-match": '"now"'}, CURRENT, None),
        ("PUT", {"if-match": '"old", "now"'}, CURRENT, None),
        ("PUT", {"if-match": 'W/"now"'}, CURRENT, 412),
        ("PUT", {"if-match": '"old"'}, CURRENT, 412),
        ("PUT", {"if-match": "*"}, CURRENT, None),
        ("PUT", {"if-match": "*"}, None, 412),
        ("GET", {"if-match": '"old"'}, CURRENT, 412),
        ("GET", {"if-modified-since": THEN}, CURRENT, 304),
        ("GET", {"if-modified-since": BEFORE}, CURRENT, None),
        ("GET", {"if-modified-since": "yesterday"}, CURRENT, None),
        ("PUT", {"if-modified-since": THEN}, CURRENT, None),
        ("GET", {"if-modified-since": THEN, "if-none-match": '"old"'}, CURRENT, None),
        ("PUT", {"if-unmodified-since": BEFORE}, CURRENT, 412),
        ("PUT", {"if-unmodified-since": THEN}, CURRENT, None),
        ("PUT", {"if-unmodified-since": BEFORE, "if-match": '"now"'}, CURRENT, None),
        ("PUT", {"if-unmodified-since": BEFORE}, Validators('"now"'), None),
    ],
)
def test_conditions_are_evaluated_in_the_order_of_rfc_9110(
    method: str, headers: dict[str, str], current: Validators | None, expected: int | None
) -> None:
    assert failed_precondition(method, headers, current) == expected


def test_an_etag_is_strong_and_changes_with_the_bytes() -> None:
    one, other = validators(b"one").etag, validators(b"other").etag
    assert one != other
    assert one.startswith('"')
    assert one.endswith('"')


def test_last_modified_is_an_http_date_in_whole_seconds() -> None:
    assert validators(b"", 1_700_000_000.9).headers()["last-modified"] == THEN
