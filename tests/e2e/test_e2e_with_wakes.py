"""What wakes the drain, each alone: the Topics webhook, the edge's kick, cron. And what does not."""

from __future__ import annotations

import httpx
import pytest

from local.stack import observer
from local.stack.stack import Stack
from tests.e2e.e2e_rig import cron, event, eventually, fault, quiet, signed, write_in_silence

WEBHOOK = "/.homeport/topics"
BODY = b'{"id":"item-10","name":"quiet","quantity":1}'


@pytest.mark.parametrize(
    ("signature", "age_ms"), [("none", 0), ("wrong", 0), ("right", 61_000), ("right", -61_000)]
)
def test_an_unsigned_forged_or_stale_webhook_is_refused_and_drains_nothing(
    stack: Stack, signature: str, age_ms: int
) -> None:
    quiet(stack)
    address = write_in_silence(stack, "ap-northeast-1", "/api/items/item-10", BODY)
    body = event(stack, "ap-northeast-1", age_ms=age_ms)
    headers = {"none": {}, "wrong": {"momento-signature": "0" * 64}, "right": signed(stack, body)}[signature]
    with observer.visitor(stack, "JP") as visitor:
        answer = visitor.post(WEBHOOK, content=body, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert visitor.get(address).json()["state"] == "pending"
        # The right one, to leave nothing behind, and to show that it was the signature.
        body = event(stack, "ap-northeast-1")
        assert visitor.post(WEBHOOK, content=body, headers=signed(stack, body)).status_code == 204
        eventually(lambda: visitor.get(address).json(), lambda receipt: receipt["state"] == "applied")


def test_a_publication_alone_wakes_the_drain_through_momentos_webhook(stack: Stack) -> None:
    quiet(stack)
    address = write_in_silence(stack, "eu-central-1", "/api/items/item-11", BODY.replace(b"10", b"11"))
    url = f"{stack.regions['eu-central-1']}/topics/homeport-eu-central-1/cache_sync"
    headers = {"authorization": stack.api_key, "content-type": "text/plain"}
    httpx.post(url, content=b"{}", headers=headers).raise_for_status()
    with observer.visitor(stack, "DE") as visitor:
        eventually(lambda: visitor.get(address).json(), lambda receipt: receipt["state"] == "applied")


def test_the_kick_alone_wakes_the_drain(stack: Stack) -> None:
    with fault(stack, kind="drop_webhook"), observer.visitor(stack, "JP") as visitor:
        accepted = visitor.put("/api/items/item-12", json={"id": "item-12", "name": "kick", "quantity": 1})
        assert accepted.status_code == 202
        address = accepted.headers["location"]
        eventually(lambda: visitor.get(address).json(), lambda receipt: receipt["state"] == "applied")


def test_cron_alone_finds_what_woke_nobody(stack: Stack) -> None:
    quiet(stack)
    address = write_in_silence(stack, "us-east-1", "/api/items/item-13", BODY.replace(b"10", b"13"))
    with observer.visitor(stack, "US") as visitor:
        assert visitor.get(address).json()["state"] == "pending"
        cron(stack)
        eventually(lambda: visitor.get(address).json(), lambda receipt: receipt["state"] == "applied")


def test_a_body_too_large_for_an_event_is_refused_unread(stack: Stack) -> None:
    body = b" " * 70_000
    answer = httpx.post(f"{stack.edge}{WEBHOOK}", content=body, headers=signed(stack, body))
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
