"""Scalar items: unconditional calls, counters and times to live (proto `cache_client.Scs`)."""

from __future__ import annotations

from enum import Enum

from .families import Family
from .refusals import Refusal, Status
from .store import Store

INT64_MAX = 2**63 - 1


def get(store: Store, key: bytes) -> bytes | None:
    """Return the value, or None for a miss."""
    return store.content(key, bytes)


def set_(store: Store, key: bytes, value: bytes, ttl_ms: int) -> None:
    """Write the value over whatever kind of item is there."""
    store.families.note(key, Family.UNCONDITIONAL)
    store.put(key, value, ttl_ms)


def delete(store: Store, key: bytes) -> bool:
    """Remove an item of any kind; whether there was one. Deleting what is not there is no error."""
    store.limits.check_key(key)
    store.families.note(key, Family.UNCONDITIONAL)
    return store.remove(key)


def increment(store: Store, key: bytes, amount: int, ttl_ms: int) -> int:
    """Add to a number kept as base-10 text; an absent one counts as 0. Renews the TTL (not documented)."""
    old = store.content(key, bytes)
    new = parse_number(old) + amount
    if not -INT64_MAX - 1 <= new <= INT64_MAX:
        raise Refusal(Status.FAILED_PRECONDITION, "the result does not fit into 64 bits")
    store.families.note(key, Family.UNCONDITIONAL)
    store.put(key, b"%d" % new, ttl_ms)
    return new


def parse_number(text: bytes | None) -> int:
    """Read what Increment can add to; FAILED_PRECONDITION for anything but base-10 text."""
    if text is None:
        return 0
    digits = text[1:] if text[:1] == b"-" else text
    if not digits.isdigit():
        raise Refusal(Status.FAILED_PRECONDITION, "only a base-10 integer in UTF-8 can be incremented")
    return int(text)


class TtlChange(Enum):
    """What became of an UpdateTtl."""

    SET = "set"
    NOT_SET = "not_set"
    MISSING = "missing"


class TtlRule(Enum):
    """How UpdateTtl may move the expiry."""

    INCREASE_TO = "increase_to_milliseconds"
    DECREASE_TO = "decrease_to_milliseconds"
    OVERWRITE_TO = "overwrite_to_milliseconds"


def update_ttl(store: Store, key: bytes, rule: TtlRule, ttl_ms: int) -> TtlChange:
    """Move an item's expiry if the rule allows it; works on every kind of item."""
    store.limits.check_ttl(ttl_ms)
    item = store.item(key)
    if item is None:
        return TtlChange.MISSING
    expires_at = store.now_ms() + ttl_ms
    if rule is TtlRule.INCREASE_TO and expires_at <= item.expires_at:
        return TtlChange.NOT_SET
    if rule is TtlRule.DECREASE_TO and expires_at >= item.expires_at:
        return TtlChange.NOT_SET
    item.expires_at = expires_at
    return TtlChange.SET


def remaining_ttl(store: Store, key: bytes) -> int | None:
    """Milliseconds until the item is gone, or None for a miss."""
    item = store.item(key)
    return None if item is None else item.expires_at - store.now_ms()
