"""Routes of lists and of POST: what can be declared, and what is told where it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from homeport.reading.overlay import listed
from homeport.routing import Route, RouteError, Routes

ITEM = Route("/a/{id}", write_behind=("PUT",))


def faults(*routes: Route) -> list[str]:
    with pytest.raises(RouteError) as raised:
        Routes(*routes)
    return [fault for _, fault in raised.value.faults]


def test_a_list_knows_its_items_and_an_item_its_lists() -> None:
    routes = Routes(
        Route("/u/{user}/a", collection_of="/u/{user}/a/{id}"),
        Route("/u/{user}/a/{id}", write_behind=("PUT",)),
    )
    [(path, match)] = routes.listings("/u/7/a/x%20y")
    assert (path, match.parameters) == ("/u/7/a", (("user", "7"),))
    collection = routes.collection(match.route)
    assert collection is not None
    assert collection.value("/u/7/a/x%20y") == "x%20y"
    assert collection.value("/u/7") is None
    assert collection.item(match.parameters, "z") == "/u/7/a/z"
    assert [*routes.listings("/u/7/a")] == []
    assert routes.collection(Route("/other")) is None


@pytest.mark.parametrize("route", [
    Route("/a", write_behind=("POST",)),
    Route("/a", write_behind=("PUT", "POST"), when_unreachable="origin"),
])  # fmt: skip
def test_a_post_that_could_be_applied_twice_is_refused_with_the_reason(route: Route) -> None:
    [fault] = faults(route)
    assert "the origin answers, which must apply it once" in fault


def test_a_post_that_the_origin_deduplicates_or_that_makes_a_named_item_is_accepted() -> None:
    command = Route("/c/{id}", write_behind=("POST",), deduplicates=True)
    assert Routes(command).match("/c/1") is not None
    assert Routes(Route("/a", write_behind=("POST",), collection_of="/a/{id}"), ITEM).match("/a") is not None


def test_a_command_creates_nothing_that_could_be_named() -> None:
    [fault] = faults(Route("/a", write_behind=("POST",), deduplicates=True, accepted_status=201))
    assert fault.startswith("accepted_status=201")


@pytest.mark.parametrize(
    "template", ["a", "/a", "/a/{x}/{y}", "/a/{rest...}", "/a/{id", 7, None, ("/a/{id}",)]
)
def test_a_template_of_items_has_one_parameter_more_than_the_list(template: Any) -> None:
    [fault] = faults(Route("/a", collection_of=template), ITEM)
    assert fault.startswith(f"collection_of={template!r}: ")


def test_a_template_of_items_has_all_of_the_lists_parameters() -> None:
    [fault] = faults(Route("/u/{user}/a", collection_of="/a/{id}"), ITEM)
    assert fault.startswith("collection_of=")


@pytest.mark.parametrize("item", [(), (Route("/a/{id}"),)])
def test_items_need_a_route_whose_writes_keep_their_order(item: tuple[Route, ...]) -> None:
    [fault] = faults(Route("/a", collection_of="/a/{id}"), *item)
    assert "must not overtake a POST that waits" in fault


def test_a_list_may_vary_if_it_is_only_posted_to() -> None:
    lists: dict[str, Any] = {"vary": ("accept",), "collection_of": "/a/{id}"}
    assert Routes(Route("/a", write_behind=("POST",), **lists), ITEM).match("/a") is not None
    assert "no way to tell" in faults(Route("/a", write_behind=("POST", "PUT"), **lists), ITEM)[0]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"identity": ""}, "identity=''"),
        ({"identity": 1}, "identity=1"),
        ({"deduplicates": "yes"}, "deduplicates='yes'"),
        ({"overlay": "listed"}, "overlay: a function"),
        ({"overlay": lambda body: body}, "overlay: a function"),
    ],
)
def test_every_other_option_is_checked(more: dict[str, Any], said: str) -> None:
    [fault] = faults(Route("/a", collection_of="/a/{id}", **more), ITEM)
    assert fault.startswith(said)


def test_an_overlay_needs_a_list() -> None:
    [fault] = faults(Route("/a", overlay=listed()))
    assert fault.startswith("overlay without collection_of")
