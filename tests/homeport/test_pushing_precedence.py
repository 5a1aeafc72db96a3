from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.entry import Entry, Push, Unreadable
from homeport.messages import Headers
from homeport.pushing.precedence import mark_stale, marker
from homeport.reading.key import Resource
from homeport.writing.write import Write
from tests.homeport.writing_world import about, put, stored

TARGET = "/items/1"
NOW = 9_000
PENDING = Write("a", about(TARGET), put(TARGET, b"mine")).pending(seq=7, accepted=5)


@pytest.mark.parametrize("found", [None, Unreadable("damaged")])
def test_where_nothing_stands_a_marker_holds_the_place(found: Unreadable | None) -> None:
    assert mark_stale(about(TARGET), found, NOW, "n1") == marker(about(TARGET), NOW, "n1")


def test_a_marker_reads_as_a_miss_of_its_resource() -> None:
    resource = Resource("key", TARGET, Headers([("accept", "a")]))
    entry = marker(resource, NOW, "n1")
    assert (entry.kind, entry.target, entry.vary, entry.nonce) == ("marker", TARGET, resource.vary, "n1")
    assert (entry.as_of, bytes(entry.body), entry.pending) == ((NOW, NOW), b"", ())


@pytest.mark.parametrize(
    "found",
    [
        stored(TARGET),
        replace(stored(TARGET), header=Headers([("etag", '"1"')]), tags=("a",), seq=7, push=Push(number=3)),
        stored(TARGET, stale=True),
        replace(stored(TARGET), kind="tombstone", status=404),
        replace(stored(TARGET), kind="marker"),
    ],
)
def test_what_is_clean_becomes_a_new_stale_version_as_of_now_without_its_body(found: Entry) -> None:
    entry = mark_stale(about(TARGET), found, NOW, "n1")
    assert entry == replace(found, nonce="n1", stale=True, as_of=(NOW, NOW), header=Headers(), body=b"")


@pytest.mark.parametrize("stale", [False, True])
def test_what_is_dirty_keeps_everything_but_the_flag(stale: bool) -> None:
    found = replace(stored(TARGET, b"mine", stale=stale), pending=(PENDING,))
    assert mark_stale(about(TARGET), found, NOW, "n1") == replace(found, nonce="n1", stale=True)


def test_what_a_newer_release_wrote_is_left_alone() -> None:
    assert mark_stale(about(TARGET), Unreadable("format 2", foreign=True), NOW, "n1") is None


def test_whatever_an_entry_calls_itself_it_is_marked_under_its_key() -> None:
    """Who tells of a change may know no more than the key; to mark a wrong one costs a revalidation."""
    found = replace(stored("/items/2"), vary=Headers([("accept", "a")]))
    unknown = Resource(about(TARGET).key, "", Headers())
    for resource in (about(TARGET), unknown):
        assert mark_stale(resource, found, NOW, "n1") == replace(
            found, nonce="n1", stale=True, as_of=(NOW, NOW), header=Headers(), body=b""
        )
