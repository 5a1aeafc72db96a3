"""The state machine's site, and its visitors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from homeport.messages import NoAnswer, Relayed, Request, Response
from homeport.pushing.changed import Site
from homeport.routing import Route, Routes
from homeport.settings import Settings
from tests.homeport.homeport_world import ORIGIN
from tests.homeport.machine_origin import Kind
from tests.homeport.machine_process import MachineWorker, WorkersOrigin
from tests.homeport.writing_world import AWAY, HOME, REQUEST_MS, in_one_lane

BEHIND = ("PUT", "DELETE", "PATCH")
SITE = Site(
    ORIGIN,
    Routes(
        Route("/items", ttl=60),
        Route("/items/{id}", ttl=60, write_behind=BEHIND, invalidates=("/items",)),
        Route(
            "/notes/{id}",
            ttl=60,
            write_behind=(*BEHIND, "POST"),
            when_unreachable="origin",
            deduplicates=True,
        ),
    ),
)
LIST = "/items"
ITEM, SECOND = in_one_lane(1, 0)[0], in_one_lane(1, 1)[0]
NOTE = in_one_lane(1, 0, "/notes/")[0]
TARGETS = (ITEM, SECOND, NOTE)
"""Two share a lane."""
SECRETS = ("a secret of the visitors' homes, long enough",)
SETTINGS = Settings(ORIGIN, {HOME: "http://a", AWAY: "http://b"}, "homeport-", 1000, REQUEST_MS, "k", ("s",))


@dataclass(eq=False)
class Visitor:
    """Implements `ports.Visit`, and remembers what became of the request. `began`, `ended` number all that happens.

    `kind` None is a read. `home` is the value that it shows of an earlier write's answer.
    """

    number: int
    kind: Kind | None
    region: str
    request: Request
    worker: MachineWorker
    began: int
    home: str | None = None
    ended: int | None = None
    answer: Response | Relayed | None = None

    async def body(self) -> bytes:
        return bytes(self.request.body)

    async def forward(self, _: Mapping[str, str | None], /) -> Relayed | NoAnswer:
        answer = await WorkersOrigin(self.worker).ask(self.request)
        return answer if isinstance(answer, NoAnswer) else Relayed(answer.status, None)

    async def hand_to_sync(self, _fields: Mapping[str, str] | None = None, /) -> Relayed:
        raise AssertionError("no visitor asks for that")

    @property
    def name(self) -> str:
        """What its write is known by to the origin: who sends a request again sends the same."""
        again = self.kind.again if self.kind else None
        return str(self.number if again is None else again)

    @property
    def repeated(self) -> bool:
        """Whether it sends an earlier visitor's request again: of its write that one's answer tells more."""
        return self.kind is not None and self.kind.again is not None

    @property
    def target(self) -> str:
        return self.request.target

    @property
    def status(self) -> int:
        return self.answer.status if self.answer is not None else 0
