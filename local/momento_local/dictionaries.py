"""Dictionaries: fields with values under one name and one TTL (proto `cache_client.Scs/Dictionary*`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .refusals import Refusal, Status
from .scalars import INT64_MAX, parse_number
from .store import Store


def fetch(store: Store, name: bytes) -> dict[bytes, bytes] | None:
    """Return all fields with their values; None if there is no such dictionary."""
    return store.content(name, dict)


def put(store: Store, name: bytes, fields: Mapping[bytes, bytes], ttl_ms: int, *, refresh_ttl: bool) -> None:
    """Write fields over those of the same name; all of them or, on a refusal, none."""
    for field, value in fields.items():
        store.limits.check_element(len(field) + len(value))
    old = fetch(store, name) or {}
    merged = {**old, **fields}
    store.limits.check_item(len(name) + sum(len(field) + len(value) for field, value in merged.items()))
    found: dict[bytes, bytes] = store.opened(name, dict, ttl_ms, refresh_ttl=refresh_ttl)
    found.update(fields)
    store.close(name)


def increment(store: Store, name: bytes, field: bytes, amount: int, ttl_ms: int, *, refresh_ttl: bool) -> int:
    """Add to a field kept as base-10 text; an absent one counts as 0. The new value."""
    new = parse_number((fetch(store, name) or {}).get(field)) + amount
    if not -INT64_MAX - 1 <= new <= INT64_MAX:
        raise Refusal(Status.FAILED_PRECONDITION, "the result does not fit into 64 bits")
    put(store, name, {field: b"%d" % new}, ttl_ms, refresh_ttl=refresh_ttl)
    return new


def remove(store: Store, name: bytes, fields: Iterable[bytes] | None) -> None:
    """Remove these fields, or the whole dictionary if `fields` is None."""
    found = fetch(store, name)
    if found is None:
        return
    for field in list(found) if fields is None else fields:
        found.pop(field, None)
    store.close(name)
