"""Keys of representations by the fields that only the origin's Vary names (RFC 9111 section 4.1)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.entry import Entry
from homeport.messages import NO_FIELDS, Headers
from homeport.reading.key import resource
from homeport.reading.variants import belongs, normal, variant
from tests.homeport.homeport_world import NOON, ORIGIN

ITEM = resource(ORIGIN, "/items/1", Headers([("accept", "text/html")]))


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        ("x", "a,b", " a ,\tb "),
        ("x", None, ""),
        ("x", None, "  "),
        ("accept-language", "de", "DE"),
        ("accept-language", "de;q=1", "de"),
        ("accept-language", "en;q=0.5, de", "de,en;q=0.5"),
        ("accept-language", "de ; q=0.7", "de;q=0.7"),
        (
            "accept-language",
            "de, en",
            "en, de",
        ),  # RFC 9110 section 12.5.4: of equal weight their order cannot be relied on
        ("accept-language", None, ""),
    ],
)
def test_what_means_the_same_has_the_same_key(name: str, left: str | None, right: str | None) -> None:
    assert normal(name, left) == normal(name, right)


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        ("x", "a,b", "b,a"),
        ("x", "a", "A"),
        ("x", "a b", "ab"),
        ("x", "a", None),
        ("x", '"a , b"', '"a,b"'),  # within quotes white space is part of the value
        ("accept", "text/html;q=1", "text/html"),
        ("accept-language", "de", "de-CH"),
        ("accept-language", "de;q=0.5, en", "de, en;q=0.5"),
        ("accept-language", "de;q=0.5", "de"),
        ("accept-language", "de;q=0", "de;q=1"),
        ("accept-language", "de;q=x", "de"),
        ("accept-language", "*", None),
    ],
)
def test_what_may_mean_another_thing_has_another_key(name: str, left: str | None, right: str | None) -> None:
    assert normal(name, left) != normal(name, right)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("de", "de;q=1"),
        ("da, en-GB;q=0.8, en;q=0.7", "da;q=1,en-gb;q=0.8,en;q=0.7"),
        ("en;q=0.7, en-gb;q=0.8, da", "da;q=1,en-gb;q=0.8,en;q=0.7"),
        ("b;q=0.5,a;q=0.5", "a;q=0.5,b;q=0.5"),
        ("a;q=0.9, b;q=high, c", "c;q=1,a;q=0.9,b;q=high"),
    ],
)
def test_languages_stand_in_the_order_of_their_weights(value: str, found: str) -> None:
    assert normal("accept-language", value) == found


def test_a_variant_is_known_by_the_routes_fields_and_the_origins() -> None:
    names = ("accept-language", "x-app")
    fields = Headers(
        [("x-app", " 1 "), ("Accept-Language", "de"), ("cookie", "s=1"), ("accept", "image/png")]
    )
    found = variant(ITEM, names, fields)
    assert list(found.vary) == [("accept", "text/html"), ("accept-language", "de;q=1"), ("x-app", "1")]
    assert found.target == "/items/1"
    assert found == variant(ITEM, names, fields.plus(("cookie", "t=2"), ("y", "1")))


def test_a_field_that_is_absent_counts_as_empty_and_not_as_any() -> None:
    assert variant(ITEM, ("x-app",), NO_FIELDS) == variant(ITEM, ("x-app",), Headers([("x-app", "")]))
    assert (
        variant(ITEM, ("x-app",), NO_FIELDS).key != variant(ITEM, ("x-app",), Headers([("x-app", "0")])).key
    )
    assert variant(ITEM, ("x-app",), NO_FIELDS).key != ITEM.key


def test_repeated_fields_are_one_list() -> None:  # RFC 9110 section 5.3
    twice, once = Headers([("x", "a"), ("x", "b")]), Headers([("x", "a,b")])
    assert variant(ITEM, ("x",), twice) == variant(ITEM, ("x",), once)


def test_a_representation_belongs_to_the_very_version_that_sends_to_it() -> None:
    sends = Entry("/items/1", NO_FIELDS, "variants", "v1", (NOON, NOON), varies=("x",))
    beside = Entry("/items/1", NO_FIELDS, "stored", "n", (NOON, NOON), of="v1")
    assert belongs(beside, sends)
    assert not belongs(beside, sends.version("v2"))
    assert not belongs(Entry("/items/1", NO_FIELDS, "stored", "n", (NOON, NOON)), sends)


NAMES = st.sampled_from(["accept-language", "x", "y"])
VALUES = st.text(st.sampled_from('aB,; \t"=q01.*'), max_size=12)
FIELDS = st.dictionaries(NAMES, VALUES).map(lambda fields: Headers(fields.items()))


@settings(derandomize=True, database=None)
@given(FIELDS, FIELDS)
def test_keys_are_the_same_only_where_each_field_means_the_same(left: Headers, right: Headers) -> None:
    names = ("accept-language", "x", "y")
    same = all(normal(name, left.get(name)) == normal(name, right.get(name)) for name in names)
    assert (variant(ITEM, names, left).key == variant(ITEM, names, right).key) is same


@settings(derandomize=True, database=None)
@given(NAMES, VALUES)
def test_what_is_normal_stays_as_it_is(name: str, value: str) -> None:
    once = normal("x", value)
    assert normal("x", once) == once
    assert normal(name, f" {value}\t") == normal(name, value)
