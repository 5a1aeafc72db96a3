"""The random schedules again, of two users and somebody anonymous: no write is lost, and nobody sees another's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import pytest

from homeport.draining.drain import Drain
from homeport.edge import Edge
from tests.homeport import schedule_checks, schedule_world
from tests.homeport.edge_world import status_of
from tests.homeport.homeport_world import whole
from tests.homeport.schedule_world import ITEMS, LIST, Schedule, Visitor
from tests.homeport.seal_world import KEYS, AesGcmSeal

USERS = ("alice", "bob", "")


@dataclass
class Sealed(Schedule):
    """Most of its visitors bear a cookie that says who they are."""

    def visitor(self, number: int) -> Visitor:
        visitor = super().visitor(number)
        user = self.chance.choice(USERS)
        fields = (("cookie", f"sid={user}-secret"),) if user else ()
        request = visitor.request
        target = request.target if request.target == LIST else ITEMS[number % 2]
        visitor.request = replace(request, target=target, headers=request.headers.plus(*fields))
        return visitor


def user_of(visitor: Visitor) -> str:
    return (visitor.request.headers.get("cookie") or "").removeprefix("sid=").removesuffix("-secret")


async def check(schedule: Schedule) -> None:
    schedule_checks.check_queues(schedule)
    schedule_checks.check_answers(schedule)
    await schedule_checks.check_receipts(schedule)
    schedule_checks.check_order(schedule)
    schedule_checks.check_entries(schedule)
    check_users(schedule)


def check_users(schedule: Schedule) -> None:
    """What is dirty is shown to its author or is everybody's, and no secret stands in a region."""
    visitors = {each.number: each for each in schedule.visitors}
    for read in reads_of(schedule):
        if read.answer is not None and "dirty" in status_of(read.answer):
            author = visitors[shown_to(read)]
            assert user_of(author) in (user_of(read), ""), f"{read.number} shows {author.number}: another's"
    for region in schedule.regions:
        kept = [item.content for _, item in sorted(region.cache.store.items())]
        assert not [octets for octets in kept if isinstance(octets, bytes) and b"-secret" in octets]


def reads_of(schedule: Schedule) -> list[Visitor]:
    """Those that were answered with a representation."""
    reads = [each for each in schedule.visitors if each.request.method == "GET" and each.target != LIST]
    return [each for each in reads if each.status == 200]


def shown_to(read: Visitor) -> str:
    """The number of the write whose representation it was shown, or `old`."""
    assert read.answer is not None
    return bytes(whole(read.answer).body).decode()


def check_own_reads(schedule: Schedule) -> int:
    """A read shows every write of its own user that was accepted in its region before, or a later one; how many."""
    found = 0
    by_body = {each.number: each for each in schedule.visitors}
    applied = schedule.origin.applied
    for read in [each for each in reads_of(schedule) if each.faultless]:
        shown = shown_to(read)
        for write in schedule.visitors:
            own = write.status == 202 and write.number in applied and user_of(write) in (user_of(read), "")
            first = own and write.ended is not None and write.ended < read.began
            if not first or (write.target, write.region) != (read.target, read.region):
                continue
            found += 1
            assert shown != "old", f"{read.number} does not show {write.number}"
            seen = by_body[shown]
            late = seen.ended is None or seen.ended >= write.began or seen.status != 202
            assert late or seen is write, f"{read.number} shows {seen.number}, not {write.number}"
    return found


@pytest.fixture(autouse=True)
def _sealing(monkeypatch: pytest.MonkeyPatch) -> None:
    seal = AesGcmSeal()
    monkeypatch.setattr(schedule_world, "Edge", partial(Edge, seal=seal, seal_keys=KEYS))
    monkeypatch.setattr(schedule_world, "Drain", partial(Drain, seal=seal))


@pytest.mark.parametrize(
    ("faults", "moody", "jumps"), [(0.0, 0.0, 0), (0.4, 0.0, 4), (0.0, 0.4, 3), (0.5, 0.3, 4)]
)
async def test_no_schedule_loses_a_sealed_write_or_shows_it_to_another(
    faults: float, moody: float, jumps: int
) -> None:
    for seed in range(40):
        schedule = Sealed(seed, faults, moody, jumps)
        try:
            await schedule.run()
            await check(schedule)
            check_own_reads(schedule)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error


async def test_the_schedules_have_what_they_are_about() -> None:
    statuses, reads, dirty = set(), 0, 0
    for seed in range(60):
        schedule = Sealed(seed)
        await schedule.run()
        reads += check_own_reads(schedule)
        for visitor in schedule.visitors:
            if user_of(visitor):
                statuses.add((visitor.request.method, visitor.status))
                shown = visitor.answer is not None and "dirty" in status_of(visitor.answer)
                dirty += shown and visitor.request.method == "GET"
    assert {("PUT", 202), ("PUT", 503), ("DELETE", 202), ("GET", 200)} <= statuses
    assert reads > 5
    assert dirty > 3
