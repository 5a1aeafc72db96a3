"""Keys written by both families of calls.

Momento warns (API reference, "Set If ..."): never use check-and-set calls on a key together with Set,
Delete or other unconditional writes, the outcome is undefined. The emulator would behave well all the same,
so it keeps a record.
"""

from __future__ import annotations

from enum import Flag

from .refusals import Refusal, Status


class Family(Flag):
    """Which calls have written a key."""

    CHECK_AND_SET = 1
    UNCONDITIONAL = 2


BOTH = Family.CHECK_AND_SET | Family.UNCONDITIONAL


class Families:
    """Who wrote which key of one cache; with `strict` the second family is refused instead of recorded."""

    def __init__(self, *, strict: bool = False) -> None:
        self._strict = strict
        self._written: dict[bytes, Family] = {}
        self.mixed: set[bytes] = set()

    def note(self, key: bytes, family: Family) -> None:
        """Record a write. FAILED_PRECONDITION if strict and the other family has written this key before."""
        before = self._written.get(key)
        if before is family:
            return
        if before is None:
            self._written[key] = family
            return
        if self._strict:
            text = f"the key is written by {before.name}, now by {family.name}: Momento leaves that undefined"
            raise Refusal(Status.FAILED_PRECONDITION, text)
        self._written[key] = BOTH
        self.mixed.add(key)

    def clear(self) -> None:
        """Forget everything, as when the cache is flushed."""
        self._written.clear()
        self.mixed.clear()
