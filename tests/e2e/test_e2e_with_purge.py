"""An operator purges by URL and by tag, hard and soft, on the real runtime."""

from __future__ import annotations

from functools import partial
from typing import Any

import httpx
import pytest

from homeport.reading.key import resource
from local.stack import observer
from local.stack.stack import Stack
from tests.e2e.e2e_rig import eventually, fault, home_again, write_in_silence

PURGE = "/.homeport/purge"
COUNTRIES = {"JP": "ap-northeast-1", "DE": "eu-central-1"}


def order(stack: Stack, *, token: str | None = None, **members: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {token or stack.operate_token}"}
    return httpx.post(f"{stack.edge}{PURGE}", json=members, headers=headers, timeout=60.0)


def kept(stack: Stack, path: str, country: str) -> tuple[str, bool] | None:
    """The kind of the entry that a region has, and whether it was purged softly."""
    entry = observer.entry(stack, COUNTRIES[country], resource(stack.origin, path).key)
    return (entry.kind, entry.soft) if entry else None


def fill(stack: Stack, path: str, *countries: str) -> None:
    """Have the regions of these countries store what the origin shows at a path."""
    for country in countries:
        with observer.visitor(stack, country) as visitor:
            eventually(partial(visitor.get, path), lambda answer: "; hit" in answer.headers["cache-status"])


def tagged(stack: Stack, number: int) -> str:
    """An item of the tagged route, created at the origin."""
    path = f"/api/items/tagged-{number}"
    with observer.visitor(stack, "US") as visitor:
        put = visitor.put(path, json={"id": f"tagged-{number}", "name": "x", "quantity": number})
        assert put.status_code in (200, 201), put.text
    return path


def test_a_hard_purge_of_a_url_is_a_miss_in_every_region(stack: Stack) -> None:
    path = "/api/items/item-44"
    fill(stack, path, "JP", "DE")
    answer = order(stack, urls=[path])
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json() == {"regions": {region: {"purged": 1} for region in stack.regions}}
    for country in COUNTRIES:
        assert kept(stack, path, country) == ("marker", False)
        with observer.visitor(stack, country) as visitor:
            assert "fwd=uri-miss" in visitor.get(path).headers["cache-status"]


def test_a_soft_purge_of_a_url_keeps_the_representation_and_asks_the_origin(stack: Stack) -> None:
    path = "/api/items/item-45"
    fill(stack, path, "JP")
    assert order(stack, urls=[f"{stack.origin}{path}"], soft=True).status_code == 200
    assert kept(stack, path, "JP") == ("stored", True)
    with observer.visitor(stack, "JP") as visitor:
        assert "; fwd=stale" in visitor.get(path).headers["cache-status"]


def test_what_was_accepted_near_a_visitor_outlives_a_purge_until_the_origin_has_it(stack: Stack) -> None:
    path, new = "/api/items/item-46", {"id": "item-46", "name": "mine", "quantity": 1}
    write_in_silence(stack, "ap-northeast-1", path, httpx.Request("PUT", "http://x", json=new).content)
    assert order(stack, urls=[path]).status_code == 200
    with observer.visitor(stack, "JP") as visitor:
        shown = visitor.get(path)
    assert shown.json() == new


def test_a_tag_purges_its_resources_in_every_region_and_no_others(stack: Stack) -> None:
    paths = [tagged(stack, number) for number in (1, 2)]
    for path in paths:
        fill(stack, path, "JP", "DE")
    done = order(stack, tags=["Group-1"])
    assert done.status_code == 200, done.text
    for country in COUNTRIES:
        assert kept(stack, paths[0], country) == ("marker", False)
        assert kept(stack, paths[1], country) == ("stored", False)
    purged = order(stack, tags=["tagged"], soft=True).json()["regions"]
    assert purged["eu-central-1"]["purged"] >= 1
    assert kept(stack, paths[1], "DE") == ("stored", True)


def test_a_region_that_does_not_answer_is_named_owed_and_told_later(stack: Stack) -> None:
    path = "/api/items/item-47"
    fill(stack, path, "DE")
    with fault(stack, kind="partition", region="eu-central-1"):
        answer = order(stack, urls=[path])
    assert answer.status_code == 502
    regions = answer.json()["regions"]
    assert regions.pop("eu-central-1") == {"purged": 0, "owed": 1, "error": "SERVER_UNAVAILABLE"}
    assert list(regions.values()) == [{"purged": 1}] * 2
    assert order(stack, urls=[path]).status_code == 200
    assert kept(stack, path, "DE") == ("marker", False)
    home_again(stack, "DE")


@pytest.mark.parametrize(
    ("method", "token", "body", "status"),
    [
        ("GET", None, "", 405),
        ("POST", "x" * 48, "{}", 401),
        ("POST", None, "{", 400),
        ("POST", None, '{"urls":["/nothing/here"]}', 422),
        ("POST", None, '{"tags":["' + "x" * 600_000 + '"]}', 413),
    ],
)
def test_what_is_no_operators_order_is_refused(
    stack: Stack, method: str, token: str | None, body: str, status: int
) -> None:
    headers = {"authorization": f"Bearer {token or stack.operate_token}"}
    answer = httpx.request(method, f"{stack.edge}{PURGE}", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert ("www-authenticate" in answer.headers) == (status == 401)


def test_a_large_order_is_carried_out_in_several_invocations(stack: Stack) -> None:
    answer = order(stack, urls=[f"/api/items/item-{n}" for n in range(1000, 1500)])
    assert (answer.status_code, answer.json()) == (
        200,
        {"regions": {region: {"purged": 500} for region in stack.regions}},
    )
