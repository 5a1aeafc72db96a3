"""The order in which a visitor's regions are asked."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise
from random import Random
from timeit import repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.regions.cells import CELLS, Added
from homeport.regions.choose import explain, order
from homeport.regions.location import Location, from_cf
from homeport.regions.table import CONTINENTS, COUNTRIES, SUBDIVISIONS, hints, large_countries

ALL = tuple(CELLS)
DATA_CENTRES, ZONES = hints()
subsets = st.lists(st.sampled_from(ALL), min_size=1, unique=True).map(tuple)
anything = st.none() | st.text(max_size=8) | st.floats() | st.integers() | st.lists(st.integers(), max_size=2)
positions = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
locations = st.builds(
    Location,
    country=st.none() | st.sampled_from(sorted(COUNTRIES)) | st.text("ABZ", min_size=2, max_size=2),
    subdivision=st.none() | st.sampled_from([code[3:] for code in SUBDIVISIONS]) | st.text(max_size=3),
    continent=st.none() | st.sampled_from(sorted(CONTINENTS)) | st.just("ZZ"),
    position=st.none() | positions,
    colo=st.none() | st.sampled_from(sorted(DATA_CENTRES)) | st.just("QQQ"),
    timezone=st.none() | st.sampled_from(sorted(ZONES)) | st.just("Mars/Olympus"),
    home=st.none() | st.sampled_from(ALL) | st.just("atlantis"),
)


def first(country: str, *regions: str, **more: str) -> str:
    return order(from_cf({"country": country} | more), regions or ALL)[0]


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_every_country_has_an_order_for_every_subset_of_the_regions(country: str) -> None:
    location = Location(country=country)
    whole = order(location, ALL)
    assert sorted(whole) == sorted(ALL)
    for size in range(1, len(ALL)):
        for some in combinations(ALL, size):
            found = order(location, some)
            assert found == tuple(region for region in whole if region in some)
            assert len(found) == 1 or found[0] != found[1]


@pytest.mark.parametrize(
    "location",
    [
        *(Location(country=code[:2], subdivision=code[3:]) for code in sorted(SUBDIVISIONS)),
        *(Location(colo=code) for code in sorted(DATA_CENTRES)),
        *(Location(timezone=name) for name in sorted(ZONES)),
        *(Location(continent=code) for code in sorted(CONTINENTS)),
    ],
    ids=str,
)
def test_every_other_place_of_the_table_has_an_order_too(location: Location) -> None:
    found = explain(location, ALL)
    assert sorted(found.order) == sorted(ALL)
    assert found.because in ("subdivision", "data centre", "time zone", "continent")
    assert all(near <= far for near, far in pairwise(found.milliseconds))


@given(locations, subsets)
@settings(max_examples=300)
def test_any_visitor_gets_every_region_once_and_the_same_order_again(
    location: Location, regions: tuple[str, ...]
) -> None:
    found = order(location, regions)
    assert sorted(found) == sorted(regions)
    assert order(location, regions) == found == explain(location, regions).order


@given(
    st.dictionaries(
        st.sampled_from(["country", "continent", "regionCode", "latitude", "longitude", "colo", "timezone"]),
        anything,
    )
)
@settings(max_examples=300)
def test_whatever_cloudflare_says_there_is_an_order(cf: dict[str, object]) -> None:
    assert sorted(order(from_cf(cf), ALL)) == sorted(ALL)


@given(locations, subsets, st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_the_configured_order_matters_only_where_nothing_is_known(
    location: Location, regions: tuple[str, ...], random: Random
) -> None:
    shuffled = tuple(random.sample(regions, len(regions)))
    away = replace(location, home=None)
    if explain(away, regions).because == "default":
        assert order(away, shuffled) == shuffled
    else:
        known = explain(away, regions).milliseconds
        assert explain(away, shuffled).milliseconds == known


CITIES = {
    "San Francisco": ({"country": "US", "regionCode": "CA"}, "us-west-2"),
    "Los Angeles": ({"country": "US", "latitude": "34.05", "longitude": "-118.24"}, "us-west-2"),
    "New York": ({"country": "US", "regionCode": "NY"}, "us-east-1"),
    "Manhattan": ({"country": "US", "latitude": "40.7", "longitude": "-74.0"}, "us-east-1"),
    "Miami": ({"country": "US", "regionCode": "FL"}, "us-east-1"),
    "Chicago": ({"country": "US", "regionCode": "IL"}, "us-east-2"),
    "Honolulu": ({"country": "US", "regionCode": "HI"}, "us-west-2"),
    "Anchorage": ({"country": "US", "regionCode": "AK"}, "us-west-2"),
    "Vancouver": ({"country": "CA", "regionCode": "BC"}, "us-west-2"),
    "Calgary": ({"country": "CA", "latitude": "51.05", "longitude": "-114.07"}, "us-west-2"),
    "Montreal": ({"country": "CA", "regionCode": "QC"}, "us-east-1"),
    "Perth": ({"country": "AU", "latitude": "-31.95", "longitude": "115.86"}, "ap-southeast-1 ap-southeast-2"),
    "Sydney": ({"country": "AU", "latitude": "-33.87", "longitude": "151.21"}, "ap-southeast-2"),
    "Vladivostok": ({"country": "RU", "latitude": "43.12", "longitude": "131.89"}, "ap-northeast-1"),
    "Kaliningrad": ({"country": "RU", "latitude": "54.71", "longitude": "20.51"}, "eu-north-1 eu-central-1"),
    "Saint Petersburg": ({"country": "RU", "latitude": "59.94", "longitude": "30.31"}, "eu-north-1"),
    "Nairobi by Tor": ({"country": "T1", "colo": "NBO", "latitude": "52", "longitude": "5"}, "eu-central-1"),
    "Tokyo without a country": ({"timezone": "Asia/Tokyo"}, "ap-northeast-1"),
}  # fmt: skip


@pytest.mark.parametrize("city", CITIES)
def test_a_city_goes_where_its_cables_go(city: str) -> None:
    cf, regions = CITIES[city]
    assert order(from_cf(cf), ALL)[0] in regions.split()


COUNTRIES_BY_REGION = {
    "us-east-1": "BR AR CL PE CO VE EC PA CR DO JM PR BO PY UY BM",
    "us-east-2 us-east-1": "US CA MX",
    "eu-west-1": "IE",
    "eu-west-2": "GB FR ES PT MA NG GH CI SN CM AO CD ML",
    "eu-central-1": "DE AT CH IT CZ HU RO BG GR TR UA IL LB IQ IR KE TZ UG ET ZM ZW MZ MW RW MG SO SD SS BI DJ",
    "eu-central-1 eu-west-2": "NL BE LU ZA BW LS SZ EG LY TN DZ SA YE JO SY NA",
    "eu-north-1": "SE NO FI EE LV",
    "eu-north-1 eu-central-1": "DK LT BY PL RU KZ UZ KG TM GE AM AZ",
    "ap-south-1": "IN NP LK AE OM QA PK",
    "ap-south-1 ap-southeast-1": "BD",
    "ap-northeast-1": "JP KR TW CN MN KP GU",
    "ap-southeast-1": "SG MY ID TH VN PH KH LA MM BN",
    "ap-southeast-2": "AU NZ PG FJ NC VU",
}


@pytest.mark.parametrize(("regions", "countries"), COUNTRIES_BY_REGION.items(), ids=" ".join)
def test_a_country_goes_where_its_cables_go_and_not_as_the_crow_flies(regions: str, countries: str) -> None:
    assert {country: first(country) for country in countries.split()} == {
        country: found for country in countries.split() if (found := first(country)) in regions.split()
    }


def test_east_africa_and_central_asia_go_to_europe_although_mumbai_is_nearer() -> None:
    for country in ("KE", "TZ", "ET", "UG", "MG", "UZ", "IR"):
        assert first(country, "ap-south-1", "eu-central-1", "us-east-1") == "eu-central-1"


def test_latin_america_prefers_virginia_to_ohio_because_it_lands_in_florida() -> None:
    for country in ("BR", "CO", "PE", "GT", "AR"):
        assert first(country, "us-east-2", "us-east-1") == "us-east-1"


def test_a_visitors_home_comes_first_and_the_others_keep_their_order() -> None:
    japan = Location(country="JP")
    away = order(japan, ALL)
    for home in ALL:
        found = order(replace(japan, home=home), ALL)
        assert found == (home, *(region for region in away if region != home))
        assert explain(replace(japan, home=home), ALL).because == "home"


def test_a_home_that_is_configured_no_more_counts_for_nothing() -> None:
    visitor = Location(country="JP", home="eu-west-1")
    assert order(visitor, ("us-east-1", "ap-northeast-1")) == ("ap-northeast-1", "us-east-1")
    assert explain(visitor, ("us-east-1", "ap-northeast-1")).because == "country"


def test_each_source_of_a_place_counts_only_where_the_better_ones_are_silent() -> None:
    cf: dict[str, object] = {
        "country": "US",
        "regionCode": "NY",
        "latitude": "34.05",
        "longitude": "-118.24",
        "colo": "NRT",
        "timezone": "Europe/Berlin",
        "continent": "OC",
    }
    seen = []
    for name in ("regionCode", "latitude", "country", "colo", "timezone", "continent", "longitude"):
        found = explain(from_cf(cf), ALL)
        seen.append((found.because, found.order[0]))
        del cf[name]
    assert seen == [
        ("subdivision", "us-east-1"),
        ("coordinates", "us-west-2"),
        ("country", "us-east-2"),
        ("data centre", "ap-northeast-1"),
        ("time zone", "eu-central-1"),
        ("continent", "ap-southeast-2"),
        ("default", "us-east-1"),
    ]


def test_a_subdivision_counts_only_with_its_country() -> None:
    assert explain(from_cf({"country": "DE", "regionCode": "CA"}), ALL).because == "country"
    assert explain(from_cf({"country": "US", "regionCode": "QC"}), ALL).because == "country"


def test_within_a_country_of_one_hub_the_place_does_not_move_a_visitor() -> None:
    assert "SE" not in large_countries()
    for latitude, longitude in [("47.6", "-122.3"), ("-33.9", "151.2"), ("0", "0"), ("NaN", "7")]:
        assert first("SE", latitude=latitude, longitude=longitude) == "eu-north-1"


@pytest.mark.parametrize("country", ["", "XX", "ZZ", "A1", "A2", "EU", "AP", "T1", "t1", "eu", "QQ", None])
def test_where_the_country_says_nothing_the_default_comes_first(country: str | None) -> None:
    configured = ("us-west-2", "ap-south-1", "eu-west-1")
    assert order(from_cf({"country": country}), configured) == configured


def test_lower_case_is_the_same_country() -> None:
    assert first("jp") == first("JP")


def test_a_region_that_is_given_twice_is_asked_once() -> None:
    twice = ("us-east-1", "eu-west-1", "us-east-1")
    assert order(Location(), twice) == ("us-east-1", "eu-west-1")
    assert order(Location(country="IE"), twice) == ("eu-west-1", "us-east-1")


SAO_PAULO, CAPE_TOWN = Added("sao-paulo", -23.5, -46.6), Added("cape-town", -33.9, 18.4)


def test_a_region_of_ones_own_takes_its_place_by_where_it_stands() -> None:
    added = (SAO_PAULO, CAPE_TOWN)
    regions = ("us-east-1", "eu-central-1", "sao-paulo", "cape-town")
    assert order(Location(country="BR"), regions, added)[:2] == ("sao-paulo", "us-east-1")
    assert order(Location(country="ZA"), regions, added)[0] == "cape-town"
    assert order(Location(country="US"), regions, added)[0] == "us-east-1"
    assert order(Location(country="AR"), regions, added)[0] == "sao-paulo"
    assert order(Location(country="DE"), regions, added) == (
        "eu-central-1",
        "us-east-1",
        "cape-town",
        "sao-paulo",
    )


def test_a_region_one_has_moved_is_where_one_says() -> None:
    moved = (Added("us-east-1", -33.9, 18.4),)
    assert order(Location(country="ZA"), ("eu-west-2", "us-east-1"), moved)[0] == "us-east-1"
    assert order(Location(country="ZA"), ("eu-west-2", "us-east-1"))[0] == "eu-west-2"


def test_a_region_added_where_one_of_the_table_stands_is_as_far() -> None:
    for region, cell in CELLS.items():
        twin = Added("twin", cell.latitude, cell.longitude)
        for country in ("KE", "JP", "BR", "US"):
            found = explain(Location(country=country), (region, "twin"), (twin,))
            one, other = found.milliseconds
            assert abs(one - other) < 12, (region, country)


def test_a_region_that_nobody_knows_comes_last() -> None:
    assert order(Location(country="JP"), ("atlantis", "ap-northeast-1")) == ("ap-northeast-1", "atlantis")


def test_the_usual_choice_takes_less_than_twenty_microseconds() -> None:
    visitor = Location(
        country="KE", continent="AF", position=(-1.3, 36.8), colo="NBO", timezone="Africa/Nairobi"
    )
    order(visitor, ALL)
    best = min(repeat(lambda: order(visitor, ALL), number=1000, repeat=7)) / 1000
    assert best < 20e-6
