"""What a route may call a secret, and by what it may tell its senders apart."""

from __future__ import annotations

from typing import Any

import pytest

from homeport.messages import Headers
from homeport.reading.whose import sender
from homeport.routing import Route, RouteError, Routes
from homeport.writing.write import straight_because
from tests.homeport.writing_world import put

KEYS = (("k", bytes(32)),)


def faults(**declared: Any) -> list[str]:
    try:
        Routes(Route("/a/{id}", **declared))
    except RouteError as error:
        return [fault for _, fault in error.faults]
    return []


@pytest.mark.parametrize("name", ["X-Shop", "cookie", "Authorization", "x-api-key"])
def test_a_field_that_reaches_the_origin_can_be_a_secret(name: str) -> None:
    assert faults(credentials=(name,)) == []


@pytest.mark.parametrize("name", ["Content-Type", "Host", "Range", "CF-Ray", "X-Forwarded-For", "a b", ""])
def test_a_field_that_is_no_senders_cannot(name: str) -> None:
    (fault,) = faults(credentials=(name,))
    assert fault.startswith(f"credentials={name.lower()!r}")


def test_what_chooses_the_representation_is_no_secret() -> None:
    (fault,) = faults(vary=("X-Shop",), credentials=("x-shop",))
    assert "vary" in fault


@pytest.mark.parametrize("session", ["cookie:sid", "header:authorization", "header:X-Shop", "header:Cookie"])
def test_a_session_is_a_cookie_or_a_secret(session: str) -> None:
    assert faults(session=(session,), credentials=("x-shop",)) == []


@pytest.mark.parametrize("session", ["sid", "cookie:", "cookie:a=b", "body:x", "header:x-shop"])
def test_another_session_is_a_fault(session: str) -> None:
    (fault,) = faults(session=(session,))
    assert fault.startswith(f"session={session!r}")


@pytest.mark.parametrize("name", ["credentials", "session"])
def test_one_alone_is_written_with_a_comma(name: str) -> None:
    (fault,) = faults(**{name: "cookie:sid"})
    assert fault.startswith(f"{name}=")


def test_a_field_that_the_route_names_sends_a_write_straight_without_a_key() -> None:
    request, route = put("/a/1", b"x", ("x-shop", "s")), Route("/a/{id}", credentials=("X-Shop",))
    assert straight_because(request) is None
    assert straight_because(request, route) == "credentials"
    assert straight_because(request, route, sealing=True) is None


SESSION = Route("/a/{id}", session=("cookie:sid", "header:authorization"))


def who(*fields: tuple[str, str]) -> str:
    return sender(Headers(fields), SESSION, KEYS).fingerprint("key")


@pytest.mark.parametrize(
    "fields",
    [
        (("cookie", "sid=1; ga=2"),),
        (("cookie", "ga=7;sid=1"),),
        (("cookie", "ga=7"), ("cookie", "sid=1")),
        (("cookie", "sid=1"), ("x-csrf-token", "t")),
    ],
)
def test_a_sender_is_known_by_the_session_alone(fields: tuple[tuple[str, str], ...]) -> None:
    assert who(*fields) == who(("cookie", "sid=1"))


@pytest.mark.parametrize(
    "fields",
    [
        (("cookie", "sid=12"),),
        (("cookie", "sid=1,2"),),
        (("cookie", "sid=1; sid=2"),),
        (("cookie", "xsid=1"),),
        (("cookie", "sid=1"), ("authorization", "x")),
        (("authorization", "1"),),
    ],
)
def test_another_value_is_another_sender(fields: tuple[tuple[str, str], ...]) -> None:
    assert who(*fields) != who(("cookie", "sid=1"))


def test_a_part_of_a_value_with_a_comma_is_not_the_whole() -> None:
    assert who(("cookie", "sid=a,b")) != who(("cookie", "sid=a,c"))


@pytest.mark.parametrize("fields", [(), (("cookie", ""),), (("authorization", ""),)])
def test_who_bears_nothing_is_nobody(fields: tuple[tuple[str, str], ...]) -> None:
    nobody = sender(Headers(fields), SESSION, KEYS)
    assert not nobody.sent(nobody.fingerprint("key"), "key")


def test_neither_keys_nor_values_stand_in_a_repr() -> None:
    shown = repr(sender(Headers((("cookie", "sid=hidden"),)), SESSION, (("k", b"hidden"),)))
    assert "hidden" not in shown
