"""Two regions of a local Momento that meters every call, and the product's own drivers over the real client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from homeport.draining.drain import Drain
from homeport.edge import Edge
from homeport.entry import Entry
from homeport.messages import Relayed, Request, Response
from homeport.ports import Region
from homeport.pushing.changed import Site
from homeport.regions.location import Location
from homeport.versions import Version, read, store
from homeport.writing.wake import Waker
from tests.homeport.homeport_world import Clock, ScriptedOrigin, Surroundings, effects
from tests.homeport.writing_world import REQUEST_MS, Kicks, ScriptedVisit, lane_of

Bill = Mapping[str, tuple[int, int]]
"""By method: calls, and the operations that they are metered as."""

JAPAN = Location(country="JP")


@dataclass
class Priced:
    """A visitor in Japan, at home in the first region; the second is the other one."""

    regions: tuple[Region, Region]
    admin: str
    site: Site
    origin: ScriptedOrigin
    surroundings: Surroundings = field(default_factory=lambda: effects(Clock()))
    kicks: Kicks = field(default_factory=Kicks)

    async def keep(self, entry: Entry, key: str) -> None:
        """Put an entry into both regions."""
        for region in self.regions:
            seen = await read(region, key)
            assert isinstance(seen, Version)
            await store(region, key, entry, seen.condition)

    async def send(self, request: Request) -> Response | Relayed:
        """A visitor's request; what runs behind the answer waits."""
        edge = Edge(self.site, {each.name: each for each in self.regions}, self.origin, Waker(self.kicks))
        return await edge.answer(
            request, JAPAN, ScriptedVisit(bytes(request.body)), self.surroundings.effects
        )

    async def drain(self, target: str, *, history: bool = False) -> None:
        """Drain the lane of a target in the first region."""
        drain = Drain(self.site, self.origin, REQUEST_MS, self.surroundings.effects, history=history)
        await drain.lane(self.regions[0], self.regions[1:], lane_of(target))

    async def bills(self) -> tuple[Bill, Bill]:
        """What either region has been asked since the last time."""
        async with httpx.AsyncClient(base_url=self.admin) as client:
            counters = (await client.get("/counters")).raise_for_status().json()
            (await client.post("/counters/reset")).raise_for_status()
        first, second = (counters[region.name]["methods"] for region in self.regions)
        return _bill(first), _bill(second)


def _bill(methods: Mapping[str, Mapping[str, int]]) -> Bill:
    return {
        name.partition(":")[2]: (tally["calls"], tally["operations"])
        for name, tally in methods.items()
        if tally["calls"]
    }


def operations(bill: Bill) -> int:
    """All of a bill's."""
    return sum(operations for _, operations in bill.values())
