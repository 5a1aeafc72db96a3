"""Who asks for what, and when: the same visits for every design, so that what differs is the design's."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from random import Random
from typing import NamedTuple

from .network import ACCESS
from .people import COUNTRIES, Entrance, entrances
from .setting import Setting


class Visit(NamedTuple):
    """One request: when it leaves the visitor (ms), and the round trip of its last mile (ms).

    `even`: it comes from the part of visits that is spread over countries regardless of their people.
    """

    at: float
    entrance: Entrance
    resource: int
    reads: bool
    access_ms: float
    even: bool


def visits(setting: Setting) -> Iterator[Visit]:
    """All visits of a simulation in order: a Poisson process."""
    chance = Random(f"traffic {setting.seed}")  # noqa: S311 - no secret
    doors = entrances()
    by_people = list(accumulate(door.people for door in doors))
    living = dict.fromkeys(COUNTRIES, 0.0)
    for door in doors:
        living[door.country] += door.people
    by_country = list(accumulate(door.people / living[door.country] for door in doors))
    chosen = {
        True: _zipf(setting.resources, setting.skew),
        False: _zipf(setting.resources, setting.write_skew),
    }
    resources = range(setting.resources)
    at = 0.0
    for _ in range(setting.visits):
        at += chance.expovariate(setting.rate / 1000)
        even = chance.random() < setting.even
        (door,) = chance.choices(doors, cum_weights=by_country if even else by_people)
        reads = chance.random() < setting.read_share
        (resource,) = chance.choices(resources, cum_weights=chosen[reads])
        access = door.access_ms if setting.calm else ACCESS.round_trip(door.access_ms, chance)
        yield Visit(at, door, resource, reads, access, even)


def _zipf(resources: int, skew: float) -> list[float]:
    return list(accumulate(rank**-skew for rank in range(1, resources + 1)))
