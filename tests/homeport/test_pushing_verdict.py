"""A push against everything that may stand there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.entry import Entry, Pending, Push, Unreadable
from homeport.messages import NO_FIELDS, Headers
from homeport.pushing.precedence import gone, mark_stale, softened
from homeport.pushing.tag_index import SKEW_MS
from homeport.pushing.verdict import LATE_MS, State, judge
from tests.homeport.homeport_world import NOON
from tests.homeport.push_world import TARGET, page, pushed
from tests.homeport.writing_world import about

NOW = NOON + 100_000
LATER = NOON + SKEW_MS + 1


def state(what: Entry | Unreadable | None, at: int = LATER, **numbers: object) -> State:
    return judge(page(at=at, **numbers), what, NOW, "new")[0]  # type: ignore[arg-type]


def test_where_nothing_stands_a_page_is_stored() -> None:
    verdict, entry = judge(page(state="few", version=7, number=3), None, NOON + 50, "new")
    assert verdict == "stored"
    assert entry is not None
    assert (entry.kind, entry.body, entry.as_of, entry.nonce) == ("stored", b"page", (NOON, NOON + 10), "new")
    assert (entry.push, entry.stale, entry.soft) == (Push("few", 7, "p", 3), False, False)


@pytest.mark.parametrize("found", [None, Unreadable("damaged")])
@pytest.mark.parametrize(("late", "verdict"), [(LATE_MS, "stored"), (LATE_MS + 1, "stale")])
def test_a_push_that_was_long_on_its_way_does_not_land_as_fresh_on_nothing(
    found: Unreadable | None, late: int, verdict: State
) -> None:
    told, entry = judge(page(at=NOW - late), found, NOW, "new")
    assert told == verdict
    assert entry is not None
    assert entry.kind == ("stored" if verdict == "stored" else "marker")


def test_what_a_newer_release_wrote_is_left_alone() -> None:
    assert judge(page(), Unreadable("format 2", foreign=True), NOW, "new") == ("kept", None)


def test_what_is_dirty_keeps_its_representation_and_is_marked() -> None:
    write = Pending("w", 1, NOON, "PUT", TARGET, NO_FIELDS, b"written")
    dirty = replace(pushed(b"written", push=Push("", 1, "p", 1)), pending=(write,))
    told, entry = judge(page(at=NOW, version=9, number=9), dirty, NOW, "new")
    assert told == "stale"
    assert entry == replace(dirty, nonce="new", stale=True)


@pytest.mark.parametrize(("version", "verdict"), [(6, "kept"), (7, "kept"), (8, "stored")])
def test_of_two_versions_of_the_origins_the_larger_stands_whatever_the_clocks_say(
    version: int, verdict: State
) -> None:
    found = pushed(push=Push("", 7, "another", 99))
    assert state(found, at=NOON - 50_000, version=version) == verdict


@pytest.mark.parametrize(("number", "verdict"), [(4, "kept"), (5, "kept"), (6, "stored")])
def test_of_two_pushes_of_a_publisher_the_later_stands(number: int, verdict: State) -> None:
    assert state(pushed(push=Push("", None, "p", 5)), at=NOON, number=number) == verdict


@pytest.mark.parametrize("found", [None, Push("", None, "q", 9), Push("", 7, "q", 9), Push("", None, "", 1)])
@pytest.mark.parametrize(("at", "verdict"), [(NOON + SKEW_MS, "stale"), (LATER, "stored")])
def test_without_numbers_in_common_a_page_has_to_be_later_than_clocks_may_differ(
    found: Push | None, at: int, verdict: State
) -> None:
    assert state(pushed(push=found), at=at) == verdict


def test_pushes_without_a_source_are_no_ones_replays() -> None:
    assert state(pushed(push=Push()), at=NOON, source="", number=5) == "stale"


@pytest.mark.parametrize("push", [None, Push("", 7, "p", 5)])
@pytest.mark.parametrize(("at", "verdict"), [(NOON, "stale"), (NOON + SKEW_MS, "stale"), (LATER, "stored")])
def test_numbers_do_not_outdo_a_mark_that_a_later_rendering_does(
    push: Push | None, at: int, verdict: State
) -> None:
    marked = mark_stale(about(TARGET), pushed(push=push, at=NOON - 1000), NOON, "m")
    assert state(marked, at=at, version=8, number=6) == verdict


@pytest.mark.parametrize(("version", "number"), [(6, 9), (None, 5), (None, 4)])
def test_a_replay_does_not_even_mark(version: int | None, number: int) -> None:
    marked = mark_stale(about(TARGET), pushed(push=Push("", 7, "p", 5)), NOON, "m")
    assert state(marked, at=NOW, version=version, number=number) == "kept"


def test_the_same_version_rendered_after_a_mark_is_fresh_again() -> None:
    marked = mark_stale(about(TARGET), pushed(push=Push("", 7, "p", 5)), NOON, "m")
    assert state(marked, at=LATER, version=7) == "stored"


@pytest.mark.parametrize(("at", "verdict"), [(NOON + SKEW_MS, "stale"), (LATER, "stored")])
def test_a_hard_purge_outlasts_what_was_rendered_before_it(at: int, verdict: State) -> None:
    purged = gone(about(TARGET), pushed(push=Push("", 7, "p", 5)), NOON, "m")
    assert state(purged, at=at, version=8, number=6) == verdict


def test_a_soft_purge_is_kept_under_a_newer_page() -> None:
    """Its time is not noted: the page may be of before it."""
    soft = softened(about(TARGET), pushed(push=Push("", 7, "p", 5)), NOON, "m")
    told, entry = judge(page(b"newer", at=NOW, version=8), soft, NOW, "new")
    assert told == "stored"
    assert entry is not None
    assert (entry.body, entry.soft) == (b"newer", True)


def test_a_page_of_the_future_is_of_now() -> None:
    told, entry = judge(page(at=NOW + 99_000), pushed(at=NOW - SKEW_MS - 1), NOW, "new")
    assert told == "stored"
    assert entry is not None
    assert entry.as_of == (NOW, NOW)
    assert state(pushed(at=NOW - SKEW_MS), at=NOW + 99_000) == "stale"


def test_what_is_marked_is_a_new_version_as_of_now() -> None:
    told, entry = judge(page(), pushed(), NOW, "new")
    assert told == "stale"
    assert entry == replace(pushed(), nonce="new", stale=True, as_of=(NOW, NOW), header=Headers(), body=b"")


def test_the_writers_count_goes_on() -> None:
    _, entry = judge(page(at=LATER), replace(pushed(), seq=41), NOW, "new")
    assert entry is not None
    assert entry.seq == 41
