"""What the tests of PATCH add to the world: an origin of JSON documents that patches them, and patches."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from homeport.entry import Entry
from homeport.messages import Headers, NoAnswer, Request, Response
from homeport.routing import Route
from homeport.writing import patch
from homeport.writing.patch import MERGE, OPERATIONS
from homeport.writing.representation import media_type
from homeport.writing.write import Write
from tests.homeport.homeport_world import OpenedTwin
from tests.homeport.writing_processes import ItemsOrigin
from tests.homeport.writing_world import World, about, stored

ROUTE = Route("/items/{id}", ttl=60, write_behind=("PUT", "DELETE", "PATCH"))
JSON = Headers((("content-type", "application/json"),))


@dataclass
class PatchingOrigin(ItemsOrigin):
    """It shows and patches JSON; a patch that does not fit, or of what is not there, is refused, and that is kept."""

    async def open(self, request: Request, /) -> OpenedTwin | NoAnswer:
        answer = await self.ask(request)
        return answer if isinstance(answer, NoAnswer) else OpenedTwin(answer, len(answer.body))

    def _apply(self, request: Request) -> Response:
        body = bytes(request.body)
        if request.method == "GET":
            shown = self.items.get(request.target)
            return Response(404) if shown is None else Response(200, JSON, shown)
        if request.method == "PATCH":
            before = self.items.get(request.target)
            if before is None:
                return Response(404)
            outcome = patch.patched(media_type(request.headers), body, before)
            if not isinstance(outcome, bytes):
                return Response(409)
            self.journal.append(("PATCH", request.target, body))
            self.items[request.target] = outcome
            return Response(204)
        return super()._apply(request)


@dataclass
class PatchWorld(World):
    """The world with such an origin."""

    origin: PatchingOrigin = field(default_factory=PatchingOrigin)

    def sends(self, request: Request, route: Route = ROUTE) -> Write:
        """A write of that request."""
        name = f"{len(self.surroundings.tokens) + 1_000_000:032x}"
        self.surroundings.tokens.append(name)
        return Write(name, about(request.target), request, route)

    def reads(self, target: str) -> Any:
        """The JSON that stands at home."""
        return json.loads(bytes(self.entry(target).body))

    def shows(self, target: str) -> Any:
        """The JSON that the origin shows."""
        return json.loads(self.origin.items[target])


def written(method: str, target: str, document: Any, kind: str = "application/json") -> Request:
    """A PUT or PATCH of JSON."""
    body = json.dumps(document).encode()
    return Request(
        method, target, Headers((("content-type", kind), ("content-length", str(len(body))))), body
    )


def merge(target: str, document: Any) -> Request:
    """A merge patch."""
    return written("PATCH", target, document, MERGE)


def operations(target: str, *steps: dict[str, Any]) -> Request:
    """A JSON Patch."""
    return written("PATCH", target, list(steps), OPERATIONS)


def appended(target: str, value: Any) -> Request:
    """A JSON Patch whose effect is seen each time it is applied."""
    return operations(target, {"op": "add", "path": "/log/-", "value": value})


def shown(target: str, document: Any, **changes: Any) -> Entry:
    """A clean, fresh entry of JSON."""
    return stored(target, json.dumps(document).encode()).version("n0", header=JSON, **changes)


def gives(document: Any) -> Response | NoAnswer:
    """An origin's answer of JSON."""
    return Response(200, JSON, json.dumps(document).encode())
