"""On the real runtime a visitor goes where the table says, and to no other region."""

from __future__ import annotations

from collections import defaultdict

import httpx
import pytest

from homeport.regions.choose import explain, order
from homeport.regions.location import from_cf
from local.stack import observer
from local.stack.stack import Stack
from tests.e2e.e2e_rig import quiet

COUNTRIES = [
    *("AE", "AR", "AU", "BR", "CA", "CL", "CN", "CO", "DE", "EG", "ES", "FR", "GB", "ID", "IN"),
    *("JP", "KE", "KR", "MA", "MX", "NG", "NZ", "PE", "PL", "RU", "SE", "SG", "TR", "US", "ZA"),
]
PLACES: list[dict[str, str]] = [
    {"country": "US", "regionCode": "CA"},
    {"country": "US", "regionCode": "HI"},
    {"country": "CA", "regionCode": "BC"},
    {"country": "RU", "latitude": "43.1", "longitude": "131.9"},
    {"country": "RU", "latitude": "59.9", "longitude": "30.3"},
    {"country": "AU", "latitude": "-31.9", "longitude": "115.9"},
    {"country": "T1", "colo": "NBO"},
    {"country": "XX", "timezone": "Asia/Tokyo"},
    {"country": "XX", "continent": "AF"},
]


def chosen(stack: Stack, **cf: str) -> tuple[str, ...]:
    return order(from_cf(cf), tuple(stack.regions))


def calls(stack: Stack) -> dict[str, int]:
    return {
        region: of["calls"]
        for region, of in httpx.get(f"{stack.admin}/counters").json().items()
        if of["calls"]
    }


def test_thirty_countries_go_where_the_table_says(stack: Stack) -> None:
    assert len(set(COUNTRIES)) == 30
    for country in COUNTRIES:
        with observer.visitor(stack, country) as visitor:
            shown = visitor.get("/.homeport/where").json()
        assert (shown["region"], *shown["others"]) == chosen(stack, country=country), country
        assert shown["place"] == country


def test_a_visitors_read_touches_no_cache_but_the_chosen_one(stack: Stack) -> None:
    by_region: dict[str, list[str]] = defaultdict(list)
    for country in COUNTRIES:
        by_region[chosen(stack, country=country)[0]].append(country)
    assert set(by_region) == set(stack.regions)
    for number, (region, countries) in enumerate(by_region.items()):
        quiet(stack)
        httpx.post(f"{stack.admin}/counters/reset").raise_for_status()
        for country in countries:
            with observer.visitor(stack, country) as visitor:
                answer = visitor.get(f"/api/items/item-{10 + number}")
            assert f'detail="{region}"' in answer.headers["cache-status"], country
        quiet(stack)
        touched = calls(stack)
        assert list(touched) == [region]
        assert touched[region] >= len(countries)


@pytest.mark.parametrize("cf", PLACES, ids=lambda cf: " ".join(cf.values()))
def test_what_else_cloudflare_knows_of_a_visitor_counts_too(stack: Stack, cf: dict[str, str]) -> None:
    with observer.visitor(stack, **cf) as visitor:
        shown = visitor.get("/.homeport/where").json()
    choice = explain(from_cf(cf), tuple(stack.regions))
    assert (shown["region"], *shown["others"]) == choice.order
    assert (shown["because"], shown["place"]) == (choice.because, choice.place)


def test_a_developer_asks_for_any_place_and_is_told_why(stack: Stack) -> None:
    with observer.visitor(stack, "JP") as visitor:
        for cf in ({"country": country} for country in COUNTRIES):
            shown = visitor.get("/.homeport/where", params=cf).json()
            choice = explain(from_cf(cf), tuple(stack.regions))
            assert (shown["region"], shown["because"], shown["place"]) == (
                choice.order[0],
                "country",
                cf["country"],
            )
            assert shown["milliseconds"] == dict(zip(choice.order, choice.milliseconds, strict=True))
        assert visitor.get("/.homeport/where", params={"planet": "mars"}).status_code == 400
