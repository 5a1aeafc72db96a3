"""An entry as a value: its versions, and the one body that is a representation and a pending write's."""

from __future__ import annotations

from dataclasses import replace

from homeport.entry import Entry, _read, decode
from homeport.messages import Headers
from tests.homeport.test_entry import ENTRY, WRITE, whole

BODY = b"of both"


def test_a_body_that_is_both_the_representation_and_a_pending_writes_is_kept_once() -> None:
    pending = (replace(WRITE, body=BODY), replace(WRITE, id="w2", body=b"other"))
    entry = replace(ENTRY, body=BODY, pending=pending)
    assert whole(entry).count(BODY) == 1
    read = decode(whole(entry))
    assert read == entry
    assert isinstance(read, Entry)
    assert read.pending[0].body is read.body
    assert decode(whole(read)) == entry


def test_it_outlives_the_representation() -> None:
    entry = replace(ENTRY, body=BODY, pending=(replace(WRITE, body=BODY),)).version("n2", body=b"newer")
    read = decode(whole(entry))
    assert isinstance(read, Entry)
    assert (read.body, read.pending[0].body) == (b"newer", BODY)


def test_an_entry_is_dirty_while_a_write_is_pending() -> None:
    assert ENTRY.dirty
    assert not replace(ENTRY, pending=()).dirty


def test_a_version_changes_the_nonce_and_what_is_named() -> None:
    assert ENTRY.version("n2", stale=False) == replace(ENTRY, nonce="n2", stale=False)


def test_reprs_show_no_body() -> None:
    assert "two lines" not in repr(ENTRY)
    assert "new" not in repr(WRITE)


def test_long_lines_are_not_remembered_so_that_nobody_fills_the_isolates_memory() -> None:
    """32 writes may put 256 KB into a line; what a hit reads is short."""
    long = replace(ENTRY, header=Headers([("x", "x" * 5_000)]))
    _read.cache_clear()
    for each in (ENTRY, long, long, ENTRY):
        assert decode(whole(each)) == each
    assert (_read.cache_info().currsize, _read.cache_info().hits) == (1, 1)
