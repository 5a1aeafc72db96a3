"""The examples of RFC 7396 and RFC 6902, and what they leave to the reader."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.origins.items.answers import Problem
from local.origins.items.patches import read_patch

MERGE = "application/merge-patch+json"
OPERATIONS = "application/json-patch+json"


def patched(document: Any, patch: Any, kind: str) -> Any:
    return read_patch(json.dumps(patch).encode(), kind)(json.loads(json.dumps(document)))


@pytest.mark.parametrize(
    ("document", "patch", "expected"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_merge_patch_gives_what_the_appendix_of_rfc_7396_says(
    document: Any, patch: Any, expected: Any
) -> None:
    assert patched(document, patch, MERGE) == expected


@pytest.mark.parametrize(
    ("document", "operation", "expected"),
    [
        ({"foo": "bar"}, {"op": "add", "path": "/baz", "value": "qux"}, {"baz": "qux", "foo": "bar"}),
        (["bar", "baz"], {"op": "add", "path": "/1", "value": "qux"}, ["bar", "qux", "baz"]),
        (["bar"], {"op": "add", "path": "/1", "value": "qux"}, ["bar", "qux"]),
        ({"foo": ["bar"]}, {"op": "add", "path": "/foo/-", "value": [1]}, {"foo": ["bar", [1]]}),
        ({"foo": "bar"}, {"op": "add", "path": "", "value": {"a": 1}}, {"a": 1}),
        ({"foo": "bar"}, {"op": "add", "path": "/baz", "value": 1, "xyz": 2}, {"foo": "bar", "baz": 1}),
        ({"baz": "qux", "foo": "bar"}, {"op": "remove", "path": "/baz"}, {"foo": "bar"}),
        ({"foo": ["bar", "qux", "baz"]}, {"op": "remove", "path": "/foo/1"}, {"foo": ["bar", "baz"]}),
        ({"foo": "bar"}, {"op": "remove", "path": ""}, None),
        ({"baz": "qux"}, {"op": "replace", "path": "/baz", "value": None}, {"baz": None}),
        ({"baz": "qux"}, {"op": "replace", "path": "", "value": []}, []),
        (
            {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {}},
            {"op": "move", "from": "/foo/waldo", "path": "/qux/thud"},
            {"foo": {"bar": "baz"}, "qux": {"thud": "fred"}},
        ),
        (
            ["all", "grass", "cows", "eat"],
            {"op": "move", "from": "/1", "path": "/3"},
            ["all", "cows", "eat", "grass"],
        ),
        ({"a": 1}, {"op": "move", "from": "/a", "path": "/a"}, {"a": 1}),
        ({"a": {"b": 1}}, {"op": "copy", "from": "", "path": "/c"}, {"a": {"b": 1}, "c": {"a": {"b": 1}}}),
        ({"/": 9, "~1": 10}, {"op": "test", "path": "/~01", "value": 10}, {"/": 9, "~1": 10}),
        ({"": 1}, {"op": "test", "path": "/", "value": 1.0}, {"": 1}),
        (
            {"a": [{"b": True}]},
            {"op": "test", "path": "", "value": {"a": [{"b": True}]}},
            {"a": [{"b": True}]},
        ),
    ],
)
def test_an_operation_gives_what_rfc_6902_says(document: Any, operation: Any, expected: Any) -> None:
    assert patched(document, [operation], OPERATIONS) == expected


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "test", "path": "/text", "value": 10},
        {"op": "test", "path": "/one", "value": True},
        {"op": "test", "path": "/list", "value": [1, 0]},
        {"op": "test", "path": "/none", "value": None},
        {"op": "add", "path": "/none/deep", "value": 1},
        {"op": "add", "path": "/one/deep", "value": 1},
        {"op": "add", "path": "/list/3", "value": 1},
        {"op": "add", "path": "/list/01", "value": 1},
        {"op": "add", "path": "/list/" + "9" * 5000, "value": 1},
        {"op": "remove", "path": "/none"},
        {"op": "remove", "path": "/list/-"},
        {"op": "replace", "path": "/list/2", "value": 1},
        {"op": "move", "from": "/none", "path": "/one"},
        {"op": "copy", "from": "/list/-1", "path": "/one"},
    ],
)
def test_an_operation_that_does_not_fit_the_item_is_a_conflict(operation: Any) -> None:
    with pytest.raises(Problem) as caught:
        patched({"text": "10", "one": 1, "list": [1, False]}, [operation], OPERATIONS)
    assert caught.value.status == 409


@pytest.mark.parametrize(
    "patch",
    [
        {"op": "add"},
        ["add"],
        [{"path": "/a", "value": 1}],
        [{"op": "increment", "path": "/a"}],
        [{"op": "add", "path": "/a"}],
        [{"op": "add", "value": 1}],
        [{"op": "remove", "path": "a"}],
        [{"op": "remove", "path": "/~2"}],
        [{"op": "copy", "path": "/a"}],
        [{"op": "move", "from": "/a", "path": "/a/b"}],
    ],
)
def test_a_malformed_patch_is_refused_before_it_meets_an_item(patch: Any) -> None:
    with pytest.raises(Problem) as caught:
        read_patch(json.dumps(patch).encode(), OPERATIONS)
    assert caught.value.status == 400


def test_a_patch_cannot_blow_up_an_item_by_copying() -> None:
    doubling = [{"op": "copy", "from": "", "path": f"/{step}"} for step in range(40)]
    with pytest.raises(Problem) as caught:
        patched({"a": 1}, doubling, OPERATIONS)
    assert caught.value.status == 413


def test_a_copy_is_independent_of_its_source() -> None:
    patch = [{"op": "copy", "from": "/a", "path": "/b"}, {"op": "add", "path": "/a/-", "value": 2}]
    assert patched({"a": [1]}, patch, OPERATIONS) == {"a": [1, 2], "b": [1]}


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text("/~ab", max_size=2), children),
    max_leaves=8,
)


@given(DOCUMENTS, st.text("/~ab", max_size=2), DOCUMENTS)
def test_what_was_added_is_found_at_its_place_and_can_be_removed(
    document: Any, name: str, value: Any
) -> None:
    base = {"other": document}
    path = "/" + name.replace("~", "~0").replace("/", "~1")
    there = [{"op": "add", "path": path, "value": value}, {"op": "test", "path": path, "value": value}]
    assert patched(base, there, OPERATIONS) == {**base, name: value}
    assert patched(base, [*there, {"op": "remove", "path": path}], OPERATIONS) == base
