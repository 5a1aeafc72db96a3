"""The comparison in the docs is what was recorded, and the record is worth showing."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from local.demo_push.counting import Counts, faults
from local.origins.inventory.caching import WAYS
from tools import push_chart

SVG = "{http://www.w3.org/2000/svg}"
RECORDED: list[dict[str, Any]] = json.loads(push_chart.RECORD.read_text())


def bars(drawing: str) -> list[float]:
    rectangles = ET.fromstring(drawing).iter(f"{SVG}rect")  # noqa: S314 - drawn here
    return [float(each.get("width", "0")) for each in rectangles if "b" in (each.get("class") or "").split()]


def test_the_record_has_every_way_and_push_kept_its_promises() -> None:
    assert [each["way"] for each in RECORDED] == list(WAYS) == list(push_chart.NAMES)
    counted = [Counts(**each) for each in RECORDED]
    assert [fault for each in counted for fault in faults(each)] == []
    assert [each.way for each in counted if each.late] == []


def test_chart_and_table_in_the_docs_are_the_recorded_ones() -> None:
    assert push_chart.CHART.read_text() == push_chart.render(RECORDED)
    text = push_chart.PAGE.read_text()
    assert push_chart.page(text, RECORDED) == text


def test_a_bar_is_as_long_as_its_number_and_the_longest_fills_its_panel() -> None:
    long = bars(push_chart.render(RECORDED))
    for at, (name, _, _) in enumerate(push_chart.PANELS):
        numbers = [each[name] for each in RECORDED]
        panel = long[at * len(numbers) : (at + 1) * len(numbers)]
        assert max(panel) == push_chart.BAR
        assert panel == [pytest.approx(push_chart.BAR * each / max(numbers), abs=0.06) for each in numbers]


def test_where_all_numbers_are_zero_no_bar_is_drawn() -> None:
    nothing = [{**each, "stale": 0} for each in RECORDED]
    assert bars(push_chart.render(nothing))[4:8] == [0.0] * 4


def test_the_numbers_are_said_in_words_too() -> None:
    description = ET.fromstring(push_chart.render(RECORDED)).find(f"{SVG}desc")  # noqa: S314 - drawn here
    assert description is not None
    assert "push: renders at the origin 4, stale pages served 0" in (description.text or "")


def test_a_page_without_a_place_for_the_table_is_named() -> None:
    with pytest.raises(ValueError, match="has no lines <!-- comparison:begin -->"):
        push_chart.page("# Pushing\n", RECORDED)
