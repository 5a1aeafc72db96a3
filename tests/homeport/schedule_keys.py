"""Random schedules of clients that send the same Idempotency-Key again, also with another body, and what must hold."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import ClassVar

from homeport.messages import Headers, Relayed, Request, Response
from homeport.pushing.changed import Site
from homeport.routing import Route, Routes
from homeport.writing.status import find
from tests.homeport.edge_world import body_of
from tests.homeport.homeport_world import ORIGIN
from tests.homeport.schedule_checks import check_entries, check_queues
from tests.homeport.schedule_world import LIST, TARGETS, Schedule, Visitor, turns
from tests.homeport.writing_world import HOME, about, delete, put

PAUSES = (0, 500, 3_000, 9_900, 11_000, 11_000, 20_000, 30_000, 44_000, 46_000, 61_000)


@dataclass
class KeyedSchedule(Schedule):
    """Every visitor is a client with a key of its own, who sends its request up to four times, some at once."""

    site: ClassVar[Site] = Site(
        ORIGIN,
        Routes(
            Route(LIST, ttl=60),
            Route("/items/{id}", ttl=60, write_behind=("PUT", "DELETE"), invalidates=(LIST,)),
        ),
    )
    clients: dict[str, list[Visitor]] = field(default_factory=dict)

    def visitor(self, number: int) -> Visitor:
        target = self.chance.choice(TARGETS[:2])
        request = put(target, b"%d" % number) if self.chance.random() < 0.8 else delete(target)
        return Visitor(str(number), HOME, request, self.process(8), self.origin)

    async def visit(self, visitor: Visitor) -> None:
        """One client: its first request, and again."""
        attempts = [self._attempt(visitor, n) for n in range(self.chance.randint(1, 4))]
        self.clients[visitor.number] = attempts
        together = self.chance.random() < 0.3
        if together:
            await asyncio.gather(*(super(KeyedSchedule, self).visit(each) for each in attempts))
        else:
            for each in attempts:
                await super().visit(each)
                await turns(self.chance.randint(0, 60))
                if self.jumps:
                    self.world.clock.advance(self.chance.choice(PAUSES))

    def _attempt(self, visitor: Visitor, n: int) -> Visitor:
        request, name = visitor.request, f"{visitor.number}.{n}"
        if n and request.method == "PUT" and self.chance.random() < 0.2:
            request = put(visitor.target, b"another")
        fields = (("x-number", name), ("idempotency-key", f'"k-{visitor.number}"'))
        headers = Headers((*request.headers, *fields))
        request = Request(request.method, request.target, headers, request.body)
        return replace(visitor, number=name, request=request, process=self.process(6))


async def check(schedule: KeyedSchedule) -> None:
    """Raise an AssertionError that says what is wrong."""
    check_queues(schedule)
    for attempts in schedule.clients.values():
        check_once(schedule, attempts)
        await check_receipt(schedule, attempts)
    check_entries(schedule)


def check_once(schedule: KeyedSchedule, attempts: list[Visitor]) -> None:
    """At most one of a client's requests reached the origin, under whatever id, and what was refused did not."""
    names = {each.number for each in attempts}
    sent = {each.headers.get("x-number") for each in schedule.origin.requests} & names
    applied = [number for number in schedule.origin.applied if number in names]
    assert len(sent) <= 1, f"{sent} were all sent"
    assert len(applied) <= 1, f"{applied} were all applied"
    bodies = {bytes(each.request.body) for each in attempts if each.status in (200, 202, 204)}
    assert len(bodies) <= 1, f"{bodies} were all accepted under one key"
    for each in attempts:
        told = each.answer
        assert not isinstance(told, Relayed), f"{each.number} went straight"
        if told is not None and b"othing was written" in bytes(told.body):
            assert each.number not in sent, f"{each.number}: {bytes(told.body)!r}, and it was sent"


async def check_receipt(schedule: KeyedSchedule, attempts: list[Visitor]) -> None:
    """All that were accepted have one receipt, and it says what became of the write."""
    accepted = [each.answer for each in attempts if each.status == 202 and isinstance(each.answer, Response)]
    names = {str(body_of(answer)["id"]) for answer in accepted}
    assert len(names) <= 1, f"{names} under one key"
    done = any(each.number in schedule.origin.applied for each in attempts)
    for name in names:
        answer = await find(about(attempts[0].target).key, name, schedule.world.home)
        state = body_of(answer).get("state")
        assert state == ("applied" if done else "dead"), f"{attempts[0].number}: {state}, applied: {done}"
