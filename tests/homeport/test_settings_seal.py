"""The keys that seal, and the bounds of a region, from secrets and variables."""

from __future__ import annotations

import pytest

from homeport.settings import Faults, Settings, read
from homeport.writing.pressure import Marks

ONE, TWO = "A" * 43, "_-8" + "B" * 40
GOOD = {"HOMEPORT_ORIGIN": "https://origin.test", "HOMEPORT_REGIONS": "us-east-1", "MOMENTO_API_KEY": "key"}


def settings(**changes: str) -> Settings | Faults:
    return read(GOOD | changes)


def test_without_any_nothing_is_sealed() -> None:
    found = settings()
    assert isinstance(found, Settings)
    assert (found.seal_keys, found.marks, found.alarm_seconds) == (
        (),
        Marks(20_000, 16_000_000, 3_600),
        3_600,
    )


def test_keys_stand_in_their_order_with_their_octets() -> None:
    found = settings(HOMEPORT_SEAL_KEYS=f" 2026-11:{TWO}=  old_1:{ONE} ")
    assert isinstance(found, Settings)
    assert [(name, len(key), key[:2]) for name, key in found.seal_keys] == [
        ("2026-11", 32, b"\xff\xef"),
        ("old_1", 32, b"\x00\x00"),
    ]
    assert "seal_keys" not in repr(found)


@pytest.mark.parametrize(
    "words",
    [
        ONE,
        f":{ONE}",
        f"a.b:{ONE}",
        f"{'a' * 33}:{ONE}",
        f"a:{ONE}A",
        f"a:{ONE[1:]}",
        f"a:{ONE[1:]}+",
        f"a:{ONE[1:]}é",
        f"a:{ONE} a:{TWO}",
        f"a:{ONE} b",
    ],
)
def test_what_is_no_key_is_a_fault_that_shows_none_of_it(words: str) -> None:
    found = settings(HOMEPORT_SEAL_KEYS=words)
    assert isinstance(found, Faults)
    ((name, fault),) = found.faults
    assert name == "HOMEPORT_SEAL_KEYS"
    assert "AAAA" not in fault


@pytest.mark.parametrize("value", ["0", "-1", "x", "", "1.5", "1" * 13])
@pytest.mark.parametrize(
    "name",
    [
        "HOMEPORT_MOST_WAITING",
        "HOMEPORT_MOST_WAITING_BYTES",
        "HOMEPORT_MOST_WAITING_SECONDS",
        "HOMEPORT_ALARM_SECONDS",
    ],
)
def test_a_bound_is_a_whole_number(name: str, value: str) -> None:
    found = settings(**{name: value})
    assert isinstance(found, Faults)
    assert [faulty for faulty, _ in found.faults] == [name]


def test_bounds_are_what_they_are_set_to() -> None:
    found = settings(
        HOMEPORT_MOST_WAITING="5",
        HOMEPORT_MOST_WAITING_BYTES="6",
        HOMEPORT_MOST_WAITING_SECONDS="7",
        HOMEPORT_ALARM_SECONDS="8",
    )
    assert isinstance(found, Settings)
    assert (found.marks, found.alarm_seconds) == (Marks(5, 6, 7), 8)
