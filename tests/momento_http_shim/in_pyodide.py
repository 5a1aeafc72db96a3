"""What the test of the workers' transport does inside Pyodide; it reports what it saw as JSON."""

from __future__ import annotations

import json
from typing import Any

import js

from momento_http_shim import CacheClient, Credentials, Failed, Found, Hit, TransportFailure
from momento_http_shim.runtime.workers import JsOctets, WorkersTransport
from momento_http_shim.transport import Request

HEADERS = (("authorization", "k"), ("content-type", "application/octet-stream"))


async def report(base_url: str, imported: list[str]) -> str:
    transport = WorkersTransport()
    seen = {
        "imported": imported,
        "octets": octets(),
        "requests": await requests(transport, base_url),
        "failures": await failures(transport, base_url),
        "client": await client(transport, base_url),
    }
    return json.dumps(seen)


def octets() -> dict[str, Any]:
    array = js.Uint8Array.new(10)
    for at in range(10):
        array[at] = at
    whole = JsOctets(array)
    part = whole[3:8]
    array[4] = 99
    try:
        whole[::2]
    except ValueError as error:
        refused = str(error)
    return {
        "lengths": [len(whole), len(part), len(part[1:]), len(part[4:2]), len(part[-2:]), len(part[2:99])],
        "view": list(bytes(part)),
        "step": refused,
        "repr": repr(part),
    }


async def requests(transport: WorkersTransport, base_url: str) -> dict[str, Any]:
    stored = await transport.send(Request("GET", base_url + "/blob", HEADERS, (), 5000))
    body = stored.body
    assert isinstance(body, JsOctets)
    parts = (b"<", body, b"|", body[1:3], b">")
    for sent in (parts, (body,), (b"small",), (b"",)):
        await transport.send(Request("PUT", base_url + "/none", HEADERS, sent, 5000))
    none = await transport.send(Request("DELETE", base_url + "/none", HEADERS, (), 5000))
    return {
        "status": stored.status,
        "body": bytes(body).decode(),
        "header": stored.header("x-seen"),
        "no_header": stored.header("x-unseen"),
        "none": [none.status, len(none.body)],
        "prepared": len(transport._kept),  # noqa: SLF001
    }


async def failures(transport: WorkersTransport, base_url: str) -> list[list[Any]]:
    seen = []
    for url, timeout_ms in (
        (base_url + "/silence", 100),
        (base_url + "/half", 100),
        ("http://127.0.0.1:1/", 5000),
    ):
        try:
            await transport.send(Request("GET", url, HEADERS, (), timeout_ms))
        except TransportFailure as failure:
            seen.append([failure.timed_out, failure.sent])
    return seen


async def client(transport: WorkersTransport, base_url: str) -> dict[str, Any]:
    cache = CacheClient(transport, Credentials("k", base_url), "ships", deadline_ms=100)
    hit, found = await cache.get("k"), await cache.get_with_hash("k")
    late = await CacheClient(transport, Credentials("k", base_url), "silent", deadline_ms=100).get("k")
    assert isinstance(hit, Hit)
    assert isinstance(found, Found)
    assert isinstance(late, Failed)
    written = await cache.set("k", hit.value, ttl_seconds=1)
    return {
        "hit": bytes(hit.value).decode(),
        "found": [type(found.value).__name__, len(found.value), bytes(found.value[:3]).decode()],
        "hash": found.hash.decode(),
        "written": type(written).__name__,
        "late": late.error.code,
    }
