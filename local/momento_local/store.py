"""One cache of one region, pure: no I/O, no clock of its own.

Scalars live in `scalars`, sorted sets in `sorted_sets`, and so on: modules of functions whose first
argument is a `Store`. Expiry is lazy: an item is looked at before it is used, and swept up now and then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from .families import Families
from .items import Content, Item, name_of
from .limits import Limits
from .refusals import wrong_type
from .scored import Scored

C = TypeVar("C", bytes, dict[bytes, bytes], set[bytes], list[bytes], Scored)

SWEEP_EVERY = 4096
"""Writes between two sweeps of expired items: bounds the memory of a long benchmark."""


class Store:
    """Typed items by key, each with a time to live; `now_ms` is the only clock."""

    def __init__(
        self, now_ms: Callable[[], int], limits: Limits | None = None, *, strict_families: bool = False
    ) -> None:
        self.now_ms = now_ms
        self.limits = limits or Limits()
        self.families = Families(strict=strict_families)
        self._items: dict[bytes, Item] = {}
        self._writes = 0

    def item(self, key: bytes) -> Item | None:
        """Return the live item at this key, whatever its kind."""
        self.limits.check_key(key)
        found = self._items.get(key)
        if found is None or found.expires_at > self.now_ms():
            return found
        del self._items[key]
        return None

    def content(self, key: bytes, kind: type[C]) -> C | None:
        """Return the content of the live item at this key; FAILED_PRECONDITION if it is of another kind."""
        found = self.item(key)
        if found is None:
            return None
        if not isinstance(found.content, kind):
            raise wrong_type(name_of(type(found.content)), name_of(kind))
        return found.content

    def put(self, key: bytes, content: Content, ttl_ms: int) -> None:
        """Write a whole item over whatever is there."""
        self.limits.check_key(key)
        self.limits.check_ttl(ttl_ms)
        item = Item(content, self.now_ms() + ttl_ms)
        self.limits.check_item(len(key) + item.octets)
        self._items[key] = item
        self._sweep_now_and_then()

    def remove(self, key: bytes) -> bool:
        """Remove the item of any kind; whether there was one."""
        self.limits.check_key(key)
        return self._items.pop(key, None) is not None

    def opened(self, key: bytes, kind: Callable[[], C], ttl_ms: int, *, refresh_ttl: bool) -> C:
        """Open the collection at this key for writing, created with `ttl_ms` if absent.

        `refresh_ttl` gives an existing collection the new TTL; without it the old expiry stays. Whoever
        opens a collection puts something in, or calls `close`.
        """
        self.limits.check_ttl(ttl_ms)
        empty = kind()
        found = self.content(key, type(empty))
        expires_at = self.now_ms() + ttl_ms
        if found is None:
            self._items[key] = Item(empty, expires_at)
            self._sweep_now_and_then()
            return empty
        if refresh_ttl:
            self._items[key].expires_at = expires_at
        return found

    def close(self, key: bytes) -> None:
        """Forget the collection at this key if nothing is left in it."""
        found = self._items.get(key)
        if found is not None and not isinstance(found.content, bytes) and not found.content:
            del self._items[key]

    def items(self) -> Iterator[tuple[bytes, Item]]:
        """Return all live items by key, in the order of their keys."""
        self.sweep()
        return iter(sorted(self._items.items()))

    def __len__(self) -> int:
        return len(self._items)

    def clear(self) -> None:
        """Forget every item, and who wrote it."""
        self._items.clear()
        self.families.clear()

    def sweep(self) -> None:
        """Drop what has expired."""
        now = self.now_ms()
        for key in [key for key, item in self._items.items() if item.expires_at <= now]:
            del self._items[key]

    def _sweep_now_and_then(self) -> None:
        self._writes += 1
        if self._writes % SWEEP_EVERY == 0:
            self.sweep()
