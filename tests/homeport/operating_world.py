"""The sync worker as an operator sees it."""

from __future__ import annotations

import json
from typing import Any

from homeport.messages import Headers, Request, Response
from tests.homeport.sync_world import LANE, TARGET, Harbour, answered

OPERATOR, READER = "o" * 32, "r" * 32


def harbour() -> Harbour:
    return Harbour(tokens=(OPERATOR,), readers=(READER,))


async def sent(
    of: Harbour, method: str, target: str, token: str | None = OPERATOR, *fields: tuple[str, str]
) -> Response:
    """The answer to a request, refused or not."""
    bearer = [("authorization", f"Bearer {token}")] if token else []
    request = Request(method, f"/.homeport/{target}", Headers([*bearer, *fields]))
    return await answered(of.worker(), request)


async def read(of: Harbour, target: str, token: str = READER, *fields: tuple[str, str]) -> dict[str, Any]:
    """What a GET shows."""
    answer = await sent(of, "GET", target, token, *fields)
    assert answer.status == 200, bytes(answer.body)
    assert answer.headers.get("cache-control") == "no-store"
    shown: dict[str, Any] = json.loads(bytes(answer.body))
    return shown


async def dead(
    of: Harbour, body: bytes = b"new", target: str = TARGET, refusal: Response | None = None
) -> str:
    """The id of a write that the origin refused."""
    write = await of.accepted(target, body)
    of.origin.answers[target] = [refusal or Response(422, Headers([("set-cookie", "sid=1")]), b"no")]
    await of.drain(LANE)
    return write.id
