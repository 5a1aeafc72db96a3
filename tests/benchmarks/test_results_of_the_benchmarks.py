"""What a run comes to: its file, its tables, its ratios and what they are held to."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from benchmarks import results, tables
from benchmarks.part import Effort, Part
from benchmarks.promises import PROMISES, broken, missing
from benchmarks.rig.cores import Busy
from benchmarks.rig.load import Told, told
from benchmarks.rig.rounds import Cell, over_the_grid
from local.stack.process import StackError

GOOD = {name: promise.least or promise.most or 1.0 for name, promise in PROMISES.items()}
HIT = Part(
    "hit",
    [{"contender": "homeport", "per_second": 410.5, "per_second_least": 400.0, "per_second_most": 420.0}],
    {name: ratio for name, ratio in GOOD.items() if name.startswith("hit")},
    {"workerd": "1"},
)
REST = Part(
    "start",
    [{"what": "import"}],
    {name: GOOD[name] for name in GOOD if name not in HIT.ratios},
    {"hono": "2"},
)
TAKEN = "2026-11-22T08:00:00+00:00"


def cell(contender: str, connections: int, *rates: float, busy: Busy | None = None) -> Cell:
    told = [Told(10, rate, 1.0, 100 / rate) for rate in rates]
    return Cell(contender, 1000, connections, told, [busy] * len(rates), [None] * len(rates))


def test_the_file_holds_all_parts_and_merges_their_ratios_and_versions() -> None:
    document = results.document([HIT, REST], TAKEN, {"cores": 2})

    assert document == {
        "taken": TAKEN,
        "machine": {"cores": 2},
        "versions": {"workerd": "1", "hono": "2"},
        "parts": {"hit": HIT.rows, "start": REST.rows},
        "ratios": GOOD,
    }


def test_the_file_is_json_with_a_line_for_each_row() -> None:
    document = results.document([HIT, REST], TAKEN, {"cores": 2})

    text = results.text(document)

    assert json.loads(text) == document
    assert f"   {json.dumps(HIT.rows[0])}\n" in text


def test_a_run_that_lacks_a_ratio_has_no_file_and_says_which() -> None:
    lacking = replace(REST, ratios={n: r for n, r in REST.ratios.items() if n != "own_code_kb"})

    with pytest.raises(results.IncompleteError, match=r"missing: own_code_kb$"):
        results.document([HIT, lacking], TAKEN, {})


def test_every_ratio_of_a_whole_run_is_asked_for() -> None:
    assert missing({}) == [
        "hit_throughput_vs_floor",
        "hit_p99_vs_floor",
        "hit_throughput_vs_hono",
        "write_throughput_vs_floor",
        "import_ms_over_bare",
        "own_code_kb",
        "drain_per_write_10000_vs_100",
        "rss_over_idle_mb",
    ]
    assert missing(GOOD) == []


def test_ratios_at_their_limits_are_within_them_and_beyond_are_not() -> None:
    assert list(broken(GOOD)) == []
    assert list(broken({**GOOD, "hit_throughput_vs_floor": 0.899, "hit_p99_vs_floor": 1.151})) == [
        "hit_throughput_vs_floor is 0.899: at least 0.9 was promised",
        "hit_p99_vs_floor is 1.151: at most 1.15 was promised",
    ]


def test_a_table_shows_a_spread_behind_its_median_and_nothing_where_a_row_has_nothing() -> None:
    part = replace(HIT, rows=[*HIT.rows, {"contender": "varnish", "note": "varnishd is not installed"}])
    written = StringIO()

    Console(file=written, width=120).print(tables.of_part(part))

    lines = [line.split("│")[1:-1] for line in written.getvalue().splitlines() if line.startswith("│")]
    assert [[text.strip() for text in line] for line in lines] == [
        ["homeport", "410 (400 to 420)", ""],
        ["varnish", "", "varnishd is not installed"],
    ]


def test_a_ratio_is_taken_within_rounds_then_over_the_loads() -> None:
    cells = [
        cell(
            "homeport", 1, 90, 45, 80
        ),  # 0.9, 0.9, 0.8 of the floor: the machine was slower in the second round
        cell("bare", 1, 100, 50, 100),
        cell("homeport", 4, 70, 70, 70),
        cell("bare", 4, 100, 100, 100),
        cell("homeport", 32, 100, 99, 98),
        cell("bare", 32, 100, 100, 100),
    ]

    assert over_the_grid(cells, "homeport", "bare", "per_second") == 0.9
    assert over_the_grid(cells, "homeport", "bare", "p99_ms") == 1.111


def test_there_is_no_ratio_over_what_was_not_measured() -> None:
    assert over_the_grid([cell("homeport", 1, 90)], "homeport", "hono", "per_second") is None


def test_a_row_holds_the_medians_and_the_spread_of_its_rounds() -> None:
    row = cell("homeport", 4, 50, 100, 80).row()

    assert (row["per_second"], row["per_second_least"], row["per_second_most"]) == (80, 50, 100)
    assert (row["p99_ms"], row["p99_ms_least"], row["p99_ms_most"]) == (1.25, 1.0, 2.0)
    assert (row["body_kb"], row["connections"], row["rounds"]) == (1, 4, 3)


def test_processor_time_is_told_for_each_request_where_the_system_tells_it() -> None:
    ours = cell("homeport", 4, 90, 90, busy=Busy(0.03, 2))
    floor = cell("bare", 4, 90, 90, busy=Busy(0.02, 2))

    assert (ours.row()["processor_ms"], ours.row()["cores"]) == (3.0, 0.01)
    assert over_the_grid([ours, floor], "homeport", "bare", "processor_ms") == 1.5
    unknown = cell("homeport", 4, 90)
    assert unknown.row()["processor_ms"] is None
    assert over_the_grid([unknown, unknown], "homeport", "homeport", "processor_ms") is None


def test_the_loads_report_is_read_in_milliseconds_and_seconds() -> None:
    line = '{"requests":300,"us":1500000,"p50_us":1250,"p99_us":9000,"failed":0}'

    assert told(f"Running 1s test\n{line}\n", "http://x") == Told(300, 200.0, 1.25, 9.0)


@pytest.mark.parametrize(
    ("output", "says"),
    [
        ("unable to connect", "wrk said nothing about http://x: unable to connect"),
        ('{"requests":9,"us":1,"p50_us":1,"p99_us":1,"failed":2}', "2 of 9 requests failed"),
        ('{"requests":0,"us":1,"p50_us":1,"p99_us":1,"failed":0}', "0 of 0 requests failed"),
    ],
)
def test_a_load_that_was_not_answered_gives_no_number(output: str, says: str) -> None:
    with pytest.raises(StackError, match=says):
        told(output, "http://x")


def test_a_quick_effort_measures_everything_once() -> None:
    assert (Effort().times(5), Effort(quick=True).times(5)) == (5, 1)
