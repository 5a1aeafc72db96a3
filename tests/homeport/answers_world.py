"""The world, seen by the author of a write: what each route and preference makes of the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from homeport.edge import Edge
from homeport.messages import NoAnswer, Request, Response
from homeport.pushing.changed import Site
from homeport.routing import AcceptedStatus, Route, Routes
from homeport.writing.wake import Waker
from tests.homeport.edge_world import JAPAN, KEY, TARGET, Shore
from tests.homeport.homeport_world import ORIGIN
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import HOME, lane_of, quiet

JSON = "application/json"


@dataclass
class Answering(Shore):
    """The world, seen from an edge worker whose route says a status."""

    status: AcceptedStatus = 202
    meanwhile: Callable[[], Awaitable[object]] | None = None
    """What happens during the first pause."""

    async def answer(self, request: Request, *preferences: str, by: Process | None = None) -> Response:
        request = replace(request, headers=request.headers.plus(*(("prefer", each) for each in preferences)))
        route = Route("/items/{id}", write_behind=("PUT", "DELETE"), accepted_status=self.status)
        process = by or Process()
        regions = {each.name: process.connect(each) for each in (self.home, self.away)}
        site, waker = Site(ORIGIN, Routes(route)), Waker(self.kicks)
        edge = Edge(site, regions, self.origin, waker, home_secrets=self.home_secrets)
        self.visit.content = bytes(request.body)
        effects = replace(self.surroundings.effects, pause=self._pause)
        answer = await edge.answer(request, JAPAN, self.visit, effects)
        await self.surroundings.run_behind()
        assert isinstance(answer, Response)
        return answer

    async def _pause(self, seconds: float) -> None:
        await quiet()
        assert self.kicks.kicks == [(HOME, lane_of(TARGET))], "it waits and nobody was woken"
        await self.surroundings.effects.pause(seconds)
        if self.meanwhile:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()

    def originally(self, *answers: Response | NoAnswer) -> None:
        """The origin's answers to the replay, which happens during the first pause."""

        async def drain() -> None:
            self.origin.answers[TARGET] = list(answers)
            await self.drain(lane_of(TARGET))

        self.meanwhile = drain

    @property
    def receipt_address(self) -> str:
        (name,) = {name for _, name in (each.split("/") for each in self.members(self.home))}
        return f"/.homeport/writes/{KEY}/{name}"


def fields(answer: Response, *names: str) -> tuple[str | None, ...]:
    return tuple(answer.headers.get(name) for name in names)


def link(where: str) -> str:
    return f'<{where}>; rel="monitor"'


SHOWN = ("location", "content-type", "content-location", "preference-applied")
