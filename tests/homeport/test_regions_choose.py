"""The order in which a visitor's regions are asked."""

from __future__ import annotations

import math
from itertools import combinations, pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.regions.cells import CELLS
from homeport.regions.choose import LARGE, order
from homeport.regions.location import Location, from_cf
from homeport.regions.positions import CONTINENTS, COUNTRIES

ALL = tuple(CELLS)
subsets = st.lists(st.sampled_from(ALL), min_size=1, unique=True).map(tuple)
positions = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
locations = st.builds(
    Location,
    country=st.none() | st.sampled_from(sorted(COUNTRIES)) | st.text("ABZ", min_size=2, max_size=2),
    continent=st.none() | st.sampled_from(sorted(CONTINENTS)) | st.just("ZZ"),
    position=st.none() | positions,
)


def first(country: str, *regions: str, **more: str) -> str:
    return order(from_cf({"country": country} | more), regions or ALL)[0]


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The angle between two points by their vectors: another formula than the one under test."""
    (a, b), (c, d) = ((math.radians(x), math.radians(y)) for x, y in (one, other))
    cosine = math.sin(a) * math.sin(c) + math.cos(a) * math.cos(c) * math.cos(b - d)
    return math.acos(max(-1.0, min(1.0, cosine)))


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_every_country_has_a_region_whichever_are_configured(country: str) -> None:
    location = Location(country=country)
    whole = order(location, ALL)
    assert sorted(whole) == sorted(ALL)
    for some in (each for size in (1, 2, 10) for each in combinations(ALL, size)):
        assert order(location, some) == tuple(region for region in whole if region in some)


@given(st.sampled_from(sorted(COUNTRIES)), subsets)
@settings(max_examples=200)
def test_any_configured_regions_are_all_asked_the_nearest_first(
    country: str, regions: tuple[str, ...]
) -> None:
    found = order(Location(country=country), regions)
    assert sorted(found) == sorted(regions)
    away = [distance(COUNTRIES[country], (CELLS[name].latitude, CELLS[name].longitude)) for name in found]
    assert all(near <= far + 1e-6 for near, far in pairwise(away))


@given(locations, subsets)
@settings(max_examples=150)
def test_any_visitor_gets_every_region_once_and_the_same_order_again(
    location: Location, regions: tuple[str, ...]
) -> None:
    found = order(location, regions)
    assert sorted(found) == sorted(regions)
    assert order(location, regions) == found


@given(locations, subsets, st.randoms(use_true_random=False))
@settings(max_examples=80)
def test_the_configured_order_matters_only_where_nothing_is_known(
    location: Location, regions: tuple[str, ...], random: Random
) -> None:
    shuffled = list(regions)
    random.shuffle(shuffled)
    known = location.country in COUNTRIES or location.position or location.continent in CONTINENTS
    assert order(location, shuffled) == (order(location, regions) if known else tuple(shuffled))


@pytest.mark.parametrize(
    ("country", "region"),
    [
        ("DE", "eu-central-1"),
        ("FR", "eu-west-2"),
        ("GB", "eu-west-2"),
        ("IE", "eu-west-1"),
        ("SE", "eu-north-1"),
        ("JP", "ap-northeast-1"),
        ("KR", "ap-northeast-1"),
        ("SG", "ap-southeast-1"),
        ("AU", "ap-southeast-2"),
        ("NZ", "ap-southeast-2"),
        ("IN", "ap-south-1"),
        ("MX", "us-east-2"),
        ("CO", "us-east-1"),
    ],
)
def test_a_country_goes_where_one_would_expect(country: str, region: str) -> None:
    nearest = first(country)
    away = {name: distance(COUNTRIES[country], CELLS[name][2:]) for name in CELLS}
    assert away[nearest] == min(away.values())
    assert nearest == region


@pytest.mark.parametrize(
    ("country", "latitude", "longitude", "region"),
    [
        ("US", "47.6", "-122.3", "us-west-2"),  # Seattle
        ("US", "40.7", "-74.0", "us-east-1"),  # New York
        ("US", "41.9", "-87.6", "us-east-2"),  # Chicago
        ("CA", "49.3", "-123.1", "us-west-2"),  # Vancouver
        ("CA", "45.5", "-73.6", "us-east-1"),  # Montreal
        ("RU", "43.1", "131.9", "ap-northeast-1"),  # Vladivostok
        ("RU", "59.9", "30.3", "eu-north-1"),  # Saint Petersburg
        ("AU", "-31.9", "115.9", "ap-southeast-2"),  # Perth, nearer to Sydney than to Singapore by a little
    ],
)
def test_within_a_large_country_the_visitors_own_place_decides(
    country: str, latitude: str, longitude: str, region: str
) -> None:
    found = first(country, latitude=latitude, longitude=longitude)
    away = {name: distance((float(latitude), float(longitude)), CELLS[name][2:]) for name in CELLS}
    assert away[found] == min(away.values())
    assert country in LARGE
    assert found == region


def test_within_any_other_country_the_place_does_not_move_a_visitor() -> None:
    for latitude, longitude in [("47.6", "-122.3"), ("-33.9", "151.2"), ("0", "0"), ("NaN", "7")]:
        assert first("DE", latitude=latitude, longitude=longitude) == "eu-central-1"


@pytest.mark.parametrize("country", sorted(LARGE))
def test_a_large_country_without_a_place_goes_where_its_people_live(country: str) -> None:
    assert first(country) == first(country, latitude="NaN", longitude="0")
    assert first(country) == order(Location(position=COUNTRIES[country]), ALL)[0]


NOTHING = ["", "XX", "ZZ", "A1", "A2", "EU", "AP", "T1", "t1", "eu"]


@pytest.mark.parametrize("country", [*NOTHING, None])
def test_where_the_country_says_nothing_the_default_comes_first(country: str | None) -> None:
    configured = ("us-west-2", "ap-south-1", "eu-west-1")
    assert order(from_cf({"country": country}), configured) == configured


@pytest.mark.parametrize("country", ["XX", "EU", "QQ", "", None])
def test_without_a_country_the_place_decides_then_the_continent(country: str | None) -> None:
    cf = {"country": country, "continent": "AS"}
    assert order(from_cf(cf | {"latitude": "51.5", "longitude": "-0.1"}), ALL)[0] == "eu-west-2"
    assert order(from_cf(cf | {"latitude": "0", "longitude": "0"}), ALL) == order(
        Location(position=CONTINENTS["AS"]), ALL
    )


def test_a_tor_exit_goes_to_the_default_and_not_where_the_exit_stands() -> None:
    cf = {"country": "T1", "continent": "EU", "latitude": "50.1", "longitude": "8.7"}
    assert order(from_cf(cf), ("us-east-1", "eu-central-1")) == ("us-east-1", "eu-central-1")


def test_lower_case_is_the_same_country() -> None:
    assert first("jp") == first("JP")


def test_a_region_that_is_given_twice_is_asked_once() -> None:
    twice = ("us-east-1", "eu-west-1", "us-east-1")
    assert order(Location(), twice) == ("us-east-1", "eu-west-1")
    assert order(Location(country="IE"), twice) == ("eu-west-1", "us-east-1")


def test_at_the_antipodes_and_the_poles_there_is_an_order_too() -> None:
    for latitude, longitude in [
        (90.0, 0.0),
        (-90.0, 180.0),
        *((-c.latitude, c.longitude - 180) for c in CELLS.values()),
    ]:
        assert sorted(order(Location(position=(latitude, longitude)), ALL)) == sorted(ALL)
