"""What a JWT of Cloudflare Access says: every way in which it may say it wrongly, and to somebody else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.operating.assertion import LONGEST, SKEW_SECONDS, keys, read
from homeport.operating.team import Team
from tests.homeport.access_world import (
    NOW,
    OPERATE,
    PERSON,
    READ,
    TEAM,
    claims,
    document,
    jwk,
    part,
    program,
    signed,
)
from tests.homeport.homeport_world import NOON

OTHER = "c3" * 32


def told(said: object, now: int = NOW, **header: Any) -> tuple[str, str] | None:
    """Role and name."""
    head = {"alg": "RS256", "kid": "one"} | header
    found = read(signed(said, header=head), TEAM, now * 1000)
    return (found.role, found.name) if found else None


def test_a_persons_token_says_who_they_are_and_what_they_may() -> None:
    assert told(claims()) == ("operate", PERSON)
    assert told(claims(aud=[READ])) == told(claims(aud=READ)) == ("read", PERSON)
    assert told(claims(aud=[OTHER, READ, OPERATE])) == ("operate", PERSON)
    assert told(claims(type=None, nbf=None)) == ("operate", PERSON)


def test_a_service_tokens_token_is_a_programs() -> None:
    found = read(signed(program()), TEAM, NOON)
    assert found is not None
    assert (found.role, found.name[-7:], found.service) == ("operate", ".access", True)
    person = read(signed(claims()), TEAM, NOON)
    assert person is not None
    assert not person.service
    nameless = read(signed(claims(email=None)), TEAM, NOON)
    assert nameless is not None
    assert (nameless.name, nameless.service) == ("Cloudflare Access", False)


def test_clocks_may_differ_by_a_minute() -> None:
    assert SKEW_SECONDS == 60
    ends, begins = NOW + 3600, NOW
    assert [told(claims(), at) is not None for at in (ends + 59, ends + 60)] == [True, False]
    assert [told(claims(), at) is not None for at in (begins - 60, begins - 61)] == [True, False]


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": [OTHER]},
        {"aud": []},
        {"aud": None},
        {"aud": {OPERATE: 1}},
        {"aud": [[OPERATE]]},
        {"iss": "https://elsewhere.cloudflareaccess.com"},
        {"iss": "https://example.cloudflareaccess.com/"},
        {"iss": None},
        {"exp": None},
        {"exp": str(NOW + 60)},
        {"exp": True},
        {"exp": NOW - 60},
        {"nbf": NOW + 61},
        {"nbf": "now"},
        {"type": "org"},
        {"type": ["app"]},
    ],
    ids=json.dumps,
)
def test_what_is_not_said_to_us_by_the_team_and_now_is_not_heard(changed: dict[str, Any]) -> None:
    assert told(claims(**changed)) is None


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "RS512"},
        {"alg": "rs256"},
        {"alg": None},
        {"alg": ["RS256"]},
        {"kid": None},
        {"kid": 1},
        {"kid": ["one"]},
        {"crit": ["exp"]},
    ],
    ids=json.dumps,
)
def test_the_token_does_not_choose_how_it_is_checked(header: dict[str, Any]) -> None:
    assert told(claims(), **header) is None


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "a.b.c.d",
        f"{part({'alg': 'RS256', 'kid': 'one'})}.{part(claims())}.",
        f"{part({'alg': 'RS256', 'kid': 'one'})}.{part(claims())}.!",
        f"{part([])}.{part(claims())}.AAAA",
        f"{part({'alg': 'RS256', 'kid': 'one'})}.{part([])}.AAAA",
        f"{part({'alg': 'RS256', 'kid': 'one'})}.{part(claims())}.AAAA====",
        f"{'A' * LONGEST}.A.A",
    ],
)
def test_what_is_no_token_is_none(token: str) -> None:
    assert read(token, TEAM, NOON) is None


@given(st.text() | st.lists(st.text(alphabet="AQab_-={}\"'.[]1"), min_size=3, max_size=3).map(".".join))
def test_nothing_that_is_sent_raises(token: str) -> None:
    assert read(token, TEAM, NOON) is None


def test_a_team_without_a_role_for_an_application_does_not_know_it() -> None:
    assert read(signed(claims()), Team("example", ((READ, "read"),)), NOON) is None


def test_the_keys_of_a_team_are_those_that_sign_by_rsa() -> None:
    assert keys(document("one", "two")) == {
        kid: {name: jwk(kid)[name] for name in ("n", "e")} for kid in ("one", "two")
    }
    others = [
        {**jwk("one"), **each} for each in ({"kty": "oct"}, {"alg": "RS512"}, {"use": "enc"}, {"kid": 1})
    ]
    assert keys(json.dumps({"keys": others}).encode()) == {}


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"{}", b'{"keys": 1}', b'{"keys": [1]}', b"<html>", b"\xff"]
)
def test_what_is_no_set_of_keys_is_none(text: bytes) -> None:
    assert keys(text) is None
