"""Random schedules of items that are POSTed, commands, and reads of the list, and what must hold after them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from homeport import keys
from homeport.entry import Entry
from homeport.messages import NoAnswer, Relayed, Request, Response
from homeport.pushing.changed import Site
from homeport.writing.status import find, operates
from tests.homeport.collection_world import LIST, SITE, posted
from tests.homeport.edge_world import body_of
from tests.homeport.patch_world import JSON, shown, written
from tests.homeport.schedule_checks import check_entries, check_queues
from tests.homeport.schedule_patches import OpenOrigin
from tests.homeport.schedule_world import ITEMS, NOTE, Dawdler, MoodyOrigin, Schedule, Visitor
from tests.homeport.writing_world import AWAY, HOME, about, delete, in_one_lane

NEW = in_one_lane(5)[2:]
"""Items that are not there at the beginning."""

EVERY = (*ITEMS, *NEW)


@dataclass
class CollectedOrigin(MoodyOrigin):
    """Of JSON, with a list. `forgets`: a POST to the list is deduplicated by the item's name alone."""

    forgets: bool = False

    def show(self, target: str) -> Response:
        if target != LIST:
            answer = super().show(target)
            return Response(200, JSON, answer.body) if answer.status == 200 else answer
        items = [json.loads(self.items[name]) for name in EVERY if name in self.items]
        return Response(200, JSON, json.dumps({"items": items}).encode())

    async def _write(self, request: Request, mood: float) -> Response | NoAnswer:
        made = request.method == "POST" and request.target == LIST
        key, number = request.headers.get("idempotency-key"), request.headers.get("x-number") or ""
        if self.forgets and made:
            key = None
        if key is not None and key in self.seen:
            return self.seen[key]
        refused = 0.6 <= mood < 1 and not (self.forgets and made)
        answer = Response(422) if refused else self._changed(request, made=made)
        if answer.status < 300 or (request.method == "DELETE" and answer.status == 404):
            self.applied.append(number)
        elif number not in self.applied:
            self.refused.add(number)
        if key is not None:
            self.seen[key] = answer
        return answer

    def _changed(self, request: Request, *, made: bool) -> Response:
        if request.method != "POST":
            return self._apply(request)
        document = json.loads(bytes(request.body))
        if made:
            target = f"/items/{document['id']}"
            if target in self.items:
                return Response(409)
            self.items[target] = bytes(request.body)
            return Response(201)
        note = json.loads(self.items.get(request.target, b"{}"))
        note["done"] = [*note.get("done", []), document["do"]]
        self.items[request.target] = json.dumps(note).encode()
        return Response(204)


@dataclass
class CollectionSchedule(Schedule):
    """The same with such an origin."""

    site: ClassVar[Site] = SITE
    forgets: bool = False

    def mooded(self) -> CollectedOrigin:
        return CollectedOrigin(chance=self.chance, moody=self.moody, forgets=self.forgets)

    def through(self, process: Dawdler) -> OpenOrigin:
        return OpenOrigin(process, self.origin)

    def list_at_first(self) -> Entry:
        return super().list_at_first().version("n0", header=JSON)

    def at_first(self, target: str) -> Entry:
        return shown(target, {"id": _name(target), "by": "old"})

    def visitor(self, number: int) -> Visitor:
        kinds = ("POST", "PUT", "DELETE", "straight", "command", "GET", "LIST")
        kind = self.chance.choices(kinds, (6, 4, 4, 0 if self.forgets else 2, 2, 2, 8))[0]
        target = self.chance.choice(NEW if kind == "POST" else (ITEMS[0], *NEW[:2]))
        region = HOME if self.forgets else self.chance.choices((HOME, AWAY), (4, 1))[0]
        document = {"id": _name(target), "by": str(number)}
        request = {
            "POST": posted(LIST, document),
            "PUT": written("PUT", target, document),
            "DELETE": delete(target),
            "straight": written("PUT", target, document),
            "command": posted(NOTE, {"do": str(number)}),
            "GET": Request("GET", target),
            "LIST": Request("GET", LIST),
        }[kind]
        headers = request.headers.plus(("x-number", str(number)))
        headers = headers.plus(("cookie", "a=b")) if kind == "straight" else headers
        sent = Request(request.method, request.target, headers, request.body)
        return Visitor(str(number), region, sent, self.process(9), self.origin)

    async def run(self) -> None:
        """The same; and then somebody reads the lists, and cron comes once more."""
        await super().run()
        for _ in range(2):
            for region, name in zip(self.regions, (HOME, AWAY), strict=True):
                visitor = Visitor(
                    "final", name, Request("GET", LIST), Dawdler(chance=self.chance), self.origin
                )
                await self.visit(visitor)
                self.visitors.remove(visitor)
                await self.drain(region, Dawdler(chance=self.chance), "cron")
            self.world.clock.advance(61_000)

    def waiting(self) -> list[str]:
        """The members that are still to be laid over a region's list."""
        found: list[Any] = []
        for region in self.regions:
            item = region.cache.store.item(keys.overlay(about(LIST).key).encode())
            content: Any = item.content if item else None
            found += [] if content is None else content.between(0, len(content))
        return found


def _name(target: str) -> str:
    return target.rpartition("/")[2]


def item_of(visitor: Visitor) -> str:
    """What a visitor's request is about: of a POST to the collection its item."""
    if visitor.request.method == "POST" and visitor.target == LIST:
        return f"/items/{json.loads(bytes(visitor.request.body))['id']}"
    return visitor.target


async def check(schedule: CollectionSchedule) -> None:
    """Raise an AssertionError that says what is wrong."""
    check_queues(schedule)
    assert schedule.waiting() == [], "members wait to be laid over a list"
    check_answers(schedule)
    await check_receipts(schedule)
    check_effects(schedule)
    check_order(schedule)
    check_lists(schedule)
    check_entries(schedule)


def check_answers(schedule: CollectionSchedule) -> None:
    applied = schedule.origin.applied
    assert len(applied) == len(set(applied)), f"applied twice: {applied}"
    for visitor in schedule.visitors:
        answer, done = visitor.answer, visitor.number in applied
        if visitor.request.method == "GET" or answer is None:
            continue
        if answer.status == 202:
            refused = visitor.number in schedule.origin.refused
            assert gone(schedule, visitor) or done or refused, f"{visitor.number} is accepted and gone"
        elif isinstance(answer, Response) and b"othing was written" in bytes(answer.body):
            assert not done, f"{visitor.number}: {bytes(answer.body)!r}, and the origin applied it"


async def check_receipts(schedule: CollectionSchedule) -> None:
    for visitor in schedule.visitors:
        if visitor.status != 202 or not isinstance(visitor.answer, Response) or gone(schedule, visitor):
            continue
        region = next(each for each in schedule.regions if each.name == visitor.region)
        answer = await find(about(item_of(visitor)).key, str(body_of(visitor.answer)["id"]), region, operates)
        state = "applied" if visitor.number in schedule.origin.applied else "dead"
        assert (answer.status, body_of(answer).get("state")) == (200, state), f"{visitor.number}: {answer}"


def check_effects(schedule: CollectionSchedule) -> None:
    """Each command was carried out once, in the order of the origin's journal."""
    commands = {each.number for each in schedule.visitors if item_of(each) == NOTE}
    done = json.loads(schedule.origin.items[NOTE]).get("done", [])
    assert done == [number for number in schedule.origin.applied if number in commands]


def check_order(schedule: CollectionSchedule) -> None:
    applied = schedule.origin.applied
    certain = [each for each in schedule.visitors if each.number in applied and _certain(each)]
    for first in certain:
        for second in certain:
            if _before(first, second) and not gone(schedule, first):
                assert applied.index(first.number) < applied.index(second.number), (
                    f"{second.number} overtook {first.number}"
                )


def check_lists(schedule: CollectionSchedule) -> None:
    """A list shows of each item what was accepted in its region before it was asked for, or something later."""
    by_number = {each.number: each for each in schedule.visitors}
    for read in schedule.visitors:
        if read.request.method != "GET" or read.status != 200 or not read.faultless:
            continue
        elements = _elements(read)
        for write in schedule.visitors:
            acknowledged = write.status == 202 and write.number in schedule.origin.applied
            if not acknowledged or gone(schedule, write) or not _listed_before(write, read):
                continue
            element = elements.get(_name(item_of(write)))
            if element is None:
                later = [each for each in schedule.visitors if each.request.method == "DELETE"]
                assert any(item_of(each) == item_of(write) and not _before(each, write) for each in later), (
                    f"{read.number} does not list {write.number}"
                )
                continue
            assert element["by"] != "old", f"{read.number} does not show {write.number}"
            seen = by_number[element["by"]]
            assert not (_certain(seen) and _before(seen, write)), (
                f"{read.number} shows {seen.number}, not {write.number}"
            )


def _elements(read: Visitor) -> dict[str, Any]:
    answer = read.answer
    body = answer.source if isinstance(answer, Relayed) else answer.body if answer else b""
    assert isinstance(body, bytes | bytearray | memoryview)
    document = json.loads(bytes(body))
    return {each["id"]: each for each in (document["items"] if read.target == LIST else [document])}


def _listed_before(write: Visitor, read: Visitor) -> bool:
    about_it = read.target in (LIST, item_of(write)) and item_of(write) in EVERY
    same = write.region == read.region and about_it
    return same and write.ended is not None and write.ended < read.began


def gone(schedule: CollectionSchedule, visitor: Visitor) -> bool:
    """Whether its entry, or any receipt, was evicted from its region."""
    own = (visitor.region, keys.entry(about(item_of(visitor)).key))
    return own in schedule.evicted or any(
        region == visitor.region and key.startswith("r:") for region, key in schedule.evicted
    )


def _certain(visitor: Visitor) -> bool:
    if visitor.request.method == "GET":
        return False
    return visitor.status == 202 or (isinstance(visitor.answer, Relayed) and visitor.status < 300)


def _before(first: Visitor, second: Visitor) -> bool:
    same = (item_of(first), first.region) == (item_of(second), second.region)
    return same and first.ended is not None and first.ended < second.began
