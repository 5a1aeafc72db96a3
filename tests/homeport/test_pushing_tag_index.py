"""What a region remembers of a tag."""

from __future__ import annotations

import pytest

from homeport.messages import Headers
from homeport.pushing.tag_index import DAY_MS, OVERLAP_MS, SKEW_MS, Mark, decode, encode, member, parse
from homeport.reading.key import Resource
from tests.homeport.homeport_world import NOON

RESOURCE = Resource("key", "/items/ü?q=1", Headers([("accept", 'a"b')]))


def test_a_member_tells_all_that_a_purge_needs() -> None:
    assert parse(member(RESOURCE, NOON).encode()) == RESOURCE


def test_a_resource_has_one_member_a_day() -> None:
    today = member(RESOURCE, NOON // DAY_MS * DAY_MS)
    assert member(RESOURCE, NOON // DAY_MS * DAY_MS + DAY_MS - 1) == today
    assert member(RESOURCE, NOON // DAY_MS * DAY_MS + DAY_MS) != today


@pytest.mark.parametrize(
    "name",
    [
        b"",
        b"[]",
        b"{}",
        b'["k",1,[],1]',
        b'["k","/",[["a"]],1]',
        b"\xff",
        b'["k","/",7,1]',
    ],
)
def test_what_is_no_member_of_ours_is_nobody(name: bytes) -> None:
    assert parse(name) is None


@pytest.mark.parametrize("octets", [b"", b"[1,2]", b'["1",2,3]', b"7", b"[1.5,2,3]", b"[true,1,1]"])
def test_what_is_no_mark_cannot_be_read(octets: bytes) -> None:
    assert decode(octets) is None


def test_a_mark_is_read_as_it_was_written() -> None:
    assert decode(encode(Mark(3, 1, 2))) == Mark(3, 1, 2)


def test_what_a_newer_release_says_more_is_kept_in_a_mark_and_passed_over_in_a_member() -> None:
    mark = decode(b'[3,1,2,"later",[4]]')
    assert mark == Mark(3, 1, 2, ("later", [4]))
    assert encode(mark.noted(9)) == b'[9, 1, 2, "later", [4]]'
    assert parse(b'["k","/items/1",[],19675,"later"]') == Resource("k", "/items/1", Headers())


def test_a_fill_is_spared_that_asked_after_the_purge_on_any_clock() -> None:
    assert Mark().spares(NOON)
    assert not Mark(at=NOON).spares(NOON + SKEW_MS)
    assert Mark(at=NOON).spares(NOON + SKEW_MS + 1)


def test_an_earlier_purge_that_comes_late_takes_nothing_back() -> None:
    assert Mark(at=NOON).noted(NOON - 1) == Mark(at=NOON)
    assert Mark(at=NOON).noted(NOON + 1).at == NOON + 1
    assert Mark(hard=9, soft=9).reached(5, NOON, soft=False) == Mark(hard=9, soft=9)


def test_what_was_purged_softly_is_still_to_be_purged_hard() -> None:
    mark = Mark().reached(50, NOON, soft=True)
    assert (mark.first(soft=True), mark.first(soft=False)) == (50, 0)
    mark = mark.reached(80, NOON, soft=False)
    assert (mark.first(soft=True), mark.first(soft=False)) == (80, 80)


def test_the_last_minute_is_looked_at_again() -> None:
    assert Mark().reached(NOON + SKEW_MS, NOON, soft=False).hard == NOON - OVERLAP_MS
