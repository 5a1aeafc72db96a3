"""Merge patch and JSON Patch: the appendices of both RFCs, the questions of the public suite, and limits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from homeport.writing import patch
from homeport.writing.patch import MERGE, OPERATIONS, MisfitError, merge_patch


def patched(document: Any, what: Any, kind: str = OPERATIONS) -> Any:
    """The document as the patched octets say; the refusal's status; None where nobody can tell."""
    outcome = patch.patched(kind, json.dumps(what).encode(), json.dumps(document).encode())
    if isinstance(outcome, MisfitError):
        return outcome.status
    return outcome if outcome is None else ("is", json.loads(outcome))


APPENDIX_A_OF_7396 = [
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
]


@pytest.mark.parametrize(("document", "what", "expected"), APPENDIX_A_OF_7396)
def test_a_merge_patch_gives_what_appendix_a_of_rfc_7396_says(
    document: Any, what: Any, expected: Any
) -> None:
    assert merge_patch(document, what) == expected
    assert patched(document, what, MERGE) == ("is", expected)


def op(name: str, path: str, *value: Any, **more: Any) -> dict[str, Any]:
    return {"op": name, "path": path, **({"value": value[0]} if value else {}), **more}


APPENDIX_A_OF_6902 = [
    ("A.1", {"foo": "bar"}, [op("add", "/baz", "qux")], {"baz": "qux", "foo": "bar"}),
    ("A.2", {"foo": ["bar", "baz"]}, [op("add", "/foo/1", "qux")], {"foo": ["bar", "qux", "baz"]}),
    ("A.3", {"baz": "qux", "foo": "bar"}, [op("remove", "/baz")], {"foo": "bar"}),
    ("A.4", {"foo": ["bar", "qux", "baz"]}, [op("remove", "/foo/1")], {"foo": ["bar", "baz"]}),
    ("A.5", {"baz": "qux", "foo": "bar"}, [op("replace", "/baz", "boo")], {"baz": "boo", "foo": "bar"}),
    (
        "A.6",
        {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}},
        [{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}],
        {"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}},
    ),
    (
        "A.7",
        {"foo": ["all", "grass", "cows", "eat"]},
        [{"op": "move", "from": "/foo/1", "path": "/foo/3"}],
        {"foo": ["all", "cows", "eat", "grass"]},
    ),
    (
        "A.8",
        {"baz": "qux", "foo": ["a", 2, "c"]},
        [op("test", "/baz", "qux"), op("test", "/foo/1", 2)],
        {"baz": "qux", "foo": ["a", 2, "c"]},
    ),
    (
        "A.10",
        {"foo": "bar"},
        [op("add", "/child", {"grandchild": {}})],
        {"foo": "bar", "child": {"grandchild": {}}},
    ),
    ("A.11", {"foo": "bar"}, [op("add", "/baz", "qux", xyz=123)], {"foo": "bar", "baz": "qux"}),
    ("A.14", {"/": 9, "~1": 10}, [op("test", "/~01", 10)], {"/": 9, "~1": 10}),
    ("A.16", {"foo": ["bar"]}, [op("add", "/foo/-", ["abc", "def"])], {"foo": ["bar", ["abc", "def"]]}),
]


@pytest.mark.parametrize(("document", "what", "expected"), [each[1:] for each in APPENDIX_A_OF_6902])
def test_operations_give_what_appendix_a_of_rfc_6902_says(document: Any, what: Any, expected: Any) -> None:
    assert patched(document, what) == ("is", expected)


@pytest.mark.parametrize(
    ("document", "what", "status"),
    [
        ({"baz": "qux"}, b'[{"op":"test","path":"/baz","value":"bar"}]', 409),  # A.9
        ({"foo": "bar"}, b'[{"op":"add","path":"/baz/bat","value":"qux"}]', 422),  # A.12
        ({"foo": "bar"}, b'[{"op":"add","path":"/baz","value":"qux","op":"remove"}]', 400),  # A.13
        ({"/": 9, "~1": 10}, b'[{"op":"test","path":"/~01","value":"10"}]', 409),  # A.15
    ],
)
def test_operations_are_refused_as_appendix_a_of_rfc_6902_says(
    document: Any, what: bytes, status: int
) -> None:
    outcome = patch.patched(OPERATIONS, what, json.dumps(document).encode())
    assert isinstance(outcome, MisfitError)
    assert outcome.status == status


@pytest.mark.parametrize(
    ("document", "what", "expected"),
    [
        ({}, [], {}),
        ([], [op("add", "/0", "foo")], ["foo"]),
        ({}, [op("add", "/", 1)], {"": 1}),
        ({"foo": {}}, [op("add", "/foo/", 1)], {"foo": {"": 1}}),
        ({"foo": 1}, [op("add", "/0", "bar")], {"foo": 1, "0": "bar"}),
        ({"foo": None}, [op("add", "/foo", 1)], {"foo": 1}),
        ({"foo": 1}, [op("add", "/foo", None)], {"foo": None}),
        ("foo", [op("replace", "", "bar")], "bar"),
        ({"foo": "bar"}, [op("add", "", {"baz": 1})], {"baz": 1}),
        (["foo"], [op("add", "/-", 1), op("add", "/2", 2)], ["foo", 1, 2]),
        ([1, 2], [op("add", "/1", {"bar": [1]})], [1, {"bar": [1]}, 2]),
        ({"foo": [1, {"a": [2]}]}, [op("replace", "/foo/1/a/0", 3)], {"foo": [1, {"a": [3]}]}),
        ({"foo": [1]}, [{"op": "copy", "from": "/foo", "path": "/bar"}], {"foo": [1], "bar": [1]}),
        ({"a": {"b": 1}}, [{"op": "copy", "from": "", "path": "/c"}], {"a": {"b": 1}, "c": {"a": {"b": 1}}}),
        ({"foo": 1}, [{"op": "move", "from": "/foo", "path": "/foo"}], {"foo": 1}),
        ({"a": {"b": 1}}, [{"op": "move", "from": "/a/b", "path": "/a"}], {"a": 1}),
        ({"foo": [1, 2]}, [op("test", "", {"foo": [1, 2.0]})], {"foo": [1, 2]}),
        (
            {"a/b": 1, "c%d": 2, " ": 7, "m~n": 8},
            [op("test", "/a~1b", 1), op("test", "/m~0n", 8)],
            {"a/b": 1, "c%d": 2, " ": 7, "m~n": 8},
        ),
        ({"1e0": "foo"}, [op("test", "/1e0", "foo")], {"1e0": "foo"}),
        ({"__proto__": 1}, [op("replace", "/__proto__", 2)], {"__proto__": 2}),
        ({"foo": 1}, [op("test", "/foo", 1), op("replace", "/foo", 2), op("test", "/foo", 2)], {"foo": 2}),
    ],
)
def test_what_the_rfcs_leave_to_the_reader_is_read_so(document: Any, what: Any, expected: Any) -> None:
    assert patched(document, what) == ("is", expected)


@pytest.mark.parametrize(
    "operation",
    [
        op("add", "/none/deep", 1),
        op("add", "/text/deep", 1),
        op("add", "/list/3", 1),
        op("add", "/list/01", 1),
        op("add", "/list/-1", 1),
        op("add", "/list/1e0", 1),
        op("add", "/list/bar", 1),
        op("add", "/list/" + "9" * 5000, 1),
        op("add", "/list/\u0661", 1),
        op("remove", "/none"),
        op("remove", "/list/-"),
        op("remove", "/list/2"),
        op("replace", "/list/2", 1),
        op("replace", "/list/-", 1),
        op("replace", "/none", 1),
        op("test", "/none", None),
        op("test", "/list/1e0", 1),
        {"op": "move", "from": "/none", "path": "/text"},
        {"op": "copy", "from": "/list/2", "path": "/text"},
    ],
)
def test_an_operation_on_what_is_not_there_is_unprocessable(operation: Any) -> None:
    assert patched({"text": "10", "list": [1, False]}, [operation]) == 422


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/text", 10),
        ("/one", True),
        ("/no", 0),
        ("/no", None),
        ("/list", [1, 0]),
        ("/list", [1]),
        ("", {}),
        ("/one", "1"),
    ],
)
def test_a_test_of_another_value_is_a_conflict(path: str, value: Any) -> None:
    assert (
        patched({"text": "10", "one": 1, "no": False, "list": [1, False]}, [op("test", path, value)]) == 409
    )


def test_members_are_compared_without_order() -> None:
    assert patched({"a": {"b": 1, "c": [{"d": 2}]}}, [op("test", "/a", {"c": [{"d": 2.0}], "b": 1})]) != 409


@pytest.mark.parametrize(
    "what",
    [
        {"op": "add"},
        "add",
        ["add"],
        [op("spam", "/a", 1)],
        [{"path": "/a", "value": 1}],
        [{"op": ["add"], "path": "/a", "value": 1}],
        [{"op": "add", "path": "/a"}],
        [{"op": "replace", "path": "/a"}],
        [{"op": "test", "path": "/a"}],
        [{"op": "add", "value": 1}],
        [{"op": "add", "path": None, "value": 1}],
        [{"op": "add", "path": "a", "value": 1}],
        [{"op": "remove", "path": "/~2"}],
        [{"op": "remove", "path": "/a~"}],
        [{"op": "remove", "path": "/~~0"}],
        [{"op": "copy", "path": "/a"}],
        [{"op": "move", "path": "/a"}],
        [{"op": "move", "from": "/a", "path": "/a/b"}],
        [op("replace", "/a", 2), {"op": "add"}],
    ],
)
def test_a_malformed_patch_is_told_before_it_meets_a_document(what: Any) -> None:
    assert patch.fault(OPERATIONS, json.dumps(what).encode())
    assert patched({"a": 1}, what) == 400


@pytest.mark.parametrize(
    "what",
    [
        b"",
        b"{",
        b'{"a":NaN}',
        b"[Infinity]",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b'{"a":1,"a":2}',
        "{}".encode("utf-16"),
    ],
)
@pytest.mark.parametrize("kind", [MERGE, OPERATIONS])
def test_what_is_no_json_is_malformed(kind: str, what: bytes) -> None:
    assert patch.fault(kind, what)


def test_a_patch_of_well_formed_json_is_no_fault() -> None:
    assert patch.fault(MERGE, b'"text"') is None
    assert patch.fault(OPERATIONS, b"[]") is None
