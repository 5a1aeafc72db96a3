"""The check-and-set family: SetIf on values, SetIfHash on hashes.

Conditions are named as in the oneof `condition` of Momento's messages, so that this module needs no client.
Read as in the API reference: *not equal* also holds when the item is absent, *present and not equal* does
not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from .families import Family
from .refusals import invalid
from .store import Store

HASH_OCTETS = 16

Predicate = Callable[[bytes | None, bytes], bool]
"""Takes what is there, None for an absent item, and the operand."""

ON_VALUE: dict[str, Predicate] = {
    "absent": lambda old, _: old is None,
    "present": lambda old, _: old is not None,
    "equal": lambda old, operand: old == operand,
    "not_equal": lambda old, operand: old != operand,
    "present_and_not_equal": lambda old, operand: old is not None and old != operand,
    "absent_or_equal": lambda old, operand: old is None or old == operand,
}

ON_HASH: dict[str, Predicate] = {
    "unconditional": lambda *_: True,
    "present_and_hash_equal": lambda old, operand: old == operand,
    "present_and_not_hash_equal": lambda old, operand: old is not None and old != operand,
    "absent_or_hash_equal": lambda old, operand: old is None or old == operand,
    "absent_or_not_hash_equal": lambda old, operand: old is None or old != operand,
}


def content_hash(value: bytes) -> bytes:
    """Return the hash GetWithHash tells: 16 bytes of SHA-256. Momento's own function is not documented."""
    return hashlib.sha256(value).digest()[:HASH_OCTETS]


def get_with_hash(store: Store, key: bytes) -> tuple[bytes, bytes] | None:
    """Return the value and its hash, or None for a miss."""
    value = store.content(key, bytes)
    return None if value is None else (value, content_hash(value))


def set_if(store: Store, key: bytes, value: bytes, condition: str, operand: bytes, ttl_ms: int) -> bool:
    """Write the value if the condition on the present value holds; whether it did."""
    predicate = _predicate(ON_VALUE, condition)
    store.limits.check_ttl(ttl_ms)
    if not predicate(store.content(key, bytes), operand):
        return False
    store.families.note(key, Family.CHECK_AND_SET)
    store.put(key, value, ttl_ms)
    return True


def set_if_hash(
    store: Store, key: bytes, value: bytes, condition: str, operand: bytes, ttl_ms: int
) -> bytes | None:
    """Write the value if the condition on the present hash holds; the new hash, or None if it did not."""
    predicate = _predicate(ON_HASH, condition)
    store.limits.check_ttl(ttl_ms)
    old = store.content(key, bytes)
    if not predicate(None if old is None else content_hash(old), operand):
        return None
    store.families.note(key, Family.CHECK_AND_SET)
    store.put(key, value, ttl_ms)
    return content_hash(value)


def _predicate(conditions: dict[str, Predicate], name: str) -> Predicate:
    if name not in conditions:
        raise invalid(f"{name or 'nothing'} is no condition; known are {sorted(conditions)}")
    return conditions[name]
