"""What `make ping` concludes from its measurements."""

from __future__ import annotations

import pytest

from homeport.regions.cells import CELLS, Added
from homeport.regions.choose import explain, order
from homeport.regions.location import Location
from tools.ping_verdicts import Measured, by_time, country_of, disagreements, is_known, rows

THREE = ("us-east-1", "eu-central-1", "ap-northeast-1")


def measured(**times: float) -> list[Measured]:
    return [
        Measured(name.replace("_", "-"), (time,), (time - 1, time, time + 40)) for name, time in times.items()
    ]


def test_the_fastest_comes_first_by_its_median_and_the_silent_last() -> None:
    silent = Measured("eu-west-1", failure="it refuses the connection")
    found = by_time([silent, *measured(us_east_1=90.0, eu_central_1=7.0)])
    assert [each.region for each in found] == ["eu-central-1", "us-east-1", "eu-west-1"]
    assert [each.typical for each in found] == [7.0, 90.0, float("inf")]


def test_a_country_is_judged_with_its_states() -> None:
    table = rows("US", THREE)
    assert [row.place for row in table][:3] == ["US", "US-AK", "US-AL"]
    assert len(table) == 52
    assert {row.place: row.choice for row in table}["US-CA"] == explain(
        Location(country="US", subdivision="CA"), THREE
    )


def test_a_country_without_states_in_the_table_and_a_state_are_one_row() -> None:
    assert [row.place for row in rows("DE", THREE)] == ["DE"]
    assert [(row.place, row.choice.because) for row in rows("US-VA", THREE)] == [("US-VA", "subdivision")]


def test_a_row_agrees_if_its_region_is_nearly_the_best() -> None:
    (row,) = rows("DE", THREE)
    assert disagreements([row], measured(us_east_1=90.0, eu_central_1=17.0, ap_northeast_1=7.0)) == []


def test_a_row_disagrees_by_what_its_region_is_worse() -> None:
    (row,) = rows("DE", THREE)
    (found,) = disagreements([row], measured(us_east_1=90.0, eu_central_1=17.5, ap_northeast_1=7.0))
    assert found == ("DE", "eu-central-1", "ap-northeast-1", 10.5)


def test_only_the_rows_that_are_wrong_are_told() -> None:
    near_tokyo = measured(us_east_1=150.0, us_west_2=100.0, ap_northeast_1=5.0)
    regions = tuple(each.region for each in near_tokyo)
    found = disagreements(rows("US", regions), near_tokyo)
    firsts = {row.place: row.choice.order[0] for row in rows("US", regions)}
    assert {each.place for each in found} == {
        place for place, first in firsts.items() if first != "ap-northeast-1"
    }
    assert {each.worse_ms for each in found} == {145.0, 95.0}


def test_a_region_of_ones_own_is_ordered_by_where_it_stands() -> None:
    added = (Added("berlin", 52.5, 13.4),)
    regions = ("us-east-1", "berlin")
    (row,) = rows("DE", regions, added)
    assert row.choice.order == order(Location(country="DE"), regions, added) == ("berlin", "us-east-1")


@pytest.mark.parametrize(
    ("zone", "country"),
    [("Europe/Berlin", "DE"), ("America/New_York", "US"), ("UTC", None), ("Etc/UTC", None), ("", None)],
)
def test_a_time_zone_names_a_country_unless_it_is_nowhere(zone: str, country: str | None) -> None:
    assert country_of(zone) == country


def test_the_table_knows_countries_and_some_of_their_parts() -> None:
    assert [is_known(place) for place in ("DE", "US-CA", "CA-ON", "ZZ", "DE-BY", "")] == [True] * 3 + [
        False
    ] * 3
    assert len(CELLS) == len(rows("KE", tuple(CELLS))[0].choice.order)
