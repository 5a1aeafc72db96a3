"""Random schedules on routes that coalesce, and what must hold after them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, ClassVar

from homeport.entry import Entry, decode
from homeport.messages import NoAnswer, Request, Response
from homeport.pushing.changed import Site
from homeport.routing import Route, Routes
from homeport.writing.receipt import Receipt
from tests.homeport.homeport_world import ORIGIN, TwinRegion
from tests.homeport.schedule_checks import check_entries, check_queues, evicted
from tests.homeport.schedule_patches import BEHIND, OLD, PatchedOrigin, PatchSchedule
from tests.homeport.schedule_world import TARGETS, Visitor
from tests.homeport.writing_world import AWAY, HOME


class CoalescedOrigin(PatchedOrigin):
    """It remembers refusals of what has a key of its own alone: those of composed requests are nobody's."""

    async def _write(self, request: Request, mood: float) -> Response | NoAnswer:
        refused = set(self.refused)
        answer = await super()._write(request, mood)
        if "-" in (request.headers.get("idempotency-key") or ""):
            self.refused = refused
        return answer


@dataclass
class CoalescedSchedule(PatchSchedule):
    """`committed` are the numbers of writes in the order of their commits, by region; `ids` their ids."""

    site: ClassVar[Site] = Site(
        ORIGIN,
        Routes(
            Route("/items", ttl=60),
            Route("/items/{id}", ttl=60, write_behind=BEHIND, invalidates=("/items",), coalesce=True),
            Route("/notes/{id}", ttl=60, write_behind=BEHIND, coalesce=True, when_unreachable="origin"),
        ),
    )
    committed: dict[str, list[str]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        for region in self.regions:
            self._record(region)

    def mooded(self) -> PatchedOrigin:
        return CoalescedOrigin(chance=self.chance, moody=self.moody)

    def visitor(self, number: int) -> Visitor:
        kinds = ("PUT", "merge", "DELETE", "append", "straight", "GET")
        kind = self.chance.choices(kinds, (5, 9, 2, 2, 1, 3))[0]
        target = self.chance.choice(TARGETS[:2])
        region = self.chance.choices((HOME, AWAY), (6, 1))[0]
        return self.of_kind(number, kind, target, region, last={"by": number})

    def receipt(self, number: str) -> Receipt | None:
        """The receipt of a write by its number."""
        found = (self.world.receipt(self.ids[number], region) for region in self.regions)
        return next((each for each in found if each), None)

    def _record(self, region: TwinRegion) -> None:
        put, order = region.cache.store.put, self.committed.setdefault(region.name, [])

        def recording(key: bytes, content: Any, ttl_ms: int) -> None:
            put(key, content, ttl_ms)
            entry = decode(content) if key.startswith(b"e:") else None
            for item in entry.pending if isinstance(entry, Entry) else ():
                number = item.header.get("x-number") or ""
                if number not in order:
                    order.append(number)
                    self.ids[number] = item.id

        region.cache.store.put = recording  # type: ignore[method-assign]


async def check(schedule: CoalescedSchedule) -> None:
    """Raise an AssertionError that says what is wrong."""
    check_queues(schedule)
    check_receipts(schedule)
    check_effects(schedule)
    check_order(schedule)
    check_entries(schedule)


def superseded(schedule: CoalescedSchedule) -> dict[str, str]:
    """By which write another was superseded."""
    numbers = {name: number for number, name in schedule.ids.items()}
    receipts = {number: schedule.receipt(number) for number in schedule.ids}
    return {number: numbers[it.by] for number, it in receipts.items() if it and it.by}


def check_receipts(schedule: CoalescedSchedule) -> None:
    applied, by = schedule.origin.applied, superseded(schedule)
    for visitor in schedule.visitors:
        if visitor.status != 202 or evicted(schedule, visitor):
            continue
        receipt = schedule.receipt(visitor.number)
        assert receipt is not None, f"{visitor.number} has no receipt"
        number = visitor.number
        state = (
            "applied" if number in applied else "dead" if number in schedule.origin.refused else "superseded"
        )
        assert receipt.state == state, f"{number}: {receipt.state}, not {state}"
        if state == "superseded":
            assert by[number] in applied, f"{number} is superseded by {by[number]}, which is not applied"
            order = schedule.committed[visitor.region]
            assert order.index(number) < order.index(by[number]), f"{number} came after {by[number]}"


def check_effects(schedule: CoalescedSchedule) -> None:
    """What the origin has is what all writes come to that it took or that were superseded, each once, in order."""
    applied, by = schedule.origin.applied, superseded(schedule)
    assert len(applied) == len(set(applied)), f"applied twice: {applied}"
    if schedule.evicted:
        return  # of what was superseded by what, a receipt may be gone
    requests = {each.number: each.request for each in schedule.visitors}
    for target in TARGETS:
        document: Any = OLD
        for number in applied:
            if requests[number].target == target:
                together = [each for each in (*schedule.ids, number) if by.get(each) == number]
                for each in (*together, number):
                    document = left(requests[each], int(each), document)
        found = schedule.origin.items.get(target)
        assert (None if found is None else json.loads(found)) == document, (
            f"{target}: {found!r}, not {document}; applied {applied}, superseded {by}"
        )


def check_order(schedule: CoalescedSchedule) -> None:
    """Of two writes committed one after the other in a region, the origin saw the first first, or none of it."""
    applied, by = schedule.origin.applied, superseded(schedule)
    requests = {each.number: each.request for each in schedule.visitors}
    for order in schedule.committed.values():
        for target in TARGETS:
            mine = [n for n in order if requests[n].target == target and by.get(n, n) in applied]
            places = [applied.index(by.get(n, n)) for n in mine]
            assert schedule.evicted or places == sorted(places), f"{target}: {mine} at {places}"


def left(request: Request, number: int, document: Any) -> Any:
    """What the origin's document is after a write, told without the code under test."""
    kind = request.headers.get("content-type")
    if request.method == "DELETE":
        return None
    if request.method == "PUT":
        return {"log": [number]}
    if document is None:
        return None  # a patch of nothing comes to nothing; what supersedes it says what is there
    if kind == "application/json-patch+json":
        return {**document, "log": [*document["log"], number]}
    named = {"last": {"by": number}} if kind == "application/merge-patch+json" else {}
    return {**document, f"m{number}": number, **named}
