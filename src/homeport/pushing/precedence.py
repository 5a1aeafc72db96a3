"""Which of two versions of a resource stands. Pure.

Regions tell each other *that* something changed, never what it is now: a replay that the origin deduplicated answers
with old news that cannot be told from new.
"""

from __future__ import annotations

from homeport.entry import Entry, Unreadable
from homeport.messages import NO_FIELDS
from homeport.reading.key import Resource


def mark_stale(resource: Resource, found: Entry | Unreadable | None, now: int, nonce: str) -> Entry | None:
    """The entry after the news that the resource changed; None where what stands there must be left alone.

    It is a new version even where the entry was stale already, and a marker where nothing stood: an answer of the
    origin that is on its way to be stored must not land as fresh. What is dirty stays readable as it is. What is clean
    and stale is shown to nobody, and its validators would ask the origin about a state that is gone: its fields and its
    body, by which the compare-and-set is metered, are not carried along.
    """
    if isinstance(found, Unreadable) and found.foreign:
        return None
    if found is None or isinstance(found, Unreadable):
        return marker(resource, now, nonce)
    if found.dirty:
        return found.version(nonce, stale=True)
    return found.version(nonce, stale=True, as_of=(now, now), header=NO_FIELDS, body=b"")


def gone(resource: Resource, found: Entry | Unreadable | None, now: int, nonce: str) -> Entry | None:
    """The entry after a hard purge: a marker, so that it reads as a miss; what is dirty is marked stale instead."""
    if isinstance(found, Entry) and not found.dirty:
        return marker(resource, now, nonce)
    return mark_stale(resource, found, now, nonce)


def softened(resource: Resource, found: Entry | Unreadable | None, now: int, nonce: str) -> Entry | None:
    """The entry after a soft purge: a representation that was not known to be outdated is to be treated as expired.

    The names of variants go, and with them their representations: these belong to one version of the names.
    """
    if not isinstance(found, Entry) or found.dirty or found.stale or found.kind == "marker":
        return mark_stale(resource, found, now, nonce)
    return found.version(nonce, soft=True) if found.kind == "stored" else marker(resource, now, nonce)


def marker(resource: Resource, now: int, nonce: str) -> Entry:
    """An entry that reads as a miss and holds the place."""
    return Entry(target=resource.target, vary=resource.vary, kind="marker", nonce=nonce, as_of=(now, now))
