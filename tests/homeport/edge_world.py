"""The world, seen from the edge worker."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from homeport.edge import Edge
from homeport.messages import Relayed, Request, Response
from homeport.ports import Origin
from homeport.regions.location import Location
from homeport.writing.wake import Waker
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import (
    SITE,
    Kicks,
    ScriptedVisit,
    World,
    about,
    in_one_lane,
)

TARGET, NOTE = in_one_lane(1)[0], "/notes/1"
KEY = about(TARGET).key
JAPAN, IRELAND = Location(country="JP", city="Tokyo", continent="AS", colo="NRT"), Location(country="IE")


@dataclass
class Shore(World):
    """The world, seen from the edge worker."""

    kicks: Kicks = field(default_factory=Kicks)
    visit: ScriptedVisit = field(default_factory=ScriptedVisit)
    home_secrets: tuple[str, ...] = ()
    local: bool = False

    async def send(
        self,
        request: Request,
        location: Location = JAPAN,
        *,
        origin: Origin | None = None,
        by: Process | None = None,
    ) -> Response | Relayed:
        process = by or Process()
        regions = {each.name: process.connect(each) for each in (self.home, self.away)}
        self.visit.content = bytes(request.body)
        waker = Waker(self.kicks)
        secrets, origin = self.home_secrets, origin or self.origin
        edge = Edge(SITE, regions, origin, waker, home_secrets=secrets, local=self.local)
        return await edge.answer(request, location, self.visit, self.surroundings.effects)

    async def own(self, request: Request, location: Location = JAPAN, by: Process | None = None) -> Response:
        """An answer of Homeport's own."""
        answer = await self.send(request, location, by=by)
        assert isinstance(answer, Response)
        return answer


def status_of(answer: Response | Relayed) -> str:
    """The answer's Cache-Status."""
    fields = [*answer.headers] if isinstance(answer, Response) else [*answer.added]
    values = [value for name, value in fields if name == "cache-status"]
    assert len(values) == 1
    return values[0]


def body_of(answer: Response) -> dict[str, object]:
    shown: dict[str, object] = json.loads(bytes(answer.body))
    return shown
