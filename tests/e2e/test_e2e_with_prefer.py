"""Prefer on the real runtime (RFC 7240): what an accepted write shows, and waiting for the origin."""

from __future__ import annotations

import json

import httpx

from local.stack import observer
from local.stack.stack import Stack
from tests.e2e.e2e_rig import eventually, fault

PATIENTLY = {"Prefer": "wait=10"}


def monitor(answer: httpx.Response) -> str:
    """The address of the receipt, from Link."""
    (found,) = [each["url"] for each in answer.links.values() if each["rel"] == "monitor"]
    return found


def settled(visitor: httpx.Client, answer: httpx.Response) -> dict[str, object]:
    """The receipt, once the origin has said something."""
    found: dict[str, object] = eventually(
        lambda: visitor.get(monitor(answer)).json(), lambda body: body["state"] != "pending"
    )
    return found


def test_a_write_shows_its_representation_or_nothing(stack: Stack) -> None:
    path, new = "/api/items/item-40", {"id": "item-40", "name": "shown", "quantity": 4}
    with observer.visitor(stack, "JP") as visitor:
        shown = visitor.put(path, json=new, headers={"Prefer": "return=representation"})
        assert (shown.status_code, shown.json()) == (202, new)
        assert shown.headers["content-type"] == "application/json"
        assert shown.headers["content-location"] == path
        assert shown.headers["preference-applied"] == "return=representation"
        assert shown.headers["location"] == monitor(shown)
        least = visitor.put(path, json=new, headers={"Prefer": "return=minimal, respond-async"})
        assert (least.status_code, least.content) == (202, b"")
        assert least.headers["preference-applied"] == "respond-async, return=minimal"
        assert [settled(visitor, each)["state"] for each in (shown, least)] == ["applied", "applied"]


def test_who_waits_is_answered_as_the_origin_does(stack: Stack) -> None:
    path, new = "/api/items/item-41", {"id": "item-41", "name": "waited for", "quantity": 4}
    with observer.visitor(stack, "JP") as visitor:
        answer = visitor.put(path, json=new, headers=PATIENTLY)
        assert (answer.status_code, answer.headers["preference-applied"]) == (200, "wait=10")
        assert answer.headers["cache-status"] == 'Homeport; detail="ap-northeast-1 applied"'
        receipt = answer.json()
        assert (receipt["state"], receipt["origin_status"], receipt["tries"]) == ("applied", 200, 1)
        assert receipt["accepted"] <= receipt["settled"]
        assert visitor.get(monitor(answer)).json() == receipt
    row = observer.row(stack, "item-41")
    assert row is not None
    assert '"waited for"' in row[0]


def test_who_waits_may_be_shown_the_representation(stack: Stack) -> None:
    path, new = "/api/items/item-42", {"id": "item-42", "name": "both", "quantity": 4}
    before = observer.asked(stack, "PUT", path)
    with observer.visitor(stack, "DE") as visitor:
        answer = visitor.put(path, json=new, headers={"Prefer": "wait=10, return=representation"})
    assert (answer.status_code, answer.json()) == (200, new)
    assert answer.headers["content-location"] == path
    assert answer.headers["preference-applied"] == "wait=10, return=representation"
    assert observer.asked(stack, "PUT", path) == before + 1


def test_who_waits_is_told_what_was_created_and_what_is_gone(stack: Stack) -> None:
    path, new = "/api/items/awaited-1", {"id": "awaited-1", "name": "new", "quantity": 1}
    with observer.visitor(stack, "JP") as visitor:
        made = visitor.put(path, json=new, headers=PATIENTLY)
        assert (made.status_code, made.headers["location"]) == (201, path)
        gone = visitor.delete(path, headers=PATIENTLY)
        assert gone.status_code == 204
        assert gone.content == b""
        assert visitor.get(monitor(gone)).json()["state"] == "applied"
    assert observer.row(stack, "awaited-1") is None


def test_who_waits_hears_the_origins_refusal(stack: Stack) -> None:
    path, wrong = "/api/items/item-43", {"id": "item-43", "name": "", "quantity": -1}
    with observer.visitor(stack, "JP") as visitor:
        answer = visitor.put(path, json=wrong, headers=PATIENTLY)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == "/.homeport/problems/refused-by-the-origin"
        assert answer.headers["preference-applied"] == "wait=10"
        assert visitor.get(monitor(answer)).json()["state"] == "dead"


def test_who_waits_in_vain_is_answered_as_everybody_else(stack: Stack) -> None:
    """Nobody can replay the write: the lanes' leases cannot be taken."""
    path, new = "/api/items/item-44", {"id": "item-44", "name": "later", "quantity": 4}
    with observer.visitor(stack, "JP") as visitor:
        with fault(stack, kind="error", region="ap-northeast-1", key_prefix="lease:"):
            answer = visitor.put(path, json=new, headers={"Prefer": "wait=1, respond-async"})
        assert (answer.status_code, answer.json()["state"]) == (202, "pending")
        assert answer.headers["preference-applied"] == "respond-async"
        assert answer.elapsed.total_seconds() >= 1
        again = visitor.put(path, json=new, headers=PATIENTLY)  # wakes the drain of both
        assert again.status_code == 200
        assert settled(visitor, answer)["state"] == "applied"


def test_a_patch_is_accepted_near_its_author_and_applied_at_the_origin(stack: Stack) -> None:
    path, new = "/api/items/patched-1", {"id": "patched-1", "name": "whole", "quantity": 4}
    merge = {"Content-Type": "application/merge-patch+json"}
    with observer.visitor(stack, "JP") as visitor:
        assert visitor.put(path, json=new, headers=PATIENTLY).status_code in (200, 201)
        shown = visitor.patch(
            path, content=b'{"quantity":7}', headers={**merge, "Prefer": "return=representation"}
        )
        assert (shown.status_code, shown.json()) == (202, {**new, "quantity": 7})
        assert visitor.get(path).json() == {**new, "quantity": 7}
        assert settled(visitor, shown)["state"] == "applied"
        malformed = visitor.patch(path, content=b"{", headers=merge)
        assert malformed.status_code == 400
    row = observer.row(stack, "patched-1")
    assert row is not None
    assert json.loads(row[0])["quantity"] == 7
