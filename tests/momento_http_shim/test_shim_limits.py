"""Momento's limits, as values that can be changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from momento_http_shim import FamilyGuard, InvalidArgument, Limits

DAY = 24 * 3600


@pytest.mark.parametrize(
    ("seconds", "ms", "whole"),
    [(1, 1000, 1), (1.2, 1200, 2), (0.0001, 1, 1), (59.0004, 59000, 60), (DAY, DAY * 1000, DAY)],
)
def test_a_ttl_is_sent_in_ms_or_in_whole_seconds(seconds: float, ms: int, whole: int) -> None:
    assert (Limits().ttl_ms(seconds), Limits().whole_seconds(seconds)) == (ms, whole)


@given(st.floats(0, DAY, exclude_min=True))
def test_a_ttl_over_http_is_never_shorter(seconds: float) -> None:
    limits = Limits()
    assert seconds <= limits.whole_seconds(seconds) <= seconds + 1
    assert abs(limits.ttl_ms(seconds) - seconds * 1000) <= 1


@pytest.mark.parametrize("seconds", [0, -1, DAY + 0.1, float("inf"), float("nan")])
def test_a_ttl_out_of_range_is_refused(seconds: float) -> None:
    for ttl in (Limits().ttl_ms, Limits().whole_seconds):
        with pytest.raises(InvalidArgument, match="TTL"):
            ttl(seconds)


def test_an_account_may_have_other_limits() -> None:
    assert Limits(ttl_seconds=10**9).ttl_ms(10**8) == 10**11
    with pytest.raises(InvalidArgument, match="at most 3"):
        Limits(topic_bytes=3).topic_message(4)


@pytest.mark.parametrize(
    ("most", "refuse"),
    [
        (5 * 1024 * 1024, Limits().item),
        (128 * 1024, Limits().element),
        (4 * 1024, Limits().topic_message),
    ],
)
def test_the_limit_itself_is_allowed(most: int, refuse: object) -> None:
    assert callable(refuse)
    assert refuse(most) is None
    with pytest.raises(InvalidArgument, match=str(most + 1)):
        refuse(most + 1)


def test_the_guard_knows_caches_apart() -> None:
    guard = FamilyGuard()
    guard.wrote("a", [b"k"], "one family")
    guard.wrote("b", [b"k"], "another")
    with pytest.raises(InvalidArgument, match=r"b'k'.*one family.*another"):
        guard.wrote("a", [b"x", b"k"], "another")
