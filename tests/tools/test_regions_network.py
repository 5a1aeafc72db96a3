"""The network that the table of regions is computed from, and the table itself."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from homeport.regions.cells import CELLS
from homeport.regions.paths import kilometres, times
from homeport.regions.table import COUNTRIES, SUBDIVISIONS, all_hubs, all_links, hints
from tools.regions import network, places, tables

TOLD = tomllib.loads((network.HERE / "network.toml").read_text())
NETWORK = network.read()


def test_the_tables_that_ship_are_the_ones_that_are_generated() -> None:
    for name, text in tables.render().items():
        assert (tables.FOLDER / name).read_text() == text


def test_a_table_that_was_edited_by_hand_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tables, "FOLDER", tmp_path)
    assert tables.main([]) == 0
    assert tables.main(["--check"]) == 0
    (tmp_path / "hubs.py").write_text((tmp_path / "hubs.py").read_text().replace("AD:BCN", "AD:SYD"))
    assert tables.main(["--check"]) == 1
    assert "hubs.py" in capsys.readouterr().out


def test_every_route_has_a_reason_and_a_source() -> None:
    for group in (*TOLD["routes"], TOLD["attached"]):
        assert len(group["why"]) > 20, group
        assert len(group["source"]) > 10, group


def test_every_region_stands_near_its_hub() -> None:
    assert list(NETWORK.regions) == list(CELLS)
    for region, hub in NETWORK.regions.items():
        cell = CELLS[region]
        assert kilometres((cell.latitude, cell.longitude), NETWORK.hubs[hub].position) < 260


def test_every_hub_reaches_every_region() -> None:
    rows = NETWORK.rows()
    assert set(rows) == set(all_hubs())
    for hub, row in rows.items():
        assert list(row) == list(CELLS), hub


def test_no_round_trip_is_faster_than_light_in_fibre() -> None:
    for hub, row in NETWORK.rows().items():
        for region, time in row.items():
            circle = kilometres(NETWORK.hubs[hub].position, NETWORK.hubs[NETWORK.regions[region]].position)
            assert time >= circle / 100 * 0.98


def test_every_code_of_iso_3166_has_a_hub_and_kosovo_too() -> None:
    assert set(COUNTRIES) == places.countries()
    assert len(COUNTRIES) == 250
    counted = Counter(code[:2] for code in SUBDIVISIONS)
    assert counted == {"US": 51, "CA": 13}


def test_every_data_centre_has_a_hub_in_its_own_country_or_the_countrys() -> None:
    known, hubs = network.places(), all_hubs()
    data_centres, _ = hints()
    assert set(data_centres) == set(places.data_centres())
    assert len(data_centres) > 300
    for code, hub in data_centres.items():
        country = known[code].country
        assert hubs[hub].country == country or NETWORK.attached[country] == hub


def test_the_shipped_links_give_the_shipped_times() -> None:
    for region, hub in NETWORK.regions.items():
        far = times(all_links(), hub)
        place = list(CELLS).index(region)
        for code, each in all_hubs().items():
            assert abs(far[code] - int(each.times[2 * place : 2 * place + 2], 36)) < 5


@pytest.mark.parametrize(
    "broken",
    [
        lambda t: t.replace('"CMH-ORD"', '"CMH-ORD", "ORD-CMH"'),
        lambda t: t.replace('"EWR-LHR 6300"', '"EWR-LHR 630"'),
    ],
)
def test_a_link_drawn_twice_or_shorter_than_the_great_circle_is_refused(
    broken: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (network.HERE / "network.toml").read_text()
    assert broken(text) != text
    (tmp_path / "network.toml").write_text(broken(text))
    monkeypatch.setattr(network, "HERE", tmp_path)
    with pytest.raises(ValueError, match=r"network\.toml"):
        network.read()


def test_a_country_without_a_hub_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (network.HERE / "network.toml").read_text()
    (tmp_path / "network.toml").write_text(text.replace('AD = "BCN"\n', ""))
    monkeypatch.setattr(network, "HERE", tmp_path)
    with pytest.raises((ValueError, KeyError), match="AD"):
        places.assign(network.read())
