"""Writes that wait in one entry, of every kind, and the same origin for those who coalesce and those who do not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from homeport import keys
from homeport.draining.drain import Drain, Report
from homeport.entry import Entry, Pending
from homeport.messages import Headers, Request, Response
from homeport.pushing.changed import Site
from homeport.routing import Route, Routes
from homeport.writing import patch
from homeport.writing.representation import media_type
from tests.homeport.homeport_world import NOON, ORIGIN
from tests.homeport.patch_world import JSON, PatchingOrigin
from tests.homeport.writing_processes import Died, Process, ProcessOrigin
from tests.homeport.writing_world import REQUEST_MS, World, about, in_one_lane, quiet, stored

TARGET = in_one_lane(1)[0]
KEY = about(TARGET).key
LANE = 0
Kind = tuple[str, Any]


def site(*, coalesce: bool, **more: Any) -> Site:
    route = Route("/items/{id}", write_behind=("PUT", "DELETE", "PATCH"), coalesce=coalesce, **more)
    return Site(ORIGIN, Routes(route))


@dataclass
class FussyOrigin(PatchingOrigin):
    """It refuses what says "poison", and what names a condition that does not hold; a POST adds to the log."""

    def _apply(self, request: Request) -> Response:
        if request.method == "GET":
            return super()._apply(request)
        if b"poison" in bytes(request.body):
            return Response(422)
        found = self.items.get(request.target)
        if "if-match" in request.headers and found is None:
            return Response(412)
        if request.method == "POST":
            document = json.loads(found or b"{}")
            document["log"] = [*document.get("log", ()), "posted"]
            self.items[request.target] = json.dumps(document).encode()
            return Response(201)
        if request.method == "PATCH" and media_type(request.headers) == patch.OPERATIONS and found:
            fits = "log" in json.loads(found)
            return super()._apply(request) if fits else Response(409)
        return super()._apply(request)


@dataclass
class Waiting(World):
    """A world in which writes wait that were accepted one after the other."""

    origin: FussyOrigin = field(default_factory=FussyOrigin)
    site: Site = field(default_factory=lambda: site(coalesce=True))

    async def wait(self, kinds: Sequence[Kind]) -> list[Pending]:
        """Put the writes into entry and queue; each is of a kind, and says something."""
        items = [item(n, method, said) for n, (method, said) in enumerate(kinds)]
        self.home.keep(KEY, replace(stored(TARGET), pending=tuple(items)))
        members = {keys.member(KEY, each.id): float(NOON + n) for n, each in enumerate(items)}
        await self.home.cache.sorted_set_put(
            keys.queue(LANE), members, ttl_seconds=keys.DAY_SECONDS, refresh_ttl=True
        )
        return items

    async def drain(self, lane: int, by: Process | None = None, **_: Any) -> Report | None:
        process = by or Process()
        drain = Drain(self.site, ProcessOrigin(process, self.origin), REQUEST_MS, self.surroundings.effects)
        try:
            away = process.connect(self.away)
            return await drain.lane(process.connect(self.home), [away], lane)
        except Died:
            return None
        finally:
            await quiet()

    async def finish(self) -> None:
        """Drain until nothing waits."""
        await self.drain_until_idle(LANE)
        assert self.members(self.home) == []
        assert not isinstance(entry := self.home.kept(KEY), Entry) or not entry.pending

    @property
    def shows(self) -> Any:
        """What the origin has."""
        return json.loads(self.origin.items.get(TARGET, b"null"))

    def states(self, items: Sequence[Pending]) -> list[str | None]:
        """What became of each."""
        receipts = [self.receipt(each.id) for each in items]
        return [each.state if each else None for each in receipts]


def item(n: int, method: str, said: Any) -> Pending:
    """A pending write: PUT, DELETE, merge, append, POST, or PUT if it exists (`if-match`)."""
    header, body = JSON, json.dumps(said).encode()
    if method == "merge":
        method, header = "PATCH", Headers((("content-type", patch.MERGE),))
    elif method == "append":
        method, header = "PATCH", Headers((("content-type", patch.OPERATIONS),))
        body = json.dumps([{"op": "add", "path": "/log/-", "value": said}]).encode()
    elif method == "if-match":
        method, header = "PUT", JSON.plus(("if-match", "*"))
    elif method == "DELETE":
        header, body = Headers(), b""
    return Pending(f"{n:032x}", n, NOON, method, TARGET, header, body)
