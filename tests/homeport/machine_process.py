"""Workers that stop before each of their calls until the state machine lets them go on, each with its own fate."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeVar

from homeport.messages import NoAnswer, Request, Response
from homeport.ports import Effects
from local.momento_local.check_and_set import content_hash
from local.momento_local.refusals import Refusal
from momento_http_shim.arguments import Key
from momento_http_shim.outcomes import Failed, Found, Hit, Miss
from tests.homeport.homeport_world import Clock, OpenedTwin, Twin, TwinRegion, failed, opened
from tests.homeport.writing_processes import Died

if TYPE_CHECKING:
    from tests.homeport.machine_world import MachineWorld

T = TypeVar("T")

Fate = Literal[
    "normal",
    "vanishes",
    "lost",
    "late",
    "twice",
    "refused",
    "busy",
    "stale",
    "crash",
    "crash after",
    "crash late",
]
"""What becomes of a call. It vanishes: no effect, and nobody can tell. Its answer is lost. It is late: nobody can tell,
and its effect comes at a later step. Twice: it is answered, and has its effect once more at a later step, as a call
that the client sends again may (Momento's policy: reads and sorted sets). Refused: no effect for certain; the
origin refuses the write for good. Busy: the origin answers 503. Stale: a plain read shows an older version. The worker
dies in place of the call, right after its effect, or with the call on its way, whose effect comes at a later step."""

FAULTS: tuple[Fate, ...] = (
    *("vanishes", "lost", "lost", "late", "late", "crash", "crash late", "crash after"),
    *("refused", "busy", "twice", "stale"),
)
"""What the machine draws from; twice what finds more."""

SILENT: Response | NoAnswer = NoAnswer("it did not answer")
LATE = ("late", "crash late")

Plan = Mapping[int, Fate]
"""Which calls of a worker fail, counted from 1."""


@dataclass(eq=False)
class Call:
    """A worker's call that has yet to begin; `until`, in ms since 1970, is the end of a pause."""

    worker: MachineWorker
    name: str
    until: int | None = None
    go: asyncio.Future[Fate] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


@dataclass(eq=False)
class MachineWorker:
    """One worker's run: a visitor's or a drain's. `skew` is by how many ms its clock is ahead."""

    name: str
    world: MachineWorld
    skew: int = 0
    plan: Plan = field(default_factory=dict)
    dead: bool = False
    fates: list[Fate] = field(default_factory=list)
    """Of its calls so far."""
    calls: list[str] = field(default_factory=list)

    async def reaches(self, name: str, until: int | None = None) -> Fate:
        """Stop before a call, until the machine lets it go on."""
        if self.dead:
            raise Died(self.name)
        call = Call(self, name, until)
        self.world.calls.append(call)
        return await call.go

    def die(self) -> None:
        """Whatever it was about to do, it does no more."""
        self.dead = True
        mine = [call for call in self.world.calls if call.worker is self]
        for call in mine:
            self.world.calls.remove(call)
            call.go.set_exception(Died(self.name))

    @property
    def faultless(self) -> bool:
        """Whether none of its calls was made to fail; an older version is what a plain read must reckon with."""
        return not self.dead and set(self.fates) <= {"normal", "twice"}

    @property
    def effects(self) -> Effects:
        """Its own clock; its pauses end when the machine lets them."""

        async def pause(seconds: float) -> None:
            await self.reaches("pause", self.world.clock() + round(seconds * 1000))

        return replace(
            self.world.surroundings.effects,
            now=lambda: self.world.clock() + self.skew,
            pause=pause,
            behind=lambda work: self.world.run(self, work),
        )

    def connect(self, to: TwinRegion) -> TwinRegion:
        """The same region as this worker sees it."""
        return TwinRegion(to.name, MachineConnection(self, to))


class MachineConnection(Twin):
    """A worker's connection to a region's cache."""

    def __init__(self, worker: MachineWorker, to: TwinRegion) -> None:
        super().__init__(Clock())
        self.store, self.published = to.cache.store, to.cache.published
        self._worker, self._region = worker, to

    async def get(self, key: Key) -> Hit | Miss | Failed:
        """A plain read: it may show an older version."""
        seen = await super().get(key)
        if self._worker.fates[-1] != "stale" or isinstance(seen, Failed):
            return seen
        older = self._worker.world.older(self._region, key)
        return Miss() if older is None else Hit(older)

    async def get_with_hash(self, key: Key, *, consistent: bool = False) -> Found | Miss | Failed:
        """So may one with a hash that need not be consistent: the hash is then the older version's."""
        seen = await super().get_with_hash(key, consistent=consistent)
        if consistent or self._worker.fates[-1] != "stale" or isinstance(seen, Failed):
            return seen
        older = self._worker.world.older(self._region, key)
        return Miss() if older is None else Found(older, content_hash(older))

    async def _call(self, method: str, key: bytes, effect: Callable[[], T]) -> T | Failed:
        worker, region = self._worker, self._region
        fate = await worker.reaches(f"{region.name} {method} {key.decode()}")
        if fate == "vanishes" or region.name in worker.world.down:
            return failed()
        if fate in ("refused", "busy"):
            return failed("SERVER_UNAVAILABLE", may_have_happened=False)
        if fate in LATE or (fate == "twice" and method.startswith("sorted_set")):
            worker.world.late.append(lambda: self._land(key, effect))
        if fate in LATE:
            return _after(worker, fate, failed(), failed())
        answer = await super()._call(method, key, effect)
        worker.world.observe(region, key)
        return _after(worker, fate, answer, failed())

    def _land(self, key: bytes, effect: Callable[[], object]) -> None:
        try:
            effect()
        except Refusal:
            return
        self._worker.world.observe(self._region, key)


@dataclass
class WorkersOrigin:
    """The origin as a worker sees it."""

    worker: MachineWorker

    async def ask(self, request: Request, /) -> Response | NoAnswer:
        origin, world = self.worker.world.origin, self.worker.world
        fate = await self.worker.reaches(f"origin {request.method} {request.target}")
        replayed = "idempotency-key" in {name for name, _ in request.headers}
        if fate in LATE and replayed:
            world.late.append(lambda: origin.receive(request))
        if fate in ("vanishes", *LATE):
            return _after(self.worker, fate, SILENT, SILENT)
        answer: Response | NoAnswer = origin.answer(request, fate)
        return _after(self.worker, fate, answer, SILENT)

    async def open(self, request: Request, /) -> OpenedTwin | NoAnswer:
        return opened(await self.ask(request))


def _after(worker: MachineWorker, fate: Fate, answer: T, lost: T) -> T:
    if fate in ("crash after", "crash late"):
        worker.die()
        raise Died(worker.name)
    return lost if fate == "lost" else answer
