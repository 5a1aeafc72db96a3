"""Cache-Status (RFC 9211), as a List of Structured Fields (RFC 8941)."""

from __future__ import annotations

import re

import pytest

from homeport.messages import Headers, Response
from homeport.reading import cache_status
from homeport.reading.cache_status import member, say

# A member: a token, then parameters that are a boolean, an integer, a token or a string (RFC 8941 section 3.1).
PARAMETER = r'; [a-z][a-z0-9-]*(=(-?\d+|[A-Za-z][A-Za-z0-9-]*|"[ !#-\[\]-~]*"))?'
MEMBER = re.compile(rf"[A-Za-z][A-Za-z0-9]*({PARAMETER})*")


@pytest.mark.parametrize(
    ("parameters", "detail", "said"),
    [
        (("hit", "ttl=57"), "eu-west-1", 'Homeport; hit; ttl=57; detail="eu-west-1"'),
        (("fwd=uri-miss", "fwd-status=200", "stored"), "", "Homeport; fwd=uri-miss; fwd-status=200; stored"),
        (("fwd=bypass",), "", "Homeport; fwd=bypass"),
        ((), "eu-west-1 accepted", 'Homeport; detail="eu-west-1 accepted"'),
        ((), "", "Homeport"),
    ],
)
def test_a_member_is_this_caches_name_and_what_it_did(
    parameters: tuple[str, ...], detail: str, said: str
) -> None:
    assert member(*parameters, detail=detail) == said
    assert MEMBER.fullmatch(said)


def test_quotes_and_backslashes_of_a_detail_do_not_end_it() -> None:  # RFC 9651 section 3.3.3
    said = member(detail='a"b\\')
    assert said == r'Homeport; detail="a\"b\\"'


def test_the_caches_name_is_a_token() -> None:  # RFC 9211 section 2: sf-token or sf-string
    assert re.fullmatch(r"[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*", cache_status.CACHE)


def test_a_response_without_the_field_gets_it() -> None:
    said = say(Response(200, Headers([("a", "1")]), b"body"), "hit")
    assert said == Response(200, Headers([("a", "1"), ("cache-status", "Homeport; hit")]), b"body")


def test_our_member_comes_after_those_of_caches_nearer_to_the_origin() -> None:  # RFC 9211 section 2
    before = Headers([("cache-status", "Origin; hit"), ("a", "1"), ("cache-status", "Shield; fwd=stale")])
    said = say(Response(200, before), "fwd=uri-miss", detail="x")
    assert said.headers.get("cache-status") == (
        'Origin; hit, Shield; fwd=stale, Homeport; fwd=uri-miss; detail="x"'
    )
    assert [name for name, _ in said.headers] == ["a", "cache-status"]


def test_the_response_itself_is_not_changed() -> None:
    response = Response(200, Headers([("cache-status", "Origin; hit")]))
    say(response, "hit")
    assert response.headers.get("cache-status") == "Origin; hit"
