"""Console sessions: whoever did not have a token has no session, and no session outlives its token or its time."""

from __future__ import annotations

import pytest

from homeport.access import Role
from homeport.messages import Headers
from homeport.operating.session import (
    COOKIE,
    LIFE_SECONDS,
    Session,
    begin,
    begun,
    csrf,
    ended,
    find,
    may_operate,
    without,
)
from tests.homeport.homeport_world import NOON

OLD, NEW, READER = "o" * 32, "n" * 32, "r" * 32
NONCE = "0123456789abcdef" * 2
TOKENS: tuple[tuple[Role, tuple[str, ...]], ...] = (("operate", (OLD, NEW)), ("read", (READER,)))


def found(
    *values: str, now: int = NOON, tokens: tuple[tuple[Role, tuple[str, ...]], ...] = TOKENS
) -> Session | None:
    cookies = "; ".join(f"{COOKIE}={value}" for value in values)
    return find(Headers([("cookie", f"theme=dark; {cookies}")]), tokens, now)


def role(*values: str) -> Role | None:
    session = found(*values)
    return session.role if session else None


def test_a_session_has_the_role_of_the_token_that_began_it() -> None:
    assert [role(begin(token, NOON, NONCE)) for token in (OLD, NEW, READER)] == ["operate", "operate", "read"]


def test_a_session_ends_with_its_twelve_hours() -> None:
    value = begin(NEW, NOON, NONCE)
    assert found(value, now=NOON + LIFE_SECONDS * 1000 - 1) is not None
    assert found(value, now=NOON + LIFE_SECONDS * 1000) is None


def test_a_session_ends_when_its_token_is_rotated_out() -> None:
    value = begin(OLD, NOON, NONCE)
    assert found(value, tokens=(("operate", (NEW,)), ("read", (READER,)))) is None
    assert found(begin(NEW, NOON, NONCE), tokens=(("operate", (NEW,)),)) is not None


def test_what_was_changed_in_it_ends_it() -> None:
    value = begin(READER, NOON, NONCE)
    version, expires, nonce, made = value.split(".")
    forged = [
        f"v2.{expires}.{nonce}.{made}",
        f"{version}.{int(expires) + 1}.{nonce}.{made}",
        f"{version}.{expires}.{nonce[::-1]}.{made}",
        f"{version}.{expires}.{nonce}.{made[:-1]}{'0' if made[-1] != '0' else '1'}",
        f"{version}.{expires}.{nonce}",
        f"{value}.",
        f"{version}.{'9' * 13}.{nonce}.{made}",
        begin("x" * 32, NOON, NONCE),
        "",
    ]
    assert [found(each) for each in forged] == [None] * len(forged)


def test_what_somebody_else_has_planted_under_the_name_hides_no_session() -> None:
    value = begin(NEW, NOON, NONCE)
    assert role("planted", value) == role(value, "planted") == "operate"
    assert found(*["planted"] * 4, value) is None


def test_a_form_carries_what_only_the_session_knows_and_what_is_not_its_cookie() -> None:
    values = [begin(NEW, NOON, NONCE), begin(NEW, NOON, NONCE[::-1]), begin(OLD, NOON, NONCE)]
    sessions = [found(value) for value in values]
    carried = {each.csrf for each in sessions if each}
    assert len(carried) == 3
    assert not any(each in value for each in carried for value in values)
    assert csrf(NEW.encode(), values[0]) in carried
    assert "csrf" not in repr(sessions[0])


def test_its_cookie_goes_to_no_script_no_other_site_and_no_path_of_the_origin() -> None:
    attributes = "Path=/.homeport/; HttpOnly; Secure; SameSite=Strict"
    assert begun("v") == ("set-cookie", f"{COOKIE}=v; Max-Age=43200; {attributes}")
    assert ended() == ("set-cookie", f"{COOKIE}=; Max-Age=0; {attributes}")
    assert COOKIE.startswith("__Secure-")


@pytest.mark.parametrize(
    ("cookie", "left"),
    [
        (f"{COOKIE}=v", None),
        (f"sid=1; {COOKIE}=v", "sid=1"),
        (f"{COOKIE}=v; sid=1; b=2", "sid=1; b=2"),
        ("sid=1;  b=2", "sid=1;  b=2"),
        (f"x{COOKIE}=v", f"x{COOKIE}=v"),
    ],
)
def test_without_it_the_other_cookies_are_as_they_were(cookie: str, left: str | None) -> None:
    kept = without(Headers([("accept", "*/*"), ("cookie", cookie)]))
    assert (kept.get("cookie"), kept.get("accept")) == (left, "*/*")


def test_what_a_browser_of_an_operator_brings_is_recognised() -> None:
    brought = [("cf-access-jwt-assertion", "t"), ("cookie", f"{COOKIE}=v"), ("cookie", "CF_Authorization=t")]
    assert all(may_operate(Headers([each])) for each in brought)
    assert not may_operate(Headers([("cookie", "sid=1"), ("authorization", "Bearer t")]))
