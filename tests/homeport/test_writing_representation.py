from __future__ import annotations

from dataclasses import replace

from homeport.entry import Entry, Pending
from homeport.writing import representation
from homeport.writing.representation import Unclear
from homeport.writing.write import Write
from tests.homeport.writing_world import about, delete, put, stored

TARGET = "/items/1"


def after(entry: Entry, item: Pending) -> Entry:
    left = representation.after(entry, item)
    assert isinstance(left, Entry)
    return left


def test_a_put_leaves_its_own_body_and_what_describes_it() -> None:
    request = put(TARGET, b"new", ("content-language", "de"), ("x-note", "private"))
    item = Write("1", about(TARGET), request).pending(seq=9, accepted=5)
    entry = after(stored(TARGET, b"old"), item)
    assert (entry.kind, entry.status, bytes(entry.body)) == ("stored", 200, b"new")
    assert [*entry.header] == [
        ("content-type", "text/plain"),
        ("content-language", "de"),
        ("cache-control", "no-cache"),
    ]
    assert entry.as_of == (5, 5)


def test_a_put_shows_no_validator_of_the_state_before() -> None:
    item = Write("1", about(TARGET), put(TARGET, b"new")).pending(seq=9, accepted=5)
    before = stored(TARGET).version("n", header=stored(TARGET).header.plus(("etag", '"1"')))
    assert "etag" not in after(before, item).header


def test_a_delete_leaves_a_tombstone() -> None:
    item = Write("1", about(TARGET), delete(TARGET)).pending(seq=9, accepted=5)
    entry = after(stored(TARGET), item)
    assert (entry.kind, entry.status, bytes(entry.body), [*entry.header]) == ("tombstone", 404, b"", [])
    assert entry.as_of == (5, 5)


def test_pending_writes_number_and_nonce_are_not_its_business() -> None:
    before = stored(TARGET).version("n", seq=4, stale=True)
    for request in (put(TARGET, b"new"), delete(TARGET)):
        entry = after(before, Write("1", about(TARGET), request).pending(seq=9, accepted=5))
        assert (entry.seq, entry.nonce, entry.pending, entry.stale) == (4, "n", (), True)


def test_what_a_patch_leaves_is_unclear_without_a_current_state() -> None:
    item = Write("1", about(TARGET), put(TARGET, b"new")).pending(seq=1, accepted=1)
    assert representation.after(stored(TARGET), replace(item, method="PATCH")) == Unclear()
