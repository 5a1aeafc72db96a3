"""What the admin interface shows, as values for JSON. Reads regions, changes nothing."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator
from typing import Any

from .items import Content, Item
from .refusals import invalid
from .region import Region
from .scored import Scored
from .store import Store

MAX_KEYS = 1000
FIRST_OF_QUEUE = 20


def show_region(region: Region) -> dict[str, Any]:
    """Show a region's caches with their sizes in items and bytes, keys written by both families, topics."""
    return {
        "caches": {
            name: {
                "items": len(items := list(cache.store.items())),
                "bytes": sum(len(key) + item.octets for key, item in items),
                "mixed_families": [show_octets(key) for key in sorted(cache.store.families.mixed)],
                "topics": {topic: found.last for topic, found in cache.topics.items()},
            }
            for name, cache in region.caches.items()
        },
        "webhooks": show_webhooks(region),
    }


def show_webhooks(region: Region) -> list[dict[str, str]]:
    """Show a region's webhooks; secrets stay out (the gRPC call GetWebhookSecret tells them)."""
    return [
        {"cache": webhook.cache, "name": webhook.name, "topic": webhook.topic, "url": webhook.url}
        for webhook in region.webhooks
    ]


def show_keys(store: Store, prefix: bytes = b"", limit: int = MAX_KEYS) -> list[dict[str, Any]]:
    """Show the live keys with this prefix, in order: kind, size in bytes without the key, TTL in ms."""
    return list(itertools.islice(_entries(store, prefix), limit))


def _entries(store: Store, prefix: bytes) -> Iterator[dict[str, Any]]:
    for key, item in store.items():
        if key.startswith(prefix):
            yield {"key": show_octets(key), "key_base64": encoded(key), **_facts(store, item)}


def show_item(store: Store, key: bytes) -> dict[str, Any] | None:
    """Show one item with its content; None if there is none."""
    item = store.item(key)
    if item is None:
        return None
    facts = {"key": show_octets(key), "key_base64": encoded(key), **_facts(store, item)}
    return facts | _content(item.content)


def show_queues(store: Store) -> list[dict[str, Any]]:
    """Show the sorted sets, which is what queues are: length, and the first elements by score."""
    return [
        {
            "name": show_octets(key),
            "length": len(item.content),
            "ttl_ms": item.expires_at - store.now_ms(),
            "first": _scored(item.content, FIRST_OF_QUEUE),
        }
        for key, item in store.items()
        if isinstance(item.content, Scored)
    ]


def key_given(text: str | None, encoded_text: str | None) -> bytes:
    """Read a key from the query: `key` as text or `key_base64` in standard base64."""
    if (text is None) == (encoded_text is None):
        raise invalid("give exactly one of key and key_base64")
    if text is not None:
        return text.encode()
    try:
        return base64.b64decode(encoded_text or "", validate=True)
    except ValueError:
        raise invalid("key_base64 is not base64") from None


def show_octets(octets: bytes) -> str:
    """Write octets as text; what is no UTF-8 becomes an escape."""
    return octets.decode(errors="backslashreplace")


def encoded(octets: bytes) -> str:
    """Write octets as standard base64."""
    return base64.b64encode(octets).decode()


def _facts(store: Store, item: Item) -> dict[str, Any]:
    return {
        "kind": item.kind.name.lower(),
        "bytes": item.octets,
        "ttl_ms": item.expires_at - store.now_ms(),
    }


def _content(content: Content) -> dict[str, Any]:
    if isinstance(content, bytes):
        return {"value_base64": encoded(content), "text": show_octets(content)}
    if isinstance(content, Scored):
        return {"elements": _scored(content, len(content))}
    if isinstance(content, dict):
        return {"fields": {show_octets(field): show_octets(value) for field, value in content.items()}}
    return {"elements": [show_octets(element) for element in content]}


def _scored(content: Scored, count: int) -> list[dict[str, Any]]:
    return [
        {"value": show_octets(value), "value_base64": encoded(value), "score": score}
        for value, score in content.between(0, count)
    ]
