from __future__ import annotations

import pytest

from homeport.exposed import exposed
from homeport.routing import Route, Routes

LATE = "one that arrives late overtakes those after it"


@pytest.mark.parametrize(
    "route",
    [
        Route("/a"),
        Route("/a", write_behind=("PUT", "PATCH"), deduplicates=True),
        Route("/a", write_behind=("PUT", "DELETE", "PATCH"), honours_if_match=True),
    ],
)
def test_a_route_whose_origin_can_tell_is_not_exposed(route: Route) -> None:
    assert exposed(Routes(route)) == ()


def test_the_others_are_named_with_what_may_happen() -> None:
    routes = Routes(
        Route("/a", write_behind=("PUT", "DELETE")),
        Route("/b"),
        Route("/c", write_behind=("PUT", "PATCH")),
    )
    assert exposed(routes) == (
        ("/a", f"PUT, DELETE: {LATE}"),
        ("/c", f"PUT, PATCH: {LATE}; PATCH may be applied twice"),
    )
