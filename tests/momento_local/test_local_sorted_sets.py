"""Sorted sets: order, ranges, disappearance; against a list that is sorted anew each time."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.momento_local import scalars, sorted_sets
from local.momento_local.refusals import Refusal
from local.momento_local.sorted_sets import Bound, Element
from local.momento_local.store import Store
from tests.momento_local.momento_rig import HOUR_MS, HandClock, new_store

FOUR: list[Element] = [(b"b", 2.0), (b"d", 1.0), (b"c", 2.0), (b"a", 3.0)]
IN_ORDER = [(b"d", 1.0), (b"b", 2.0), (b"c", 2.0), (b"a", 3.0)]


def store_with(elements: list[Element]) -> Store:
    store = new_store()
    sorted_sets.put(store, b"q", elements, HOUR_MS, refresh_ttl=True)
    return store


def test_elements_come_by_score_and_ties_by_value() -> None:
    assert sorted_sets.fetch_by_score(store_with(FOUR), b"q", None, None) == IN_ORDER
    assert sorted_sets.fetch_by_score(store_with(FOUR), b"q", None, None, descending=True) == IN_ORDER[::-1]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (Bound(2.0), None, b"bca"),
        (Bound(2.0, exclusive=True), None, b"a"),
        (None, Bound(2.0), b"dbc"),
        (None, Bound(2.0, exclusive=True), b"d"),
        (Bound(1.0, exclusive=True), Bound(3.0, exclusive=True), b"bc"),
        (Bound(5.0), Bound(9.0), b""),
        (Bound(9.0), Bound(1.0), b""),
        (Bound(-math.inf), Bound(math.inf), b"dbca"),
    ],
)
def test_ranges_of_scores_include_or_exclude_their_bounds(
    low: Bound | None, high: Bound | None, expected: bytes
) -> None:
    store = store_with(FOUR)
    found = sorted_sets.fetch_by_score(store, b"q", low, high)
    assert found is not None
    assert b"".join(value for value, _ in found) == expected
    assert sorted_sets.length_by_score(store, b"q", low, high) == len(expected)


def test_offset_and_count_apply_in_the_order_asked_for() -> None:
    store = store_with(FOUR)
    page = sorted_sets.fetch_by_score(store, b"q", None, None, offset=1, count=2)
    assert page == [(b"b", 2.0), (b"c", 2.0)]
    page = sorted_sets.fetch_by_score(store, b"q", None, None, descending=True, offset=1, count=1)
    assert page == [(b"c", 2.0)]
    assert sorted_sets.fetch_by_score(store, b"q", None, None, offset=9) == []
    assert sorted_sets.fetch_by_score(store, b"q", None, None, count=0) == []


@pytest.mark.parametrize(
    ("start", "end", "descending", "expected"),
    [
        (None, None, False, b"dbca"),
        (1, 3, False, b"bc"),
        (-2, None, False, b"ca"),
        (0, -1, False, b"dbc"),
        (0, 2, True, b"ac"),
        (-1, None, True, b"d"),
        (3, 1, False, b""),
        (9, None, True, b""),
    ],
)
def test_ranges_of_ranks_count_in_the_order_asked_for(
    start: int | None, end: int | None, descending: bool, expected: bytes
) -> None:
    found = sorted_sets.fetch_by_index(store_with(FOUR), b"q", start, end, descending=descending)
    assert found is not None
    assert b"".join(value for value, _ in found) == expected


def test_put_overwrites_the_score_and_rank_follows() -> None:
    store = store_with(FOUR)
    assert sorted_sets.rank(store, b"q", b"a") == 3
    sorted_sets.put(store, b"q", [(b"a", 0.5)], HOUR_MS, refresh_ttl=True)
    assert sorted_sets.rank(store, b"q", b"a") == 0
    assert sorted_sets.rank(store, b"q", b"a", descending=True) == 3
    assert sorted_sets.rank(store, b"q", b"nobody") is None
    assert sorted_sets.length(store, b"q") == 4
    assert sorted_sets.scores(store, b"q", [b"a", b"nobody"]) == [0.5, None]


def test_an_empty_set_disappears_and_is_missing() -> None:
    store = store_with(FOUR)
    sorted_sets.remove(store, b"q", [b"a", b"b", b"nobody"])
    assert sorted_sets.length(store, b"q") == 2
    sorted_sets.remove(store, b"q", [b"c", b"d"])
    assert sorted_sets.length(store, b"q") is None
    assert sorted_sets.fetch_by_score(store, b"q", None, None) is None
    assert sorted_sets.fetch_by_index(store, b"q", None, None) is None
    assert store.item(b"q") is None


def test_a_whole_set_can_be_removed_and_removing_nothing_is_no_error() -> None:
    store = store_with(FOUR)
    sorted_sets.remove(store, b"q", None)
    sorted_sets.remove(store, b"q", None)
    sorted_sets.remove(store, b"q", [b"a"])
    assert sorted_sets.length(store, b"q") is None


def test_increment_creates_and_adds() -> None:
    store = new_store()
    assert sorted_sets.increment(store, b"q", b"a", 1.5, HOUR_MS, refresh_ttl=True) == 1.5
    assert sorted_sets.increment(store, b"q", b"a", -2.0, HOUR_MS, refresh_ttl=True) == -0.5


def test_the_ttl_belongs_to_the_set_and_is_refreshed_only_when_asked() -> None:
    clock = HandClock()
    store = new_store(clock)
    sorted_sets.put(store, b"q", [(b"a", 1.0)], 1000, refresh_ttl=True)
    clock.now += 700
    sorted_sets.put(store, b"q", [(b"b", 1.0)], 1000, refresh_ttl=False)
    assert scalars.remaining_ttl(store, b"q") == 300
    clock.now += 300
    assert sorted_sets.length(store, b"q") is None


def test_a_refused_put_changes_nothing() -> None:
    store = new_store(max_item_bytes=40, max_element_bytes=20)
    sorted_sets.put(store, b"q", [(b"1", 1.0)], HOUR_MS, refresh_ttl=True)
    with pytest.raises(Refusal) as refused:
        sorted_sets.put(store, b"q", [(b"2", 1.0), (b"x" * 13, 1.0)], HOUR_MS, refresh_ttl=True)
    assert refused.value.cause == "element_size_limit_exceeded"
    with pytest.raises(Refusal) as refused:
        sorted_sets.put(store, b"q", [(b"12345678", 1.0), (b"87654321", 1.0)], HOUR_MS, refresh_ttl=True)
    assert refused.value.cause == "item_size_limit_exceeded"
    with pytest.raises(Refusal, match="number"):
        sorted_sets.put(store, b"q", [(b"2", math.nan)], HOUR_MS, refresh_ttl=True)
    assert sorted_sets.fetch_by_score(store, b"q", None, None) == [(b"1", 1.0)]


def test_putting_nothing_creates_nothing() -> None:
    store = new_store()
    sorted_sets.put(store, b"q", [], HOUR_MS, refresh_ttl=True)
    assert sorted_sets.length(store, b"q") is None


values = st.binary(min_size=1, max_size=2)
scores = st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0])


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.one_of(st.tuples(values, scores), values), max_size=30),
    low=scores,
    high=scores,
    descending=st.booleans(),
    offset=st.integers(0, 4),
    count=st.integers(-1, 4),
)
def test_any_history_reads_like_a_list_sorted_anew(
    steps: list[tuple[bytes, float] | bytes],
    low: float,
    high: float,
    descending: bool,
    offset: int,
    count: int,
) -> None:
    store, model = new_store(), dict[bytes, float]()
    for step in steps:
        if isinstance(step, bytes):
            sorted_sets.remove(store, b"q", [step])
            model.pop(step, None)
        else:
            sorted_sets.put(store, b"q", [step], HOUR_MS, refresh_ttl=True)
            model[step[0]] = step[1]
    in_range = [(score, value) for value, score in model.items() if low <= score <= high]
    expected = [(value, score) for score, value in sorted(in_range, reverse=descending)][offset:]
    found = sorted_sets.fetch_by_score(
        store, b"q", Bound(low), Bound(high), descending=descending, offset=offset, count=count
    )
    assert found == ((expected if count < 0 else expected[:count]) if model else None)
    item = store.item(b"q")
    assert (item.octets if item else 0) == sum(len(value) + 8 for value in model)
