"""Every number of docs/operations.md, measured: an operation or a round trip more anywhere is a change of its own."""

from __future__ import annotations

import pytest

from benchmarks.operations import measure
from benchmarks.operations.numbers import LINES, TABLES, Line
from benchmarks.operations.plays import LARGE, SMALL, measured
from benchmarks.operations.world import Cost
from benchmarks.part import Effort
from tools import operations_table


@pytest.fixture(scope="session")
def small() -> dict[str, Cost]:
    return measured(SMALL)


@pytest.fixture(scope="session")
def large() -> dict[str, Cost]:
    return measured(LARGE)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.what)
def test_it_costs_exactly_what_the_table_says(
    line: Line, small: dict[str, Cost], large: dict[str, Cost]
) -> None:
    assert (small[line.what], large[line.what]) == line.costs()


def test_all_that_is_played_is_told(small: dict[str, Cost]) -> None:
    assert sorted(small) == sorted(line.what for line in LINES)


def test_the_document_has_the_tables_as_generated() -> None:
    text = operations_table.PAGE.read_text()
    assert operations_table.page(text) == text
    assert all(f"| {line.what} | {line.trips} |" in text for line in LINES)


def test_a_document_without_a_place_for_them_is_refused() -> None:
    with pytest.raises(ValueError, match="has no lines"):
        operations_table.page("no markers", TABLES)


def test_the_benchmarks_part_has_a_row_for_each() -> None:
    part = measure(Effort(quick=True))
    assert [row["what"] for row in part.rows] == [*measured(SMALL)]
    hit = next(row for row in part.rows if row["what"] == "a hit")
    assert (hit["trips"], hit["operations_small"]) == (1, 1)


@pytest.mark.parametrize(("regions", "sums"), [(2, "24 157"), (11, "51 355")])
def test_what_the_document_says_of_a_whole_write_is_the_sum_of_its_lines(regions: int, sums: str) -> None:
    lines = {line.what: line for line in LINES}
    steps = [lines[what] for what in ("PUT accepted", "behind an accepted write", "drained alone")]
    small = sum(line.small + (regions - 1) * line.away_small for line in steps)
    large = sum(line.large + (regions - 1) * line.away_large for line in steps)
    assert f"{small} {large}" == sums
    text = " ".join(operations_table.PAGE.read_text().split())
    assert all(number in text for number in ("24 with two regions, 51 with eleven", "157 and 355"))


def test_an_idle_month_is_a_sum_too() -> None:
    hour = next(line.small for line in LINES if line.what == "an idle hour")
    assert (hour, 720 * hour) == (300, 216_000)
    assert "216 000 in a month" in operations_table.PAGE.read_text()
