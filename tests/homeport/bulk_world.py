"""Many resources with waiting writes, and an origin with a bulk endpoint."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from homeport import keys
from homeport.bulk import Bulk, json_operations
from homeport.draining.budget import Budget
from homeport.draining.drain import Drain, Report
from homeport.entry import Pending
from homeport.messages import NoAnswer, Request, Response
from homeport.pushing.changed import Site
from homeport.routing import Route, Routes
from tests.homeport.coalesce_world import item
from tests.homeport.homeport_world import NOON, ORIGIN
from tests.homeport.writing_processes import Died, ItemsOrigin, Process, ProcessOrigin
from tests.homeport.writing_world import REQUEST_MS, World, about, quiet, stored

BULK = json_operations("/bulk", most=100)
Poison = Literal["400", "500", "silent", "503", "garbage"]


def site(bulk: Bulk | None = BULK, *, coalesce: bool = False) -> Site:
    behind = ("PUT", "DELETE", "PATCH")
    return Site(
        ORIGIN,
        Routes(
            Route("/items/{id}", write_behind=behind, bulk=bulk, coalesce=coalesce),
            Route("/notes/{id}", write_behind=behind),
        ),
    )


@dataclass
class BulkOrigin(ItemsOrigin):
    """`poison` says what a poisoned write does to the bulk it is in; alone it is refused."""

    poison: Poison = "400"
    down: int = 0
    """So many bulks are not answered."""
    bulks: list[list[str]] = field(default_factory=list)
    """The targets of each bulk."""

    async def ask(self, request: Request, /) -> Response | NoAnswer:
        if request.target == "/bulk":
            self.requests.append(request)
            return self._bulk(json.loads(bytes(request.body))["operations"])
        return await super().ask(request)

    @property
    def alone(self) -> list[str]:
        """The targets of what came by itself, in order."""
        return [each.target for each in self.requests if each.target != "/bulk"]

    def _bulk(self, operations: Sequence[dict[str, Any]]) -> Response | NoAnswer:
        self.bulks.append([each["path"] for each in operations])
        if self.down:
            self.down -= 1
            return NoAnswer("it took too long")
        results = []
        for each in operations:
            body = json.dumps(each.get("body")).encode()
            if b"poison" in body:
                spoiled: dict[Poison, Response | NoAnswer] = {
                    "400": Response(400),
                    "500": Response(500),
                    "silent": NoAnswer("it took too long"),
                    "503": Response(503),
                    "garbage": Response(200, body=b"{}"),
                }
                return spoiled[self.poison]
            if each["id"] not in self.seen:
                answer = self._apply(Request(each["method"], each["path"], body=body))
                self.seen[each["id"]] = answer
            results.append({"id": each["id"], "status": self.seen[each["id"]].status})
        return Response(200, body=json.dumps({"results": results}).encode())

    def _apply(self, request: Request) -> Response:
        return Response(422) if b"poison" in bytes(request.body) else super()._apply(request)


@dataclass
class Fleet(World):
    """A world with many resources."""

    origin: BulkOrigin = field(default_factory=BulkOrigin)
    site: Site = field(default_factory=site)

    async def waits(self, target: str, *said: Any, **more: Any) -> list[Pending]:
        """PUTs of one resource, None for a DELETE."""
        key = about(target).key
        first = len(self.surroundings.tokens)
        items = []
        for n, each in enumerate(said, first):
            self.surroundings.tokens.append(f"{n}")
            made = item(n + 1_000_000, "DELETE" if each is None else "PUT", each)
            items.append(replace(made, target=target, accepted=self.clock(), **more))
        self.home.keep(key, replace(stored(target), pending=tuple(items)))
        members = {keys.member(key, each.id): float(NOON + first + n) for n, each in enumerate(items)}
        lane = keys.queue(keys.lane_of(key))
        await self.home.cache.sorted_set_put(lane, members, ttl_seconds=keys.DAY_SECONDS, refresh_ttl=True)
        return items

    async def drain(self, lane: int, by: Process | None = None, **_: Any) -> Report | None:
        process = by or Process()
        origin, effects = ProcessOrigin(process, self.origin), self.surroundings.effects
        drain = Drain(self.site, origin, REQUEST_MS, effects, Budget(100_000))
        try:
            return await drain.lane(process.connect(self.home), [], lane)
        except Died:
            return None
        finally:
            await quiet()

    def states(self) -> dict[str, int]:
        """How many receipts there are of each state."""
        found: dict[str, int] = {}
        for name in [key.decode() for key, _ in self.home.cache.store.items()]:
            if name.startswith("r:"):
                receipt = self.receipt(name[2:])
                assert receipt is not None
                found[receipt.state] = found.get(receipt.state, 0) + 1
        return found
