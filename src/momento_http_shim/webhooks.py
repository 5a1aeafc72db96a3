"""Topic webhooks: messages and meanings of the calls that manage them, and the check of what they deliver.

Momento took webhooks out of its documentation in April 2025; the calls remain in `webhook.proto` of
https://github.com/momentohq/client-protos. Whether the service still delivers is unknown: do not rely on
it alone.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .calls import Call, Method
from .errors import InvalidArgument
from .outcomes import Done
from .wire import EMPTY, TEXT, Field, Shape

SIGNATURE_HEADER = "momento-signature"
_SERVICE = "webhook.Webhook/"
_LONGEST_NAME = 128
_ID = Shape(cache_name=Field(1, TEXT), webhook_name=Field(2, TEXT))
_WEBHOOK = Shape(
    webhook_id=Field(1, _ID),
    topic_name=Field(2, TEXT),
    destination=Field(3, Shape(post_url=Field(1, TEXT, explicit=True))),
)
_SECRET = Shape(secret_string=Field(1, TEXT))

PUT = Method(_SERVICE + "PutWebhook", Shape(webhook=Field(1, _WEBHOOK)), _SECRET, idempotent=False)
DELETE = Method(_SERVICE + "DeleteWebhook", Shape(webhook_id=Field(1, _ID)), EMPTY, idempotent=False)
LIST = Method(
    _SERVICE + "ListWebhooks",
    Shape(cache_name=Field(1, TEXT)),
    Shape(webhook=Field(1, _WEBHOOK, repeated=True)),
    idempotent=False,
)
GET_SECRET = Method(
    _SERVICE + "GetWebhookSecret",
    _ID,
    Shape(cache_name=Field(1, TEXT), webhook_name=Field(2, TEXT), secret_string=Field(3, TEXT)),
    idempotent=False,
)
ROTATE_SECRET = Method(
    _SERVICE + "RotateWebhookSecret", Shape(webhook_id=Field(1, _ID)), _SECRET, idempotent=False
)


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook: what is published to `topic` is posted to `url`."""

    cache: str
    name: str
    topic: str
    url: str


@dataclass(frozen=True, slots=True)
class Webhooks:
    """All webhooks of a cache."""

    webhooks: tuple[Webhook, ...]


@dataclass(frozen=True, slots=True)
class WebhookSecret:
    """What a webhook signs with; never shown by `repr`."""

    secret: str = field(repr=False)


def put_webhook(webhook: Webhook) -> Call[WebhookSecret]:
    """Create a webhook, or change the one of this name."""
    message = {
        "webhook_id": _id(webhook.cache, webhook.name),
        "topic_name": webhook.topic,
        "destination": {"post_url": webhook.url},
    }
    return Call(PUT, {"webhook": message}, _secret)


def delete_webhook(cache: str, name: str) -> Call[Done]:
    """Delete a webhook."""
    return Call(DELETE, {"webhook_id": _id(cache, name)}, lambda _: Done())


def list_webhooks(cache: str) -> Call[Webhooks]:
    """List the webhooks of a cache."""
    return Call(LIST, {"cache_name": cache}, _listed)


def get_webhook_secret(cache: str, name: str) -> Call[WebhookSecret]:
    """Read what a webhook signs with."""
    return Call(GET_SECRET, _id(cache, name), _secret)


def rotate_webhook_secret(cache: str, name: str) -> Call[WebhookSecret]:
    """Replace what a webhook signs with."""
    return Call(ROTATE_SECRET, {"webhook_id": _id(cache, name)}, _secret)


def signature(secret: str, body: bytes) -> str:
    """Give the signature of a delivery: the lower-case hexadecimal HMAC-SHA3-256 of the raw body."""
    return hmac.new(secret.encode(), body, "sha3_256").hexdigest()


def is_signed(body: bytes, given: str, secrets: Iterable[str]) -> bool:
    """Tell whether `given` is a signature of `body` by any of `secrets`; two of them during a rotation.

    Compares in constant time, and always with every secret.
    """
    claimed = given.strip().lower().encode()
    matches = [hmac.compare_digest(signature(secret, body).encode(), claimed) for secret in secrets]
    return True in matches


def _id(cache: str, name: str) -> dict[str, str]:
    if not 0 < len(name) <= _LONGEST_NAME:
        raise InvalidArgument(f"the name of a webhook has 1 to {_LONGEST_NAME} characters")
    return {"cache_name": cache, "webhook_name": name}


def _secret(answer: dict[str, Any]) -> WebhookSecret:
    return WebhookSecret(answer.get("secret_string", ""))


def _listed(answer: dict[str, Any]) -> Webhooks:
    return Webhooks(tuple(_webhook(each) for each in answer.get("webhook", [])))


def _webhook(each: dict[str, Any]) -> Webhook:
    ident, destination = each.get("webhook_id", {}), each.get("destination", {})
    cache, name = ident.get("cache_name", ""), ident.get("webhook_name", "")
    return Webhook(cache, name, each.get("topic_name", ""), destination.get("post_url", ""))
