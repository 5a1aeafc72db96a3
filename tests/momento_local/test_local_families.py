"""Keys written by both families."""

from __future__ import annotations

import pytest

from local.momento_local import check_and_set, scalars
from local.momento_local.refusals import Refusal, Status
from tests.momento_local.momento_rig import HOUR_MS, new_store


def test_a_key_written_by_both_families_is_recorded() -> None:
    store = new_store()
    scalars.set_(store, b"plain", b"v", HOUR_MS)
    check_and_set.set_if(store, b"cas", b"v", "absent", b"", HOUR_MS)
    assert store.families.mixed == set()
    scalars.delete(store, b"cas")
    check_and_set.set_if_hash(store, b"plain", b"w", "unconditional", b"", HOUR_MS)
    assert store.families.mixed == {b"cas", b"plain"}
    assert scalars.get(store, b"plain") == b"w"


def test_a_condition_that_does_not_hold_is_no_write() -> None:
    store = new_store()
    scalars.set_(store, b"k", b"v", HOUR_MS)
    assert not check_and_set.set_if(store, b"k", b"w", "absent", b"", HOUR_MS)
    assert store.families.mixed == set()


def test_a_strict_store_refuses_the_second_family() -> None:
    store = new_store(strict_families=True)
    check_and_set.set_if(store, b"lease", b"me", "absent", b"", HOUR_MS)
    with pytest.raises(Refusal, match="undefined") as refused:
        scalars.delete(store, b"lease")
    assert refused.value.status is Status.FAILED_PRECONDITION
    assert scalars.get(store, b"lease") == b"me"
    check_and_set.set_if(store, b"lease", b"you", "equal", b"me", HOUR_MS)
    assert scalars.get(store, b"lease") == b"you"


def test_a_wipe_forgets_who_wrote() -> None:
    store = new_store(strict_families=True)
    check_and_set.set_if(store, b"k", b"v", "absent", b"", HOUR_MS)
    store.clear()
    scalars.set_(store, b"k", b"v", HOUR_MS)
    assert scalars.get(store, b"k") == b"v"
