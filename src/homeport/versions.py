"""Reading and replacing an entry by its version: the only way an entry is ever changed.

Conditions are strict: an entry that was found must be *present and equal* to what was read, one that was missing must
be *absent*. "Absent or equal" is never used: after an eviction it would let an old compare succeed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import assert_never

from momento_http_shim.conditions import Absent, PresentAndHashEqual
from momento_http_shim.octets import Joined
from momento_http_shim.outcomes import Failed, Found, Miss, NotStored, Stored

from . import keys
from .entry import Entry, Unreadable, decode, encode
from .ports import Region

MOST_TRIES = 16
"""A compare-and-set that loses this often in a row is given up for now."""


@dataclass(frozen=True, slots=True)
class Version:
    """What stood under a key, and the condition under which it still does."""

    entry: Entry | Unreadable | None
    condition: Absent | PresentAndHashEqual

    @property
    def pending_ids(self) -> frozenset[str]:
        """The writes that it lists as pending."""
        return (
            frozenset(item.id for item in self.entry.pending)
            if isinstance(self.entry, Entry)
            else frozenset()
        )

    @property
    def foreign(self) -> bool:
        """Whether writes stand in it that a newer release accepted: it is left alone, and nothing follows from it."""
        return isinstance(self.entry, Unreadable) and self.entry.foreign


async def read(region: Region, key: str, *, consistent: bool = True) -> Version | Failed:
    """A consistent read sees every write that was answered before; one that is not may show an older version."""
    match await region.cache.get_with_hash(keys.entry(key), consistent=consistent):
        case Found(value, value_hash):
            return Version(decode(value), PresentAndHashEqual(value_hash))
        case Miss():
            return Version(None, Absent())
        case Failed() as failed:
            return failed
        case _ as never:
            assert_never(never)


async def store(
    region: Region, key: str, entry: Entry, condition: Absent | PresentAndHashEqual
) -> Stored | NotStored | Failed:
    """Put an entry in place of the version that was read, for as long as Momento keeps anything."""
    name, value = keys.entry(key), Joined(encode(entry))
    if isinstance(condition, Absent):
        return await region.cache.set_if(name, value, condition, ttl_seconds=keys.DAY_SECONDS)
    return await region.cache.set_if_hash(name, value, condition, ttl_seconds=keys.DAY_SECONDS)


async def change(
    region: Region,
    key: str,
    decide: Callable[[Version], Entry | bool | Awaitable[Entry]],
    known: Version | None = None,
    *,
    plain: bool = False,
    left: list[Version] | None = None,
) -> bool:
    """Replace an entry by what follows from it, again as often as another version comes first.

    `decide` gives the entry to store or, where there is nothing to store, whether all is well as it is. False: it is
    not, or the region does not answer, or others came first `MOST_TRIES` times. What is awaited begins after the read,
    so that the condition holds for all that is learned. `known` is the version that mostly still stands: it is tried
    first, without a look. `plain`: the first look may show an older version, at half the price. What is stored is
    stored only if that version still stood; that there is nothing to store, another look must say. `left` gets the
    version that was stored, where its hash is known: who goes on with it need not look.
    """
    for _ in range(MOST_TRIES):
        seen = known or await read(region, key, consistent=not plain)
        if isinstance(seen, Failed):
            return False
        step = decide(seen)
        if isinstance(step, bool) and not plain:
            return step
        known, plain = None, False
        if isinstance(step, bool):
            continue
        if not isinstance(step, Entry):
            step = await step
        match await store(region, key, step, seen.condition):
            case Stored(value_hash):
                if left is not None and value_hash is not None:
                    left.append(Version(step, PresentAndHashEqual(value_hash)))
                return True
            case Failed(error) if not error.may_have_happened:
                return False
            case _:
                continue  # another version came first, or nobody knows: look again
    return False
