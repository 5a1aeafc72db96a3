"""Load on paper: how many writes a second a deployment bears, and what stops it. Pure.

Operations are Momento's, metered for each KB begun of an entry, twice that for a consistent read and a compare-and-set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from homeport import keys
from homeport.draining.budget import AT_ONCE, ENDING, PAGE, SUBREQUESTS, to_settle

PUT = REMOVE = LOOK = 1
"""A member's put and removal; the look at the lease before a request leaves."""

RECEIPT = 2

SHARED = 4 + 2
"""Lease and fetches of a drain, whatever waits."""

TELL = 1 + 2
"""A plain GetWithHash, and a SetIfHash that leaves no body, in each other region."""

LINE_KB, WAITING_KB = 0.3, 0.7
"""Of an entry with a small body, and what each waiting write adds to it: that gives what tests/cost counts of ten."""

MOST_LANES = 256
"""A lane is chosen by two digits of base 16 of the resource's key."""

ENTRY_MOST = 32
"""Writes that may wait for one resource."""


@dataclass(frozen=True, slots=True)
class Load:
    """A deployment under load. Times in ms, rates per second.

    `share` of the writes come in at the busiest region. `coalesced` writes of a resource go as one, and `bulk` writes
    share a request to the origin; both 1 by default. `operations` and `origin_at_once` are the limits of Momento (100 a
    second and region, unless raised) and of the origin. A drain's round trips: `near` to its region, `far` to the
    farthest other one, `origin_way`.
    """

    writes: float
    regions: int
    share: float
    coalesced: int = 1
    bulk: int = 1
    lanes: int = keys.LANES
    at_once: int = AT_ONCE
    operations: float = 100
    origin_at_once: int = 100
    service: float = 25
    near: float = 20
    far: float = 240
    origin_way: float = 120
    write_cpu: float = 4

    @property
    def others(self) -> int:
        """The regions that a settled write is told to."""
        return self.regions - 1


def entry_kb(waiting: int) -> int:
    """What an entry is metered as while so many writes wait in it."""
    return max(1, ceil(LINE_KB + WAITING_KB * waiting))


def accepting(together: int) -> float:
    """Operations of accepting one write, in the mean of so many that come to one resource before it is drained."""
    return sum(PUT + 2 * entry_kb(n) + 2 * entry_kb(n + 1) for n in range(together)) / together


def draining(together: int) -> int:
    """Operations of replaying so many writes of a resource as one: the read, the mark, the receipts, what is left."""
    entry = 2 * entry_kb(together) * (2 if together > 1 else 1)
    return entry + LOOK + (RECEIPT + REMOVE) * together + 2


def per_write(load: Load) -> tuple[float, float]:
    """Metered operations of one write: in its own region, and in each other one. Lanes are busy: pages are full."""
    together = load.coalesced
    own = accepting(together) + draining(together) / together + SHARED / PAGE
    return own, TELL / together if load.others else 0.0


def operations(load: Load) -> float:
    """Momento's operations a second in the busiest region."""
    own, other = per_write(load)
    return load.writes * (load.share * own + (1 - load.share) * other)


def hold(load: Load) -> float:
    """How long one resource keeps its place among those at work, in ms: a bulk's writes give it up while it is away."""
    settling = 4 * load.near + (2 * load.far if load.others else 0.0)
    return settling + (0.0 if load.bulk > 1 else load.origin_way + load.service)


def lane_rate(load: Load) -> float:
    """Writes a second that one lane drains."""
    return load.at_once * load.coalesced * 1000 / hold(load)


def lanes_needed(load: Load) -> int:
    """In the busiest region."""
    return ceil(load.writes * load.share / lane_rate(load))


def at_origin(load: Load) -> float:
    """Requests that the origin has at once, by Little's law."""
    return load.writes / (load.coalesced * load.bulk) * load.service / 1000


def cores(load: Load) -> float:
    """Cores of Cloudflare's that accept the writes."""
    return load.writes * load.write_cpu / 1000


def per_invocation(load: Load) -> int:
    """Writes that one invocation of the sync worker settles before it calls its successor."""
    return max(1, (SUBREQUESTS - ENDING) // to_settle(1, load.regions, load.coalesced)) * load.coalesced


def limits(load: Load) -> Mapping[str, float]:
    """What stops it, and at how many writes a second of the whole world."""
    return {
        "operations": load.operations * load.writes / operations(load),
        "lanes": load.lanes * lane_rate(load) / load.share,
        "origin": load.origin_at_once * load.writes / at_origin(load),
    }


def first(load: Load) -> str:
    """What stops it first, if anything does at this many writes; else nothing."""
    name, most = min(limits(load).items(), key=lambda each: each[1])
    return name if most < load.writes else ""


KNOBS: Mapping[str, str] = {
    "operations": "have Momento's limit raised; more regions",
    "lanes": "more lanes; coalesce; more regions",
    "origin": "bulk; coalesce; a larger origin",
    "": "",
}
"""What moves each limit."""
