"""Bad input and bad days on the real runtime."""

from __future__ import annotations

import httpx
import pytest

from local.stack import observer
from local.stack.stack import Stack
from tests.e2e.e2e_rig import eventually, fault, home_again

PROBLEM = "application/problem+json"


def test_a_dead_regional_cache_costs_a_reader_no_more_than_time(stack: Stack) -> None:
    with observer.visitor(stack, "JP") as visitor:
        wanted = visitor.get("/api/items/item-20").json()
        with fault(stack, kind="partition", region="ap-northeast-1"):
            answer = visitor.get("/api/items/item-20")
            assert answer.status_code == 200
            assert answer.json() == wanted
            assert ' for ap-northeast-1 SERVER_UNAVAILABLE"' in answer.headers["cache-status"]
    home_again(stack, "JP")


def test_a_slow_regional_cache_costs_a_reader_one_time_out(stack: Stack) -> None:
    slow = {"kind": "latency", "region": "ap-northeast-1", "ms": 4000}
    with observer.visitor(stack, "JP") as visitor, fault(stack, **slow):
        answer = visitor.get("/api/items/item-20")
        assert answer.status_code == 200
        assert ' for ap-northeast-1 TIMEOUT_ERROR"' in answer.headers["cache-status"]
        assert answer.elapsed.total_seconds() < 3.0
    home_again(stack, "JP")


def test_a_write_to_a_dead_region_is_refused_and_nothing_is_written(stack: Stack) -> None:
    with observer.visitor(stack, "JP") as visitor:
        with fault(stack, kind="partition", region="ap-northeast-1"):
            answer = visitor.put("/api/items/item-21", json={"id": "item-21", "name": "x", "quantity": 1})
        assert answer.status_code == 503
        assert answer.headers["content-type"] == PROBLEM
        assert int(answer.headers["retry-after"]) > 0
        assert "ap-northeast-1" in answer.json()["detail"]
    assert observer.asked(stack, "PUT", "/api/items/item-21") == 0


def test_a_route_may_prefer_the_origin_to_a_refusal(stack: Stack) -> None:
    new = {"id": "open-1", "name": "x", "quantity": 1}
    with observer.visitor(stack, "JP") as visitor:
        with fault(stack, kind="partition", region="ap-northeast-1"):
            answer = visitor.put("/api/items/open-1", json=new)
        assert answer.status_code == 201
        assert visitor.get("/api/items/open-1").json() == new


def test_without_request_cf_the_default_region_is_home(stack: Stack) -> None:
    where = httpx.get(f"{stack.edge}/.homeport/where", headers={"MF-CF-Blob": '{"clientAcceptEncoding":""}'})
    assert where.json()["region"] == "us-east-1"
    assert where.json()["country"] is None


@pytest.mark.parametrize(
    ("country", "region"),
    [
        ("JP", "ap-northeast-1"),
        ("DE", "eu-central-1"),
        ("BR", "us-east-1"),
        ("T1", "ap-northeast-1"),  # the data centre that workerd plays is Tokyo's
        ("jp", "ap-northeast-1"),
    ],
)
def test_where_tells_the_region_and_the_order_of_the_others(stack: Stack, country: str, region: str) -> None:
    with observer.visitor(stack, country, city="X", colo="NRT", continent="AS") as visitor:
        where = visitor.get("/.homeport/where").json()
    assert where["region"] == region
    assert sorted([region, *where["others"]]) == sorted(stack.regions)
    assert where["version"]


def test_what_no_route_mentions_passes_through_untouched(stack: Stack) -> None:
    with observer.visitor(stack, "JP") as visitor:
        page = visitor.get("/")
        assert page.headers["cache-status"] == "Homeport; fwd=bypass"
        assert page.text == httpx.get(f"{stack.origin}/").text
        login = visitor.post("/login", data={"user": "u", "name": "u"})
        direct = httpx.post(f"{stack.origin}/login", data={"user": "u", "name": "u"})
        assert login.status_code == direct.status_code
        assert ("set-cookie" in login.headers) == ("set-cookie" in direct.headers)
        lost = visitor.get("/nothing/here")
        assert lost.status_code == 404
        assert lost.text == httpx.get(f"{stack.origin}/nothing/here").text


def test_head_is_answered_from_a_stored_get(stack: Stack) -> None:
    with observer.visitor(stack, "DE") as visitor:
        got = visitor.get("/api/items/item-22")
        eventually(lambda: visitor.get("/api/items/item-22").headers, lambda h: "; hit" in h["cache-status"])
        head = visitor.head("/api/items/item-22")
        assert "; hit" in head.headers["cache-status"]
        assert head.headers["content-length"] == str(len(got.content))
        assert head.content == b""
        same = visitor.get("/api/items/item-22", headers={"If-None-Match": got.headers["etag"]})
        assert same.status_code == 304


@pytest.mark.parametrize("path", ["/.homeport/nothing", "/.homeport/writes/x/y", "/.homeport/writes/x"])
def test_nothing_at_an_address_of_ours_is_a_problem(stack: Stack, path: str) -> None:
    answer = httpx.get(f"{stack.edge}{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == PROBLEM
    assert answer.headers["cache-status"].startswith("Homeport")


@pytest.mark.parametrize(
    "fields", [{"X-Api-Key": "a secret"}, {"Authorization": "a secret", "Cookie": "session=1"}], ids=" ".join
)
def test_a_read_with_credentials_is_the_origins_answer_and_is_not_stored(
    stack: Stack, fields: dict[str, str]
) -> None:
    path = f"/api/items/item-{30 + len(fields)}"
    with observer.visitor(stack, "JP") as visitor:
        for _ in range(2):
            answer = visitor.get(path, headers=fields)
            assert answer.status_code == 200
            assert answer.headers["cache-status"] == "Homeport; fwd=bypass"
        assert "fwd=uri-miss" in visitor.get(path).headers["cache-status"]


def test_with_authorization_what_the_origin_calls_public_is_shared(stack: Stack) -> None:
    with observer.visitor(stack, "JP") as visitor:
        first = visitor.get("/api/items/item-33", headers={"Authorization": "a secret"})
        assert "public" in first.headers["cache-control"]
        assert "; stored" in first.headers["cache-status"]
        eventually(lambda: visitor.get("/api/items/item-33").headers, lambda h: "; hit" in h["cache-status"])
