"""What a patch may cost, and how what it leaves is written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from homeport.writing import patch
from homeport.writing.patch import MERGE, OPERATIONS, MisfitError


def patched(document: Any, what: Any, kind: str = OPERATIONS) -> Any:
    """The document as the patched octets say; the refusal's status; None where nobody can tell."""
    outcome = patch.patched(kind, json.dumps(what).encode(), json.dumps(document).encode())
    if isinstance(outcome, MisfitError):
        return outcome.status
    return outcome if outcome is None else ("is", json.loads(outcome))


def op(name: str, path: str, *value: Any, **more: Any) -> dict[str, Any]:
    return {"op": name, "path": path, **({"value": value[0]} if value else {}), **more}


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


@pytest.mark.parametrize(
    ("kind", "what", "document"),
    [
        (MERGE, b"{}", b"no JSON"),
        (MERGE, b"{}", b'{"a":1,"a":2}'),
        (MERGE, nested(101), b"{}"),
        (MERGE, nested(60_000), b"{}"),
        (MERGE, b"{}", nested(60_000)),
        (MERGE, b'{"a":1e999}', b"{}"),
        (MERGE, b'{"a":' + b"1" * 5000 + b"}", b"{}"),
        (MERGE, b'{"a":"\\ud800"}', b"{}"),
        (MERGE, b"{}", b'"' + b"x" * patch.LARGEST + b'"'),
        (MERGE, b'{"b":"' + b"x" * 70_000 + b'"}', b'{"a":"' + b"x" * 70_000 + b'"}'),
        (OPERATIONS, b'[{"op":"remove","path":""}]', b"{}"),
        (OPERATIONS, b'[{"op":"remove","path":"' + b"/a" * 101 + b'"}]', b"{}"),
    ],
)
def test_what_cannot_be_told_without_a_guess_is_left_to_the_origin(
    kind: str, what: bytes, document: bytes
) -> None:
    assert patch.patched(kind, what, document) is None
    assert patch.fault(kind, what) is None


@pytest.mark.parametrize("count", [30, 1000])
def test_copies_cannot_blow_a_document_up(count: int) -> None:
    steps = [{"op": "copy", "from": "", "path": f"/{n}"} for n in range(count)]
    assert patched({"a": "some text"}, steps) is None


def test_moves_of_a_large_value_are_bounded() -> None:
    steps = [{"op": "move", "from": "/a", "path": "/b"}, {"op": "move", "from": "/b", "path": "/a"}]
    assert patched({"a": "x" * 100_000}, steps) == ("is", {"a": "x" * 100_000})
    assert patched({"a": "x" * 100_000}, steps * 500) is None


def test_a_copy_is_independent_of_its_source() -> None:
    steps = [{"op": "copy", "from": "/a", "path": "/b"}, op("add", "/a/-", 2)]
    assert patched({"a": [1]}, steps) == ("is", {"a": [1, 2], "b": [1]})


def test_nothing_is_applied_of_a_patch_that_fails_at_its_end() -> None:
    assert patched({"a": 1}, [op("replace", "/a", 2), op("test", "/a", 1)]) == 409


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (b"1", b"1"),
        (b"1.0", b"1.0"),
        (b"-0.0", b"-0.0"),
        (b"0.1", b"0.1"),
        (b"12345678901234567890123", b"12345678901234567890123"),
        (b"1e2", b"100.0"),
        (b"1.10", b"1.1"),
    ],
)
def test_integers_stay_exact_and_other_numbers_are_doubles(number: bytes, text: bytes) -> None:
    assert patch.patched(MERGE, b'{"b":' + number + b"}", b'{"a":' + number + b"}") == b'{"a":%b,"b":%b}' % (
        text,
        text,
    )


def test_members_keep_their_order_and_text_its_letters() -> None:
    assert (
        patch.patched(MERGE, '{"z":"é","b":2}'.encode(), b'{"b":1,"a":"\\u00e4"}')
        == '{"b":2,"a":"ä","z":"é"}'.encode()
    )
