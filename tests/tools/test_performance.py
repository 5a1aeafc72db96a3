"""The numbers in docs/performance.md come out of the file of a whole run, and from nowhere else."""

from __future__ import annotations

import json

import pytest

from benchmarks.results import FILE
from tools import performance

ROWS = [
    {"contender": "bare_python", "body_kb": 1, "connections": 1, "per_second": 800.0, "p99_ms": 2.0},
    {"contender": "homeport", "body_kb": 1, "connections": 1, "per_second": 740.0, "p99_ms": 2.2},
    {"contender": "bare_python", "body_kb": 1, "connections": 4, "per_second": 1000.0, "p99_ms": 8.0},
    {"contender": "homeport", "body_kb": 1, "connections": 4, "per_second": 905.0, "p99_ms": 6.0},
    {"contender": "varnish", "note": "varnishd is not installed"},
]
RESULTS = {
    "taken": "2026-11-22T08:00:00+00:00",
    "machine": {"cores": 2, "cpu": "A processor", "python": "3.12.1"},
    "parts": {"hit": ROWS},
    "ratios": {"hit_throughput_vs_floor": 0.915, "write_p99_vs_floor": 1.2},
}


def test_ratios_stand_there_with_what_was_promised_of_them() -> None:
    text = performance.block(RESULTS)

    assert "Taken 2026-11-22 on 2 cores (A processor)." in text
    assert "| hits a second, over a bare Python Worker's | 0.915 | at least 0.9 |" in text
    assert "| write p99 vs floor | 1.2 |  |" in text


def test_contenders_stand_there_over_the_floor_and_those_that_were_absent_by_name() -> None:
    lines = performance.block(RESULTS).splitlines()

    assert "|  | 1 KB, 1 connection | 1 KB, 4 connections |" in lines
    assert "| **Homeport** | 0.93 | 0.91 |" in lines  # a second
    assert "| **Homeport** | 1.10 | 0.75 |" in lines  # p99
    assert "| Varnish | varnishd is not installed |  |" in lines


def test_without_a_file_there_are_no_numbers() -> None:
    assert performance.block(None) == performance.NOTHING


def test_only_what_stands_between_the_marks_is_written() -> None:
    before = "# Title\n<!-- numbers:begin -->\nold\n<!-- numbers:end -->\nrest\n"

    assert (
        performance.page(before, None)
        == f"# Title\n<!-- numbers:begin -->\n{performance.NOTHING}<!-- numbers:end -->\nrest\n"
    )


def test_a_page_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="numbers:begin"):
        performance.page("# Title\n", None)


def test_the_page_is_what_the_file_says() -> None:
    text = performance.PAGE.read_text()
    results = json.loads(FILE.read_text()) if FILE.exists() else None

    assert performance.page(text, results) == text


def test_the_steps_of_a_hit_stand_there_over_the_least_of_them() -> None:
    rows = [{"what": "nothing", "processor_us": 500}, {"what": "a hit", "processor_us": 1250}]
    counted = {"what": "attributes", "count": 42}

    lines = performance.block(RESULTS | {"parts": {"profile": [*rows, counted]}}).splitlines()

    assert "| is Homeport: a hit | 2.50 |" in lines
    assert "| attributes across the border, a hit | 42 |" in lines
