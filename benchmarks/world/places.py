"""What stands where in the simulation: the origin, regional caches, data centres' caches, and who was told what."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

from homeport.regions.choose import order
from homeport.regions.location import Location

from .agenda import Agenda, Station
from .network import BEYOND, CALM, between_regions, from_data_centre
from .people import entrances
from .setting import ALL, Setting

REPLICATION_MS = 100.0
"""What a second origin takes to apply what the first has sent it. An assumption."""


@dataclass(slots=True)
class Copy:
    """A resource in a cache. `last` is the number of the last write in it; `changed` differs in every version."""

    fresh_until: float
    last: int
    changed: int = 0
    pending: int = 0


@dataclass(slots=True)
class Origin:
    """An origin region: its servers, and the last write in each resource."""

    region: str
    station: Station
    last: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def apply(self, resource: int, write: int) -> None:
        """Take a write, unless a later one came before it."""
        self.last[resource] = max(self.last[resource], write)


class World:
    """One simulation's state.

    `told` has, of each resource, the last write whose author knows that it was accepted; `lags`, how many ms after
    they were accepted writes were applied.
    """

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.agenda = Agenda()
        self.chance = random.Random(f"ways {setting.seed}")  # noqa: S311 - no secret
        names = [setting.origin]
        if setting.design in {"second", "both"}:
            names.append(second(setting.origin))
        self.origins = [Origin(name, Station(self.agenda, setting.servers)) for name in names]
        self.caches: dict[str, dict[int, Copy]] = defaultdict(dict)
        self.lanes = {
            (region, lane): Station(self.agenda, setting.at_once)
            for region in setting.regions
            for lane in range(setting.lanes)
        }
        self.told: dict[int, int] = defaultdict(int)
        self.lags: list[float] = []
        self._written = 0

    def next_write(self) -> int:
        """A number for a write, in the order in which they are taken."""
        self._written += 1
        return self._written

    def way(self, colo: str, region: str) -> float:
        """One round trip between a data centre and a region in ms."""
        return self._round_trip(from_data_centre(colo)[region])

    def between(self, one: str, other: str) -> float:
        """One round trip between two regions in ms."""
        return self._round_trip(between_regions()[one][other])

    def local(self) -> float:
        """One round trip within a city in ms."""
        return self._round_trip(1.0)

    def _round_trip(self, base: float) -> float:
        return (CALM if self.setting.calm else BEYOND).round_trip(base, self.chance)

    def service(self) -> float:
        """How long a server of the origin takes, in ms."""
        mean = self.setting.service_ms
        return mean if self.setting.calm else self.chance.expovariate(1 / mean)

    def work(self, ms: float) -> float:
        """How long the edge worker takes, which now and then has to start, in ms."""
        costs = self.setting.costs
        starts = not self.setting.calm and self.chance.random() < costs.starts
        return ms + costs.start_ms if starts else ms

    def nearest_origin(self, colo: str) -> Origin:
        """The origin region next to a data centre."""
        return min(self.origins, key=lambda each: from_data_centre(colo)[each.region])


@lru_cache(maxsize=4096)
def home(location: Location, regions: tuple[str, ...]) -> str:
    """The region that Homeport sends a visitor to."""
    return order(location, regions)[0]


@lru_cache(maxsize=16)
def second(origin: str) -> str:
    """The region in which a second origin saves people most."""

    def burden(region: str) -> float:
        return sum(
            door.people * min(from_data_centre(door.colo)[origin], from_data_centre(door.colo)[region])
            for door in entrances()
        )

    return min((region for region in ALL if region != origin), key=burden)
