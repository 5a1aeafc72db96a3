"""What the state machine acts on: two regions, an origin, workers under way, and what was seen to happen."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from homeport import keys
from homeport.draining.drain import Drain
from homeport.edge import Edge
from homeport.entry import Entry
from homeport.entry import decode as decode_entry
from homeport.messages import Request, Response
from homeport.ports import Region
from homeport.pushing.changed import Site
from homeport.regions.home import FIELD
from homeport.regions.location import Location
from homeport.sync import SyncWorker
from homeport.writing.receipt import Receipt, decode
from homeport.writing.wake import Waker
from momento_http_shim.arguments import Key, key_octets
from tests.homeport.homeport_world import Clock, Surroundings, TwinRegion, effects, region
from tests.homeport.machine_origin import OLD, Keyed, Kind, MachineOrigin
from tests.homeport.machine_process import Call, MachineWorker, Plan, WorkersOrigin
from tests.homeport.machine_visitor import LIST, SECRETS, SETTINGS, SITE, TARGETS, Visitor
from tests.homeport.patch_world import shown
from tests.homeport.writing_processes import Died
from tests.homeport.writing_world import AWAY, HOME, REQUEST_MS, Kicks, about

MOST_CALLS = 5_000


@dataclass
class MachineWorld:
    """All of it. Nothing happens in it but what the machine lets happen."""

    clock: Clock = field(default_factory=Clock)
    site: Site = SITE
    surroundings: Surroundings = field(init=False)
    origin: MachineOrigin = field(init=False)
    regions: dict[str, TwinRegion] = field(init=False)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    calls: list[Call] = field(default_factory=list)
    """Those that wait for the machine, in the order in which they were reached."""
    late: list[Callable[[], None]] = field(default_factory=list)
    """Effects that have yet to come."""
    tasks: list[asyncio.Task[Any]] = field(default_factory=list)
    visitors: list[Visitor] = field(default_factory=list)
    down: set[str] = field(default_factory=set)
    """Regions that answer nobody."""
    happened: int = 0
    aged: bool = False
    """Whether so much time has passed that anything may have reached its age."""
    gone: set[tuple[str, str]] = field(default_factory=set)
    """Region and key of what reached its age, or was dropped while something was in flight that may land instead; the
    entry's for a queue that reached its age."""
    lost: set[str] = field(default_factory=set)
    """The numbers of the writes that were pending in an entry that Momento dropped, or whose receipt it was."""
    history: dict[tuple[str, bytes], list[bytes | None]] = field(default_factory=dict)
    commits: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """By region and target: the numbers of the writes that an entry listed, in the order in which it did."""
    recommitted: list[tuple[str, str]] = field(default_factory=list)
    """Region and number of writes that an entry came to list when they had a receipt already."""
    receipts: dict[str, Receipt] = field(default_factory=dict)
    """The first of each write, by its number, and of what else has one by its id."""
    numbers: dict[str, str] = field(default_factory=dict)
    """The writes' numbers by their ids."""

    def __post_init__(self) -> None:
        self.surroundings = effects(self.clock)
        self.regions = {name: region(name, self.clock) for name in (HOME, AWAY)}
        self.origin = MachineOrigin(self.next, dict.fromkeys(TARGETS, OLD))
        self.loop.set_exception_handler(lambda *_: None)  # what a worker that died left behind

    def next(self) -> int:
        """The number of what happens now."""
        self.happened += 1
        return self.happened

    def begin(self, held: Mapping[tuple[str, str], str]) -> None:
        """What the regions hold at first of each target: nothing, or something stale or fresh."""
        for (name, target), how in held.items():
            if how != "nothing":
                entry = shown(
                    target, OLD if target != LIST else json.loads(bytes(self.origin.show(LIST).body))
                )
                self.regions[name].keep(about(target).key, entry.version("n0", stale=how == "stale"))

    def visit(
        self,
        kind: Kind | None,
        name: str,
        target: str,
        skew: int,
        plan: Plan,
        author: Visitor | None = None,
    ) -> None:
        """Let a visitor's request come in; with what an earlier write's answer gave its author, if one is named."""
        number = len(self.visitors)
        request = kind.request(target, number) if kind else Request("GET", target)
        home = author.answer.headers.get(FIELD) if author and isinstance(author.answer, Response) else None
        fields = ((FIELD, home),) if home else ()
        worker = MachineWorker(f"visitor {number}", self, skew, plan)
        if home and author:
            name = author.region
        visitor = Visitor(number, kind, name, request, worker, self.next(), home)
        visitor.request = replace(request, headers=request.headers.plus(("x-number", visitor.name), *fields))
        self.visitors.append(visitor)
        self.run(worker, self._visit(visitor))
        self.settle()

    async def _visit(self, visitor: Visitor) -> None:
        worker = visitor.worker
        regions: dict[str, Region] = {each.name: worker.connect(each) for each in self.regions.values()}
        edge = Edge(self.site, regions, WorkersOrigin(worker), Waker(Kicks()), home_secrets=SECRETS)
        where = Location(country="JP" if visitor.region == HOME else "IE")
        visitor.answer = await edge.answer(visitor.request, where, visitor, worker.effects)
        visitor.ended = self.next()

    def sync(self, worker: MachineWorker) -> SyncWorker:
        """The sync worker that runs there; what it hands over to nobody takes."""
        regions: dict[str, Region] = {each.name: worker.connect(each) for each in self.regions.values()}
        drain = Drain(self.site, WorkersOrigin(worker), REQUEST_MS, worker.effects)
        return SyncWorker(SETTINGS, regions, drain, Kicks(), worker.effects)

    def drain(self, name: str, lane: int, skew: int, plan: Plan, calls: int) -> MachineWorker:
        """Let a drain of a lane begin, and so many of its calls happen."""
        worker = MachineWorker("drain", self, skew, plan)
        self.run(worker, self.sync(worker).lane(name, lane, "kick"))
        self.settle()
        self.go_on(worker, calls)
        return worker

    def run(self, worker: MachineWorker, work: Coroutine[Any, Any, Any]) -> None:
        """Let a worker do something beside what it does."""

        async def guarded() -> None:
            if worker.dead:
                work.close()
                return
            await work

        self.tasks.append(self.loop.create_task(guarded()))

    def let(self, call: Call) -> None:
        """Let a call happen, or fail as planned, and everything that follows from it up to the next calls."""
        self.calls.remove(call)
        worker = call.worker
        fate = worker.plan.get(len(worker.calls) + 1, "normal")
        if call.until is not None:
            fate = "crash" if fate.startswith("crash") else "normal"
            self.advance(max(0, call.until - self.clock()))
        worker.fates.append(fate)
        worker.calls.append(call.name)
        if fate == "crash":
            worker.die()
            call.go.set_exception(Died(worker.name))
        else:
            call.go.set_result(fate)
        self.settle()

    def settle(self) -> None:
        """Let the loop turn until every worker has stopped before its next call; raises what a worker raised."""
        self._turn()
        for task in [task for task in self.tasks if task.done()]:
            self.tasks.remove(task)
            error = task.exception()
            if error is not None and not isinstance(error, Died):
                raise error

    def _turn(self) -> None:
        """Run the loop for as long as anything is ready in it; nobody here waits for the time of day."""
        ready = vars(self.loop)["_ready"]

        def look() -> None:
            if ready:
                self.loop.call_soon(look)
            else:
                self.loop.stop()

        self.loop.call_soon(look)
        self.loop.run_forever()

    def go_on(self, worker: MachineWorker | None = None, most: int = MOST_CALLS) -> None:
        """Let calls happen, a worker's alone if one is named, until none is left or so many have."""
        for _ in range(most):
            mine = [call for call in self.calls if worker is None or call.worker is worker]
            if not mine:
                return
            self.let(mine[0])
        assert most < MOST_CALLS, "it goes on for ever"

    def land(self, place: int = 0) -> None:
        """Let one late effect come."""
        self.late.pop(place % len(self.late))()

    def advance(self, ms: int) -> None:
        """Let time pass, and note what reaches its age."""
        for each in self.regions.values():
            for key, item in each.cache.store.items():
                if item.expires_at <= self.clock() + ms:
                    self.aged = self.aged or key == keys.DEAD.encode()
                    self._goes(each.name, key, item.content)
        self.clock.advance(ms)

    def evict(self, name: str, place: int) -> None:
        """Momento may drop any item; that of a queue would leave its writes to the next one of their resource."""
        store = self.regions[name].cache.store
        found = [key for key, _ in store.items() if key.startswith((b"e:", b"r:", b"lease:"))]
        if found:
            self.drops(name, found[place % len(found)])

    def drops(self, name: str, key: bytes) -> None:
        """Momento drops an item."""
        store = self.regions[name].cache.store
        item = store.item(key)
        if item is None:
            return
        store.remove(key)
        reads = {each.worker for each in self.visitors if each.kind is None}
        if self.late or any(call.worker in reads for call in self.calls):
            # What is on its way, or was read before, may now land where nothing stands: that nobody could prevent.
            self._goes(name, key, item.content)
            return
        self.history.setdefault((name, key), []).append(None)
        if key.startswith(b"r:"):
            self.lost.add(self.numbers.get(key[2:].decode(), ""))
        elif key.startswith(b"e:"):
            content: Any = item.content
            pending = getattr(decode_entry(content), "pending", ())
            self.lost.update(self.numbers[each.id] for each in pending)

    def _goes(self, name: str, key: bytes, content: Any) -> None:
        if key.startswith(b"i:"):
            self.gone.add((name, key.decode()))
        elif key.startswith((b"e:", b"r:")):
            self.gone.add((name, key.decode()))
            self.history.setdefault((name, key), []).append(None)
        elif key.startswith(b"q:"):
            members = (value for value, _ in content.between(0, len(content)))
            self.gone.update((name, keys.entry(keys.parse_member(each)[0])) for each in members)

    def older(self, of: TwinRegion, key: Key) -> bytes | None:
        """The version before the present one; the present one where none was seen."""
        known = self.history.get((of.name, key_octets(key)), [])
        return known[-2] if len(known) > 1 else of.cache.store.content(key_octets(key), bytes)

    def observe(self, where: TwinRegion, key: bytes) -> None:
        """Note what a call left: the versions of an entry, the writes that it lists, a write's first receipt."""
        if not key.startswith((b"e:", b"r:")):
            return
        content = where.cache.store.content(key, bytes)
        known = self.history.setdefault((where.name, key), [])
        if content is None or (known and known[-1] == content):
            return
        known.append(content)
        if key.startswith(b"r:"):
            receipt = decode(content)
            assert isinstance(receipt, Receipt), content
            self.receipts.setdefault(self.numbers.get(receipt.id, receipt.id), receipt)
            return
        entry = where.kept(key[2:].decode())
        assert isinstance(entry, Entry), content
        before = decode_entry(known[-2]) if len(known) > 1 and known[-2] is not None else None
        already = {item.id for item in before.pending} if isinstance(before, Entry) else set[str]()
        for item in entry.pending:
            listed = self.commits.setdefault((where.name, item.target), [])
            number = self.numbers[item.id] = item.header.get("x-number") or ""
            if item.id not in already and number in self.receipts:
                self.recommitted.append((where.name, number))
            # An earlier attempt under its key, which went straight and was not noted, has its place at the origin.
            straight = number in self.origin.applied and isinstance(self.visitors[int(number)].kind, Keyed)
            if number not in listed and not straight:
                listed.append(number)

    def finish(self) -> None:
        """No more faults: everybody goes on, what is late comes, and cron finds what is left."""
        self.go_on()
        for turn in range(5):
            self.advance(61_000 if turn < 2 else 601_000)
            worker = MachineWorker("cron", self)
            self.run(worker, self.sync(worker).sweep())
            self.settle()
            self.go_on()
            while turn == 1 and self.late:
                self.land()

    def close(self) -> None:
        """End the loop, and whoever still waits in it."""
        for call in list(self.calls):
            call.worker.die()
        self._turn()
        for task in self.tasks:
            task.cancel()
        self._turn()
        self.loop.close()
