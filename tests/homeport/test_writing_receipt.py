from __future__ import annotations

import json

import pytest

from homeport.writing.receipt import Illegible, Receipt, address, decode, encode

FULL = Receipt("id", "key", "dead", 5, 422, "the origin refused it with 422", "/items/1?a=1", 3, 2)
BARE = Receipt("id", "key", "lost", 5)


@pytest.mark.parametrize("receipt", [FULL, BARE])
def test_a_receipt_survives_its_octets(receipt: Receipt) -> None:
    assert decode(encode(receipt)) == receipt


def test_members_without_a_value_are_left_out() -> None:
    assert json.loads(encode(BARE)) == {"format": 1, "id": "id", "key": "key", "state": "lost", "at": 5}


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"not json",
        b"\xff",
        b"[]",
        b"{}",
        b'{"format":1,"id":"id"}',
        encode(FULL)[:-1],
        b"5",
        b"null",
        b"true",
        b'"text"',
        b"[" * 100_000,
    ],
)
def test_what_cannot_be_read_is_still_a_receipt(octets: bytes) -> None:
    """Its write is settled, whoever cannot say how: it must not count as one without a receipt."""
    assert decode(octets) == Illegible()


@pytest.mark.parametrize("form", [1, 2])
def test_what_a_newer_release_wrote_is_a_receipt_that_it_can_read(form: int) -> None:
    newer = b'{"format":%d,"id":"id","key":"key","state":"lost","at":5,"later":1}' % form
    assert decode(newer) == Illegible(foreign=True)


def test_the_address_names_resource_and_write() -> None:
    assert FULL.address == address("key", "id") == "/.homeport/writes/key/id"


@pytest.mark.parametrize(
    "change",
    [
        {"state": "odd"},
        {"target": 7},
        {"at": "5"},
        {"status": "200"},
        {"reason": 1},
        {"accepted": "3"},
        {"tries": 1.5},
        {"format": True},
        {"id": None},
    ],
)
def test_a_member_of_the_wrong_type_makes_a_receipt_illegible(change: dict[str, object]) -> None:
    members = {"format": 1, "id": "i", "key": "k", "state": "applied", "at": 5}
    assert isinstance(decode(json.dumps(members).encode()), Receipt)
    assert decode(json.dumps(members | change).encode()) == Illegible()
