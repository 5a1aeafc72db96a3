"""SetIf and SetIfHash under every condition."""

from __future__ import annotations

import pytest

from local.momento_local import check_and_set, scalars
from local.momento_local.refusals import Refusal
from local.momento_local.store import Store
from tests.momento_local.momento_rig import HOUR_MS, HandClock, new_store


def store_with(value: bytes | None) -> Store:
    store = new_store()
    if value is not None:
        scalars.set_(store, b"k", value, HOUR_MS)
    return store


@pytest.mark.parametrize(
    ("condition", "when_absent", "when_equal", "when_different"),
    [
        ("absent", True, False, False),
        ("present", False, True, True),
        ("equal", False, True, False),
        ("not_equal", True, False, True),
        ("present_and_not_equal", False, False, True),
        ("absent_or_equal", True, True, False),
    ],
)
def test_set_if_writes_exactly_when_the_condition_holds(
    condition: str, when_absent: bool, when_equal: bool, when_different: bool
) -> None:
    for old, expected in ((None, when_absent), (b"x", when_equal), (b"y", when_different)):
        store = store_with(old)
        assert check_and_set.set_if(store, b"k", b"new", condition, b"x", HOUR_MS) is expected
        assert scalars.get(store, b"k") == (b"new" if expected else old)


@pytest.mark.parametrize(
    ("condition", "when_absent", "when_equal", "when_different"),
    [
        ("unconditional", True, True, True),
        ("present_and_hash_equal", False, True, False),
        ("present_and_not_hash_equal", False, False, True),
        ("absent_or_hash_equal", True, True, False),
        ("absent_or_not_hash_equal", True, False, True),
    ],
)
def test_set_if_hash_writes_exactly_when_the_condition_holds(
    condition: str, when_absent: bool, when_equal: bool, when_different: bool
) -> None:
    known = check_and_set.content_hash(b"x")
    for old, expected in ((None, when_absent), (b"x", when_equal), (b"y", when_different)):
        store = store_with(old)
        new_hash = check_and_set.set_if_hash(store, b"k", b"new", condition, known, HOUR_MS)
        assert (new_hash is not None) is expected
        assert scalars.get(store, b"k") == (b"new" if expected else old)
        if expected:
            assert check_and_set.get_with_hash(store, b"k") == (b"new", new_hash)


def test_a_hash_read_once_allows_exactly_one_write() -> None:
    store = store_with(b"first")
    _, known = check_and_set.get_with_hash(store, b"k") or (b"", b"")
    tries = [
        check_and_set.set_if_hash(store, b"k", value, "present_and_hash_equal", known, HOUR_MS) is not None
        for value in (b"second", b"third")
    ]
    assert tries == [True, False]
    assert scalars.get(store, b"k") == b"second"


def test_a_condition_that_does_not_hold_leaves_the_ttl_alone() -> None:
    clock = HandClock()
    store = new_store(clock)
    scalars.set_(store, b"k", b"v", 1000)
    clock.now += 500
    assert not check_and_set.set_if(store, b"k", b"new", "absent", b"", 9000)
    assert scalars.remaining_ttl(store, b"k") == 500
    assert check_and_set.set_if(store, b"k", b"v", "equal", b"v", 9000)
    assert scalars.remaining_ttl(store, b"k") == 9000


def test_an_unknown_condition_is_refused() -> None:
    with pytest.raises(Refusal, match="nothing is no condition"):
        check_and_set.set_if(new_store(), b"k", b"v", "", b"", HOUR_MS)
