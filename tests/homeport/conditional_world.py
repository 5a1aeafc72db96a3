"""What the tests of conditions add to the world: an origin that honours them and deduplicates nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from homeport.draining.drain import Drain
from homeport.entry import Entry
from homeport.messages import Headers, NoAnswer, Request, Response
from homeport.pushing.changed import Site
from homeport.routing import Route, Routes
from homeport.writing.accept import accept
from homeport.writing.write import Write
from tests.homeport.homeport_world import ORIGIN
from tests.homeport.writing_processes import ItemsOrigin, Process, ProcessOrigin
from tests.homeport.writing_world import REQUEST_MS, World, about, quiet, stored


def holds(headers: Headers, etag: str | None) -> bool:
    """RFC 9110 section 13.2.2, told without the code under test; one tag each, all of them strong."""
    match, none_match = headers.get("if-match"), headers.get("if-none-match")
    if match is not None and (etag is None or match not in ("*", etag)):
        return False
    return none_match is None or etag is None or none_match not in ("*", etag)


@dataclass
class TaggedOrigin(ItemsOrigin):
    """Each change of an item gives it a new entity tag; it honours If-Match and If-None-Match, and no Idempotency-Key.

    `says_tags` False plays an origin that keeps its tags to itself, `weak` one that has only weak ones.
    """

    tags: dict[str, str] = field(default_factory=dict)
    changes: int = 0
    says_tags: bool = True
    weak: bool = False

    async def ask(self, request: Request, /) -> Response | NoAnswer:
        self.requests.append(request)
        if waiting := self.answers.get(request.target):
            return waiting.pop(0)
        return self.act(request)

    def act(self, request: Request) -> Response:
        """Judge the conditions, then carry the request out."""
        target, tag = request.target, self.tags.get(request.target)
        if request.method == "GET":
            found = self.items.get(target)
            return Response(404) if found is None else Response(200, self._shown(target), found)
        if not holds(request.headers, tag):
            return Response(412)
        answer = self._apply(request)
        self.changes += 1
        self.tags.pop(target, None)
        if target in self.items:
            self.tags[target] = f'"{self.changes}"'
            return Response(answer.status, self._shown(target), answer.body)
        return Response(answer.status)

    def put(self, target: str, body: bytes) -> None:
        """What somebody else writes, past Homeport."""
        self.act(Request("PUT", target, body=body))

    def _shown(self, target: str) -> Headers:
        tag = ("W/" if self.weak else "") + self.tags[target]
        return Headers([("content-type", "text/plain")] + ([("etag", tag)] if self.says_tags else []))


ROUTE = Route("/items/{id}", ttl=60, write_behind=("PUT", "DELETE", "PATCH"))


@dataclass
class ConditionalWorld(World):
    """The world with such an origin, and one route."""

    origin: TaggedOrigin = field(default_factory=TaggedOrigin)
    route: Route = field(default_factory=lambda: ROUTE)

    def knows(self, target: str, body: bytes = b"old") -> Entry:
        """The origin has it, and the region knows its tag."""
        self.origin.put(target, body)
        fields = Headers([("content-type", "text/plain"), ("etag", self.origin.tags[target])])
        entry = stored(target, body).version("n0", header=fields)
        self.home.keep(about(target).key, entry)
        return entry

    async def takes(self, request: Request) -> Write:
        """A write that is certainly accepted."""
        name = f"{len(self.surroundings.tokens) + 1_000_000:032x}"
        self.surroundings.tokens.append(name)
        write = Write(name, about(request.target), request, self.route)
        outcome = await accept(write, self.home, self.origin, self.surroundings.effects)
        assert type(outcome).__name__ == "Accepted", outcome
        return write

    async def drained(self, lane: int, by: Process | None = None) -> None:
        """Drain the home region's lane once."""
        process = by or Process()
        site = Site(ORIGIN, Routes(self.route))
        origin = ProcessOrigin(process, self.origin)
        drain = Drain(site, origin, REQUEST_MS, self.surroundings.effects)
        try:
            await drain.lane(process.connect(self.home), [process.connect(self.away)], lane)
        finally:
            await quiet()

    def state(self, write: Write) -> tuple[str, int | None, str | None]:
        """What the receipt says, and its reason."""
        receipt = self.receipt(write.id)
        return (receipt.state, receipt.status, receipt.reason) if receipt else ("pending", None, None)

    def sent(self) -> list[tuple[str, str | None, str | None]]:
        """Method, If-Match and If-None-Match of all that the origin was asked."""
        return [
            (each.method, each.headers.get("if-match"), each.headers.get("if-none-match"))
            for each in self.origin.requests
        ]
