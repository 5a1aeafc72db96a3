"""src/routes.py as it ships: it is valid, and it fits the example origin."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette

from homeport.routing import Route
from local.origins.items.app import create_app
from local.origins.items.database import open_database
from local.origins.items.journal import Journal
from routes import ROUTES

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}


def route_of(path: str) -> Route | None:
    match = ROUTES.match(path)
    return match.route if match else None


@pytest.fixture
def origin(tmp_path: Path) -> dict[str, set[str]]:
    """The methods that the example origin has at each of its paths."""
    connection = open_database(tmp_path / "items.db")
    journal = create_app(connection)
    connection.close()
    assert isinstance(journal, Journal)
    inner = next(part for part in vars(journal).values() if isinstance(part, Starlette))
    return {getattr(route, "path", ""): getattr(route, "methods", set()) for route in inner.routes}


def test_the_collection_and_its_items_are_cached() -> None:
    assert route_of("/api/items") is not None
    assert route_of("/api/items/item-1") is not None
    assert route_of("/api/items") is not route_of("/api/items/item-1")


@pytest.mark.parametrize("path", ["/", "/login", "/api", "/api/items/", "/api/items/item-1/parts"])
def test_everything_else_passes_through(path: str) -> None:
    assert route_of(path) is None


def test_an_item_can_be_replaced_and_deleted_near_the_visitor() -> None:
    item = route_of("/api/items/item-1")
    assert item is not None
    assert set(item.write_behind) == {"PUT", "DELETE"}


def test_a_write_to_an_item_changes_the_collection() -> None:
    assert [path for path, _ in ROUTES.listings("/api/items/item-1")] == ["/api/items"]


def test_an_item_can_be_made_near_the_visitor() -> None:
    items = route_of("/api/items")
    assert items is not None
    assert (items.write_behind, items.deduplicates) == (("POST",), True)


@pytest.mark.parametrize(
    ("ours", "theirs"), [("/api/items", "/api/items"), ("/api/items/item-1", "/api/items/{identity}")]
)
def test_what_is_written_behind_is_a_method_that_the_origin_has(
    origin: dict[str, set[str]], ours: str, theirs: str
) -> None:
    route = route_of(ours)
    assert route is not None
    assert {"GET", *route.write_behind} <= origin[theirs]


def test_every_route_is_a_path_of_the_origin(origin: dict[str, set[str]]) -> None:
    covered = {path for path in origin if route_of(path.replace("{identity}", "item-1"))}
    assert covered == {"/api/items", "/api/items/{identity}", "/api/items/bulk"}
