"""Dictionaries, sets and lists."""

from __future__ import annotations

import pytest

from local.momento_local import dictionaries, lists, sets
from local.momento_local.refusals import Refusal
from tests.momento_local.momento_rig import HOUR_MS, new_store


def test_a_dictionary_holds_fields_until_the_last_is_removed() -> None:
    store = new_store()
    dictionaries.put(store, b"d", {b"f": b"1", b"g": b"2"}, HOUR_MS, refresh_ttl=True)
    assert dictionaries.increment(store, b"d", b"f", 4, HOUR_MS, refresh_ttl=True) == 5
    dictionaries.remove(store, b"d", [b"g", b"nobody"])
    assert dictionaries.fetch(store, b"d") == {b"f": b"5"}
    dictionaries.remove(store, b"d", None)
    dictionaries.remove(store, b"d", None)
    assert dictionaries.fetch(store, b"d") is None


def test_a_set_pops_each_element_once() -> None:
    store = new_store()
    sets.add(store, b"s", [b"b", b"a", b"b"], HOUR_MS, refresh_ttl=True)
    assert sets.contains(store, b"s", [b"a", b"z"]) == [True, False]
    assert sets.pop(store, b"s", 1) == [b"a"]
    assert sets.pop(store, b"s", 5) == [b"b"]
    assert sets.pop(store, b"s", 5) is None
    assert not sets.remove(store, b"s", None)


def test_a_set_loses_elements_or_everything() -> None:
    store = new_store()
    sets.add(store, b"s", [b"a", b"b", b"c"], HOUR_MS, refresh_ttl=True)
    assert sets.remove(store, b"s", [b"a"])
    assert sets.fetch(store, b"s") == {b"b", b"c"}
    assert sets.remove(store, b"s", None)
    assert sets.fetch(store, b"s") is None


def test_a_list_is_pushed_popped_and_cut_at_either_end() -> None:
    store = new_store()
    assert lists.push(store, b"l", [b"b", b"c"], HOUR_MS, refresh_ttl=True) == 2
    assert lists.push(store, b"l", [b"a"], HOUR_MS, refresh_ttl=True, front=True) == 3
    assert lists.fetch(store, b"l") == [b"a", b"b", b"c"]
    assert lists.fetch(store, b"l", -2, None) == [b"b", b"c"]
    assert lists.push(store, b"l", [b"d"], HOUR_MS, refresh_ttl=True, keep=2) == 2
    assert lists.pop(store, b"l", front=True) == (b"c", 1)
    assert lists.pop(store, b"l", front=False) == (b"d", 0)
    assert lists.pop(store, b"l", front=False) is None


def test_a_list_loses_every_equal_value() -> None:
    store = new_store()
    lists.push(store, b"l", [b"a", b"b", b"a"], HOUR_MS, refresh_ttl=True)
    assert lists.remove(store, b"l", b"a") == 1
    assert lists.remove(store, b"l", b"b") == 0
    assert lists.remove(store, b"l", b"b") is None


def test_elements_and_collections_are_limited() -> None:
    store = new_store(max_item_bytes=20, max_element_bytes=10)
    with pytest.raises(Refusal, match="element size"):
        sets.add(store, b"s", [b"x" * 11], HOUR_MS, refresh_ttl=True)
    with pytest.raises(Refusal, match="element size"):
        dictionaries.put(store, b"d", {b"12345": b"123456"}, HOUR_MS, refresh_ttl=True)
    lists.push(store, b"l", [b"x" * 10], HOUR_MS, refresh_ttl=True)
    with pytest.raises(Refusal, match="item size"):
        lists.push(store, b"l", [b"x" * 10], HOUR_MS, refresh_ttl=True)
    assert lists.fetch(store, b"l") == [b"x" * 10]
