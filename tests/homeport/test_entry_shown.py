"""A representation that is also a pending write's body stands in its entry once."""

from __future__ import annotations

from dataclasses import replace

from homeport.entry import Entry, decode
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
