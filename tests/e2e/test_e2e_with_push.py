"""The origin pushes, by its client and over HTTP, and readers are answered without it, on the real runtime."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import httpx

from homeport.pushing.signature import sign
from homeport.reading.key import resource
from homeport_origin import Publisher
from local.stack import observer
from local.stack.stack import Stack
from tests.e2e.e2e_rig import eventually, fault, home_again, quiet
from tests.e2e.e2e_routes import ROUTES

PUSH = "/.homeport/push"
COUNTRIES = {"US": "us-east-1", "JP": "ap-northeast-1", "DE": "eu-central-1"}


def publisher(stack: Stack) -> Publisher:
    variables = {
        "HOMEPORT_ORIGIN": stack.origin,
        "HOMEPORT_REGIONS": " ".join(f"{name}={url}" for name, url in stack.regions.items()),
        "MOMENTO_API_KEY": stack.api_key,
    }
    return Publisher.from_settings(ROUTES, variables, first_pause=0.01)


def publish(stack: Stack, path: str, *bodies: str, version: int | None = None) -> list[dict[str, str]]:
    """Publish these one after the other, as the first process of its kind; what became of each in each region."""

    async def all_of_them() -> list[dict[str, str]]:
        async with publisher(stack) as origin:
            done = [
                await origin.publish(path, partial(str, body), state=body, version=version) for body in bodies
            ]
        return [{name: told.state for name, told in each.regions.items()} for each in done]

    return asyncio.run(all_of_them())


def deliver(stack: Stack, body: bytes, *, at: float | None = None, **fields: str) -> httpx.Response:
    """A signed delivery."""
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    seconds = int(time.time() if at is None else at)
    signature = sign(stack.push_secret, seconds, body, named.get("homeport-push"))
    headers = {"content-type": "application/json", "homeport-signature": signature} | named
    return httpx.post(f"{stack.edge}{PUSH}", content=body, headers=headers, timeout=60.0)


def page(path: str, body: str, **more: object) -> dict[str, object]:
    now = int(time.time() * 1000)
    return {"url": path, "headers": {"content-type": "text/html"}, "body": body, "as_of": [now, now]} | more


def pushed(stack: Stack, path: str, body: str) -> None:
    """Readers of every region are answered with this, and the origin has not been asked."""
    for country, region in COUNTRIES.items():
        with observer.visitor(stack, country) as visitor:
            answer = visitor.get(path)
        assert answer.text == body
        said = answer.headers["cache-status"]
        assert "; hit;" in said
        assert f'detail="{region} pushed"' in said
        assert answer.headers["etag"]
    assert observer.asked(stack, "GET", path) == 0


def everywhere(stack: Stack, state: str) -> Mapping[str, Any]:
    return {name: {"state": state} for name in stack.regions}


def test_what_the_client_pushes_is_read_in_every_region_and_the_origin_not_asked(stack: Stack) -> None:
    path = "/api/items/pushed-by-client"
    assert publish(stack, path, "<p>enough", "<p>few") == [dict.fromkeys(stack.regions, "stored")] * 2
    pushed(stack, path, "<p>few")


def test_what_is_delivered_over_http_is_read_likewise(stack: Stack) -> None:
    path = "/api/items/pushed-by-http"
    body = json.dumps({"pages": [page(path, "<p>grün", state="few", version=1)]}).encode()
    answer = deliver(stack, body)
    assert (answer.status_code, answer.json()) == (200, {"pages": {path: everywhere(stack, "stored")}})
    pushed(stack, path, "<p>grün")
    # A replay within the window changes nothing.
    assert deliver(stack, body).json() == {"pages": {path: everywhere(stack, "kept")}}
    pushed(stack, path, "<p>grün")


def test_a_page_may_be_the_body_itself(stack: Stack) -> None:
    path = "/api/items/pushed-raw"
    members = page(path, "")
    del members["body"]
    answer = deliver(stack, b"<p>raw", content_type="text/html", homeport_push=json.dumps(members))
    assert (answer.status_code, answer.json()) == (200, {"pages": {path: everywhere(stack, "stored")}})
    pushed(stack, path, "<p>raw")


def test_delete_and_invalidate_come_the_same_way(stack: Stack) -> None:
    gone, old = "/api/items/pushed-gone", "/api/items/pushed-old"
    deliver(stack, json.dumps({"pages": [page(gone, "1"), page(old, "2")]}).encode())
    answer = deliver(stack, json.dumps({"delete": [gone], "invalidate": [old]}).encode())
    purged = {name: {"purged": 1} for name in stack.regions}
    assert (answer.status_code, answer.json()) == (200, {"delete": purged, "invalidate": purged})
    for region in stack.regions:
        first = observer.entry(stack, region, resource(stack.origin, gone).key)
        second = observer.entry(stack, region, resource(stack.origin, old).key)
        assert first is not None
        assert second is not None
        assert (first.kind, second.soft) == ("marker", True)


def test_what_is_not_signed_old_or_must_not_be_pushed_is_refused(stack: Stack) -> None:
    path = "/api/items/pushed-never"
    good = json.dumps({"pages": [page(path, "x")]}).encode()
    cookie = page(path, "x") | {"headers": {"set-cookie": "a=b"}}
    for answer, status in (
        (httpx.post(f"{stack.edge}{PUSH}", content=good), 401),
        (deliver(stack, good, homeport_signature=f"t={int(time.time())},v1={'0' * 64}"), 401),
        (deliver(stack, good, at=time.time() - 100), 401),
        (deliver(stack, b"{"), 400),
        (deliver(stack, good, content_type="text/plain"), 415),
        (deliver(stack, json.dumps({"pages": [cookie]}).encode()), 422),
        (httpx.get(f"{stack.edge}{PUSH}"), 405),
    ):
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
    assert observer.entry(stack, "us-east-1", resource(stack.origin, path).key) is None


def test_a_region_that_was_down_during_a_push_shows_nothing_older_afterwards(stack: Stack) -> None:
    path = "/api/items/item-37"
    key = resource(stack.origin, path).key
    assert publish(stack, path, "<p>old", version=1)[0]["eu-central-1"] == "stored"
    with fault(stack, kind="partition", region="eu-central-1"):
        states = publish(stack, path, "<p>new", version=2)[0]
    assert states == {"us-east-1": "stored", "ap-northeast-1": "stored", "eu-central-1": "owed"}
    keeper = next(name for name in stack.regions if observer.waiting(stack, name, key))
    cron = f"{stack.edge}/cdn-cgi/local/explorer/api/local/scheduled?worker=homeport-sync-local"
    httpx.post(cron, json={"cron": "* * * * *"}, timeout=30.0).raise_for_status()
    eventually(lambda: observer.waiting(stack, keeper, key), lambda waiting: not waiting)
    entry = observer.entry(stack, "eu-central-1", key)
    assert entry is not None
    assert entry.stale
    home_again(stack, "DE")
    with observer.visitor(stack, "DE") as visitor:
        assert visitor.get(path).json()["id"] == "item-37"
    for country in ("US", "JP"):
        with observer.visitor(stack, country) as visitor:
            answer = visitor.get(path)
        assert (answer.text, "pushed" in answer.headers["cache-status"]) == ("<p>new", True)
    quiet(stack)
