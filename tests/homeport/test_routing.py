"""The vocabulary of src/routes.py: which route covers a path, and every fault a declaration can have."""

from __future__ import annotations

from typing import Any

import pytest

from homeport.routing import AcceptedStatus, Match, Route, RouteError, Routes

ITEMS, ITEM = Route("/items"), Route("/items/{id}", invalidates=("/items",))
FILES = Route("/shelves/{shelf}/files/{rest...}")
ROUTES = Routes(ITEMS, ITEM, FILES)


def faults(*routes: Route) -> list[tuple[str, str]]:
    with pytest.raises(RouteError) as caught:
        Routes(*routes)
    return list(caught.value.faults)


def fault(*routes: Route) -> str:
    [(_, said)] = faults(*routes)
    return said


@pytest.mark.parametrize(
    ("path", "route", "parameters"),
    [
        ("/items", ITEMS, ()),
        ("/items/7", ITEM, (("id", "7"),)),
        ("/items/a%2Fb", ITEM, (("id", "a%2Fb"),)),
        ("/shelves/3/files/a", FILES, (("shelf", "3"), ("rest", "a"))),
        ("/shelves/3/files/a/b/c.txt", FILES, (("shelf", "3"), ("rest", "a/b/c.txt"))),
    ],
)
def test_a_path_finds_its_route_and_parameters(
    path: str, route: Route, parameters: tuple[tuple[str, str], ...]
) -> None:
    assert ROUTES.match(path) == Match(route, parameters)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/item",
        "/items/",
        "/Items",
        "/items/7/parts",
        "/v1/items",
        "/items\n",
        "/shelves/3/files/",
        "/shelves/a/b/files/x",
    ],
)
def test_a_path_that_no_route_mentions_finds_none(path: str) -> None:
    assert ROUTES.match(path) is None


def test_no_routes_cover_nothing() -> None:
    assert Routes().match("/") is None


def test_the_first_route_that_covers_a_path_is_its_route() -> None:
    special, general = Route("/items/special"), Route("/items/{id}")
    match = Routes(special, general).match("/items/special")
    assert match is not None
    assert match.route is special


def test_characters_of_patterns_stand_for_themselves() -> None:
    routes = Routes(Route("/a.b+c/(x)"))
    assert routes.match("/a.b+c/(x)") is not None
    assert routes.match("/aXb+c/(x)") is None
    assert routes.match("/a.bbc/x") is None


def test_invalidated_paths_take_the_parameters_of_this_one() -> None:
    routes = Routes(
        Route("/shops/{shop}"),
        Route("/shops/{shop}/items"),
        Route("/shops/{shop}/items/{id}", invalidates=("/shops/{shop}/items", "/shops/{shop}")),
    )
    match = routes.match("/shops/5/items/a%20b")
    assert match is not None
    assert match.invalidated == ("/shops/5/items", "/shops/5")


def test_a_parameters_value_is_not_read_as_a_template() -> None:
    routes = Routes(Route("/a/{x}"), Route("/b/{x}/{y}", invalidates=("/a/{x}",)))
    match = routes.match("/b/{y}/z")
    assert match is not None
    assert match.invalidated == ("/a/{y}",)


def test_the_rest_of_a_path_can_be_carried_over() -> None:
    routes = Routes(Route("/files/{rest...}"), Route("/raw/{rest...}", invalidates=("/files/{rest...}",)))
    match = routes.match("/raw/a/b")
    assert match is not None
    assert match.invalidated == ("/files/a/b",)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("items", "a path begins with a slash"),
        ("", "a path begins with a slash"),
        ("/items/{id", "a brace stands alone"),
        ("/items/id}", "a brace stands alone"),
        ("/items/{Id}", "a brace stands alone"),
        ("/items/{1d}", "a brace stands alone"),
        ("/items/{}", "a brace stands alone"),
        ("/items/{id:int}", "a brace stands alone"),
        ("/{rest...}/more", "{name...} stands at the end only"),
        ("/{a...}{b...}", "{name...} stands at the end only"),
        ("/{id}/{id}", "a parameter's name stands twice"),
        ("/{id}/{id...}", "a parameter's name stands twice"),
        ("/.homeport/where", "belongs to Homeport itself"),
        ("/items?page=1", "neither query nor fragment"),
        ("/items#top", "neither query nor fragment"),
    ],
)
def test_a_path_with_a_fault_is_refused(path: str, said: str) -> None:
    assert said in fault(Route(path))


@pytest.mark.parametrize("ttl", [-1, -0.001, 86_400.5, float("inf"), float("nan")])
def test_a_ttl_beyond_what_momento_keeps_is_refused(ttl: float) -> None:
    assert "from 0 to 86400 s" in fault(Route("/a", ttl=ttl))


@pytest.mark.parametrize("ttl", ["60", True, (60,)])
def test_a_ttl_that_is_no_number_is_refused(ttl: Any) -> None:
    assert fault(Route("/a", ttl=ttl)).startswith(f"ttl={ttl!r}: from 0 to 86400 s")


@pytest.mark.parametrize("name", ["vary", "write_behind", "invalidates"])
@pytest.mark.parametrize("value", ["PUT", ["PUT"], None])
def test_a_list_of_names_that_is_no_tuple_is_refused(name: str, value: Any) -> None:
    arguments: dict[str, Any] = {name: value}
    assert fault(Route("/a", **arguments)).startswith(f"{name}={value!r}: a tuple")


@pytest.mark.parametrize("ttl", [None, 0, 0.5, 60, 86_400])
def test_a_ttl_of_up_to_a_day_is_accepted(ttl: float | None) -> None:
    match = Routes(Route("/a", ttl=ttl)).match("/a")
    assert match is not None
    assert match.route.ttl == ttl


@pytest.mark.parametrize("method", ["post", "GET", "put", "", "*"])
def test_only_a_method_whose_result_can_be_told_is_accepted_near_the_visitor(method: str) -> None:
    said = fault(Route("/a", write_behind=(method,)))
    assert said == f"write_behind={method!r}: only PUT, DELETE, PATCH, POST can be accepted near the visitor"


def test_write_behind_excludes_vary() -> None:
    assert "no way to tell" in fault(Route("/a", vary=("accept",), write_behind=("PUT",)))


@pytest.mark.parametrize(
    "name", ["cookie", "Authorization", "CF-IPCountry", "x-forwarded-host", "*", "", "a b", "accept,dnt"]
)
def test_vary_takes_no_field_that_the_origin_does_not_get(name: str) -> None:
    # The stored response would not depend on it: one visitor's could pass for another's (RFC 9111 section 4.1).
    said = fault(Route("/a", vary=(name,)))
    assert said.startswith(f"vary={name.lower()!r}: the origin does not get this field")


def test_vary_takes_each_field_once() -> None:
    # Its name would be joined in the entry, which then would not be this resource's.
    assert fault(Route("/a", vary=("accept", "Accept"))) == "vary: a field stands twice"


def test_vary_alone_and_write_behind_alone_are_fine() -> None:
    routes = Routes(Route("/a", vary=("accept",)), Route("/b", write_behind=("PUT", "DELETE")))
    assert routes.match("/a") is not None
    assert routes.match("/b") is not None


@pytest.mark.parametrize(
    "template",
    [
        "items",
        "/items/{other}",
        "/items/{Id}",
        "/items?id={id}",
        "",
    ],
)
def test_invalidates_takes_paths_with_no_parameters_but_the_routes_own(template: str) -> None:
    said = fault(Route("/items/{id}", invalidates=(template,)))
    assert said == f"invalidates={template!r}: a path, with no parameters but this route's own"


@pytest.mark.parametrize("name", ["stale_while_revalidate", "stale_if_error"])
@pytest.mark.parametrize("value", [-1, 86_401, float("nan"), True, "60"])
def test_a_window_beyond_what_momento_keeps_is_refused(name: str, value: Any) -> None:
    arguments: dict[str, Any] = {name: value}
    assert fault(Route("/a", **arguments)).startswith(f"{name}={value!r}: from 0 to 86400 s")


@pytest.mark.parametrize("name", ["tags", "bypass_when"])
@pytest.mark.parametrize("value", ["x", ["x"], None, (1,)])
def test_another_list_that_is_no_tuple_of_texts_is_refused(name: str, value: Any) -> None:
    arguments: dict[str, Any] = {name: value}
    assert fault(Route("/a", **arguments)).startswith(f"{name}={value!r}: a tuple")


@pytest.mark.parametrize("value", ["utm_*", ["a"], None, 1, (1,)])
def test_what_is_ignored_of_the_query_is_all_or_named(value: Any) -> None:
    said = fault(Route("/a", ignore_query=value))
    assert said == f"ignore_query={value!r}: True, or a tuple of parameters' names"


@pytest.mark.parametrize("name", ["sort_query", "collapse"])
def test_what_is_to_be_said_by_true_or_false_is(name: str) -> None:
    arguments: dict[str, Any] = {name: 1}
    assert fault(Route("/a", **arguments)) == f"{name}=1: True or False"


def test_a_fill_is_behind_or_before_the_answer() -> None:
    wrong: Any = "after"
    assert fault(Route("/a", fill=wrong)) == "fill='after': one of behind, before"


@pytest.mark.parametrize(
    "value", ["session", "cookie:", "cookie:a b", "cookie:a=1", "header:a b", "Header:a", ""]
)
def test_a_bypass_names_a_cookie_or_a_header(value: str) -> None:
    assert fault(Route("/a", bypass_when=(value,))) == f"bypass_when={value!r}: cookie:name or header:name"


@pytest.mark.parametrize("value", ["a b", "é", "", "x" * 257, "{other}"])
def test_a_tag_is_printable_and_takes_the_routes_own_parameters(value: str) -> None:
    assert fault(Route("/items/{id}", tags=(value,))).startswith(f"tags={value!r}: ")


def test_no_more_tags_than_an_entry_carries() -> None:
    assert fault(Route("/a", tags=tuple(f"t{n}" for n in range(33)))) == "tags: 33 of them, at most 32"


def test_all_that_a_route_can_say_of_its_reads_at_once() -> None:
    route = Route(
        "/items/{id}",
        ttl=60,
        stale_while_revalidate=0,
        stale_if_error=86_400,
        ignore_query=("utm_*", ""),
        sort_query=True,
        tags=("item-{id}", "items"),
        collapse=True,
        fill="before",
        bypass_when=("cookie:__Host-session", "header:X-Preview"),
    )
    assert Routes(route, Route("/b", ignore_query=True)).match("/items/1") == Match(route, (("id", "1"),))


def test_an_unknown_word_for_an_unreachable_cache_is_refused() -> None:
    wrong: Any = "panic"
    assert fault(Route("/a", when_unreachable=wrong)) == "when_unreachable='panic': one of refuse, origin"


@pytest.mark.parametrize("status", [202, 200, 201, 204])
def test_an_accepted_write_may_be_answered_with_a_success_of_ones_choice(status: AcceptedStatus) -> None:
    match = Routes(Route("/a", write_behind=("PUT",), accepted_status=status)).match("/a")
    assert match is not None
    assert match.route.accepted_status == status


@pytest.mark.parametrize("status", [203, 404, "202", None, True])
def test_any_other_answer_to_an_accepted_write_is_refused(status: Any) -> None:
    said = fault(Route("/a", accepted_status=status))
    assert said == f"accepted_status={status!r}: one of 202, 200, 201, 204"


def test_the_error_says_each_fault_after_its_path() -> None:
    with pytest.raises(RouteError, match=r"^a: a path begins with a slash; /b: ttl=-1: from 0"):
        Routes(Route("a"), Route("/b", ttl=-1))
