"""HOMEPORT_REGIONS: what is accepted, and that a fault names a word by its place and never repeats it."""

from __future__ import annotations

import pytest

from homeport.regions.cells import CELLS
from homeport.settings import Faults, Settings, read

GOOD = {"HOMEPORT_ORIGIN": "https://origin.test", "MOMENTO_API_KEY": "secret-momento-key"}


def good(value: str) -> Settings:
    settings = read(GOOD | {"HOMEPORT_REGIONS": value})
    assert isinstance(settings, Settings), settings
    return settings


def faults(value: str) -> list[str]:
    found = read(GOOD | {"HOMEPORT_REGIONS": value})
    assert isinstance(found, Faults), found
    assert {name for name, _ in found.faults} == {"HOMEPORT_REGIONS"}
    return [fault for _, fault in found.faults]


@pytest.mark.parametrize(
    "value", ["eu-west-1 ap-south-1", "eu-west-1,ap-south-1", " eu-west-1 ,\n ap-south-1, "]
)
def test_regions_are_words_between_blanks_and_commas_the_default_first(value: str) -> None:
    settings = good(value)
    assert list(settings.regions) == ["eu-west-1", "ap-south-1"]
    assert next(iter(settings.regions)) == "eu-west-1"


def test_every_region_of_momentos_may_be_configured_at_once() -> None:
    assert dict(good(" ".join(CELLS)).regions) == {name: cell.endpoint for name, cell in CELLS.items()}


def test_a_region_may_be_given_its_own_base_url() -> None:
    settings = good("us-east-1=http://127.0.0.1:9001/ eu-west-1")
    assert dict(settings.regions) == {
        "us-east-1": "http://127.0.0.1:9001",
        "eu-west-1": "cell-1-eu-west-1-1.prod.a.momentohq.com",
    }


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "at least one of us-east-1"),
        (" \n", "at least one of us-east-1"),
        (",", "at least one of us-east-1"),
        (" , ,", "at least one of us-east-1"),
        ("mars-north-1", "word 1 is not a Momento region: us-east-1, "),
        ("US-EAST-1", "word 1 is not a Momento region: us-east-1, "),
        ("us-east-1, mars-north-1", "word 2 is not a Momento region: us-east-1, "),
        ("us-east-1 us-east-1", "us-east-1 stands twice"),
        ("us-east-1 us-east-1=http://127.0.0.1:1", "us-east-1 stands twice"),
        ("us-east-1=hunter2", "word 1 has no cell, endpoint or URL after its equals sign"),
        ("=http://127.0.0.1:1", "word 1 is not a Momento region"),
        (
            "us-east-1=http://far.example",
            "word 1 is reached by a URL that must be https unless it is on this",
        ),
        ("us-east-1=https://user:secret@cell.example", "word 1 has no position after its at sign"),
        ("sao-paulo=cell-1-sa-east-1-1", "word 1 is not a Momento region"),
        ("sao-paulo@-23.5/-46.6", "word 1 is not a Momento region"),
        ("São-Paulo=cell-1@-23.5/-46.6", "word 1 is not a Momento region"),
        ("sao-paulo=cell-1-sa-east-1-1@-23.5", "word 1 has no position after its at sign"),
        ("sao-paulo=cell-1-sa-east-1-1@-91/0", "word 1 has no position after its at sign"),
        ("sao-paulo=cell-1-sa-east-1-1@0/181", "word 1 has no position after its at sign"),
        ("sao-paulo=cell-1-sa-east-1-1@nan/0", "word 1 has no position after its at sign"),
        ("us-east-1=http://127.0.0.1.example", "https unless it is on this machine"),
        ("us-east-1=http://localhost.example:80", "https unless it is on this machine"),
        ("us-east-1=http://10.0.0.1", "https unless it is on this machine"),
    ],
)
def test_a_fault_of_the_regions_says_what_is_wrong(value: str, said: str) -> None:
    [fault] = faults(value)
    assert said in fault


@pytest.mark.parametrize(
    "value", ["https://cell.example", "http://127.0.0.1:9001", "http://localhost", "http://[::1]:9001"]
)
def test_a_regions_own_base_url_is_https_or_on_this_machine(value: str) -> None:
    assert dict(good(f"us-east-1={value}").regions) == {"us-east-1": value}


@pytest.mark.parametrize(
    "value",
    [
        "hunter2",
        "us-east-1 hunter2",
        "hunter2=https://cell.example",
        "us-east-1=hunter2",
        "us-east-1=https://user:hunter2@cell.example",
        "us-east-1=http://hunter2.example",
        "us-east-1=https://cell.example?key=hunter2",
        "us-east-1 us-east-1=https://hunter2.example",
    ],
)
def test_a_fault_of_the_regions_repeats_nothing_that_might_be_a_secret(value: str) -> None:
    [fault] = faults(value)
    assert "hunter2" not in fault


def test_each_wrong_region_is_a_fault_of_its_own() -> None:
    said = [fault.partition(":")[0] for fault in faults("mars-1 us-east-1 venus-1")]
    assert said == ["word 1 is not a Momento region", "word 3 is not a Momento region"]


def test_a_region_of_ones_own_has_a_name_a_cell_and_a_position() -> None:
    found = good("us-east-1 sao-paulo=cell-1-sa-east-1-1@-23.5/-46.6,lab=cell-9.momento.example@0/0")
    assert dict(found.regions) == {
        "us-east-1": "cell-us-east-1-1.prod.a.momentohq.com",
        "sao-paulo": "cell-1-sa-east-1-1.prod.a.momentohq.com",
        "lab": "cell-9.momento.example",
    }
    assert found.added == (("sao-paulo", -23.5, -46.6), ("lab", 0.0, 0.0))


def test_a_known_region_may_be_reached_by_another_cell_or_stand_elsewhere() -> None:
    found = good("us-east-1=cell-2-us-east-1-1 eu-west-1@51.9/-8.5")
    assert dict(found.regions) == {
        "us-east-1": "cell-2-us-east-1-1.prod.a.momentohq.com",
        "eu-west-1": "cell-1-eu-west-1-1.prod.a.momentohq.com",
    }
    assert found.added == (("eu-west-1", 51.9, -8.5),)
