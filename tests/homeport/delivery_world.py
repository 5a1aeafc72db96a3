"""Deliveries of pages to the sync worker, signed as an origin signs them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from homeport.messages import Headers, Request, Response
from homeport.pushing.signature import sign
from homeport.sync import PUSH, SyncWorker
from tests.homeport.homeport_world import NOON
from tests.homeport.sync_world import TARGET, Harbour, answered
from tests.homeport.writing_world import AWAY, HOME

OLD, NEW = "o" * 32, "n" * 32
SECONDS = NOON // 1000


def worker(of: Harbour, *secrets: str) -> SyncWorker:
    made = of.worker()
    return replace(made, settings=replace(made.settings, push_secrets=secrets or (OLD, NEW)))


def shown(url: str = TARGET, **members: object) -> dict[str, object]:
    """A page in a delivery."""
    fields = {"content-type": "text/html"}
    return {"url": url, "headers": fields, "body": "<p>", "as_of": [NOON, NOON + 5]} | members


def request(
    body: bytes, *, secret: str = NEW, at: int = SECONDS, signature: str | None = None, **fields: str
) -> Request:
    members = fields.get("homeport_push")
    said = sign(secret, at, body, members) if signature is None else signature
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    named = {"content-type": "application/json", "content-length": str(len(body))} | named
    return Request("POST", PUSH, Headers([*named.items(), ("homeport-signature", said)]), body)


async def delivered(of: Harbour, asked: Request | None = None, /, **members: object) -> tuple[int, Any]:
    """Status and body of the answer to a delivery."""
    made = worker(of)
    asked = asked or request(json.dumps(members).encode())
    answer = await answered(made, asked)
    assert answer.headers.get("cache-control") == "no-store"
    problem = answer.headers.get("content-type") == "application/problem+json"
    assert problem == (answer.status not in (200, 502))
    return answer.status, json.loads(bytes(answer.body))


def everywhere(state: str) -> dict[str, object]:
    return {HOME: {"state": state}, AWAY: {"state": state}}


async def refusal(
    of: Harbour, method: str = "POST", length: int | None = None, secrets: bool = True
) -> Response:
    made = worker(of) if secrets else of.worker()
    fields = [] if length is None else [("content-length", str(length))]
    answer = await made.admit(Request(method, PUSH, Headers(fields)))
    assert isinstance(answer, Response)
    return answer
