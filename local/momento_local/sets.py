"""Sets: unique elements without order under one name and one TTL (proto `cache_client.Scs/Set*`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .store import Store


def fetch(store: Store, name: bytes) -> set[bytes] | None:
    """Return all elements; None if there is no such set."""
    return store.content(name, set)


def add(store: Store, name: bytes, elements: Sequence[bytes], ttl_ms: int, *, refresh_ttl: bool) -> None:
    """Add elements; all of them or, on a refusal, none."""
    for element in elements:
        store.limits.check_element(len(element))
    merged = (fetch(store, name) or set()) | set(elements)
    store.limits.check_item(len(name) + sum(map(len, merged)))
    found: set[bytes] = store.opened(name, set, ttl_ms, refresh_ttl=refresh_ttl)
    found.update(elements)
    store.close(name)


def remove(store: Store, name: bytes, elements: Iterable[bytes] | None) -> bool:
    """Remove these elements, or the whole set if `elements` is None; whether there was such a set."""
    found = fetch(store, name)
    if found is None:
        return False
    found.difference_update(list(found) if elements is None else elements)
    store.close(name)
    return True


def pop(store: Store, name: bytes, count: int) -> list[bytes] | None:
    """Take out up to `count` elements; None if there is no such set.

    The real service takes any; here they go in order, so that a run can be repeated.
    """
    found = fetch(store, name)
    if found is None:
        return None
    taken = sorted(found)[:count]
    found.difference_update(taken)
    store.close(name)
    return taken


def contains(store: Store, name: bytes, elements: Iterable[bytes]) -> list[bool] | None:
    """Tell for each element whether it is in the set; None if there is no such set."""
    found = fetch(store, name)
    return None if found is None else [element in found for element in elements]
