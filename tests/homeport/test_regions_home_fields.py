"""What of a request is ours, and that the origin gets the rest as it came."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from homeport.messages import Headers
from homeport.regions.home import instead, take_off

OURS = "__Host-homeport"


def cookies(*values: str) -> tuple[list[str], tuple[str, ...]]:
    """What is left of Cookie fields, and the values that were ours."""
    rest, shown = take_off(Headers([("cookie", value) for value in values]))
    return [value for _, value in rest], shown


@pytest.mark.parametrize(
    "value",
    [
        "",
        "a=1; b=2",
        "a=1,b=2;c = 3 ;; d",
        'json={"a":"1, 2"}; x="y;z"',
        "homeport=1; Host-homeport=2; __Host-homeports=3; x__Host-homeport=4; __host-homeport=5",
        f"a={OURS}; b=={OURS}",
    ],
)
def test_other_cookies_stay_as_they_are_byte_for_byte(value: str) -> None:
    assert cookies(value) == ([value], ())
    assert cookies(f"{OURS}=v; {value}")[1] == ("v",)
    assert cookies(f"{value}; {OURS}=v") == ([value] if value else [], ("v",))


@pytest.mark.parametrize(
    ("value", "rest", "shown"),
    [
        (f"{OURS}=v", [], ["v"]),
        (f" {OURS}=v ;", [], ["v"]),
        (f"{OURS} = v; {OURS}=", [], ["v", ""]),
        (f"{OURS}=v; a=1; b=2", ["a=1; b=2"], ["v"]),
        (f"a=1; {OURS}=v; b=2", ["a=1; b=2"], ["v"]),
        (f"a=1;{OURS}=v;b=2", ["a=1; b=2"], ["v"]),
        (f"a=1; b=2; {OURS}=v", ["a=1; b=2"], ["v"]),
        (f"a=1; {OURS}=v; {OURS}=w; b=2; {OURS}=x", ["a=1; b=2"], ["v", "w", "x"]),
        (f"a=1, 2; {OURS}=v; b=3,4", ["a=1, 2; b=3,4"], ["v"]),
        (f"{OURS}=a=b=c", [], ["a=b=c"]),
    ],
)
def test_every_cookie_of_our_name_is_taken_off(value: str, rest: list[str], shown: list[str]) -> None:
    assert cookies(value) == (rest, tuple(shown))


@pytest.mark.parametrize(
    ("value", "rest", "shown"),
    [
        (f"{OURS}=v, a=1", ["a=1"], ["v"]),
        (f"a=1, {OURS}=v", ["a=1"], ["v"]),
        (f"a=1, {OURS}=v, b=2; c=3", ["a=1; b=2; c=3"], ["v"]),
        (f"{OURS}=v, {OURS}=w", [], ["v", "w"]),
        (f"a=1; {OURS}=v, {OURS}=w; b=2", ["a=1; b=2"], ["v", "w"]),
    ],
)
def test_it_is_found_where_the_runtime_joined_several_fields_by_a_comma(
    value: str, rest: list[str], shown: list[str]
) -> None:
    assert cookies(value) == (rest, tuple(shown))


def test_it_is_found_in_several_cookie_fields() -> None:
    """HTTP/2 may send each cookie in a field of its own (RFC 9113 section 8.2.3)."""
    assert cookies("a=1", f"{OURS}=v", "b=2", f"c=3; {OURS}=w") == (["a=1", "b=2", "c=3"], ("v", "w"))


def test_the_fields_values_come_before_the_cookies() -> None:
    headers = Headers(
        [("cookie", f"{OURS}=c; a=1"), ("accept", "x"), ("homeport-home", "f, g"), ("Homeport-Home", "h,i")]
    )
    rest, shown = take_off(headers)
    assert shown == ("f", "g", "h", "i", "c")
    assert [*rest] == [("cookie", "a=1"), ("accept", "x")]
    assert instead(headers, rest) == {"homeport-home": None, "cookie": "a=1"}


def test_a_cookie_field_with_nothing_left_goes_as_a_whole() -> None:
    headers = Headers([("cookie", f"{OURS}=v"), ("accept", "x")])
    rest, _ = take_off(headers)
    assert [*rest] == [("accept", "x")]
    assert instead(headers, rest) == {"cookie": None}


def test_cookies_are_not_named_as_changed_where_ours_was_not_among_them() -> None:
    headers = Headers([("cookie", "a=1"), ("homeport-home", "v")])
    assert instead(headers, take_off(headers)[0]) == {"homeport-home": None}


def test_a_request_without_ours_is_left_alone() -> None:
    headers = Headers([("cookie", "a=1"), ("accept", "x"), ("x-homeport-home", "v")])
    assert take_off(headers) == (headers, ())


PAIRS = st.from_regex(r"[a-z]{1,3}=[a-z0-9\"]{0,3}", fullmatch=True)


@given(st.lists(PAIRS | st.just(f"{OURS}=v")))
def test_what_is_left_are_the_others_in_their_order(pairs: list[str]) -> None:
    others = [pair for pair in pairs if not pair.startswith(OURS)]
    rest, shown = cookies("; ".join(pairs))
    assert "; ".join(rest) == "; ".join(others)
    assert len(shown) == len(pairs) - len(others)


@given(st.lists(st.text() | st.sampled_from((f"{OURS}=v", f"{OURS} =", ";", ", ", "=", " "))).map("".join))
@example("\ud800" + OURS + "=\ud800")
def test_arbitrary_text_is_no_error_and_nothing_of_ours_is_left(text: str) -> None:
    rest, _ = take_off(Headers([("cookie", text), ("homeport-home", text)]))
    left = [value for _, value in rest]
    assert take_off(Headers([("cookie", value) for value in left]))[1] == ()
