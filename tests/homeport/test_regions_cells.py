"""The table of Momento's regions."""

from __future__ import annotations

import re

import pytest

from homeport.regions.cells import CELLS
from momento_http_shim.credentials import Credentials

# https://docs.momentohq.com/platform/regions: the longest way round the table is to write it down twice.
ENDPOINTS = {
    "us-east-1": "cell-us-east-1-1.prod.a.momentohq.com",
    "us-east-2": "cell-1-us-east-2-1.prod.a.momentohq.com",
    "us-west-2": "cell-4-us-west-2-1.prod.a.momentohq.com",
    "eu-west-1": "cell-1-eu-west-1-1.prod.a.momentohq.com",
    "eu-west-2": "cell-1-eu-west-2-1.prod.a.momentohq.com",
    "eu-central-1": "cell-1-eu-central-1-1.prod.a.momentohq.com",
    "eu-north-1": "cell-1-eu-north-1-1.prod.a.momentohq.com",
    "ap-south-1": "cell-1-ap-south-1-1.prod.a.momentohq.com",
    "ap-northeast-1": "cell-ap-northeast-1-1.prod.a.momentohq.com",
    "ap-southeast-1": "cell-1-ap-southeast-1-1.prod.a.momentohq.com",
    "ap-southeast-2": "cell-1-ap-southeast-2-1.prod.a.momentohq.com",
}


def test_every_region_has_momentos_endpoint() -> None:
    assert {name: cell.endpoint for name, cell in CELLS.items()} == ENDPOINTS


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_named_after_its_region(name: str) -> None:
    assert re.fullmatch(rf"cell-(\d-)?{name}-1", CELLS[name].name)


@pytest.mark.parametrize("name", CELLS)
def test_the_client_takes_the_endpoint(name: str) -> None:
    assert Credentials.from_key("key", CELLS[name].endpoint).api_cache == (
        f"https://api.cache.{CELLS[name].endpoint}"
    )


@pytest.mark.parametrize(
    ("prefix", "south", "north", "west", "east"),
    [
        ("us-", 24, 50, -125, -66),
        ("eu-", 36, 71, -11, 32),
        ("ap-south-", 8, 36, 68, 98),
        ("ap-northeast-", 30, 46, 129, 146),
        ("ap-southeast-", -44, 7, 95, 154),
    ],
)
def test_a_city_lies_where_its_regions_name_says(
    prefix: str, south: float, north: float, west: float, east: float
) -> None:
    cells = [cell for name, cell in CELLS.items() if name.startswith(prefix)]
    assert cells
    assert all(south < cell.latitude < north and west < cell.longitude < east for cell in cells)
