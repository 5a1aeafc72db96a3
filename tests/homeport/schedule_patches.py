"""Random schedules in which resources are JSON and most writes are patches, and what must hold after them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from homeport.entry import Entry
from homeport.messages import Headers, NoAnswer, Relayed, Request, Response
from homeport.pushing.changed import Site
from homeport.routing import Route, Routes
from homeport.writing import patch
from homeport.writing.representation import media_type
from tests.homeport.homeport_world import ORIGIN, OpenedTwin
from tests.homeport.patch_world import JSON, appended, merge, shown, written
from tests.homeport.schedule_checks import check_entries, check_order, check_queues, check_receipts, evicted
from tests.homeport.schedule_world import (
    LIST,
    TARGETS,
    Dawdler,
    MoodyOrigin,
    Schedule,
    Visitor,
)
from tests.homeport.writing_processes import ProcessOrigin
from tests.homeport.writing_world import AWAY, HOME, delete

BEHIND = ("PUT", "DELETE", "PATCH")
OLD: dict[str, Any] = {"log": ["old"]}


class PatchedOrigin(MoodyOrigin):
    """Of JSON, which it shows and patches; a patch that does not fit is refused, and that is remembered."""

    def show(self, target: str) -> Response:
        answer = super().show(target)
        return Response(200, JSON, answer.body) if answer.status == 200 and target != LIST else answer

    async def _write(self, request: Request, mood: float) -> Response | NoAnswer:
        key, number = request.headers.get("idempotency-key"), request.headers.get("x-number") or ""
        if key is not None and key in self.seen:
            return self.seen[key]
        answer = Response(422) if 0.6 <= mood < 1 else self._changed(request)
        done = answer.status < 300 or (request.method == "DELETE" and answer.status == 404)
        if done:
            self.applied.append(number)
        else:
            self.refused.add(number)
        if key is not None:
            self.seen[key] = answer
        return answer

    def _changed(self, request: Request) -> Response:
        if request.method != "PATCH":
            return self._apply(request)
        before = self.items.get(request.target)
        if before is None:
            return Response(404)
        kind = media_type(request.headers)
        outcome = patch.patched(
            kind if kind != "application/json" else patch.MERGE, bytes(request.body), before
        )
        if not isinstance(outcome, bytes):
            return Response(409)
        self.journal.append(("PATCH", request.target, bytes(request.body)))
        self.items[request.target] = outcome
        return Response(204)


class OpenOrigin(ProcessOrigin):
    """It also shows an answer whose body is still on its way."""

    async def open(self, request: Request, /) -> OpenedTwin | NoAnswer:
        answer = await self.ask(request)
        return answer if isinstance(answer, NoAnswer) else OpenedTwin(answer, len(answer.body))


@dataclass
class PatchSchedule(Schedule):
    """The same with such an origin. PATCH is accepted near the visitor, but for a format of nobody's."""

    site: ClassVar[Site] = Site(
        ORIGIN,
        Routes(
            Route("/items", ttl=60),
            Route("/items/{id}", ttl=60, write_behind=BEHIND, invalidates=("/items",)),
            Route("/notes/{id}", ttl=60, write_behind=BEHIND, when_unreachable="origin"),
        ),
    )

    def mooded(self) -> PatchedOrigin:
        return PatchedOrigin(chance=self.chance, moody=self.moody)

    def through(self, process: Dawdler) -> OpenOrigin:
        return OpenOrigin(process, self.origin)

    def at_first(self, target: str) -> Entry:
        return shown(target, OLD)

    def visitor(self, number: int) -> Visitor:
        kinds = ("append", "merge", "PUT", "DELETE", "straight", "GET")
        # Every other run has patches alone, of one resource: reads can then be judged exactly.
        alone = self.seed % 2 == 0
        kind = self.chance.choices(kinds, (5, 3, 0, 0, 5, 9) if alone else (8, 5, 2, 1, 4, 6))[0]
        target = TARGETS[0] if alone else self.chance.choice((*TARGETS, LIST) if kind == "GET" else TARGETS)
        return self.of_kind(number, kind, target, self.chance.choices((HOME, AWAY), (5, 1))[0])

    def of_kind(self, number: int, kind: str, target: str, region: str, **more: object) -> Visitor:
        """A visitor who sends such a request; a merge patch has `more` members."""
        request = {
            "append": appended(target, number),
            "merge": merge(target, {f"m{number}": number, **more}),
            "PUT": written("PUT", target, {"log": [number]}),
            "DELETE": delete(target),
            "straight": written("PATCH", target, {f"m{number}": number}),
            "GET": Request("GET", target),
        }[kind]
        headers = Headers((*request.headers, ("x-number", str(number))))
        sent = Request(request.method, target, headers, request.body)
        return Visitor(str(number), region, sent, self.process(8), self.origin)


async def check(schedule: PatchSchedule) -> None:
    """Raise an AssertionError that says what is wrong."""
    check_queues(schedule)
    check_answers(schedule)
    await check_receipts(schedule)
    check_order(schedule)
    check_effects(schedule)
    check_reads(schedule)
    check_entries(schedule)


def check_answers(schedule: PatchSchedule) -> None:
    for visitor in schedule.visitors:
        answer = visitor.answer
        if visitor.request.method == "GET" or answer is None:
            continue
        done = visitor.number in schedule.origin.applied
        if answer.status == 202:
            refused = visitor.number in schedule.origin.refused
            assert evicted(schedule, visitor) or done != refused, f"{visitor.number} is accepted and gone"
        elif answer.status < 300:
            assert done, f"{visitor.number}: {answer.status}, and the origin did not apply it"
        elif answer.status in (404, 409, 422):
            assert not done or visitor.request.method == "DELETE", (
                f"{visitor.number}: {answer.status}, and it is applied"
            )
        elif isinstance(answer, Response) and b"othing was written" in bytes(answer.body):
            assert not done, f"{visitor.number}: {bytes(answer.body)!r}, and the origin applied it"


def check_effects(schedule: PatchSchedule) -> None:
    """What the origin has is what its applied writes come to, each of them once, in their order."""
    applied, by_number = schedule.origin.applied, {each.number: each for each in schedule.visitors}
    assert len(applied) == len(set(applied)), f"applied twice: {applied}"
    for target in TARGETS:
        document: Any = OLD
        for number in applied:
            if by_number[number].target == target:
                document = _left(by_number[number].request, int(number), document)
        found = schedule.origin.items.get(target)
        assert (None if found is None else json.loads(found)) == document, (
            f"{target}: {found!r}, not {document}"
        )


def _left(request: Request, number: int, document: Any) -> Any:
    """What the origin's document is after a write, told without the code under test."""
    if request.method == "DELETE":
        return None
    if request.method == "PUT":
        return {"log": [number]}
    if media_type(request.headers) == patch.OPERATIONS:
        return {**document, "log": [*document["log"], number]}
    return {**document, f"m{number}": number}


def check_reads(schedule: PatchSchedule) -> None:
    """A read shows every patch that was acknowledged in its region before it began, where nothing else replaces it."""
    replaced = {each.target for each in schedule.visitors if each.request.method in ("PUT", "DELETE")}
    for read in schedule.visitors:
        if (
            read.request.method != "GET"
            or read.status != 200
            or not read.faultless
            or read.target in (LIST, *replaced)
        ):
            continue
        assert isinstance(read.answer, Response)
        document = json.loads(bytes(read.answer.body))
        for write in schedule.visitors:
            same = (write.target, write.region) == (read.target, read.region)
            if not same or write.request.method == "GET" or write.ended is None or write.ended >= read.began:
                continue
            if write.number in schedule.origin.applied and _acknowledged(schedule, write):
                number = int(write.number)
                assert number in document["log"] or f"m{number}" in document, (
                    f"{read.number} does not show {number}"
                )


def _acknowledged(schedule: PatchSchedule, write: Visitor) -> bool:
    if write.status == 202:
        return not evicted(schedule, write)
    # A straight write: its author sees it where its worker, and those beside it, could do all they had to.
    told = isinstance(write.answer, Relayed) and write.status < 300 and write.faultless
    return (
        told
        and not schedule.evicted
        and not any(n == "put_again_failed" for n, _ in schedule.world.surroundings.events)
    )
