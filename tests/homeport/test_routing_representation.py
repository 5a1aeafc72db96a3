from __future__ import annotations

from typing import Any

import pytest

from homeport.entry import Entry, Pending
from homeport.messages import Response
from homeport.routing import Match, Route, RouteError, Routes
from homeport.writing.representation import merged, plain, wrapped


def own(write: Pending, current: Entry | None) -> Response | None:
    return plain(write, current)


async def awaits(write: Pending, current: Entry | None) -> Response | None:
    return plain(write, current)


@pytest.mark.parametrize("represent", [plain, merged, wrapped("data"), own])
def test_a_representation_is_a_function_of_write_and_state(represent: Any) -> None:
    route = Route("/a", write_behind=("PATCH",), representation=represent)
    assert Routes(route).match("/a") == Match(route)


@pytest.mark.parametrize("represent", [None, "plain", awaits, lambda: None, lambda write: write, wrapped])
def test_anything_else_is_refused_at_the_start(represent: Any) -> None:
    with pytest.raises(RouteError, match="a function of \\(write, current\\)"):
        Routes(Route("/a", write_behind=("PUT",), representation=represent))


def test_a_representation_of_writes_that_are_not_accepted_is_refused() -> None:
    with pytest.raises(RouteError, match="representation without write_behind"):
        Routes(Route("/a", representation=merged))
