"""What an entry says of the push that it comes from, and what a damaged one does not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from homeport.entry import Entry, Push, Unreadable, decode, encode
from momento_http_shim.octets import Joined
from tests.homeport.push_world import pushed

PUSHES = [Push("few", 7, "p", 3), Push("", None, "p", 3), Push("grün", 2**53 - 1, "", 0)]


def octets(entry: Entry) -> bytes:
    return bytes(Joined(encode(entry)))


@pytest.mark.parametrize("push", PUSHES)
def test_it_is_read_as_it_was_written(push: Push) -> None:
    entry = pushed(push=push)
    assert decode(octets(entry)) == entry


def test_an_entry_that_was_filled_says_nothing_of_it() -> None:
    assert b'"push"' not in octets(pushed())


def test_it_is_one_compact_member() -> None:
    line = json.loads(octets(pushed(push=PUSHES[0])).partition(b"\n")[0])
    assert line["homeport"]["push"] == ["few", 7, "p", 3]


@pytest.mark.parametrize(
    "damage", ["5", "[]", '["a"]', '["a","b","c",1]', '["a",1,"c",null]', '[1,1,"c",1]', "null"]
)
def test_damage_does_not_read_as_a_push(damage: str) -> None:
    written = octets(pushed(push=PUSHES[0])).replace(b'["few",7,"p",3]', damage.encode())
    assert isinstance(decode(written), Unreadable)


def test_a_mark_keeps_it_and_a_release_that_never_heard_of_it_reads_the_rest() -> None:
    entry = pushed(push=PUSHES[0])
    assert replace(entry, push=None) == decode(octets(entry).replace(b',"push":["few",7,"p",3]', b""))
