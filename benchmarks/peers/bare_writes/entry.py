"""The floor of an accepted write: what a Python Worker has to do to take a PUT into Momento safely, and nothing else.

The same two rounds of gRPC-web calls as Homeport, by raw `fetch` of JavaScript: a member into the queue and the item
read, at once; then the item on the condition that it is still absent; then 202, and behind it the topic and the kick,
at most four times a second. It takes new items only, chooses no region and computes no key.
"""

import json
import secrets
import struct
import time
from typing import Any

from js import Headers, Object, Promise, Response, fetch
from pyodide.ffi import to_js
from workers import WorkerEntrypoint

DAY_MS = 86_400_000
WAKE_SECONDS = 0.25
SUCCESS = b"grpc-status:0"
_last = [0.0]
_made: dict[str, Any] = {}


def _object(members: Any) -> Any:
    return to_js(members, dict_converter=Object.fromEntries)


def _prepare(env: Any) -> dict[str, Any]:
    common = {
        "content-type": "application/grpc-web+proto",
        "accept": "application/grpc-web+proto",
        "x-grpc-web": "1",
        "authorization": env.MOMENTO_API_KEY,
        "grpc-timeout": "5000m",
        "cache": env.CACHE_NAME,
    }
    return {
        "scs": f"{env.MOMENTO}/cache_client.Scs/",
        "topic": f"{env.MOMENTO}/topics/{env.CACHE_NAME}/cache_sync",
        "plain": _object({"authorization": env.MOMENTO_API_KEY, "content-type": "text/plain"}),
        "headers": _object(common),
        "consistent": _object({**common, "read-concern": "consistent"}),
        "answer": Headers.new(_object({"content-type": "application/json", "cache-control": "no-store"})),
        "region": env.REGION,
        "sync": env.SYNC,
    }


class Default(WorkerEntrypoint):  # type: ignore[misc]  # the SDK has no types
    """What workerd calls."""

    async def fetch(self, request: Any) -> Any:
        """Take `PUT /items/{name}`; 202 with the write's id."""
        given = _made
        if not given:
            given.update(_prepare(self.env))
        js_request = request.js_object
        url = js_request.url
        name, write = url[url.rindex("/") + 1 :], secrets.token_hex(16)
        item, now = f"e:{name}".encode(), time.time()
        queued = _call(given, "SortedSetPut", _member(name, write, now * 1000))
        read = _call(given, "GetWithHash", _field(1, item), "consistent")
        first = await Promise.all(to_js([queued, read, js_request.arrayBuffer()]))
        bodies = await Promise.all(to_js([first[0].arrayBuffer(), first[1].arrayBuffer()]))
        if SUCCESS not in bodies[0].to_bytes() or not _missing(bodies[1].to_bytes()):
            return Response.new("not taken", status=503)
        body = first[2].to_bytes()
        stored = await _call(given, "SetIf", _entry(item, name, write, now, body))
        if SUCCESS not in (await stored.arrayBuffer()).to_bytes():
            return Response.new("not taken", status=503)
        if now - _last[0] >= WAKE_SECONDS:
            _last[0] = now
            options = {"method": "POST", "headers": given["plain"], "body": '{"lane":0}'}
            self.ctx.waitUntil(fetch(given["topic"], **options))
            self.ctx.waitUntil(given["sync"].kick(given["region"], 0, 0))
        report = json.dumps({"id": write, "state": "pending"})
        return Response.new(report, status=202, headers=given["answer"])


def _call(given: dict[str, Any], method: str, message: bytes, headers: str = "headers") -> Any:
    framed = to_js(b"\0" + len(message).to_bytes(4, "big") + message)
    return fetch(given["scs"] + method, method="POST", headers=given[headers], body=framed)


def _missing(answer: bytes) -> bool:
    """Whether an item is absent: the message's only field is the second, and empty."""
    return answer[5:7] == b"\x12\x00" and SUCCESS in answer


def _member(name: str, write: str, score: float) -> bytes:
    element = _field(1, f"{name}/{write}".encode()) + b"\x11" + struct.pack("<d", score)
    return _field(1, b"q:0") + _field(2, element) + b"\x18" + _varint(DAY_MS) + b"\x20\x01"


def _entry(item: bytes, name: str, write: str, now: float, body: bytes) -> bytes:
    pending = {"id": write, "accepted": int(now * 1000), "method": "PUT", "url": f"/items/{name}"}
    line = json.dumps({"pending": [pending], "body_bytes": len(body)}).encode()
    value = _field(2, line + b"\n" + body)
    return _field(1, item) + value + b"\x18" + _varint(DAY_MS) + b"\x32\x00"


def _field(number: int, octets: bytes) -> bytes:
    return bytes((number << 3 | 2,)) + _varint(len(octets)) + octets


def _varint(number: int) -> bytes:
    octets = bytearray()
    while number > 127:
        octets.append(number & 127 | 128)
        number >>= 7
    return bytes((*octets, number))
