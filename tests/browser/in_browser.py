"""What the test does inside Pyodide in Chromium; it reports the outcomes' representations by name, as JSON.

Nothing here is awaited: the client runs without an event loop, on synchronous XMLHttpRequests.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

import pyodide_http  # type: ignore[import-untyped]

from momento_http_shim import (
    Absent,
    CacheClient,
    Credentials,
    Equal,
    Failed,
    Found,
    Hit,
    Settings,
    TopicMessage,
)
from momento_http_shim.runtime.blocking import BlockingTransport, blocking_pause, each, finish
from momento_http_shim.topics import Position

EVERY_OCTET = bytes(range(256))


def report(where: str, base_url: str, unreachable: str) -> str:
    """Perform everything; keys and names begin with `where`, so that page and worker do not meet."""
    pyodide_http.patch_all()

    def client(cache: str, url: str = base_url, *, text_mode: bool = False) -> CacheClient:
        settings = Settings(pause=blocking_pause, text_mode=text_mode)
        return CacheClient(BlockingTransport(), Credentials("any-key", url), cache, settings=settings)

    binary, text = client("ships"), client("ships", text_mode=True)
    seen = {
        **items(binary, where),
        **conditions(binary, where),
        **{f"binary: {name}": outcome for name, outcome in sorted_set(binary, f"{where}/queue").items()},
        **{f"text: {name}": outcome for name, outcome in sorted_set(text, f"{where}/text").items()},
        **messages(binary, where),
        **failures(client("nowhere"), client("ships", unreachable)),
    }
    return json.dumps({name: repr(outcome) for name, outcome in seen.items()})


def items(cache: CacheClient, where: str) -> dict[str, Any]:
    key, octets, marks = f"{where}/é", f"{where}/octets", f"{where}/mark"
    large = EVERY_OCTET * 4096
    return {
        "get: nothing there": finish(cache.get(key)),
        "set": finish(cache.set(key, "grüße", ttl_seconds=60)),
        "get": finish(cache.get(key)),
        "delete": finish(cache.delete(key)),
        "get: deleted": finish(cache.get(key)),
        "set: every octet": finish(cache.set(octets, large, ttl_seconds=60)),
        "get: every octet": value(finish(cache.get(octets))) == large,
        "set: a byte order mark": finish(cache.set(marks, b"\xff\xfea\x00", ttl_seconds=60)),
        "get: a byte order mark": finish(cache.get(marks)),
        "get_with_hash: a byte order mark": value(finish(cache.get_with_hash(marks))),
        "set_batch": finish(cache.set_batch({f"{where}/b1": "1", f"{where}/b2": "2"}, ttl_seconds=60)),
        "get_batch": finish(cache.get_batch([f"{where}/b2", "nobody", f"{where}/b1"])),
        "keys_exist": finish(cache.keys_exist([octets, "nobody"])),
        "increment": finish(cache.increment(f"{where}/n", -7, ttl_seconds=60)),
    }


def conditions(cache: CacheClient, where: str) -> dict[str, Any]:
    lease = f"{where}/lease"
    return {
        "set_if: taken": finish(cache.set_if(lease, "me", Absent(), ttl_seconds=60)),
        "set_if: held": finish(cache.set_if(lease, "you", Absent(), ttl_seconds=60)),
        "set_if: given over": finish(cache.set_if(lease, "you", Equal("me"), ttl_seconds=60)),
    }


def sorted_set(cache: CacheClient, name: str) -> dict[str, Any]:
    elements = {"job-3": 3.0, "job-1": 1_790_000_000_000.5, "job-2": -1.0, "job-0": 3.0}
    return {
        "put": finish(cache.sorted_set_put(name, elements, ttl_seconds=60, refresh_ttl=True)),
        "by score": finish(cache.sorted_set_fetch_by_score(name)),
        "by score, a page": finish(cache.sorted_set_fetch_by_score(name, 0, 10, offset=1, count=1)),
        "by rank, descending": finish(cache.sorted_set_fetch_by_index(name, 0, 2, descending=True)),
        "rank": finish(cache.sorted_set_get_rank(name, "job-1")),
        "score": finish(cache.sorted_set_get_score(name, "job-1")),
        "remove": finish(cache.sorted_set_remove(name, ["job-1", "job-0"])),
        "left": finish(cache.sorted_set_fetch_by_index(name)),
    }


def messages(cache: CacheClient, where: str) -> dict[str, Any]:
    topic = f"{where}-news"
    published = [finish(cache.publish(topic, message)) for message in ("grüße", EVERY_OCTET)]
    events = each(cache.subscribe(topic, Position(1, 0)))
    return {"publish": published, "subscribe": [value(event) for event in islice(events, 2)]}


def failures(nowhere: CacheClient, unreachable: CacheClient) -> dict[str, Any]:
    return {
        "no cache: get": failure(finish(nowhere.get("k"))),
        "no cache: sorted_set_length": failure(finish(nowhere.sorted_set_length("k"))),
        "no server: get": failure(finish(unreachable.get("k"))),
        "no server: increment": failure(finish(unreachable.increment("k", ttl_seconds=60))),
    }


def value(outcome: object) -> object:
    assert isinstance(outcome, Hit | Found | TopicMessage), outcome
    return outcome.value


def failure(outcome: object) -> tuple[str, bool]:
    assert isinstance(outcome, Failed), outcome
    return outcome.error.code, outcome.error.may_have_happened
