"""Prefer (RFC 7240), as an accepted write heeds it."""

from __future__ import annotations

import pytest

from homeport.messages import Headers
from homeport.writing.prefer import LONGEST_WAIT, Preferences, read, replayed

ASYNC = Preferences(respond_async=True)
WHOLE, LEAST = Preferences(returns="representation"), Preferences(returns="minimal")


def prefer(*values: str) -> Headers:
    return Headers([("content-type", "text/plain"), *(("prefer", value) for value in values)])


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([], Preferences()),
        ([""], Preferences()),
        (["respond-async"], ASYNC),
        (["return=representation"], WHOLE),
        (["return=minimal"], LEAST),
        (["wait=10"], Preferences(wait="10")),
        (["respond-async, wait=10"], Preferences(respond_async=True, wait="10")),
        (["return=minimal, foo; some-parameter"], LEAST),
    ],
)
def test_section_4_the_preferences_that_are_known(values: list[str], wanted: Preferences) -> None:
    assert read(prefer(*values)) == wanted


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (["respond-async", "wait=10"], Preferences(respond_async=True, wait="10")),  # several fields are one
        (["Respond-Async, WAIT=7"], Preferences(respond_async=True, wait="7")),  # names: any case
        (["return=Minimal"], Preferences()),  # values: this case
        (["return=minimal, return=representation"], LEAST),  # the first of a name
        (["return=minimal", "Return=representation"], LEAST),
        (["return=other, return=minimal"], Preferences()),
        (['return="representation"'], WHOLE),  # a word is a token or quoted
        ([r'return="mini\mal"'], LEAST),
        (['wait = "10"'], Preferences(wait="10")),  # bad whitespace is removed (RFC 9110 section 5.6.3)
        (['respond-async=""'], ASYNC),  # empty is none
        (['respond-async; foo=bar ;baz; x="a, b" ; ;'], ASYNC),  # parameters that nobody knows
        (["respond-async;wait=10"], ASYNC),  # a parameter is no preference
        ([",, wait=3 ,\t,"], Preferences(wait="3")),  # empty members (RFC 9110 section 5.6.1)
        (['foo="wait=1, respond-async, \\", return=minimal"'], Preferences()),
        (['foo="bar, wait=3'], Preferences()),
        (['foo="bar\\'], Preferences()),
        (["wait=3 4, respond-async"], ASYNC),  # what has no meaning says nothing, and its neighbours do
        (["=, wait=, ;a, return=minimal"], LEAST),
        (["unknown=1, handling=lenient"], Preferences()),
    ],
)
def test_section_2_the_grammar(values: list[str], wanted: Preferences) -> None:
    assert read(prefer(*values)) == wanted


@pytest.mark.parametrize("value", ["wait", "wait=-1", "wait=1.5", "wait=abc", "wait=\u0661", "wait=1e3"])
def test_section_4_3_seconds_are_digits(value: str) -> None:
    assert read(prefer(value)).seconds == 0


@pytest.mark.parametrize(
    ("value", "seconds"), [("0", 0), ("007", 7), ("20", 20), ("21", LONGEST_WAIT), ("9" * 5000, LONGEST_WAIT)]
)
def test_section_4_3_nobody_waits_longer_than_the_longest_wait(value: str, seconds: float) -> None:
    assert read(prefer(f"wait={value}")).seconds == seconds


@pytest.mark.parametrize("value", ["respond-async=yes", "respond-async=0"])
def test_section_4_1_respond_async_has_no_value(value: str) -> None:
    assert read(prefer(value)) == Preferences()


@pytest.mark.parametrize(
    ("values", "sent"),
    [
        (["respond-async"], None),
        (["Wait=10", "respond-async; foo"], None),
        (["return=representation, wait=10"], "return=representation"),
        (['handling=strict, wait=1, odata.x="a, b"; c'], 'handling=strict, odata.x="a, b"; c'),
        (["return=minimal", "RETURN=representation"], "return=minimal"),
        (["foo bar, respond-async baz"], None),
        ([""], None),
    ],
)
def test_a_replay_is_not_told_when_to_answer(values: list[str], sent: str | None) -> None:
    fields = replayed(prefer(*values))
    assert fields.get("prefer") == sent
    assert fields.get("content-type") == "text/plain"


def test_a_replay_without_preferences_is_as_it_came() -> None:
    assert replayed(prefer()) == prefer()
