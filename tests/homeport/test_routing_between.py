"""What stands between routes: one that covers another, one that invalidates another, and all faults told at once."""

from __future__ import annotations

import pytest

from homeport.routing import Route, RouteError, Routes


def faults(*routes: Route) -> list[tuple[str, str]]:
    with pytest.raises(RouteError) as caught:
        Routes(*routes)
    return list(caught.value.faults)


def fault(*routes: Route) -> str:
    [(_, said)] = faults(*routes)
    return said


def test_invalidating_what_no_route_caches_is_refused() -> None:
    assert "no route caches that path" in fault(Route("/items/{id}", invalidates=("/lists",)))


def test_invalidating_a_route_that_varies_is_refused() -> None:
    said = fault(Route("/lists", vary=("accept",)), Route("/items/{id}", invalidates=("/lists",)))
    assert "its keys cannot be known" in said


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/a", "/a"),
        ("/a/{id}", "/a/{name}"),
        ("/a/{x...}", "/a/{y...}"),
        ("/{rest...}", "/a/{id}"),
        ("/{rest...}", "/a/b"),
        ("/a/{rest...}", "/a/{id}/b/{more...}"),
        ("/a/{id}", "/a/b"),
    ],
)
def test_a_route_that_is_never_reached_is_refused(first: str, second: str) -> None:
    assert faults(Route(first), Route(second)) == [
        (second, f"an earlier route covers the same paths, {first}: this one is never reached")
    ]


DEEP = tuple("/a" + "".join(f"/{{s{n}}}" for n in range(depth)) for depth in range(1, 6))


@pytest.mark.parametrize(
    ("before", "path"),
    [
        (("/a/{id}",), "/a/b/c"),
        (("/a/{x}/{y}",), "/a/1"),
        (("/a/{x}/{y}",), "/a/1/2/3"),
        (DEEP[:4], "/a/1/2/3/4/5"),
        (DEEP, "/a/1/2/3/4/5/6"),
    ],
)
def test_some_depths_and_the_rest_are_not_the_same_paths(before: tuple[str, ...], path: str) -> None:
    routes = Routes(*map(Route, before), Route("/a/{rest...}"))
    match = routes.match(path)
    assert match is not None
    assert match.route.path == "/a/{rest...}"


def test_a_rest_is_invalidated_only_where_every_depth_of_it_is_cached() -> None:
    raw = Route("/raw/{rest...}", invalidates=("/a/{rest...}",))
    rest, one, two = Route("/a/{rest...}"), Route("/a/{x}"), Route("/a/{x}/{y}")
    for_one, for_two = Routes(one, rest, raw).match("/raw/1"), Routes(two, rest, raw).match("/raw/1/2")
    assert for_one is not None
    assert for_two is not None
    assert (for_one.invalidated, for_two.invalidated) == (("/a/1",), ("/a/1/2",))
    assert "no route caches that path" in fault(one, raw)
    assert "no route caches that path" in fault(two, raw)
    assert "its keys cannot be known" in fault(Route("/a/{x}", vary=("accept",)), rest, raw)


def test_every_fault_of_every_route_is_told_at_once_with_its_path() -> None:
    found = faults(
        Route("a", ttl=-1),
        Route("/b/{id}", write_behind=("GET",)),
        Route("/b/{x}", vary=("accept",), write_behind=("PUT",), invalidates=("/b/{z}",)),
        Route("/c"),
        Route("/c", invalidates=("/none",)),
    )
    # First each route's own, then what stands between those whose path can be read.
    assert found == [
        ("a", "a path begins with a slash"),
        ("a", "ttl=-1: from 0 to 86400 s, the longest that Momento keeps an item by default"),
        ("/b/{id}", "write_behind='GET': only PUT, DELETE, PATCH, POST can be accepted near the visitor"),
        ("/b/{x}", "write_behind with vary: a write has no way to tell which representation it replaces"),
        ("/b/{x}", "invalidates='/b/{z}': a path, with no parameters but this route's own"),
        ("/b/{x}", "an earlier route covers the same paths, /b/{id}: this one is never reached"),
        ("/c", "an earlier route covers the same paths, /c: this one is never reached"),
        ("/c", "invalidates='/none': no route caches that path"),
    ]


def test_a_target_with_a_fault_of_its_own_is_no_missing_target() -> None:
    found = faults(Route("/lists", ttl=-1), Route("/items/{id}", invalidates=("/lists",)))
    assert [path for path, _ in found] == ["/lists"]


def test_a_route_that_is_never_reached_beside_one_with_a_fault_is_told_at_once() -> None:
    assert [path for path, _ in faults(Route("/a/{x}", ttl=-1), Route("/a/{y}"))] == ["/a/{x}", "/a/{y}"]


def test_a_route_with_a_fault_does_not_hide_the_faults_between_the_others() -> None:
    assert faults(Route("i"), Route("/x", invalidates=("/none",))) == [
        ("i", "a path begins with a slash"),
        ("/x", "invalidates='/none': no route caches that path"),
    ]


def test_every_fault_of_invalidations_is_told_at_once() -> None:
    found = faults(Route("/a", invalidates=("/x", "/y")), Route("/b", invalidates=("/z",)))
    assert [path for path, _ in found] == ["/a", "/a", "/b"]
