"""What a representation can be purged by."""

from __future__ import annotations

import pytest

from homeport.messages import Headers
from homeport.reading.tags import tag_of, tags_of
from homeport.route_faults import MOST_TAGS
from homeport.routing import Match, Route, RouteError, Routes

PLAIN = Match(Route("/x"))


def tags(*fields: tuple[str, str], match: Match = PLAIN) -> tuple[str, ...]:
    return tags_of(Headers(fields), match)


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("Cache-Tag", "a,b", ("a", "b")),
        ("Cache-Tag", " a ,\tb,, ", ("a", "b")),
        ("Cache-Tag", "a b,c", ("c",)),
        ("Cache-Tag", "A,a", ("a",)),
        ("Cache-Tag", "", ()),
        ("Cache-Tag", "é,a", ("a",)),
        ("Surrogate-Key", "a b", ("a", "b")),
        ("Surrogate-Key", "  a  B ", ("a", "b")),
    ],
)
def test_the_origins_tags_are_read_by_each_networks_syntax(
    name: str, value: str, found: tuple[str, ...]
) -> None:
    assert tags((name, value)) == found


def test_several_fields_of_a_name_count_together_as_they_arrive_joined_or_not() -> None:
    assert tags(("cache-tag", "a"), ("cache-tag", "b"), ("surrogate-key", "c d"), ("surrogate-key", "e")) == (
        *"abcde",
    )
    assert tags(("surrogate-key", "c d, e")) == ("c", "d", "e")


def test_a_routes_own_tags_come_first_with_the_paths_parameters() -> None:
    match = Routes(Route("/items/{id}", tags=("Items", "item-{id}"))).match("/items/A%20b")
    assert match is not None
    assert tags(("cache-tag", "x,items"), match=match) == ("items", "item-a%20b", "x")


def test_a_parameter_that_makes_a_tag_too_long_makes_none() -> None:
    match = Routes(Route("/{id}", tags=("item-{id}", "all"))).match("/" + "x" * 252)
    assert match is not None
    assert tags(match=match) == ("all",)


def test_there_are_at_most_thirty_two() -> None:
    names = [f"t{n}" for n in range(40)]
    assert tags(("cache-tag", ",".join(names))) == tuple(names[:MOST_TAGS])


@pytest.mark.parametrize("text", ["", " a", "a b", "a\n", "é", "x" * 257, "\x7f"])
def test_what_is_no_tag(text: str) -> None:
    assert tag_of(text) is None


@pytest.mark.parametrize("text", ["a", "!~,", "x" * 256])
def test_what_is_one(text: str) -> None:
    assert tag_of(text) == text


@pytest.mark.parametrize("template", ["", "a b", "item-{", "item-{Id}", "item-{other}", "é", "x" * 257])
def test_a_routes_tag_that_cannot_be_is_told_at_the_start(template: str) -> None:
    with pytest.raises(RouteError, match="tags="):
        Routes(Route("/items/{id}", tags=(template,)))


def test_more_tags_than_are_kept_are_told_at_the_start() -> None:
    with pytest.raises(RouteError, match="at most 32"):
        Routes(Route("/items", tags=tuple(f"t{n}" for n in range(33))))


def test_a_text_alone_is_no_tuple_of_tags() -> None:
    with pytest.raises(RouteError, match="a tuple of texts"):
        Routes(Route("/items", tags="items"))  # type: ignore[arg-type]


def test_a_routes_tag_may_hold_the_rest_of_a_path() -> None:
    match = Routes(Route("/files/{rest...}", tags=("under-{rest...}",))).match("/files/a/b")
    assert match is not None
    assert tags(match=match) == ("under-a/b",)
