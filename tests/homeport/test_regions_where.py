"""What `/.homeport/where` says of a visitor, and of somebody at another place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport import VERSION
from homeport.messages import Response
from homeport.regions.cells import CELLS, Added
from homeport.regions.choose import explain, order
from homeport.regions.location import Location, from_cf
from homeport.regions.where import where

ALL = tuple(CELLS)
THREE = ("us-east-1", "eu-central-1", "ap-northeast-1")
KENYA = Location(country="KE", city="Nairobi", continent="AF", colo="NBO")

VLADIVOSTOK = {"latitude": "43.1", "longitude": "131.9"}


def told(answer: Response) -> dict[str, Any]:
    assert answer.status == 200
    assert answer.headers.get("cache-control") == "no-store"
    shown: dict[str, Any] = json.loads(bytes(answer.body))
    return shown


def asked(query: str, regions: tuple[str, ...] = THREE) -> dict[str, Any]:
    return told(where(KENYA, regions, (), query))


def test_a_visitor_is_told_the_order_its_reason_and_the_round_trips_expected() -> None:
    choice = explain(KENYA, THREE)
    assert told(where(KENYA, THREE, ())) == {
        "version": VERSION,
        "country": "KE",
        "city": "Nairobi",
        "continent": "AF",
        "colo": "NBO",
        "region": choice.order[0],
        "home": False,
        "others": list(choice.order[1:]),
        "because": "country",
        "place": "KE",
        "milliseconds": dict(zip(choice.order, choice.milliseconds, strict=True)),
    }


def test_a_visitor_with_a_home_is_told_so() -> None:
    shown = told(where(Location(country="DE", home="ap-northeast-1"), THREE, ()))
    assert (shown["region"], shown["home"], shown["because"], shown["place"]) == (
        "ap-northeast-1",
        True,
        "home",
        "DE",
    )


def test_nothing_is_expected_of_a_visitor_of_whom_nothing_is_known() -> None:
    shown = told(where(Location(), THREE, ()))
    assert (shown["region"], shown["because"], shown["place"], shown["milliseconds"]) == (
        "us-east-1",
        "default",
        "",
        {},
    )


@pytest.mark.parametrize(
    ("query", "cf", "because"),
    [
        ("?country=jp", {"country": "JP"}, "country"),
        ("?country=US&regionCode=CA", {"country": "US", "regionCode": "CA"}, "subdivision"),
        ("?country=RU&latitude=43.1&longitude=131.9", {"country": "RU"} | VLADIVOSTOK, "coordinates"),
        ("?latitude=%2B51.5&longitude=-0.1", {"latitude": "51.5", "longitude": "-0.1"}, "coordinates"),
        ("?colo=nbo", {"colo": "NBO"}, "data centre"),
        ("?country=T1&colo=NBO", {"country": "T1", "colo": "NBO"}, "data centre"),
        ("?timezone=Europe%2FBerlin", {"timezone": "Europe/Berlin"}, "time zone"),
        ("?timezone=Europe/Berlin", {"timezone": "Europe/Berlin"}, "time zone"),
        ("?continent=as", {"continent": "AS"}, "continent"),
        ("?country=JP&country=KE", {"country": "KE"}, "country"),
        ("?country=", {}, "default"),
        ("?country=nowhere&x=1", {}, "default"),
    ],
)  # fmt: skip
def test_a_place_is_asked_for_by_the_members_of_request_cf(
    query: str, cf: dict[str, object], because: str
) -> None:
    shown, choice = asked(query, ALL), explain(from_cf(cf), ALL)
    assert (shown["region"], *shown["others"]) == choice.order
    assert (shown["because"], shown["place"]) == (because, choice.place)
    assert because == choice.because
    assert (shown["city"], shown["home"]) == (None, False)


@pytest.mark.parametrize(
    "query", ["?city=Nairobi", "?Country=KE", "?home=us-east-1", "?=KE", "?country%3DKE"]
)
def test_a_question_that_names_nothing_known_is_refused(query: str) -> None:
    answer = where(KENYA, THREE, (), query)
    assert (answer.status, answer.headers.get("content-type")) == (400, "application/problem+json")
    assert "country, regionCode" in json.loads(bytes(answer.body))["detail"]


@pytest.mark.parametrize("query", ["", "?"])
def test_without_a_question_the_visitor_is_meant(query: str) -> None:
    assert asked(query)["country"] == "KE"


def test_a_region_of_ones_own_is_among_the_answers() -> None:
    added = (Added("nairobi", -1.3, 36.8),)
    shown = told(where(KENYA, (*THREE, "nairobi"), added))
    assert shown["region"] == "nairobi"
    assert shown["milliseconds"]["nairobi"] < 5


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#"), max_size=40))
def test_whatever_is_asked_there_is_an_answer(text: str) -> None:
    assert where(KENYA, THREE, (), f"?{text}").status in (200, 400)
    shown = asked(f"?colo={text.partition('&')[0].partition('%')[0]}")
    assert {shown["region"], *shown["others"]} == set(order(KENYA, THREE))
