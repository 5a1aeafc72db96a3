"""Laws of merging, and JSON Patch against the library `jsonpatch`."""

from __future__ import annotations

import copy
from typing import Any

import jsonpatch
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.writing import patch
from homeport.writing.patch import MisfitError, json_patch, merge_patch


def op(name: str, path: str, *value: Any) -> dict[str, Any]:
    return {"op": name, "path": path, **({"value": value[0]} if value else {})}


SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab~/é", max_size=3)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text("/~ab0", max_size=2), children, max_size=3)
    ),
    max_leaves=8,
)


def without_null(document: Any) -> Any:
    if isinstance(document, dict):
        return {name: without_null(value) for name, value in document.items() if value is not None}
    return document


def difference(before: Any, after: Any) -> Any:
    """A merge patch from one to the other, which has no null in objects."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return after
    gone = dict.fromkeys(before.keys() - after.keys())
    changed = {
        name: difference(before.get(name), value)
        for name, value in after.items()
        if before.get(name) != value or name not in before
    }
    return {**changed, **gone}


@given(DOCUMENTS, DOCUMENTS)
def test_a_difference_that_is_merged_gives_the_other_document(before: Any, wanted: Any) -> None:
    after = without_null(wanted)
    assert merge_patch(before, difference(before, after)) == after


@given(DOCUMENTS, DOCUMENTS)
def test_merging_twice_is_merging_once_and_changes_no_argument(document: Any, what: Any) -> None:
    arguments = copy.deepcopy((document, what))
    once = merge_patch(document, what)
    assert merge_patch(once, what) == once
    assert (document, what) == arguments


@given(DOCUMENTS)
def test_merging_nothing_into_an_object_leaves_it(document: Any) -> None:
    assert merge_patch({"a": document}, {}) == {"a": document}


@given(DOCUMENTS, DOCUMENTS)
def test_the_oracles_difference_leads_from_one_document_to_the_other(before: Any, after: Any) -> None:
    before, after = {"it": before}, {"it": after}
    what = jsonpatch.make_patch(before, after).patch
    assert json_patch(copy.deepcopy(before), what) == after


PATHS = st.lists(st.sampled_from(["a", "b", "0", "1", "2", "-", "01", "", "~0", "~1"]), max_size=3).map(
    lambda tokens: "".join(f"/{token}" for token in tokens)
)
STEPS = st.one_of(
    st.builds(op, st.sampled_from(["add", "replace", "test"]), PATHS, DOCUMENTS),
    st.builds(op, st.just("remove"), PATHS.filter(bool)),
    st.builds(
        lambda name, path, source: {"op": name, "path": path, "from": source},
        st.sampled_from(["move", "copy"]),
        PATHS,
        PATHS,
    ),
)
TREES = st.dictionaries(st.sampled_from(["a", "b", "0", "", "~", "/"]), DOCUMENTS, max_size=3) | st.lists(
    DOCUMENTS, max_size=3
)


@given(TREES, st.lists(STEPS, max_size=4))
@settings(max_examples=1000)
def test_a_patch_gives_what_the_oracle_gives_or_both_refuse(
    document: Any, what: list[dict[str, Any]]
) -> None:
    assert ours(document, what) == oracles(document, what)


def ours(document: Any, what: Any) -> Any:
    try:
        return "is", json_patch(copy.deepcopy(document), copy.deepcopy(what))
    except (MisfitError, patch.UnclearError):
        return "refused"


def oracles(document: Any, what: Any) -> Any:
    try:
        return "is", jsonpatch.apply_patch(copy.deepcopy(document), copy.deepcopy(what))
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError, KeyError, IndexError):
        return "refused"
