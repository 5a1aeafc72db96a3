"""Load on paper: by hand where it can be, and against what tests/cost counts on the wire."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.world import load
from benchmarks.world.load import Load
from homeport import keys
from homeport.draining.budget import ENDING, SUBREQUESTS, to_settle

ALONE = Load(writes=100, regions=1, share=1.0)
THREE = Load(writes=100, regions=3, share=0.5)


def test_operations_are_those_that_are_counted() -> None:
    numbers = pytest.importorskip("benchmarks.operations.numbers", reason="the part `operations` is not here")
    counted = {line.what: line for lines in numbers.TABLES.values() for line in lines}
    assert load.accepting(1) == counted["PUT accepted"].small
    assert load.SHARED + load.draining(1) == counted["drained alone"].small
    assert load.SHARED + 10 * load.draining(1) == counted["drained, 10 resources of a lane"].small
    assert load.SHARED + load.draining(10) == pytest.approx(counted["drained, 10 coalesced"].small, rel=0.03)
    assert counted["drained alone"].away_small == load.TELL


def test_one_region_pays_for_accepting_and_draining() -> None:
    own, other = load.per_write(ALONE)
    assert own == pytest.approx(5 + 8 + 6 / 200)
    assert other == 0
    assert load.operations(ALONE) == pytest.approx(1303)


def test_a_region_pays_for_what_the_others_tell_it() -> None:
    assert load.operations(THREE) == pytest.approx(50 * 13.03 + 50 * 3)


def test_more_regions_never_take_telling_away() -> None:
    endless = Load(writes=1.0, regions=1000, share=0.001)
    assert load.limits(endless)["operations"] == pytest.approx(100 / 3, rel=0.01)


def test_an_entry_in_which_writes_wait_costs_more_to_read_and_to_write() -> None:
    assert [load.entry_kb(waiting) for waiting in (0, 1, 2, 10)] == [1, 1, 2, 8]
    assert load.accepting(2) == ((1 + 2 + 2) + (1 + 2 + 4)) / 2
    assert load.draining(10) == 2 * 8 + 2 * 8 + 1 + 3 * 10 + 2


def test_coalescing_saves_telling_and_costs_accepting() -> None:
    alone, together = load.per_write(THREE), load.per_write(replace(THREE, coalesced=10))
    assert together[1] == alone[1] / 10
    assert together[0] > alone[0]


def test_a_place_in_a_lane_is_held_for_its_rounds_and_a_bulk_gives_it_up() -> None:
    assert load.hold(ALONE) == 4 * 20 + 120 + 25
    assert load.hold(THREE) == 4 * 20 + 120 + 25 + 2 * 240
    assert load.hold(replace(THREE, bulk=100)) == 4 * 20 + 2 * 240
    assert load.lane_rate(ALONE) == pytest.approx(4 * 1000 / 225)


def test_lanes_follow_from_their_rate() -> None:
    assert load.lanes_needed(ALONE) == 6
    assert load.lanes_needed(replace(ALONE, coalesced=10)) == 1
    assert load.lanes_needed(replace(ALONE, writes=1_000)) == 57


def test_the_origin_has_at_once_what_littles_law_says() -> None:
    assert load.at_origin(ALONE) == pytest.approx(100 * 0.025)
    assert load.at_origin(replace(ALONE, coalesced=5, bulk=10)) == pytest.approx(100 / 50 * 0.025)
    assert load.cores(ALONE) == pytest.approx(0.4)


def test_an_invocation_settles_as_many_as_its_calls_allow() -> None:
    assert load.per_invocation(ALONE) == (SUBREQUESTS - ENDING) // to_settle(1, 1)
    assert load.per_invocation(replace(ALONE, regions=11)) == (SUBREQUESTS - ENDING) // to_settle(1, 11)


def test_what_is_met_first_is_named_and_only_where_it_is_met() -> None:
    assert load.first(replace(ALONE, writes=5)) == ""
    assert load.first(ALONE) == "operations"
    assert load.first(replace(ALONE, operations=1e6)) == "lanes"
    assert load.first(replace(ALONE, operations=1e6, lanes=256, origin_at_once=1)) == "origin"
    assert set(load.limits(ALONE)) | {""} == set(load.KNOBS)


@pytest.mark.parametrize("name", ["operations", "lanes", "origin"])
def test_a_limit_is_where_it_says_whatever_the_load(name: str) -> None:
    most = load.limits(THREE)[name]
    assert load.limits(replace(THREE, writes=7))[name] == pytest.approx(most)
    at = replace(THREE, writes=most)
    met = {
        "operations": load.operations(at) / at.operations,
        "lanes": most * at.share / (at.lanes * load.lane_rate(at)),
        "origin": load.at_origin(at) / at.origin_at_once,
    }
    assert met[name] == pytest.approx(1)


def test_no_more_lanes_can_be_told_apart_than_stated() -> None:
    tree = ast.parse(Path(keys.__file__).read_text())
    (chosen,) = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "lane_of")
    assert "int(key[:2], 16) % LANES" in ast.unparse(chosen)
    assert load.MOST_LANES == 16**2
