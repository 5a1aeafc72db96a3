"""The pure store: expiry, kinds, limits."""

from __future__ import annotations

import pytest

from local.momento_local import dictionaries, scalars, sorted_sets
from local.momento_local.refusals import Refusal, Status
from local.momento_local.store import SWEEP_EVERY
from tests.momento_local.momento_rig import HOUR_MS, HandClock, new_store


def test_an_item_is_there_until_the_last_millisecond_of_its_ttl() -> None:
    clock = HandClock()
    store = new_store(clock)
    scalars.set_(store, b"k", b"v", 1000)
    clock.now += 999
    assert scalars.get(store, b"k") == b"v"
    clock.now += 1
    assert scalars.get(store, b"k") is None


def test_an_expired_item_can_be_created_anew_as_another_kind() -> None:
    clock = HandClock()
    store = new_store(clock)
    scalars.set_(store, b"k", b"v", 10)
    clock.now += 10
    sorted_sets.put(store, b"k", [(b"a", 1.0)], 10, refresh_ttl=False)
    assert sorted_sets.length(store, b"k") == 1


def test_a_scalar_call_on_a_collection_is_a_failed_precondition() -> None:
    store = new_store()
    sorted_sets.put(store, b"q", [(b"a", 1.0)], HOUR_MS, refresh_ttl=True)
    with pytest.raises(Refusal, match="holds a sorted set") as refused:
        scalars.get(store, b"q")
    assert refused.value.status is Status.FAILED_PRECONDITION


def test_set_overwrites_an_item_of_any_kind_and_delete_removes_it() -> None:
    store = new_store()
    sorted_sets.put(store, b"q", [(b"a", 1.0)], HOUR_MS, refresh_ttl=True)
    scalars.set_(store, b"q", b"v", HOUR_MS)
    assert scalars.get(store, b"q") == b"v"
    assert scalars.delete(store, b"q")
    assert not scalars.delete(store, b"q")


@pytest.mark.parametrize("ttl_ms", [0, -1, 24 * HOUR_MS + 1])
def test_a_ttl_of_nothing_or_over_a_day_is_refused(ttl_ms: int) -> None:
    with pytest.raises(Refusal, match="TTL") as refused:
        scalars.set_(new_store(), b"k", b"v", ttl_ms)
    assert refused.value.status is Status.INVALID_ARGUMENT


def test_key_and_value_together_are_limited_and_the_cause_is_named() -> None:
    store = new_store(max_item_bytes=10)
    scalars.set_(store, b"key", b"1234567", HOUR_MS)
    with pytest.raises(Refusal) as refused:
        scalars.set_(store, b"key", b"12345678", HOUR_MS)
    assert refused.value.cause == "item_size_limit_exceeded"
    assert scalars.get(store, b"key") == b"1234567"


def test_an_empty_key_is_refused() -> None:
    with pytest.raises(Refusal, match="key is empty"):
        scalars.get(new_store(), b"")


def test_a_collection_keeps_its_ttl_unless_it_is_refreshed() -> None:
    clock = HandClock()
    store = new_store(clock)
    dictionaries.put(store, b"d", {b"f": b"1"}, 1000, refresh_ttl=False)
    clock.now += 600
    dictionaries.put(store, b"d", {b"f": b"2"}, 1000, refresh_ttl=False)
    assert scalars.remaining_ttl(store, b"d") == 400
    dictionaries.put(store, b"d", {b"f": b"3"}, 1000, refresh_ttl=True)
    assert scalars.remaining_ttl(store, b"d") == 1000


def test_items_that_nobody_asks_for_again_are_swept_up() -> None:
    clock = HandClock()
    store = new_store(clock)
    scalars.set_(store, b"old", b"v", 1)
    clock.now += 1
    for number in range(SWEEP_EVERY):
        scalars.set_(store, b"%d" % (number % 3), b"v", HOUR_MS)
    assert len(store) == 3
