"""The Topics webhook: whether Momento sent it, and which lane it speaks of. Pure.

Momento's last published contract (its documentation of topic webhooks until April 2025): the header
`momento-signature` is the lower-case hexadecimal HMAC-SHA3-256 of the raw body under the webhook's secret.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from homeport import keys

SIGNATURE = "momento-signature"
WINDOW_MS = 60_000
"""An event published longer ago than this is refused, and so is one from further ahead."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A lane of a cache has something to drain; None stands for all of the cache's lanes."""

    cache: str
    lane: int | None


@dataclass(frozen=True, slots=True)
class Forged:
    """The request is not to be trusted; `reason` says what is missing, never what would be right."""

    reason: str


def verify(raw: bytes, signature: str | None, secrets: Sequence[str], now: int) -> Signal | Forged:
    """Check a delivery's raw body against every secret in use (two during a rotation); `now` in ms since 1970."""
    if not signature:
        return Forged(f"the header {SIGNATURE} is missing")
    if not any(_matches(raw, signature, secret) for secret in secrets):
        return Forged("the signature is not of this body under a secret of ours")
    try:
        event: Any = json.loads(raw)
        cache, published = str(event["cache"]), int(event["publish_timestamp"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return Forged("the body is not a topic's event")
    if abs(now - published) > WINDOW_MS:
        return Forged("the event is not of the last 60 seconds")
    return Signal(cache, _lane(event.get("text")))


def _matches(raw: bytes, signature: str, secret: str) -> bool:
    wanted = hmac.new(secret.encode(), raw, hashlib.sha3_256).hexdigest()
    return hmac.compare_digest(wanted.encode(), signature.encode())


def _lane(text: object) -> int | None:
    try:
        lane = json.loads(str(text))["lane"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return lane if type(lane) is int and 0 <= lane < keys.LANES else None
