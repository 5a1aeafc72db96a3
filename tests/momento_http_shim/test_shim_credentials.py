"""Keys of every shape, the hosts they lead to, and that no key is ever shown."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from momento_http_shim import Credentials, InvalidArgument

CELL = "cell-4-us-west-2-1.prod.a.momentohq.com"


def v1(endpoint: str = CELL, key: str = "inner.key.part") -> str:
    return base64.b64encode(json.dumps({"endpoint": endpoint, "api_key": key}).encode()).decode()


def v2(**claims: str) -> str:
    def part(content: dict[str, str]) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256'})}.{part(claims)}.c2lnbmF0dXJl"


def test_a_v1_key_brings_its_endpoint_and_the_key_proper() -> None:
    credentials = Credentials.from_key(v1())
    assert credentials.authorization == "inner.key.part"
    assert credentials.api_cache == f"https://api.cache.{CELL}"
    assert credentials.web_cache == f"https://web.cache.{CELL}"
    assert credentials.web_control == f"https://web.control.{CELL}"
    assert credentials.web_token == f"https://web.token.{CELL}"


def test_an_endpoint_given_apart_wins_over_the_one_inside() -> None:
    credentials = Credentials.from_key(v1(), "other-cell.prod.a.momentohq.com")
    assert credentials.api_cache == "https://api.cache.other-cell.prod.a.momentohq.com"
    assert credentials.authorization == "inner.key.part"


def test_a_v2_key_goes_as_it_is_to_the_endpoint_given() -> None:
    key = v2(t="g", jti="x?>~")
    credentials = Credentials.from_key(f" {key}\n", CELL)
    assert credentials.authorization == key
    assert credentials.web_cache == f"https://web.cache.{CELL}"


def test_a_v2_key_alone_does_not_say_where_to() -> None:
    with pytest.raises(InvalidArgument, match="endpoint beside it"):
        Credentials.from_key(v2(t="g"))


@pytest.mark.parametrize(
    "key", ["nonsense", v2(t="legacy"), "a.b", "a.b.c", base64.b64encode(b"[]").decode()]
)
def test_what_is_no_key_is_refused_without_being_quoted(key: str) -> None:
    with pytest.raises(InvalidArgument, match="no Momento key") as caught:
        Credentials.from_key(key)
    assert key not in str(caught.value)


@pytest.mark.parametrize("base", ["http://127.0.0.1:8080/a", "http://localhost:1", "http://[::1]:9/a/b"])
def test_a_local_url_is_every_host(base: str) -> None:
    credentials = Credentials.from_key("anything", base + "/")
    hosts = {credentials.api_cache, credentials.web_cache, credentials.web_control, credentials.web_token}
    assert hosts == {base}


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "http://example.com",
        "http://127.0.0.1.example.com/",
        "http://127.0.0.1@example.com/",
        "ftp://127.0.0.1/",
        "https://",
        "cell/../x",
        "cell x",
        "cell?x",
        "a@b",
    ],
)
def test_a_key_is_never_sent_in_clear_text_or_astray(endpoint: str) -> None:
    with pytest.raises(InvalidArgument):
        Credentials("key", endpoint)


@pytest.mark.parametrize("key", ["", "a\nb", "a\r\nx: y", "é", "\x00"])
def test_a_key_that_no_header_can_carry_is_refused(key: str) -> None:
    with pytest.raises(InvalidArgument):
        Credentials(key, CELL)


def test_a_key_is_never_shown() -> None:
    credentials = Credentials("the-secret", CELL)
    assert "the-secret" not in f"{credentials!r} {credentials}"


@given(st.text(max_size=80))
def test_arbitrary_text_is_a_key_or_refused(text: str) -> None:
    try:
        credentials = Credentials.from_key(text)
    except InvalidArgument:
        return
    assert credentials.authorization
