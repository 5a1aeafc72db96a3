"""Counters and times to live."""

from __future__ import annotations

import pytest

from local.momento_local import scalars, sorted_sets
from local.momento_local.refusals import Refusal
from local.momento_local.scalars import TtlChange, TtlRule
from tests.momento_local.momento_rig import HOUR_MS, HandClock, new_store


def test_increment_begins_at_zero_and_keeps_base_10_text() -> None:
    store = new_store()
    assert scalars.increment(store, b"n", 5, HOUR_MS) == 5
    assert scalars.increment(store, b"n", -7, HOUR_MS) == -2
    assert scalars.get(store, b"n") == b"-2"


@pytest.mark.parametrize("value", [b"1.5", b"", b"-", b"ten", b"0x1"])
def test_only_whole_numbers_can_be_incremented(value: bytes) -> None:
    store = new_store()
    scalars.set_(store, b"n", value, HOUR_MS)
    with pytest.raises(Refusal, match="base-10"):
        scalars.increment(store, b"n", 1, HOUR_MS)


def test_increment_does_not_leave_64_bits() -> None:
    store = new_store()
    scalars.set_(store, b"n", b"%d" % scalars.INT64_MAX, HOUR_MS)
    with pytest.raises(Refusal, match="64 bits"):
        scalars.increment(store, b"n", 1, HOUR_MS)


@pytest.mark.parametrize(
    ("rule", "ttl_ms", "change", "remaining"),
    [
        (TtlRule.INCREASE_TO, 2000, TtlChange.SET, 2000),
        (TtlRule.INCREASE_TO, 500, TtlChange.NOT_SET, 1000),
        (TtlRule.DECREASE_TO, 500, TtlChange.SET, 500),
        (TtlRule.DECREASE_TO, 2000, TtlChange.NOT_SET, 1000),
        (TtlRule.OVERWRITE_TO, 2000, TtlChange.SET, 2000),
        (TtlRule.OVERWRITE_TO, 500, TtlChange.SET, 500),
    ],
)
def test_update_ttl_moves_the_expiry_only_where_the_rule_allows(
    rule: TtlRule, ttl_ms: int, change: TtlChange, remaining: int
) -> None:
    store = new_store()
    scalars.set_(store, b"k", b"v", 1000)
    assert scalars.update_ttl(store, b"k", rule, ttl_ms) is change
    assert scalars.remaining_ttl(store, b"k") == remaining


def test_update_ttl_of_nothing_is_missing_and_works_on_collections() -> None:
    store = new_store(HandClock())
    assert scalars.update_ttl(store, b"q", TtlRule.OVERWRITE_TO, 5) is TtlChange.MISSING
    sorted_sets.put(store, b"q", [(b"a", 1.0)], HOUR_MS, refresh_ttl=True)
    assert scalars.update_ttl(store, b"q", TtlRule.OVERWRITE_TO, 5) is TtlChange.SET
    assert scalars.remaining_ttl(store, b"q") == 5
    assert scalars.remaining_ttl(store, b"nothing") is None
