"""The world's map and tables are what was simulated, and what was simulated is what the model still says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from benchmarks.world.people import COUNTRIES
from benchmarks.world.setting import ORIGINS, Costs, Setting
from benchmarks.world.studies import designs, setting_of, summary
from tools import world_gain, world_load, world_tables

SVG = "{http://www.w3.org/2000/svg}"
RECORD: dict[str, Any] = json.loads(world_tables.RECORD.read_text())
DRAWN = world_tables.CHART.read_text()


def test_map_and_tables_that_ship_are_the_ones_that_are_generated() -> None:
    assert world_tables.main(["--check"]) == 0


def test_what_was_edited_by_hand_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("CHART", "PAGE", "LOAD_PAGE"):
        target = tmp_path / getattr(world_tables, name).name
        target.write_text(getattr(world_tables, name).read_text())
        monkeypatch.setattr(world_tables, name, target)
    assert world_tables.main(["--check"]) == 0
    page = tmp_path / "world.md"
    page.write_text(page.read_text().replace("| origin alone |", "| the origin alone |"))
    assert world_tables.main(["--check"]) == 1
    assert "make generate" in capsys.readouterr().out
    assert world_tables.main([]) == 0
    assert world_tables.main(["--check"]) == 0


def test_the_record_has_every_design_for_every_origin_and_country() -> None:
    assert list(RECORD["origins"]) == list(ORIGINS)
    for origin in ORIGINS:
        assert list(RECORD["origins"][origin]) == list(designs(origin)) == list(world_tables.NAMES)
        for each in RECORD["origins"][origin].values():
            assert list(each["countries"]) == list(COUNTRIES)
            assert each["least"] >= 75
            for reads, slow_reads, writes, slow_writes in each["countries"].values():
                assert 0 < reads < slow_reads
                assert 0 < writes < slow_writes


def test_the_model_still_says_what_was_recorded() -> None:
    said = RECORD["setting"]
    base = replace(
        Setting(),
        **{name: value for name, value in said.items() if name != "costs"},
        costs=Costs(**said["costs"]),
    )
    for name in ("origin", "homeport-11"):
        again = summary(replace(setting_of(base, "us-east-1", name), visits=8_000, rate=10.0, warm_up=0.3))
        recorded = RECORD["origins"]["us-east-1"][name]
        assert again["write"][0] == pytest.approx(recorded["write"][0], rel=0.1)
        assert again["countries"]["IN"][2] == pytest.approx(recorded["countries"]["IN"][2], rel=0.12)


def test_the_pages_words_say_the_records_numbers() -> None:
    """Whoever simulates anew is told which words to change."""
    text = " ".join(world_tables.PAGE.read_text().split())
    virginia, frankfurt = (RECORD["origins"][origin] for origin in ("us-east-1", "eu-central-1"))
    alone, ours, one, three = (
        virginia[name] for name in ("origin", "homeport-11", "homeport-1", "homeport-3")
    )
    brazil, germany = (
        [each[name]["countries"][code][2] for name in ("origin", "homeport-11")]
        for each, code in ((virginia, "BR"), (frankfurt, "DE"))
    )
    for words in (
        f"reads take {ours['read'][0]:.0f} ms in the median and writes {ours['write'][0]:.0f}",
        f"from {alone['read'][1]:.0f} to {ours['read'][1]:.0f} ms for all people",
        f"Brazil's, to N. Virginia, take {brazil[1]:.0f} ms in place of {brazil[0]:.0f}",
        f"a write takes {germany[0]:.0f} ms with an origin in Frankfurt, and {germany[1]:.0f} with Homeport",
        f"Three regions have {three['hits']:.0%} hits in place of {ours['hits']:.0%}".replace("%", " %"),
        f"at least {alone['least']} reads or writes were counted",
    ):
        assert words in text
    assert one["origin_share"] < 0.2 < ours["origin_share"] < 0.45
    slower = sum(ours["countries"][code][1] > alone["countries"][code][1] for code in COUNTRIES)
    assert slower / len(COUNTRIES) == pytest.approx(0.75, abs=0.03)


def test_a_saving_has_the_colour_of_its_class() -> None:
    assert [world_gain.grade(ms) for ms in (400, 150, 149, 60, 10, 9, -10, -11)] == [0, 0, 1, 2, 3, 4, 4, 5]


def test_every_country_has_its_colour_on_every_map() -> None:
    uses = [each for each in ET.fromstring(DRAWN).iter(f"{SVG}use") if each.get("href") != "#rest"]  # noqa: S314 - ours
    assert len(uses) == 2 * len(ORIGINS) * len(COUNTRIES)
    found = iter(uses)
    for origin in ORIGINS:
        for _, place, _ in world_gain.KINDS:
            for country, ms in world_gain.saved(RECORD, origin, place).items():
                use = next(found)
                assert use.get("href") == f"#{country}"
                assert use.get("class") == f"l g{world_gain.grade(ms)}"


def test_the_map_is_small_says_what_it_shows_and_loads_nothing() -> None:
    assert len(DRAWN.encode()) <= 150_000
    root = ET.fromstring(DRAWN)  # noqa: S314 - it is ours
    assert root.get("role") == "img"
    shapes = {each.get("id") for each in root.iter() if each.get("id")} - {"title", "desc"}
    assert shapes == {"rest", *COUNTRIES}
    described = root.find(f"{SVG}desc")
    assert described is not None
    assert "origin in Tokyo: reads" in (described.text or "")
    assert all(each.get("href", "#").startswith("#") for each in root.iter())
    assert not any(word in DRAWN for word in ("url(", "@import", "@font-face", "<script", "xlink"))
    assert "prefers-color-scheme:dark" in DRAWN


def test_every_text_lies_on_the_page() -> None:
    root = ET.fromstring(DRAWN)  # noqa: S314 - it is ours
    width, height = map(float, (root.get("viewBox") or "").split()[2:])
    for text in root.iter(f"{SVG}text"):
        long = 7.4 * len(text.text or "")
        x, ends = float(text.get("x", "0")), "e" in (text.get("class") or "").split()
        assert (x - long if ends else x) >= 0, text.text
        assert (x if ends else x + long) <= width, text.text
        assert 0 < float(text.get("y", "0")) < height


def test_a_page_without_a_place_for_a_table_is_named() -> None:
    with pytest.raises(ValueError, match="no lines <!-- designs:begin -->"):
        world_tables.page("# The world\n", {"designs": ""})


def test_a_code_that_is_no_country_has_no_name() -> None:
    with pytest.raises(ValueError, match="XX is no country"):
        world_tables._name("XX")  # noqa: SLF001 - what a typing error in COUNTRIES would meet


def test_the_busiest_region_has_most_people_and_all_of_one() -> None:
    assert world_load.busiest(1) == pytest.approx(1)
    assert 1 / 11 < world_load.busiest(11) < world_load.busiest(3) < 1


def test_load_is_told_for_every_rate() -> None:
    head, lines = world_load.needs(world_load.DEPLOYMENTS["plain"])
    assert len(lines) == len(world_load.RATES)
    assert {len(line) for line in lines} == {len(head)}
    assert lines[0][-2:] == ("nothing", "-")
    assert lines[-1][-2] == "operations"
