"""Pending writes laid over a list: pure, and never a guess."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from homeport.entry import Entry
from homeport.messages import Headers, Response
from homeport.reading.overlay import Changes, ChangesOfAll, laid_over, listed
from tests.homeport.patch_world import JSON, shown

GONE = replace(shown("/items/1", None), kind="tombstone", status=404)


def of(*items: tuple[str, Any]) -> Changes:
    return ChangesOfAll(
        (value, item if isinstance(item, Entry) else shown("/x", item)) for value, item in items
    )


def over(document: Any, changes: Changes, **options: Any) -> Any:
    body = listed(**options)(json.dumps(document).encode(), changes)
    return None if body is None else json.loads(bytes(body))


def test_elements_go_change_and_come() -> None:
    changes = of(("1", GONE), ("2", {"id": 2, "n": 5}), ("3", {"n": 6}), ("4", GONE))
    assert over([{"id": 1}, {"id": 2, "n": 0}], changes) == [{"id": 2, "n": 5}, {"id": "3", "n": 6}]


def test_a_summary_stays_a_summary_with_what_it_has_of_its_own() -> None:
    assert over([{"id": "a", "n": 1, "url": "u"}], of(("a", {"id": "a", "n": 2, "more": 3}))) == [
        {"id": "a", "n": 2, "url": "u"}
    ]


@pytest.mark.parametrize(("new", "order"), [("last", "xab"), ("first", "bax"), ("no", "x")])
def test_new_elements_stand_where_the_route_says(new: str, order: str) -> None:
    changes = of(("a", {"id": "a"}), ("b", {"id": "b"}))
    assert "".join(each["id"] for each in over([{"id": "x"}], changes, new=new)) == order


def test_an_incomplete_list_gets_no_new_elements() -> None:
    assert over([{"id": "x"}], Changes(of(("a", {"id": "a"})))) == [{"id": "x"}]


def test_a_list_may_lie_deeper_and_counts_stay() -> None:
    document = {"data": {"items": [{"id": "a"}], "total": 1}, "next": None}
    left = {"data": {"items": [], "total": 1}, "next": None}
    assert over(document, of(("a", GONE)), at="data.items") == left


def test_names_are_matched_as_texts_and_decoded_and_under_the_routes_member() -> None:
    assert over([{"sku": "a b"}, {"sku": True}, 3], of(("a%20b", GONE)), identity="sku") == [{"sku": True}, 3]


def test_what_is_no_list_cannot_be_told() -> None:
    assert over({"items": 1}, of(("a", GONE)), at="items") is None
    with pytest.raises(ValueError, match="one of first, last, no"):
        listed(new="everywhere")


@pytest.mark.parametrize(
    ("fields", "body", "reason"),
    [
        ((("content-type", "text/html"),), b"[]", "it is no JSON"),
        ((("content-type", "application/json"), ("content-encoding", "zstd")), b"[]", "it is encoded"),
        ((("content-type", "application/json"),), b"{", "JSONDecodeError"),
        ((("content-type", "application/json"),), b'{"a":1}', "it cannot be told"),
    ],
)
def test_a_list_of_another_kind_stays_as_it_is(fields: Any, body: bytes, reason: str) -> None:
    assert laid_over(listed(), Response(200, Headers(fields), body), of(("a", GONE))) == reason


def test_an_item_that_is_no_object_cannot_be_laid_over() -> None:
    assert laid_over(listed(), Response(200, JSON, b"[]"), of(("a", [1]))) == "TypeError"


def test_a_function_that_gives_a_text_is_told_so() -> None:
    answer = laid_over(lambda *_: "text", Response(200, JSON, b"[]"), of())  # type: ignore[arg-type]
    assert answer == "gave a text for a body"


def test_the_fields_of_the_origins_octets_go() -> None:
    fields = JSON.plus(("etag", '"1"'), ("age", "3"), ("cache-control", "max-age=9"), ("link", "<x>"))
    answer = laid_over(listed(), Response(200, fields, b"[]"), of(("a", {"id": "a"})))
    assert isinstance(answer, Response)
    assert {name for name, _ in answer.headers} == {"content-type", "age", "link", "cache-control"}
    assert answer.headers.get("cache-control") == "no-store"
