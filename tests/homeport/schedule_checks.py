"""What must hold after a random schedule, whatever happened in it."""

from __future__ import annotations

from homeport import keys
from homeport.entry import Entry
from homeport.messages import Relayed, Response
from homeport.writing.status import find, operates
from tests.homeport.edge_world import body_of
from tests.homeport.schedule_world import LIST, NOTE, TARGETS, Schedule, Visitor
from tests.homeport.writing_world import about


async def check(schedule: Schedule) -> None:
    """Raise an AssertionError that says what is wrong."""
    check_queues(schedule)
    check_answers(schedule)
    await check_receipts(schedule)
    check_order(schedule)
    check_reads(schedule)
    check_entries(schedule)


def check_queues(schedule: Schedule) -> None:
    for region in schedule.regions:
        assert schedule.world.members(region) == [], f"members wait in {region.name}"
        for target in (*TARGETS, LIST):
            entry = region.kept(about(target).key)
            assert not isinstance(entry, Entry) or not entry.pending, f"{target} is dirty in {region.name}"


def check_answers(schedule: Schedule) -> None:
    applied = schedule.origin.applied
    assert len(applied) == len(set(applied)), f"applied twice: {applied}"
    for visitor in schedule.visitors:
        answer = visitor.answer
        if visitor.request.method == "GET" or answer is None:
            continue
        done = visitor.number in applied
        if isinstance(answer, Relayed):
            assert done == (answer.status < 300 or answer.status == 404), f"{visitor.number}: {answer.status}"
        elif answer.status == 202 and not evicted(schedule, visitor):
            assert done != (visitor.number in schedule.origin.refused), (
                f"{visitor.number} is accepted and gone"
            )
        elif b"nothing was written" in bytes(answer.body) or b"was not applied" in bytes(answer.body):
            assert not done, f"{visitor.number}: {bytes(answer.body)!r}, and the origin applied it"
        elif answer.status in (200, 204):
            assert done, f"{visitor.number} is said to be applied"


async def check_receipts(schedule: Schedule) -> None:
    for visitor in schedule.visitors:
        if visitor.status != 202 or not isinstance(visitor.answer, Response):
            continue
        if evicted(schedule, visitor):
            continue
        region = next(each for each in schedule.regions if each.name == visitor.region)
        answer = await find(about(visitor.target).key, str(body_of(visitor.answer)["id"]), region, operates)
        state = "applied" if visitor.number in schedule.origin.applied else "dead"
        assert (answer.status, body_of(answer).get("state")) == (200, state), f"{visitor.number}: {answer}"
        if visitor.asked_later is not None and visitor.faultless:
            assert visitor.asked_later.status == 200, f"{visitor.number}: {visitor.asked_later}"
        if state == "dead":
            dead = region.cache.store.item(keys.DEAD.encode())
            assert dead is not None, f"{visitor.number} is dead without a letter"


def check_order(schedule: Schedule) -> None:
    """Of two writes in one region, the second begun after the first was answered, the origin saw the first first."""
    applied = schedule.origin.applied
    certain = [each for each in schedule.visitors if each.number in applied and _certain(each)]
    for first in certain:
        for second in certain:
            if _before(first, second) and not evicted(schedule, first):
                assert applied.index(first.number) < applied.index(second.number), (
                    f"{second.number} overtook {first.number}"
                )


def check_reads(schedule: Schedule) -> None:
    """A read shows every write that was accepted in its region before it began, or a later one."""
    applied, by_body = schedule.origin.applied, {each.number: each for each in schedule.visitors}
    for read in schedule.visitors:
        if read.request.method != "GET" or read.status != 200 or not read.faultless or read.target == LIST:
            continue
        assert isinstance(read.answer, Response)
        shown = bytes(read.answer.body).decode()
        for write in schedule.visitors:
            if write.status != 202 or write.number not in applied or evicted(schedule, write):
                continue
            if not _before(write, read):
                continue
            assert shown != "old", f"{read.number} does not show {write.number}"
            seen = by_body[shown]
            assert not (_certain(seen) and _before(seen, write)), (
                f"{read.number} shows {seen.number}, not {write.number}"
            )


def check_entries(schedule: Schedule) -> None:
    """What a region holds as fresh is what the origin shows."""
    for region in schedule.regions:
        for target in (*TARGETS, LIST):
            entry = region.kept(about(target).key)
            if not isinstance(entry, Entry) or entry.kind == "marker" or entry.stale:
                continue
            if _may_be_behind(schedule, target):
                continue
            now = schedule.origin.show(target)
            assert (entry.status, bytes(entry.body)) == (now.status, bytes(now.body)), (
                f"{target} is fresh in {region.name} with {bytes(entry.body)!r}, the origin shows {bytes(now.body)!r}"
            )


def evicted(schedule: Schedule, visitor: Visitor) -> bool:
    """Whether its entry, or any receipt, was evicted from its region."""
    entry = (visitor.region, keys.entry(about(visitor.target).key))
    return entry in schedule.evicted or any(
        region == visitor.region and key.startswith("r:") for region, key in schedule.evicted
    )


def _certain(visitor: Visitor) -> bool:
    """Whether its author was told that it is accepted, or applied, and nothing was said of an unreachable region."""
    if visitor.request.method == "GET":
        return False
    if visitor.status == 202:
        return True
    return isinstance(visitor.answer, Relayed) and visitor.status < 300 and visitor.target != NOTE


def _before(first: Visitor, second: Visitor) -> bool:
    """Whether both are about one resource in one region, and the first was answered before the second began."""
    same = (first.target, first.region) == (second.target, second.region)
    return same and first.ended is not None and first.ended < second.began


def _may_be_behind(schedule: Schedule, target: str) -> bool:
    """Nothing can be promised once a key is evicted, or the worker that owed the news died or could not note it."""
    if schedule.evicted or any(name == "debt_forgotten" for name, _ in schedule.world.surroundings.events):
        return True
    return any(
        each.died and each.request.method != "GET" and (target in (each.target, LIST))
        for each in schedule.visitors
    )
