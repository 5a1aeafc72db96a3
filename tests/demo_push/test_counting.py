"""What counts as a stale page, and what as a broken promise."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from local.demo_push.counting import Change, Counts, Seen, change, count, faults, is_stale

CHANGES = (Change("ENOUGH", 0.0, 0.5), Change("LITTLE", 10.0, 10.4), Change("SOLD_OUT", 20.0, 20.4))
KEPT = Counts("push", 1000, 200, 4, 0, 4, 0, 0, 0, 3, 12.0, 10.0)


@pytest.mark.parametrize(
    ("look", "began", "ended", "from_commit", "from_settled"),
    [
        ("ENOUGH", 5.0, 5.1, False, False),
        ("ENOUGH", 9.9, 10.3, False, False),  # it was true when the visit began
        ("LITTLE", 9.9, 10.3, False, False),  # and this became true before it ended
        ("ENOUGH", 10.1, 10.2, True, False),  # on its way to the regions
        ("ENOUGH", 10.4, 10.5, True, True),
        ("ENOUGH", 10.39, 11.0, True, False),
        ("SOLD_OUT", 10.5, 11.0, True, True),  # nothing is shown before it is true
        ("SOLD_OUT", 99.0, 99.1, False, False),
        ("LITTLE", 99.0, 99.1, True, True),
        ("LITTLE", 5.0, 25.0, False, False),  # true between
    ],
)
def test_a_page_is_stale_that_was_not_true_from_the_visits_beginning_on(
    look: str, began: float, ended: float, from_commit: bool, from_settled: bool
) -> None:
    seen = Seen(look, began, ended)
    assert is_stale(seen, CHANGES, settled=False) is from_commit
    assert is_stale(seen, CHANGES, settled=True) is from_settled


def test_a_look_that_comes_back_is_true_again() -> None:
    back = (*CHANGES, Change("ENOUGH", 30.0, 30.0))
    assert is_stale(Seen("ENOUGH", 25.0, 26.0), back, settled=True)
    assert not is_stale(Seen("ENOUGH", 31.0, 32.0), back, settled=True)


def test_a_change_is_settled_at_once_where_nobody_is_told_and_never_where_telling_failed() -> None:
    assert change("LITTLE", 3.0, None, tells=False) == Change("LITTLE", 3.0, 3.0)
    assert change("LITTLE", 3.0, 4.0, tells=True) == Change("LITTLE", 3.0, 4.0)
    assert change("LITTLE", 3.0, None, tells=True).settled == math.inf


def test_visits_are_counted_once_as_stale_or_as_on_their_way() -> None:
    seen = [Seen("ENOUGH", 10.1, 10.2), Seen("ENOUGH", 11.0, 11.1), Seen("LITTLE", 11.0, 11.03)]
    counts = count(
        "push", seen, CHANGES, purchases=2, renders={"reader": 1, "push": 3}, requests=1, minutes=1.04
    )
    assert (counts.stale, counts.stale_meanwhile) == (1, 1)
    assert (counts.visits, counts.renders, counts.reader_renders, counts.changes) == (3, 4, 1, 3)
    assert (counts.median_ms, counts.minutes, counts.unsettled) == (100.0, 1.0, 0)
    assert (counts.late, replace(counts, minutes=13.3).late) == (False, True)


def test_push_that_kept_its_promises_has_no_faults() -> None:
    assert [*faults(KEPT)] == []


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({"renders": 5}, "5 renders for 4 changes"),
        ({"reader_renders": 1}, "readers caused 1 renders"),
        ({"requests": 1}, "1 requests"),
        ({"unsettled": 1}, "not told of 1 changes"),
        ({"stale": 1}, "1 stale pages"),
        ({"visits": 999}, "999 visits, not 1000"),
        ({"purchases": 201}, "201 purchases, not 200"),
    ],
)
def test_each_broken_promise_is_named(broken: dict[str, int], says: str) -> None:
    (fault,) = faults(replace(KEPT, **broken))  # type: ignore[arg-type]
    assert says in fault


def test_stale_pages_are_no_fault_of_a_way_that_does_not_promise_otherwise() -> None:
    assert [*faults(replace(KEPT, way="ttl", stale=180, renders=84, requests=84))] == []
    assert [*faults(replace(KEPT, way="none", renders=999))] == ["none: 999 renders for 1000 visits"]
