"""Conditions and Idempotency-Key on the real runtime, against an origin that has entity tags and honours both."""

from __future__ import annotations

import json

import httpx

from local.stack import observer
from local.stack.stack import Stack
from tests.e2e.test_e2e_with_prefer import PATIENTLY, settled


def item(name: str, quantity: int) -> dict[str, object]:
    return {"id": name, "name": "conditional", "quantity": quantity}


def quantity(stack: Stack, name: str) -> object:
    row = observer.row(stack, name)
    return None if row is None else json.loads(row[0])["quantity"]


def made(visitor: httpx.Client, name: str) -> str:
    """An item that the region knows as the origin shows it; its entity tag."""
    path = f"/api/items/{name}"
    assert visitor.put(path, json=item(name, 1), headers=PATIENTLY).status_code in (200, 201)
    return str(visitor.get(path).headers["etag"])


def test_if_match_is_judged_near_and_replayed(stack: Stack) -> None:
    name, path = "conditional-1", "/api/items/conditional-1"
    with observer.visitor(stack, "JP") as visitor:
        tag = made(visitor, name)
        before = observer.asked(stack, "PUT", path)
        refused = visitor.put(path, json=item(name, 2), headers={"If-Match": '"another"'})
        assert refused.status_code == 412
        assert refused.headers["content-type"] == "application/problem+json"
        assert 'detail="ap-northeast-1 refused"' in refused.headers["cache-status"]
        assert observer.asked(stack, "PUT", path) == before
        answer = visitor.put(path, json=item(name, 3), headers={"If-Match": tag})
        assert answer.status_code == 202
        late = visitor.put(path, json=item(name, 4), headers={"If-None-Match": "*"})
        assert late.status_code == 412
        assert settled(visitor, answer)["state"] == "applied"
    assert quantity(stack, name) == 3


def test_what_the_origin_finds_in_conflict_is_dead_and_its_state_stands(stack: Stack) -> None:
    """Somebody else wrote past Homeport: the region's entry is fresh, and behind."""
    name, path = "conditional-2", "/api/items/conditional-2"
    with observer.visitor(stack, "JP") as visitor:
        tag = made(visitor, name)
        assert httpx.put(f"{stack.origin}{path}", json=item(name, 7)).status_code == 200
        answer = visitor.put(path, json=item(name, 8), headers={"If-Match": tag})
        assert answer.status_code == 202
        receipt = settled(visitor, answer)
        assert (receipt["state"], receipt["origin_status"]) == ("dead", 412)
        assert receipt["reason"] == "conflict: the origin refused it with 412"
        assert visitor.get(path).json()["quantity"] == 7
    assert quantity(stack, name) == 7


def test_only_what_is_not_there_is_created(stack: Stack) -> None:
    name, path, new = "conditional-3", "/api/items/conditional-3", {"If-None-Match": "*"}
    with observer.visitor(stack, "DE") as visitor:
        first = visitor.put(path, json=item(name, 1), headers=new | PATIENTLY)
        assert first.status_code == 201
        again = visitor.put(path, json=item(name, 2), headers=new)
        assert again.status_code == 412
    assert quantity(stack, name) == 1


def test_the_same_key_twice_has_one_receipt_and_another_body_is_refused(stack: Stack) -> None:
    name, path, key = "conditional-4", "/api/items/conditional-4", {"Idempotency-Key": '"e2e-conditional-4"'}
    with observer.visitor(stack, "JP") as visitor:
        before = observer.asked(stack, "PUT", path)
        first, second = (visitor.put(path, json=item(name, 1), headers=key) for _ in range(2))
        assert first.status_code == 202
        assert second.status_code in (200, 201, 202)
        assert first.links["monitor"]["url"] == second.links["monitor"]["url"]
        other = visitor.put(path, json=item(name, 2), headers=key)
        assert other.status_code == 422
        assert other.json()["type"] == "/.homeport/problems/idempotency-key-reused"
        assert settled(visitor, first)["state"] == "applied"
        third = visitor.put(path, json=item(name, 1), headers=key)
        assert third.status_code in (200, 201)
        assert third.json()["state"] == "applied"
        assert visitor.put(path, json=item(name, 1), headers={"Idempotency-Key": '"'}).status_code == 400
        assert observer.asked(stack, "PUT", path) == before + 1
    assert quantity(stack, name) == 1
