"""What is made of `request.cf`: nothing in it can be relied on."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.regions.location import Location, from_cf

TOKYO = {
    "country": "JP",
    "regionCode": "13",
    "city": "Tokyo",
    "continent": "AS",
    "latitude": "35.68950",
    "longitude": "139.69171",
    "colo": "NRT",
    "timezone": "Asia/Tokyo",
}
NOWHERE: list[object] = [
    "",
    " ",
    "XX",
    "xx",
    "ZZ",
    "T1",
    "t1",
    "A1",
    "A2",
    "EU",
    "eu",
    "AP",
    None,
    7,
    True,
    [],
    {},
]


def test_all_that_cloudflare_says_is_read() -> None:
    assert from_cf(TOKYO) == Location(
        country="JP",
        subdivision="13",
        city="Tokyo",
        continent="AS",
        position=(35.6895, 139.69171),
        colo="NRT",
        timezone="Asia/Tokyo",
    )


@pytest.mark.parametrize("cf", [None, {}])
def test_where_cloudflare_says_nothing_nothing_is_known(cf: dict[str, object] | None) -> None:
    assert from_cf(cf) == Location()


@pytest.mark.parametrize("country", NOWHERE)
def test_a_code_that_names_no_country_says_nothing(country: object) -> None:
    assert from_cf({"country": country}).country is None


@pytest.mark.parametrize("country", ["jp", "Jp", " JP ", "JP\n"])
def test_codes_are_read_in_either_case(country: str) -> None:
    assert from_cf({"country": country}).country == "JP"


def test_the_other_codes_are_read_in_either_case_too() -> None:
    found = from_cf({"continent": "eu", "colo": "fra", "regionCode": "by"})
    assert (found.continent, found.colo, found.subdivision) == ("EU", "FRA", "BY")


def test_europe_is_a_continent_but_no_country() -> None:
    assert from_cf({"country": "EU", "continent": "EU"}) == Location(continent="EU")


def test_namibia_is_a_country_and_north_america_a_continent() -> None:
    assert from_cf({"country": "NA", "continent": "AF"}) == Location(country="NA", continent="AF")


@pytest.mark.parametrize("country", ["T1", "t1", " T1"])
def test_of_a_tor_exit_only_the_data_centre_is_the_visitors(country: str) -> None:
    assert from_cf(TOKYO | {"country": country}) == Location(colo="NRT")
    assert from_cf({"country": country}) == Location()


@pytest.mark.parametrize("country", ["XX", "A1", None])
def test_an_unknown_country_leaves_the_rest_known(country: object) -> None:
    found = from_cf(TOKYO | {"country": country})
    assert (found.country, found.continent, found.position) == (None, "AS", (35.6895, 139.69171))


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("NaN", "139"),
        ("35", "nan"),
        ("inf", "0"),
        ("35", "-Infinity"),
        ("90.001", "0"),
        ("-91", "0"),
        ("0", "180.5"),
        ("0", "-181"),
        ("1e400", "0"),
        ("0", "0"),
        ("-0.0", "0.00000"),
        ("", ""),
        ("35", None),
        (None, "139"),
        ("north", "east"),
        ("35,7", "139,7"),
        ("35 N", "139 E"),
        (True, False),
        ([35], [139]),
        ({}, {}),
    ],
)
def test_a_position_that_cannot_be_one_says_nothing(latitude: object, longitude: object) -> None:
    assert from_cf({"latitude": latitude, "longitude": longitude}).position is None


def test_a_number_that_has_no_text_says_nothing() -> None:
    # Python refuses to write an integer of so many digits.
    assert from_cf({"latitude": 10**5000, "longitude": 1}).position is None


@pytest.mark.parametrize(
    ("latitude", "longitude", "position"),
    [
        ("90", "180", (90.0, 180.0)),
        ("-90", "-180", (-90.0, -180.0)),
        ("0", "32.5", (0.0, 32.5)),
        ("51.5", "0", (51.5, 0.0)),
        (35.5, 139, (35.5, 139.0)),
    ],
)
def test_a_position_is_in_degrees(latitude: object, longitude: object, position: tuple[float, float]) -> None:
    assert from_cf({"latitude": latitude, "longitude": longitude}).position == position


anything: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.lists(st.text(), max_size=2)
)


@given(st.dictionaries(st.sampled_from(sorted(TOKYO)) | st.text(string.ascii_letters, max_size=4), anything))
@settings(max_examples=150)
def test_whatever_it_holds_it_is_read(cf: dict[str, object]) -> None:
    found = from_cf(cf)
    codes = (found.country, found.subdivision, found.continent, found.colo)
    assert all(code is None or (code and code == code.strip()) for code in codes)
    if found.position:
        assert abs(found.position[0]) <= 90
        assert abs(found.position[1]) <= 180
