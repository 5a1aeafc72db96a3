"""Lists: values in order under one name and one TTL (proto `cache_client.Scs/List*`)."""

from __future__ import annotations

from collections.abc import Sequence

from .store import Store


def fetch(store: Store, name: bytes, start: int | None = None, end: int | None = None) -> list[bytes] | None:
    """Return the values from `start` up to `end`, which is excluded; None if there is no such list.

    Negative indexes count from the back.
    """
    found = store.content(name, list)
    return None if found is None else found[start:end]


def push(
    store: Store,
    name: bytes,
    values: Sequence[bytes],
    ttl_ms: int,
    *,
    refresh_ttl: bool,
    front: bool = False,
    keep: int = 0,
) -> int:
    """Add values at one end, then cut the other end so that `keep` are left (0: no cut); the new length.

    Values pushed in one call keep their order, at the front too.
    """
    for value in values:
        store.limits.check_element(len(value))
    old = store.content(name, list) or []
    merged = [*values, *old] if front else [*old, *values]
    if keep:
        merged = merged[:keep] if front else merged[-keep:]
    store.limits.check_item(len(name) + sum(map(len, merged)))
    found: list[bytes] = store.opened(name, list, ttl_ms, refresh_ttl=refresh_ttl)
    found[:] = merged
    store.close(name)
    return len(merged)


def pop(store: Store, name: bytes, *, front: bool) -> tuple[bytes, int] | None:
    """Take the value at one end; it and how many are left, or None if there is no such list."""
    found = store.content(name, list)
    if found is None:
        return None
    value, left = found.pop(0 if front else -1), len(found)
    store.close(name)
    return value, left


def remove(store: Store, name: bytes, value: bytes) -> int | None:
    """Remove every value equal to this one; how many are left, or None if there is no such list."""
    found = store.content(name, list)
    if found is None:
        return None
    found[:] = [each for each in found if each != value]
    store.close(name)
    return len(found)
