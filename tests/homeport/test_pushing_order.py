"""An operator's order to purge."""

from __future__ import annotations

import json
from typing import Any

import pytest

from homeport.messages import Response
from homeport.pushing.changed import Site
from homeport.pushing.order import (
    MOST,
    Order,
    Progress,
    decode_order,
    decode_progress,
    encode,
    read,
)
from homeport.routing import Route, Routes
from tests.homeport.homeport_world import NOON, ORIGIN

SITE = Site(
    ORIGIN,
    Routes(
        Route("/items/{id}"),
        Route("/search", ignore_query=("utm_*",), sort_query=True),
        Route("/pages/{id}", vary=("accept-language",)),
    ),
)


def order(**members: object) -> Order:
    found = read(json.dumps(members).encode(), SITE, NOON)
    assert isinstance(found, Order), found
    return found


def refusal(body: bytes | dict[str, object]) -> tuple[int, dict[str, Any]]:
    found = read(body if isinstance(body, bytes) else json.dumps(body).encode(), SITE, NOON)
    assert isinstance(found, Response), found
    assert found.headers.get("content-type") == "application/problem+json"
    return found.status, json.loads(bytes(found.body))


def named(body: dict[str, object]) -> list[str]:
    status, members = refusal(body)
    assert status == 422
    return [fault["name"] for fault in members["errors"]]


def test_urls_are_targets_or_begin_with_the_origin() -> None:
    found = order(urls=["/items/1?q=%20|'".replace("'", ""), f"{ORIGIN}/items/1", "/items/1"])
    assert found == Order(("/items/1?q=%20|", "/items/1"), (), soft=False, at=NOON)


def test_a_url_is_purged_as_it_is_keyed() -> None:
    assert order(urls=["/search?b=2&utm_x=1&a=1"]).targets == ("/search?a=1&b=2",)


def test_tags_are_read_without_regard_to_case_each_once() -> None:
    assert order(tags=["A", "a", "b"], soft=True) == Order((), (("a", None), ("b", None)), soft=True, at=NOON)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_not_json_is_400(body: bytes) -> None:
    assert refusal(body)[0] == 400


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({}, ["urls"]),
        ({"urls": [], "tags": []}, ["urls"]),
        ({"tag": ["a"]}, ["tag", "urls"]),
        ({"tags": "a"}, ["tags"]),
        ({"tags": [1]}, ["tags"]),
        ({"tags": ["a"], "soft": "yes"}, ["soft"]),
        ({"tags": ["a"], "soft": 1}, ["soft"]),
        ({"tags": ["a", "a b"]}, ["tags[1]"]),
        ({"urls": ["/items/1", "items/1"]}, ["urls[1]"]),
        ({"urls": ["https://elsewhere.test/items/1"]}, ["urls[0]"]),
        ({"urls": [f"{ORIGIN}.evil.test/items/1"]}, ["urls[0]"]),
        ({"urls": ["/items/1#top"]}, ["urls[0]"]),
        ({"urls": ["/items/é"]}, ["urls[0]"]),
        ({"urls": ["/items/a b"]}, ["urls[0]"]),
        ({"urls": ["/items/1\n"]}, ["urls[0]"]),
        ({"urls": ["/items/%2E%2e"]}, ["urls[0]"]),
        ({"urls": ["/items/./1"]}, ["urls[0]"]),
        ({"urls": ["/nowhere"]}, ["urls[0]"]),
        ({"urls": ["/pages/1"], "tags": [""]}, ["urls[0]", "tags[0]"]),
    ],
)
def test_what_is_wrong_with_it_is_named(body: dict[str, object], names: list[str]) -> None:
    assert named(body) == names


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"urls"'])
def test_what_is_no_object_is_no_order(body: bytes) -> None:
    assert refusal(body)[0] == 422


def test_of_a_route_with_vary_it_is_said_what_to_do_instead() -> None:
    assert "by a tag" in refusal({"urls": ["/pages/1"]})[1]["errors"][0]["detail"]


def test_there_are_at_most_a_thousand() -> None:
    urls = [f"/items/{n}" for n in range(MOST)]
    assert len(order(urls=urls).targets) == MOST
    assert refusal({"urls": urls, "tags": ["a"]})[0] == 413


def test_a_part_of_it_travels_as_json() -> None:
    part = Order(("/a",), (("a", None), ("b", 1.5)), soft=True, at=NOON)
    assert decode_order(json.loads(encode(part))) == part
    for progress in (Progress(), Progress(1, 2, "TIMEOUT_ERROR", part)):
        assert decode_progress(json.loads(encode(progress))) == progress
