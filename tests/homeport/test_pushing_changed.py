from __future__ import annotations

from homeport.pushing.changed import Site
from homeport.routing import Route, Routes
from tests.homeport.homeport_world import ORIGIN
from tests.homeport.writing_world import SITE, about


def test_the_written_resource_comes_first_then_what_its_route_invalidates() -> None:
    match = SITE.routes.match("/items/1")
    assert match is not None
    assert SITE.changed(match, "/items/1") == (about("/items/1"), about("/items"))


def test_a_query_makes_another_resource_and_the_one_without_it_changes_too() -> None:
    match = SITE.routes.match("/items/1")
    assert match is not None
    assert SITE.changed(match, "/items/1?a=1") == (about("/items/1?a=1"), about("/items/1"), about("/items"))


def test_the_same_follows_later_from_key_and_target() -> None:
    for target in ("/items/1", "/items/1?a=1", "/notes/1"):
        match = SITE.routes.match(target.partition("?")[0])
        assert match is not None
        assert SITE.changed_by(about(target).key, target) == SITE.changed(match, target)


def test_a_path_that_no_route_mentions_any_more_changed_itself() -> None:
    own = about("/gone/1")
    assert SITE.changed_by(own.key, "/gone/1") == (own,)


def test_an_unknown_target_is_still_the_key() -> None:
    (own,) = SITE.changed_by("some-key", "")
    assert (own.key, own.target) == ("some-key", "")


def test_a_write_keeps_its_key_when_the_origin_moves() -> None:
    moved = Site("https://new.test", SITE.routes)
    own, *others = moved.changed_by(about("/items/1").key, "/items/1")
    assert own == about("/items/1")
    match = moved.routes.match("/items/1")
    assert match is not None
    assert others == list(moved.changed(match, "/items/1"))


def test_invalidated_paths_take_the_writes_parameters() -> None:
    routes = Routes(Route("/a/{x}/b/{y}", invalidates=("/a/{x}",)), Route("/a/{x}"))
    site = Site(ORIGIN, routes)
    match = routes.match("/a/1/b/2")
    assert match is not None
    assert site.changed(match, "/a/1/b/2") == (about("/a/1/b/2"), about("/a/1"))
