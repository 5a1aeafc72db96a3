"""What the tests of collections add to the world: an origin with lists and commands, and who asks for them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from homeport import keys
from homeport.draining.drain import Drain
from homeport.edge import Edge
from homeport.messages import Headers, Relayed, Request, Response
from homeport.pushing.changed import Site
from homeport.reading.overlay import listed
from homeport.regions.location import Location
from homeport.routing import Route, Routes
from homeport.writing.wake import Waker
from tests.homeport.edge_world import JAPAN, Shore
from tests.homeport.homeport_world import ORIGIN, TwinRegion, whole
from tests.homeport.patch_world import JSON, PatchingOrigin
from tests.homeport.writing_processes import Process, ProcessOrigin
from tests.homeport.writing_world import REQUEST_MS, about, in_one_lane

BEHIND = ("PUT", "DELETE", "PATCH")
LIST = "/items"
COLLECTION = Route(
    LIST, ttl=60, write_behind=("POST",), collection_of="/items/{id}", overlay=listed(at="items")
)
ITEM = Route("/items/{id}", ttl=60, write_behind=BEHIND)
COMMAND = Route("/notes/{id}", ttl=60, write_behind=(*BEHIND, "POST"), deduplicates=True)
SITE = Site(ORIGIN, Routes(COLLECTION, ITEM, COMMAND))
A, B, C = (each.removeprefix("/items/") for each in in_one_lane(3))


@dataclass
class CollectingOrigin(PatchingOrigin):
    """It lists its items, makes those that are POSTed, and counts commands to notes. `forgets` Idempotency-Keys."""

    forgets: bool = False

    async def ask(self, request: Request, /) -> Any:
        if self.forgets:
            request = Request(
                request.method, request.target, request.headers.without("idempotency-key"), request.body
            )
        return await super().ask(request)

    def _apply(self, request: Request) -> Response:
        if request.target.partition("?")[0] == LIST and request.method == "GET":
            items = [json.loads(body) for name, body in self.items.items() if name.startswith("/items/")]
            return Response(200, JSON.plus(("etag", f'"{len(self.journal)}"')), _octets({"items": items}))
        if request.method != "POST":
            return super()._apply(request)
        if request.target == LIST:
            target = f"/items/{json.loads(bytes(request.body))['id']}"
            if target in self.items:
                return Response(409)
        else:
            target = request.target
        self.journal.append(("POST", request.target, bytes(request.body)))
        if request.target == LIST:
            self.items[target] = bytes(request.body)
            return Response(201, Headers((("location", target),)))
        note = json.loads(self.items.get(target, b"{}"))
        self.items[target] = _octets({**note, "done": note.get("done", 0) + 1})
        return Response(204)


@dataclass
class Bay(Shore):
    """The world with such an origin, seen from the edge."""

    site: Site = SITE
    origin: CollectingOrigin = field(default_factory=CollectingOrigin)

    async def asks(self, request: Request, at: Location = JAPAN, by: Process | None = None) -> Response:
        """The whole answer to a request; what it leaves behind is done."""
        process = by or Process()
        regions = {each.name: process.connect(each) for each in (self.home, self.away)}
        self.visit.content = bytes(request.body)
        origin = ProcessOrigin(process, self.origin)
        edge = Edge(self.site, regions, origin, Waker(self.kicks))
        answer = await edge.answer(request, at, self.visit, self.surroundings.effects)
        await self.surroundings.run_behind()
        if isinstance(answer, Relayed) and answer.headers is None:
            return Response(answer.status, Headers(answer.added))
        return whole(answer)

    async def drains(self, lane: int = 0, by: Process | None = None, of: TwinRegion | None = None) -> None:
        """Drain a lane of a region, home if no other is named."""
        process, home = by or Process(), of or self.home
        others = [process.connect(each) for each in (self.home, self.away) if each.name != home.name]
        effects = self.surroundings.effects
        drain = Drain(self.site, ProcessOrigin(process, self.origin), REQUEST_MS, effects)
        await drain.lane(process.connect(home), others, lane)

    async def lists(self, query: str = "", *fields: tuple[str, str], by: Process | None = None) -> Any:
        """The items that the list shows."""
        answer = await self.asks(Request("GET", LIST + query, Headers(fields)), by=by)
        assert answer.status == 200, answer
        return json.loads(bytes(answer.body))["items"]

    async def makes(self, document: Any, *fields: tuple[str, str], by: Process | None = None) -> Response:
        """The answer to a POST to the collection."""
        return await self.asks(posted(LIST, document, *fields), by=by)

    def overlay(self, of: TwinRegion | None = None) -> list[str]:
        """The members that wait to be laid over the list."""
        item = (of or self.home).cache.store.item(keys.overlay(about(LIST).key).encode())
        content: Any = item.content if item is not None else []
        return [name.decode() for name, _ in content.between(0, len(content))] if item is not None else []

    @property
    def methods(self) -> list[str]:
        return self.home.cache.methods


def posted(target: str, document: Any, *fields: tuple[str, str]) -> Request:
    """A POST of JSON, or of the octets that are given."""
    body = document if isinstance(document, bytes) else _octets(document)
    known = {name for name, _ in fields}
    headers = [("content-length", str(len(body)))]
    if "content-type" not in known:
        headers.append(("content-type", "application/json"))
    return Request("POST", target, Headers((*headers, *fields)), body)


def _octets(document: Any) -> bytes:
    return json.dumps(document).encode()


def json_of(answer: Response) -> Any:
    """The answer's document."""
    return json.loads(bytes(answer.body))
