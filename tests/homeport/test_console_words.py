"""The console's words and markup."""

from __future__ import annotations

import pytest

from homeport.operating.console import words
from homeport.operating.console.markup import Html, el, html


def test_an_element_escapes_all_but_markup() -> None:
    assert el("p", "<&>", Html("<br>"), None, ["a", 1], class_='"x"', hidden=True, id=None) == (
        '<p class="&quot;x&quot;" hidden>&lt;&amp;&gt;<br>a1</p>'
    )
    assert html("<", el("input", aria_label="a'b")) == '&lt;<input aria-label="a&#x27;b">'


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3_600, "1 h"),
        (3_700, "1 h 1 min"),
        (90_000, "1 d"),
        (None, ""),
    ],
)
def test_a_duration_is_said_in_two_units_at_most(seconds: float | None, said: str) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("number", "said"), [(None, ""), (0, "0 B"), (1023, "1023 B"), (1024, "1.0 kB"), (5 << 20, "5.0 MB")]
)
def test_a_size_is_said_in_its_unit(number: int | None, said: str) -> None:
    assert words.octets(number) == said


def test_a_count_keeps_its_thousands_apart() -> None:
    assert (words.count(1_234_567), words.count(None)) == ("1\u202f234\u202f567", "?")
