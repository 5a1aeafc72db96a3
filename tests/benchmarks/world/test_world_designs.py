"""The designs: at no load a request takes the sum of its ways, every visit is answered, nobody sees what cannot be."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.part import Effort
from benchmarks.world import measure, simulate
from benchmarks.world.designs import SHARED_ROUNDS
from benchmarks.world.network import between_regions, from_data_centre
from benchmarks.world.places import World, home, second
from benchmarks.world.setting import ALL, ORIGINS, THREE, Costs, Setting, measured
from benchmarks.world.studies import designs, setting_of, study, summary
from benchmarks.world.traffic import Visit, visits

QUIET = Setting(calm=True, visits=300, rate=0.2, warm_up=0.0, resources=40, write_skew=0.9, read_share=0.5)
"""A visit every five seconds: nobody meets anybody."""

BUSY = Setting(visits=3_000)

Answer = tuple[Visit, float, str]


def answers(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> list[Answer]:
    """Every visit with its time in ms and how it was answered."""
    found: list[Answer] = []
    take = simulate.Recorder.take

    def taking(self: simulate.Recorder, visit: Visit, arrived: float, how: str, stale: bool) -> None:
        found.append((visit, arrived - visit.at, how))
        take(self, visit, arrived, how, stale)

    with monkeypatch.context() as patched:
        patched.setattr(simulate.Recorder, "take", taking)
        simulate.simulate(setting)
    return found


@pytest.mark.parametrize("rounds", [1, 3])
def test_at_no_load_the_origin_alone_takes_the_way_and_its_service(
    rounds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, long, short in (("origin", rounds, 0), ("placed", 1, rounds)):
        setting = replace(setting_of(QUIET, "us-east-1", name), rounds=rounds)
        for visit, took, _ in answers(setting, monkeypatch):
            way = from_data_centre(visit.entrance.colo)["us-east-1"]
            legs = visit.access_ms + long * way + short * 1.0 + rounds * setting.service_ms
            assert took == pytest.approx(legs)


def test_at_no_load_homeport_takes_one_two_or_no_rounds_more(monkeypatch: pytest.MonkeyPatch) -> None:
    costs, setting = QUIET.costs, replace(QUIET, design="homeport", ttl_ms=30_000.0, visits=600)
    seen: Counter[str] = Counter()
    for visit, took, how in answers(setting, monkeypatch):
        ways = from_data_centre(visit.entrance.colo)
        region = ways[home(visit.entrance.location, ALL)] + costs.store_ms
        origin = ways["us-east-1"] + setting.service_ms
        expected = {
            "hit": costs.hit_ms + region,
            "miss": costs.miss_ms + region + origin,
            "stale": costs.miss_ms + 2 * region + origin,
            "accepted": costs.write_ms + 2 * region,
        }[how]
        assert took == pytest.approx(visit.access_ms + expected), how
        seen[how] += 1
    assert min(seen[how] for how in ("hit", "miss", "stale", "accepted")) > 0


def test_at_no_load_a_write_is_applied_after_the_drains_rounds() -> None:
    setting = replace(QUIET, read_share=0.0, visits=50)
    expected = []
    for visit in visits(setting):
        ways = from_data_centre(visit.entrance.colo)
        region = ways[home(visit.entrance.location, ALL)] + setting.costs.store_ms
        expected.append((SHARED_ROUNDS + 1) * region + ways["us-east-1"] / 2 + setting.service_ms)
    assert sorted(simulate.simulate(setting).lags) == pytest.approx(sorted(expected))


def test_a_second_origin_answers_from_the_nearer_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    other = second("us-east-1")
    for design in ("second", "both"):
        for visit, took, _ in answers(setting_of(QUIET, "us-east-1", design), monkeypatch):
            ways = from_data_centre(visit.entrance.colo)
            near = design == "both" or visit.reads
            way = min(ways["us-east-1"], ways[other]) if near else ways["us-east-1"]
            assert took == pytest.approx(visit.access_ms + way + QUIET.service_ms)


def test_a_hit_at_a_data_centre_takes_the_last_mile_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    found = answers(replace(QUIET, design="cdn", read_share=1.0, ttl_ms=1e9, visits=1_000), monkeypatch)
    hits = [(visit, took) for visit, took, how in found if how == "hit"]
    assert len(hits) > 20
    assert all(took == pytest.approx(visit.access_ms) for visit, took in hits)


@pytest.mark.parametrize("name", designs("us-east-1"))
def test_every_visit_is_answered_once_and_the_same_again(name: str) -> None:
    setting = setting_of(BUSY, "us-east-1", name)
    one, again = simulate.simulate(setting), simulate.simulate(setting)
    assert one == again
    counted = simulate.simulate(replace(setting, warm_up=0.0))
    assert sum(map(len, counted.by_country.values())) == setting.visits
    assert sum(map(len, counted.world.values())) < setting.visits


def test_a_visit_that_is_not_answered_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulate.Recorder, "take", lambda *_, **__: None)
    with pytest.raises(RuntimeError, match="300 visits and 0 answers"):
        simulate.simulate(QUIET)


def test_the_origin_alone_shows_every_write_and_a_cache_that_is_told_of_none_does_not() -> None:
    often = replace(BUSY, resources=50, write_skew=0.9)
    stale = {name: summary(setting_of(often, "us-east-1", name))["stale"] for name in designs("us-east-1")}
    assert stale["origin"] == stale["placed"] == 0
    assert stale["cdn"] > 2 * stale["homeport-11"] > 0


def test_the_origin_gets_misses_and_every_write_once() -> None:
    shown = simulate.simulate(replace(BUSY, design="homeport", warm_up=0.0))
    writes = sum(len(times) for (_, reads), times in shown.by_country.items() if not reads)
    reads = BUSY.visits - writes
    assert shown.origin_share == pytest.approx(((1 - shown.hits) * reads + writes) / BUSY.visits)
    assert len(shown.lags) == writes


def test_one_region_beside_the_origin_helps_no_write_and_eleven_do() -> None:
    one, eleven, origin = (
        summary(setting_of(BUSY, "us-east-1", name)) for name in ("homeport-1", "homeport-11", "origin")
    )
    assert eleven["write"][0] < origin["write"][0] < one["write"][0]
    assert one["hits"] > eleven["hits"]


def test_hits_are_those_of_a_cache_that_keeps_each_resource_for_its_ttl() -> None:
    """Of requests at random, at rate r each, it answers rT / (1 + rT): one renewal begins with a miss and lasts T."""
    setting = replace(
        setting_of(BUSY, "us-east-1", "homeport-1"),
        calm=True,
        visits=15_000,
        rate=50.0,
        read_share=1.0,
        resources=300,
        ttl_ms=20_000.0,
    )
    weights = [rank**-setting.skew for rank in range(1, setting.resources + 1)]
    shares = [weight / sum(weights) for weight in weights]
    asked = [share * setting.rate * setting.ttl_ms / 1000 for share in shares]
    expected = sum(share * times / (1 + times) for share, times in zip(shares, asked, strict=True))
    assert simulate.simulate(setting).hits == pytest.approx(expected, abs=0.02)


def test_a_longer_ttl_and_more_reads_mean_more_hits() -> None:
    ttls = [row["hits"] for row in study(BUSY, ["homeport-11"], "ttl_ms", [1_000.0, 10_000.0, 100_000.0])]
    assert ttls == sorted(ttls)
    assert ttls[0] < ttls[2]
    shares = [row["hits"] for row in study(BUSY, ["homeport-3"], "read_share", [0.5, 0.99])]
    assert shares[0] < shares[1]


def test_far_countries_wait_longer_for_an_origin_and_not_for_a_region() -> None:
    quiet = replace(BUSY, calm=True, rate=20.0, warm_up=0.0, read_share=0.5)
    alone = simulate.simulate(setting_of(quiet, "us-east-1", "origin"))
    assert alone.of("US", True)[0] < alone.of("DE", True)[0] < alone.of("IN", True)[0]
    near = simulate.simulate(setting_of(quiet, "us-east-1", "homeport-11"))
    assert near.of("AU", False)[0] < 0.5 * alone.of("AU", False)[0]


def test_the_second_origin_stands_far_from_the_first() -> None:
    for origin in ORIGINS:
        assert between_regions()[origin][second(origin)] > 50
    assert World(setting_of(QUIET, "us-east-1", "both")).nearest_origin("SIN").region == second("us-east-1")
    assert set(THREE) >= set(ORIGINS)


def test_measured_costs_take_the_place_of_assumptions(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    assert measured(path) == Costs()
    path.write_text(
        '{"parts": {"hit": [{"contender": "homeport", "processor_ms": 2.0},'
        ' {"contender": "homeport", "processor_ms": 2.5}, {"contender": "hono", "processor_ms": 0.3}],'
        ' "writes": [{"contender": "homeport", "processor_ms": null}]}}'
    )
    assert measured(path) == Costs(hit_ms=2.0, miss_ms=3.33, write_ms=8.0)


def test_the_part_has_a_row_for_every_design() -> None:
    part = measure(Effort(quick=True))
    assert part.name == "world"
    assert [row["design"] for row in part.rows] == list(designs("us-east-1"))
    assert 0 < part.ratios["world_write_p50_vs_origin"] < 1
