"""The console's words, markup and map."""

from __future__ import annotations

import pytest

from homeport.operating.console import atlas, words
from homeport.operating.console.markup import Html, el, html
from homeport.operating.look import Seen
from homeport.regions.cells import CELLS
from tests.homeport.console_reader import read
from tests.homeport.test_console_page import lanes, view


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


def test_every_region_of_momentos_is_on_the_map_and_no_label_hides_another() -> None:
    shown = atlas.atlas(view(*(Seen(each, lanes(0, 0, 0, 0), 0, None) for each in CELLS)))
    drawing = read(b"<!doctype html><html>" + shown.encode() + b"</html>")
    labels = drawing.all("tspan")
    assert {each.text for each in labels} == {*CELLS}
    boxes: list[atlas.Box] = []
    for label in labels:
        wide, x, y = (
            len(label.text) * atlas.LETTER,
            float(label.attributes["x"] or 0),
            float(label.attributes["y"] or 0),
        )
        (text,) = [each for each in drawing.all("text") if each.text == label.text]
        left = x - wide * ("start", "middle", "end").index(text.attributes["text-anchor"] or "") / 2
        box = (left, y - atlas.LINE * 0.8, left + wide, y)
        assert not any(atlas.meet(box, each) for each in boxes), label.text
        boxes.append(box)
