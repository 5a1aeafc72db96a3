"""Random schedules at an origin that honours conditions and deduplicates nothing; requests to it may arrive late."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import ClassVar

from homeport.entry import Entry
from homeport.messages import Headers, NoAnswer, Relayed, Request, Response
from homeport.ports import Origin
from homeport.pushing.changed import Site
from homeport.routing import Route, Routes
from homeport.writing.status import find, operates
from tests.homeport.conditional_world import holds
from tests.homeport.edge_world import body_of
from tests.homeport.homeport_world import ORIGIN, TwinRegion
from tests.homeport.schedule_checks import check_entries, check_queues, check_reads, evicted
from tests.homeport.schedule_world import LIST, TARGETS, Dawdler, MoodyOrigin, Schedule, Visitor, turns
from tests.homeport.writing_processes import ProcessOrigin
from tests.homeport.writing_world import AWAY, HOME, about, delete, put, stored

BEHIND = ("PUT", "DELETE")
FIRST = '"0"'


@dataclass(frozen=True)
class Change:
    """One write that the origin took: the tags before and after it, None where nothing stood."""

    number: str
    target: str
    before: str | None
    after: str | None


@dataclass
class HonouringOrigin(MoodyOrigin):
    """Each change gives a new tag. What it refused once it refuses always, what it took it does not refuse later."""

    tags: dict[str, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    def tag(self, target: str) -> str | None:
        return self.tags.get(target, FIRST) if target in self.items else None

    def show(self, target: str) -> Response:
        answer = super().show(target)
        tag = self.tag(target)
        return replace(answer, headers=Headers([("etag", tag)])) if tag else answer

    async def _write(self, request: Request, mood: float) -> Response | NoAnswer:
        number = request.headers.get("x-number") or ""
        before = self.tag(request.target)
        if number in self.refused or (0.6 <= mood < 1 and number not in self.applied):
            self.refused.add(number)
            return Response(422)
        if not holds(request.headers, before):
            return Response(412)
        answer = self._apply(request)
        if before is not None or request.method == "PUT":
            self.tags[request.target] = f'"{len(self.changes) + 1}"'
            self.changes.append(Change(number, request.target, before, self.tag(request.target)))
            self.applied.append(number)
        tag = self.tag(request.target)
        return Response(answer.status, Headers([("etag", tag)] if tag and mood % 0.01 < 0.005 else []))

    async def late(self, request: Request) -> object:
        """The request arrives after its sender gave up, or died."""
        await turns(self.chance.choice((20, 100, 400, 1_500, 4_000)))
        return await self._write(request, 2.0)


@dataclass
class LateOrigin(ProcessOrigin):
    """The origin as a drainer sees it: what it sent may arrive after its own end."""

    process: Dawdler
    origin: HonouringOrigin
    lateness: float

    async def ask(self, request: Request, /) -> Response | NoAnswer:
        number = len(self.process.calls) + 1
        fails = number in (self.process.dies_at, self.process.lags_at)
        if request.method == "GET" or not (fails or self.origin.chance.random() < self.lateness):
            return await super().ask(request)
        self.process.late.append(asyncio.ensure_future(self.origin.late(request)))
        if not fails:
            await self.process.begins(f"origin {request.method} {request.target}")
            return NoAnswer("it took too long")
        return await super().ask(request)


@dataclass
class ConditionalSchedule(Schedule):
    """Writers of whom half bear a condition; some go straight to the origin."""

    site: ClassVar[Site] = Site(
        ORIGIN,
        Routes(
            Route(LIST, ttl=60),
            Route("/items/{id}", ttl=60, write_behind=BEHIND, invalidates=(LIST,), honours_if_match=True),
        ),
    )
    deletes: bool = False
    late: float = 0.0
    """How many of a drainer's requests arrive after it gave them up."""
    origin: HonouringOrigin = field(init=False)
    drainers: list[Dawdler] = field(default_factory=list)

    def mooded(self) -> HonouringOrigin:
        return HonouringOrigin(chance=self.chance, moody=self.moody)

    def through(self, process: Dawdler) -> Origin:
        drains = any(each is process for each in self.drainers)
        # Cron at the end finds an origin that answers.
        lateness = self.late if any(each is process for each in self.processes) else 0.0
        return LateOrigin(process, self.origin, lateness) if drains else ProcessOrigin(process, self.origin)

    async def drain(self, region: TwinRegion, process: Dawdler, woken_by: str = "kick") -> None:
        self.drainers.append(process)
        await super().drain(region, process, woken_by)

    async def drainer(self) -> None:
        """It often fails at the very request to the origin: among the first calls."""
        await turns(self.chance.randint(0, 120))
        await self.drain(self.regions[0], self.process(9))
        await self.drain(self.chance.choice(self.regions), self.process(20))

    def at_first(self, target: str) -> Entry:
        fields = Headers([("content-type", "text/plain"), ("etag", FIRST)])
        return stored(target).version("n0", header=fields, stale=self.seed % 3 == 0)

    def visitor(self, number: int) -> Visitor:
        method = self.chance.choices(("PUT", "DELETE", "GET"), (12, 3 if self.deletes else 0, 4))[0]
        target = self.chance.choice(TARGETS[:2])
        region = self.chance.choices((HOME, AWAY), (4, 1))[0]
        request = put(target, b"%d" % number) if method == "PUT" else delete(target)
        headers = (*request.headers, ("x-number", str(number)))
        if method == "GET":
            headers = (("x-number", str(number)),)
        elif self.chance.random() < 0.1:
            headers = (*headers, ("cookie", "a=b"))
        request = Request(method, target, Headers(headers), request.body)
        return Visitor(str(number), region, request, self.process(8), self.origin)

    async def visit(self, visitor: Visitor) -> None:
        """Its author reads the origin's state before it writes, now or a while ago."""
        if visitor.request.method != "GET" and "cookie" not in visitor.request.headers:
            tags = [
                each.after for each in self.origin.changes if each.target == visitor.target and each.after
            ]
            seen = self.chance.choice([self.origin.tag(visitor.target) or FIRST] * 3 + [FIRST, *tags])
            own = [(), ("if-match", seen), ("if-match", "*"), ("if-none-match", "*"), ("if-none-match", seen)]
            condition = self.chance.choices(own, (8, 8, 2, 1, 1))[0]
            fields = (condition,) if condition else ()
            visitor.request = replace(visitor.request, headers=visitor.request.headers.plus(*fields))
        await super().visit(visitor)


async def check(schedule: ConditionalSchedule) -> None:
    """Raise an AssertionError that says what is wrong."""
    check_queues(schedule)
    check_conditions(schedule)
    check_repetitions(schedule)
    await check_receipts(schedule)
    check_lateness(schedule)
    check_reads(schedule)
    check_entries(schedule)


def check_conditions(schedule: ConditionalSchedule) -> None:
    """What was applied was applied on a state for which its author's condition holds."""
    by_number = {each.number: each for each in schedule.visitors}
    for change in schedule.origin.changes:
        headers = by_number[change.number].request.headers
        assert holds(headers, change.before), f"{change} breaks its author's condition"


def check_repetitions(schedule: ConditionalSchedule) -> None:
    """Nothing is applied again but where another write, not of its region's queue, came between."""
    for target in TARGETS:
        numbers = [each.number for each in schedule.origin.changes if each.target == target]
        for one, next_one in pairwise(numbers):
            assert one != next_one, f"{one} is applied twice in a row"


async def check_receipts(schedule: ConditionalSchedule) -> None:
    for visitor in schedule.visitors:
        if visitor.status != 202 or not isinstance(visitor.answer, Response) or evicted(schedule, visitor):
            continue
        region = next(each for each in schedule.regions if each.name == visitor.region)
        answer = await find(about(visitor.target).key, str(body_of(visitor.answer)["id"]), region, operates)
        state = body_of(answer).get("state")
        done = visitor.number in schedule.origin.applied
        assert state in ("applied", "dead"), f"{visitor.number}: {state}"
        if state == "applied":
            assert done or visitor.request.method == "DELETE", f"{visitor.number} is said to be applied"
        else:
            assert not done or _replaced(schedule, visitor), f"{visitor.number} is said to be dead"


def check_lateness(schedule: ConditionalSchedule) -> None:
    """Of two writes of one region, in their order, none of the first's arrivals takes effect after the second's."""
    applied = schedule.origin.applied
    last = {number: n for n, number in enumerate(applied)}
    for first in schedule.visitors:
        for second in schedule.visitors:
            if not (_behind(schedule, first) and _behind(schedule, second)) or evicted(schedule, first):
                continue
            same = (first.target, first.region) == (second.target, second.region)
            if same and first.ended is not None and first.ended < second.began:
                assert last[first.number] < applied.index(second.number), (
                    f"{first.number} came over {second.number}: {applied}"
                )


def _behind(schedule: ConditionalSchedule, visitor: Visitor) -> bool:
    return visitor.status == 202 and visitor.number in schedule.origin.applied


def _replaced(schedule: ConditionalSchedule, visitor: Visitor) -> bool:
    """Whether one that was not of its region's queue came over it: then nobody can see that it was applied."""
    by_number = {each.number: each for each in schedule.visitors}
    numbers = [each.number for each in schedule.origin.changes if each.target == visitor.target]
    after = numbers[numbers.index(visitor.number) + 1 :]
    others = (by_number[number] for number in after)
    return any(each.region != visitor.region or isinstance(each.answer, Relayed) for each in others)
