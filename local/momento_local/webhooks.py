"""Topics webhooks: who is called, with which body and signature. Pure.

Momento removed webhooks from its documentation in April 2025; this follows the last published text.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from .refusals import Refusal, Status, invalid, limited

USER_AGENT = "Momento/1.0 (Webhooks; +https://docs.momentohq.com/topics/webhooks)"
TIMEOUT_SECONDS = 5.0
MAX_NAME = 128
MAX_PER_CACHE = 5
ANY_CACHE = "*"


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook. `cache` may be `*` here, which the real service has not; the topic is one exact name."""

    cache: str
    name: str
    topic: str
    url: str
    secret: str = field(repr=False)

    def wants(self, cache: str, topic: str) -> bool:
        """Tell whether a publication in this cache on this topic is delivered."""
        return self.topic == topic and self.cache in (ANY_CACHE, cache)


@dataclass(frozen=True, slots=True)
class Event:
    """One publication as a webhook tells it; times in milliseconds since the epoch."""

    cache: str
    topic: str
    event_timestamp: int
    publish_timestamp: int
    topic_sequence_number: int
    value: str | bytes
    token_id: str = ""


def body_of(event: Event) -> bytes:
    """Write the JSON body: compact, members in the order Momento's own verifier re-serialises them in.

    A binary value's form is not documented: `binary` with base64 here.
    """
    value = event.value
    body = {
        "cache": event.cache,
        "topic": event.topic,
        "event_timestamp": event.event_timestamp,
        "publish_timestamp": event.publish_timestamp,
        "topic_sequence_number": event.topic_sequence_number,
        "token_id": event.token_id,
    }
    last = {"text": value} if isinstance(value, str) else {"binary": base64.b64encode(value).decode()}
    return json.dumps(body | last, separators=(",", ":"), ensure_ascii=False).encode()


def signature(secret: str, body: bytes) -> str:
    """Sign the raw body: lower-case hex of HMAC-SHA3-256 under the secret's UTF-8 bytes."""
    return hmac.new(secret.encode(), body, "sha3_256").hexdigest()


def headers_for(webhook: Webhook, body: bytes) -> dict[str, str]:
    """Return the headers of a delivery."""
    return {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "momento-signature": signature(webhook.secret, body),
    }


class Webhooks:
    """The webhooks of one region by cache and name."""

    def __init__(self) -> None:
        self._webhooks: dict[tuple[str, str], Webhook] = {}

    def put(self, webhook: Webhook) -> None:
        """Add or replace a webhook; at most five per cache, names of at most 128 characters."""
        if not 0 < len(webhook.name) <= MAX_NAME:
            raise invalid(f"a webhook's name has 1 to {MAX_NAME} characters")
        if not webhook.url.startswith(("http://", "https://")):
            raise invalid("the destination must be an http or https URL")
        if not webhook.topic:
            raise invalid("the topic's name is empty")
        key = (webhook.cache, webhook.name)
        if key not in self._webhooks and len(self.of(webhook.cache)) >= MAX_PER_CACHE:
            raise limited(f"a cache has at most {MAX_PER_CACHE} webhooks", "operations_rate_limit_exceeded")
        self._webhooks[key] = webhook

    def get(self, cache: str, name: str) -> Webhook:
        """Return one webhook; NOT_FOUND if there is none."""
        found = self._webhooks.get((cache, name))
        if found is None:
            raise Refusal(Status.NOT_FOUND, f"there is no webhook {name!r} in cache {cache!r}")
        return found

    def delete(self, cache: str, name: str) -> None:
        """Remove a webhook; NOT_FOUND if there is none."""
        self.get(cache, name)
        del self._webhooks[cache, name]

    def clear(self) -> None:
        """Remove all webhooks."""
        self._webhooks.clear()

    def of(self, cache: str) -> list[Webhook]:
        """Return the webhooks put on this very cache."""
        return [webhook for webhook in self._webhooks.values() if webhook.cache == cache]

    def wanting(self, cache: str, topic: str) -> list[Webhook]:
        """Return the webhooks a publication goes to."""
        return [webhook for webhook in self._webhooks.values() if webhook.wants(cache, topic)]

    def __iter__(self) -> Iterator[Webhook]:
        return iter(self._webhooks.values())
