"""What an earlier release stored is read for ever: files of octets, each read as the value that was written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from homeport import keys
from homeport.draining import letter
from homeport.entry import FORMAT, Entry, Unreadable
from homeport.regions.home import Home, read
from homeport.writing import receipt
from homeport.writing.sealed import from_plaintext, tied_to
from momento_http_shim.octets import Joined
from tests.homeport.golden_things import GOLDEN, ID, KEY, THINGS
from tests.homeport.release_next import STORED, next_release
from tests.homeport.seal_world import AesGcmSeal

BESIDE = {"home-cookie", "queue-member", "sealed"}
"""Read below by other means than a decoder."""

MODULES = {
    "entry": "entry",
    "receipt": "writing.receipt",
    "attempt": "writing.idempotency",
    "letter": "draining.letter",
    "depth": "writing.pressure",
}


def octets_of(name: str) -> bytes:
    return (GOLDEN / name).read_bytes()


def without_format(octets: bytes) -> bytes:
    """The same as a release one newer than this would number it."""
    return octets.replace(b'"format":1', b'"format":%d' % (FORMAT + 1))


@pytest.mark.parametrize("name", THINGS)
def test_what_format_1_wrote_is_read_as_it_was_meant(name: str) -> None:
    assert THINGS[name].decode(octets_of(name)) == THINGS[name].value


@pytest.mark.parametrize("name", THINGS)
def test_what_is_read_can_be_written_and_read_again(name: str) -> None:
    golden = THINGS[name]
    parts = golden.encode(golden.value)
    again = bytes(Joined(parts)) if isinstance(parts, tuple) else bytes(parts)
    assert golden.decode(again) == golden.value


def test_every_file_is_read_by_a_test() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {*THINGS} | BESIDE


def test_a_member_of_a_queue_a_home_and_a_seal_are_read() -> None:
    member = octets_of("queue-member")
    assert keys.is_member(member)
    assert keys.parse_member(member) == (KEY, ID)
    value, written = octets_of("home-cookie").decode(), 1_795_300_000
    found = read(value, written * 1000, ("eu-central-1",), ("h" * 32,), "t1")
    assert found == Home("eu-central-1", "t1", written)


async def test_credentials_that_were_sealed_open() -> None:
    opened = await AesGcmSeal().open(octets_of("sealed").decode(), tied_to(ID, "PUT", "/items/1"))
    assert isinstance(opened, bytes)
    assert [*from_plaintext(opened)] == [("cookie", "sid=1")]


@pytest.mark.parametrize("name", [name for name in THINGS if name.partition("-")[0] in MODULES])
def test_the_next_release_reads_what_this_one_wrote(name: str) -> None:
    """Compared by what each writes of it, because classes of two releases are never equal."""
    module = next_release().module(MODULES[name.partition("-")[0]])
    assert module.FORMAT == FORMAT + 1
    read_by_next: Any = module.decode(octets_of(name))
    parts = module.encode(read_by_next)
    written = bytes(Joined(parts)) if isinstance(parts, tuple) else bytes(parts)
    assert json.loads(written.partition(b"\n")[0]) != json.loads(octets_of(name).partition(b"\n")[0])
    plain = written.replace(b'"later":["news"],', b"").replace(b'"format":2', b'"format":1')
    assert json.loads(plain.partition(b"\n")[0]) == json.loads(octets_of(name).partition(b"\n")[0])
    assert plain.partition(b"\n")[2] == octets_of(name).partition(b"\n")[2]


@pytest.mark.parametrize("name", [name for name in THINGS if name.startswith("entry")])
def test_a_newer_entry_is_foreign_exactly_where_writes_wait_in_it(name: str) -> None:
    found = THINGS[name].decode(without_format(octets_of(name)))
    waits = isinstance(THINGS[name].value, Entry) and THINGS[name].value.dirty
    assert isinstance(found, Unreadable)
    assert (found.newer, found.foreign) == (True, waits)


def test_what_else_a_newer_release_wrote_is_told_from_damage() -> None:
    assert letter.decode(without_format(octets_of("letter"))) == letter.Illegible(foreign=True)
    assert letter.decode(octets_of("letter")[:-1]) == letter.Illegible()
    newer = without_format(octets_of("receipt-dead"))
    assert receipt.decode(newer) == receipt.Illegible(foreign=True)
    assert receipt.decode(newer[:-1]) == receipt.Illegible()
    assert THINGS["attempt"].decode(without_format(octets_of("attempt"))) is None
    assert THINGS["depth"].decode(without_format(octets_of("depth"))) is None


def test_every_module_that_numbers_what_it_stores_is_among_them() -> None:
    assert {path.removesuffix(".py").replace("/", ".") for path in STORED} == {*MODULES.values()}
