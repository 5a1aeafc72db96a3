from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.messages import Request
from homeport.writing.idempotency import LONGEST, Record, decode, digest, encode, fingerprint, read
from tests.homeport.homeport_world import NOON
from tests.homeport.writing_world import put

RECORD = Record("a" * 32, "key", "f" * 64, NOON)
ASKED = put("/items/1", b"body", ("if-match", '"1"'))


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ('"8e03978e-40d5"', "8e03978e-40d5"),
        ("8e03978e-40d5", "8e03978e-40d5"),
        (' "a b" ', "a b"),
        (r'"a\"b\\"', 'a"b\\'),
        ('"a"; version=1', "a"),
        ("order:1/2=3", "order:1/2=3"),
        ("x" * LONGEST, "x" * LONGEST),
    ],
)
def test_a_key_is_a_string_or_bare(field: str, key: str) -> None:
    assert read(field) == key


@pytest.mark.parametrize(
    "field", ["", '""', '"a', 'a"', "a b", "a, b", '"a", "b"', '"\xe4"', "ä", r'"\a"', "x" * (LONGEST + 1)]
)
def test_a_malformed_key_is_none(field: str) -> None:
    assert read(field) is None


def test_a_key_is_another_one_for_another_principal() -> None:
    assert digest("k", "") != digest("k", "x") != digest("l", "x")
    assert len(digest("k", "x")) == 64


@pytest.mark.parametrize(
    "other",
    [
        replace(ASKED, method="PATCH"),
        replace(ASKED, target="/items/2"),
        replace(ASKED, body=b"another"),
        put("/items/1", b"body", ("if-match", '"2"')),
        put("/items/1", b"body"),
        put("/items/1", b"body", ("if-match", '"1"'), ("if-none-match", "*")),
        replace(ASKED, headers=ASKED.headers.without("content-type")),
    ],
)
def test_a_request_that_asks_for_something_else_has_another_fingerprint(other: Request) -> None:
    assert fingerprint(other) != fingerprint(ASKED)


def test_what_says_nothing_of_the_request_does_not_count() -> None:
    other = replace(
        ASKED, headers=ASKED.headers.plus(("prefer", "wait=1"), ("cf-ray", "1"), ("user-agent", "x"))
    )
    assert fingerprint(other) == fingerprint(ASKED)


def test_the_fingerprint_is_the_documented_one() -> None:
    """Computed elsewhere: sha256 of ["DELETE","/a",null,null,null,null,"e3b0…"]."""
    assert fingerprint(Request("DELETE", "/a")) == (
        "3678791a450c7e54fe61ee8da726166488ccf7d579e44ea3c4bb59147f5d7089"
    )


def test_a_record_is_read_as_it_was_written() -> None:
    assert decode(encode(RECORD)) == RECORD
    assert decode(encode(replace(RECORD, again=2))) == replace(RECORD, again=2)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"free",
        b"[]",
        b"{}",
        encode(RECORD)[:-1],
        encode(RECORD).replace(b'"format":1', b'"format":2'),
        encode(RECORD).replace(b'"format":1', b'"format":true'),
        encode(RECORD).replace(b'"again":0', b'"more":0'),
        encode(RECORD).replace(str(NOON).encode(), b'"noon"'),
        encode(RECORD).replace(b'"key":"key"', b'"key":null'),
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_a_damaged_record_or_a_newer_one_is_none(octets: bytes) -> None:
    assert decode(octets) is None
