"""The keys of a region's cache, and which of Momento's families owns each.

Momento warns never to mix check-and-set with Set and Delete on one key, so this is law:

    e:{key}      SetIf*         the entry of one resource
    r:{id}       SetIf Absent   what became of a write; never overwritten, renewed by the same octets
    f:{key}      SetIf*         which of many readers asks the origin
    i:{digest}   SetIf*         the first attempt under a client's Idempotency-Key
    lease:{lane} SetIf*         who drains the lane
    depth:{lane} SetIf*         what waited in the lane when its last drain ended
    q:{lane}     SortedSet*     members {key}/{id}, scored by the writer's clock in ms
    o:{key}      SortedSet*     the same members, of writes to the items of the list that has this key
    pause:{lane} SetIf*         how often in a row the lane has paused for the origin's sake
    d:{id}       SetIf*         a dead letter: what a refused write asked for, and what the origin answered
    dead         SortedSet*     dead letters, members {key}/{id}, scored by when they were last renewed, in ms
    t:{tag}      SortedSet*     the resources that were filled with a tag, scored by when the origin was asked, in ms
    g:{tag}      SetIf*         a tag's mark: when it was purged last, and how far
    h:{hour}     SortedSet*     for operators: {minute} scored by what was settled in it, d{minute} by what waited
    latest       List*          for operators: what the last drains settled last
"""

from __future__ import annotations

TOPIC = "cache_sync"
"""The topic on which the edge says that a lane has something to drain."""

LANES = 4
"""How many queues a region has. The edge fills them and the sync worker drains them: both must agree."""

DAY_SECONDS = 24 * 60 * 60
"""The longest life Momento gives an item by default, and the one of everything that is dirty."""

DEAD, LATEST = "dead", "latest"


def entry(key: str) -> str:
    """Where a resource's entry stands."""
    return f"e:{key}"


def receipt(write_id: str) -> str:
    """Where a write's terminal receipt stands."""
    return f"r:{write_id}"


def attempt(digest: str) -> str:
    """Where the first attempt under a client's Idempotency-Key stands."""
    return f"i:{digest}"


def lane_of(key: str) -> int:
    """The lane that a resource's writes go through: all of them through the same one."""
    return int(key[:2], 16) % LANES


def queue(lane: int) -> str:
    """The sorted set of a lane's members."""
    return f"q:{lane}"


def overlay(key: str) -> str:
    """The sorted set of the members that wait of a list's items; `key` is the list's, without query."""
    return f"o:{key}"


def turn(key: str) -> str:
    """Which of many readers asks the origin for a resource."""
    return f"f:{key}"


def lease(lane: int) -> str:
    """Who drains a lane."""
    return f"lease:{lane}"


def letter(write_id: str) -> str:
    """Where a refused write's dead letter stands."""
    return f"d:{write_id}"


def pause(lane: int) -> str:
    """The note that a lane has paused."""
    return f"pause:{lane}"


def depth(lane: int) -> str:
    """How much waits in a lane, by its last drain."""
    return f"depth:{lane}"


def tag(name: str) -> str:
    """The sorted set of a tag's resources."""
    return f"t:{name}"


def tag_mark(name: str) -> str:
    """Where a tag's mark stands."""
    return f"g:{name}"


def hour(number: int) -> str:
    """The sorted set of an hour's counts; hours since 1970."""
    return f"h:{number}"


def member(key: str, write_id: str) -> str:
    """What stands in a queue for one write."""
    return f"{key}/{write_id}"


def parse_member(name: bytes) -> tuple[str, str]:
    """The resource's key and the write's id of a queue's member."""
    key, _, write_id = name.decode().partition("/")
    return key, write_id


def is_member(name: bytes) -> bool:
    """Whether a set's member begins as all that this release puts: with a resource's key, a UUID, and a slash.

    What begins otherwise is a newer release's: nothing follows from it, and it is let be.
    """
    return len(name) > 37 and name.find(b"/") == 36 and name.count(b"-", 0, 36) == 4
