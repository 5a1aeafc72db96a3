"""Methods that work on a whole region: caches, topics, webhooks, ping."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from .refusals import invalid
from .region import Region
from .rpc import Handler
from .webhooks import Webhook


def create_cache(region: Region, request: Any, _: Any) -> None:
    """CreateCache."""
    region.create_cache(request.cache_name)


def delete_cache(region: Region, request: Any, _: Any) -> None:
    """DeleteCache."""
    region.delete_cache(request.cache_name)


def list_caches(region: Region, _: Any, answer: Any) -> None:
    """ListCaches: all of them, on one page."""
    for name in sorted(region.caches):
        limits = region.limits
        cache = answer.cache.add(cache_name=name)
        cache.cache_limits.max_item_size_kb = limits.max_item_bytes // 1024
        cache.cache_limits.max_ttl_seconds = limits.max_ttl_ms // 1000
        cache.topic_limits.max_publish_message_size_kb = limits.max_topic_bytes // 1024


def flush_cache(region: Region, request: Any, _: Any) -> None:
    """FlushCache."""
    region.store(request.cache_name).clear()


def publish(region: Region, request: Any, _: Any) -> None:
    """Publish."""
    kind = request.value.WhichOneof("kind")
    if kind is None:
        raise invalid("the message has neither text nor binary")
    region.publish(request.cache_name, request.topic, getattr(request.value, kind))


def subscribe(*_: object) -> None:
    """Subscribe: never run, because the answer is a stream (see `subscriptions`)."""
    raise AssertionError("Subscribe is answered by a stream")


def put_webhook(region: Region, request: Any, answer: Any) -> None:
    """PutWebhook: the secret is made here, and kept when a webhook of that name exists."""
    asked = request.webhook
    cache, name = asked.webhook_id.cache_name, asked.webhook_id.webhook_name
    region.cache(cache)
    old = [webhook.secret for webhook in region.webhooks.of(cache) if webhook.name == name]
    webhook = Webhook(
        cache, name, asked.topic_name, asked.destination.post_url, old[0] if old else secrets.token_hex(32)
    )
    region.webhooks.put(webhook)
    answer.secret_string = webhook.secret


def delete_webhook(region: Region, request: Any, _: Any) -> None:
    """DeleteWebhook."""
    region.webhooks.delete(request.webhook_id.cache_name, request.webhook_id.webhook_name)


def list_webhooks(region: Region, request: Any, answer: Any) -> None:
    """ListWebhooks of one cache."""
    for webhook in region.webhooks.of(request.cache_name):
        shown = answer.webhook.add(topic_name=webhook.topic)
        shown.webhook_id.cache_name, shown.webhook_id.webhook_name = webhook.cache, webhook.name
        shown.destination.post_url = webhook.url


def get_webhook_secret(region: Region, request: Any, answer: Any) -> None:
    """GetWebhookSecret."""
    webhook = region.webhooks.get(request.cache_name, request.webhook_name)
    answer.cache_name, answer.webhook_name = webhook.cache, webhook.name
    answer.secret_string = webhook.secret


def rotate_webhook_secret(region: Region, request: Any, answer: Any) -> None:
    """RotateWebhookSecret."""
    old = region.webhooks.get(request.webhook_id.cache_name, request.webhook_id.webhook_name)
    new = replace(old, secret=secrets.token_hex(32))
    region.webhooks.put(new)
    answer.secret_string = new.secret


def ping(*_: object) -> None:
    """Ping: an empty answer."""


CONTROL: dict[str, Handler] = {
    "CreateCache": create_cache,
    "DeleteCache": delete_cache,
    "ListCaches": list_caches,
    "FlushCache": flush_cache,
}
PUBSUB: dict[str, Handler] = {"Publish": publish, "Subscribe": subscribe}
WEBHOOK: dict[str, Handler] = {
    "PutWebhook": put_webhook,
    "DeleteWebhook": delete_webhook,
    "ListWebhooks": list_webhooks,
    "GetWebhookSecret": get_webhook_secret,
    "RotateWebhookSecret": rotate_webhook_secret,
}
PING: dict[str, Handler] = {"Ping": ping}
