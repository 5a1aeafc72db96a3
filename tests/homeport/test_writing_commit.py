from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.entry import Entry, Unreadable
from homeport.writing.commit import MOST_BYTES, MOST_PENDING, Commit, Committed, Obstacle, propose
from homeport.writing.write import LARGEST_BODY, Write
from tests.homeport.writing_world import about, delete, put, stored

TARGET = "/items/1"


def write(name: str = "w", body: bytes | None = b"new") -> Write:
    return Write(name, about(TARGET), delete(TARGET) if body is None else put(TARGET, body))


def committed(found: Entry | Unreadable | None, what: Write, now: int = 100, nonce: str = "n1") -> Entry:
    step = propose(what, found, now, nonce)
    assert isinstance(step, Commit)
    return step.entry


def full(count: int, body: bytes = b"") -> Entry:
    found: Entry | None = None
    for n in range(count):
        found = committed(found, write(f"w{n}", body))
    assert found is not None
    return found


@pytest.mark.parametrize(
    "found",
    [
        None,
        stored(TARGET),
        stored(TARGET, stale=True),
        stored(TARGET).version("n0", kind="marker", target=""),
        Unreadable("damaged"),
    ],
)
def test_a_commit_holds_representation_and_request_together(found: Entry | Unreadable | None) -> None:
    entry = committed(found, write())
    assert (entry.kind, bytes(entry.body), entry.target, entry.vary) == (
        "stored",
        b"new",
        TARGET,
        about(TARGET).vary,
    )
    assert [(item.id, bytes(item.body), item.seq) for item in entry.pending] == [("w", b"new", entry.seq)]


def test_a_commit_is_a_new_version() -> None:
    assert committed(stored(TARGET, nonce="n0"), write(), nonce="n1").nonce == "n1"


@pytest.mark.parametrize(("clock", "number"), [(100, 100), (41, 43), (42, 43), (43, 43)])
def test_the_number_is_the_clock_or_one_more_than_the_last(clock: int, number: int) -> None:
    entry = committed(stored(TARGET).version("n0", seq=42), write(), now=clock)
    assert (entry.seq, entry.pending[-1].seq, entry.pending[-1].accepted) == (number, number, clock)


def test_writes_are_appended_in_strict_order_of_their_numbers() -> None:
    entry = committed(committed(committed(None, write("a")), write("b", None), now=90), write("c"), now=50)
    assert [item.id for item in entry.pending] == ["a", "b", "c"]
    assert [item.seq for item in entry.pending] == [100, 101, 102]


def test_the_last_write_is_what_is_shown() -> None:
    deleted = committed(committed(None, write("a")), write("b", None))
    assert deleted.kind == "tombstone"
    again = committed(deleted, write("c", b"again"))
    assert (again.kind, bytes(again.body)) == ("stored", b"again")
    assert [bytes(item.body) for item in again.pending] == [b"new", b"", b"again"]


def test_an_own_id_among_the_pending_means_that_it_is_committed() -> None:
    assert propose(write("a"), committed(committed(None, write("a")), write("b")), 200, "n2") == Committed()


def test_at_most_so_many_writes_wait() -> None:
    assert len(committed(full(MOST_PENDING - 1), write("one more")).pending) == MOST_PENDING == 32
    assert propose(write("one more"), full(MOST_PENDING), 200, "n") == Obstacle("full")


def test_at_most_so_many_octets_wait() -> None:
    """Of bodies and of the fields that go along; a PUT of the tests says `content-type: text/plain`."""
    assert MOST_BYTES == 256 * 1024 == 2 * LARGEST_BODY
    fields = len("content-type") + len("text/plain")
    first = full(1, b"x" * LARGEST_BODY)
    rest = MOST_BYTES - LARGEST_BODY - 2 * fields
    assert len(committed(first, write("one more", b"x" * rest)).pending) == 2
    assert propose(write("one more", b"x" * (rest + 1)), first, 200, "n") == Obstacle("full")


def test_fields_are_counted_like_bodies() -> None:
    long = replace(write("one more"), request=put(TARGET, b"", ("x-note", "y" * MOST_BYTES)))
    assert propose(long, None, 200, "n") == Obstacle("full")
    found = committed(None, replace(long, request=put(TARGET, b"", ("x-note", "y" * 200_000))))
    another = replace(write("another"), request=put(TARGET, b"", ("x-note", "y" * 62_200)))
    assert propose(another, found, 200, "n") == Obstacle("full")
    shorter = replace(another, request=put(TARGET, b"", ("x-note", "y" * 62_000)))
    assert len(committed(found, shorter).pending) == 2


def test_an_own_id_counts_before_the_limits() -> None:
    assert propose(write("w0"), full(MOST_PENDING), 200, "n") == Committed()


def test_what_a_newer_release_wrote_is_left_alone() -> None:
    assert propose(write(), Unreadable("format 2", foreign=True), 100, "n") == Obstacle("foreign")


def test_another_resources_entry_is_left_alone() -> None:
    assert propose(write(), stored("/items/2"), 100, "n") == Obstacle("foreign")
