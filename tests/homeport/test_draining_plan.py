from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.draining.plan import composed, marked, upcoming
from homeport.entry import Entry, Pending
from homeport.messages import Headers, Response
from homeport.routing import Route
from homeport.writing.patch import MERGE, OPERATIONS, UnclearError, merge_patch
from homeport.writing.representation import Represent, merged, wrapped
from tests.homeport.writing_world import stored

TARGET = "/items/1"
BEHIND = ("PUT", "DELETE", "PATCH")
ROUTE = Route("/items/{id}", write_behind=BEHIND, coalesce=True)


def write(
    name: str, method: str, document: Any = None, kind: str = "application/json", **more: Any
) -> Pending:
    body = b"" if method == "DELETE" else json.dumps(document).encode()
    header = Headers((("content-type", kind),) if body else ())
    return replace(Pending(name, int(name), 1, method, TARGET, header, body), **more)


def put(name: str, document: Any = 1, **more: Any) -> Pending:
    return write(name, "PUT", document, **more)


def gone(name: str, **more: Any) -> Pending:
    return write(name, "DELETE", **more)


def patch(name: str, document: Any, kind: str = MERGE, **more: Any) -> Pending:
    return write(name, "PATCH", document, kind, **more)


def dirty(*items: Pending) -> Entry:
    return replace(stored(TARGET), pending=items)


def planned(*items: Pending, route: Route | None = ROUTE) -> tuple[str, str, Any]:
    """Which writes are settled by the next request, its method, and what it says."""
    step = upcoming(dirty(*items), route)
    assert step is not None
    assert step.request is not None
    body = bytes(step.request.body)
    names = "".join(item.id for item in step.writes)
    return names, step.request.method, json.loads(body) if body else None


JSON_PATCH = [{"op": "add", "path": "/a", "value": 1}]
X = {"x": 1}


@pytest.mark.parametrize(
    ("items", "plan"),
    [
        ([put("1"), put("2", 2), put("3", 3)], ("123", "PUT", 3)),
        ([put("1"), patch("2", X), gone("3"), gone("4")], ("1234", "DELETE", None)),
        ([patch("1", X), gone("2"), put("3", 3)], ("123", "PUT", 3)),
        ([patch("1", JSON_PATCH, OPERATIONS), put("2", 2)], ("12", "PUT", 2)),
        ([patch("1", X), patch("2", {"y": None})], ("12", "PATCH", {"x": 1, "y": None})),
        ([put("1", {"a": 1, "b": {}}), patch("2", {"b": {"d": 2}, "a": None})], ("12", "PUT", {"b": {"d": 2}})),
        ([put("1"), put("2", {}), patch("3", X), patch("4", {"y": 2})], ("1234", "PUT", {"x": 1, "y": 2})),
        ([put("1"), gone("2"), patch("3", X)], ("12", "DELETE", None)),
        ([put("1", {}), patch("2", JSON_PATCH, OPERATIONS)], ("1", "PUT", {})),
        ([patch("1", JSON_PATCH, OPERATIONS), patch("2", X)], ("1", "PATCH", JSON_PATCH)),
        ([patch("1", X), patch("2", {}, MERGE + "; charset=utf-8")], ("1", "PATCH", X)),
        ([put("1", {}, kind="text/plain"), patch("2", X)], ("1", "PUT", {})),
        ([patch("1", {"x": 1}), patch("2", {"x": {"y": 1}})], ("1", "PATCH", X)),
        ([put("1", sent=True), put("2", 2)], ("1", "PUT", 1)),
        ([put("1", tries=1), put("2", 2)], ("1", "PUT", 1)),
        ([put("1"), put("2", 2), put("3", 3, sealed="x")], ("12", "PUT", 2)),
        ([put("1", sealed="x"), put("2", 2, sealed="x")], ("1", "PUT", 1)),
        ([put("1"), put("2", 2), write("3", "POST", 3), put("4", 4)], ("12", "PUT", 2)),
        ([put("1"), replace(put("2", 2), header=Headers((("if-match", "*"),)))], ("1", "PUT", 1)),
        ([put("1"), replace(put("2", 2), target="/items/1?a")], ("1", "PUT", 1)),
    ],
)  # fmt: skip
def test_as_many_from_the_first_on_as_one_request_can_stand_for(
    items: list[Pending], plan: tuple[str, str, Any]
) -> None:
    assert planned(*items) == plan


def own(write: Pending, current: Entry | None) -> Response | None:
    return Response(200, write.header, write.body)


def whole(write: Pending, current: Entry | None) -> Response | None:
    return Response(200, write.header, write.body)


whole.replaces_whole = True  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("represent", "puts", "patched"),
    [(wrapped("data"), "12", "1"), (whole, "12", "1"), (merged, "1", "1"), (own, "1", "1")],
)
def test_a_put_supersedes_only_where_it_replaces_all_and_is_patched_only_where_it_is_shown_plainly(
    represent: Represent, puts: str, patched: str
) -> None:
    route = replace(ROUTE, representation=represent)
    assert planned(put("1"), put("2"), route=route)[0] == puts
    assert planned(put("1", {}), patch("2", X), route=route)[0] == patched
    assert planned(put("1"), gone("2"), route=route)[0] == "12"
    assert planned(patch("1", X), patch("2", X), route=route)[0] == "12"


@pytest.mark.parametrize("route", [None, replace(ROUTE, coalesce=False)])
def test_without_the_option_each_goes_by_itself(route: Route | None) -> None:
    assert planned(put("1"), put("2"), route=route) == ("1", "PUT", 1)
    assert upcoming(dirty(), route) is None


def test_a_mark_says_who_is_sent_and_who_never_is_and_holds_when_others_have_come() -> None:
    entry = dirty(put("1", {"a": 1}), patch("2", X))
    step = upcoming(entry, ROUTE)
    assert step is not None
    entry = marked(entry, step, "n1")
    assert [(item.id, item.sent, item.by) for item in entry.pending] == [("1", False, "2"), ("2", True, "")]
    entry = replace(entry, pending=(*entry.pending, put("3"), gone("4")))
    for route in (ROUTE, None, replace(ROUTE, coalesce=False, representation=merged)):
        again = upcoming(entry, route)
        assert again is not None
        assert ([item.id for item in again.writes], again.composed) == (["1", "2"], True)
        assert again.request == replace(step.request, sent=True)  # type: ignore[type-var]


def test_a_composed_request_has_a_key_of_its_own_and_the_last_ones_fields() -> None:
    first, last = put("1", {}), patch("2", X)
    last = replace(last, header=last.header.plus(("x-from", "last")))
    step = upcoming(dirty(first, last), ROUTE)
    assert step is not None
    assert step.request is not None
    assert (step.item, step.request.id, step.composed) == (last, "2-2", True)
    assert [*step.request.header] == [("x-from", "last"), ("content-type", "application/json")]
    alone = upcoming(dirty(put("1"), last, put("3")), ROUTE)
    assert alone is not None
    assert (alone.request, alone.composed) == (alone.item, False)


@pytest.mark.parametrize(
    "items",
    [
        (put("1", by="2"),),
        (put("1", by="9"), put("2")),
        (patch("1", JSON_PATCH, OPERATIONS, by="2"), patch("2", X, sent=True)),
    ],
)
def test_what_cannot_be_made_again_has_no_request(items: tuple[Pending, ...]) -> None:
    step = upcoming(dirty(*items), ROUTE)
    assert step is not None
    assert (step.request, step.composed) == (None, True)


def test_what_one_request_would_hold_too_much_for_goes_in_two() -> None:
    half = "x" * 70_000
    assert planned(patch("1", {"a": half}), patch("2", {"b": half}))[0] == "1"


VALUES = st.recursive(
    st.none() | st.integers(0, 3) | st.lists(st.integers(0, 1), max_size=1),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@settings(derandomize=True, database=None, max_examples=600)
@given(VALUES, VALUES, VALUES)
def test_a_composed_merge_patch_does_what_both_do(document: Any, first: Any, second: Any) -> None:
    try:
        both = composed(first, second)
    except UnclearError:
        return
    assert merge_patch(document, both) == merge_patch(merge_patch(document, first), second)


@pytest.mark.parametrize("before", [None, 1, [1], "x"])
def test_an_object_where_the_first_left_none_cannot_be_composed(before: Any) -> None:
    """One patch would merge it into the original's object, of which the first left nothing."""
    for first, second in (
        ({"a": before}, {"a": {}}),
        (before, {}),
        ({"a": {"b": before}}, {"a": {"b": {"c": 1}}}),
    ):
        with pytest.raises(UnclearError):
            composed(first, second)
