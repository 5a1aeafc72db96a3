"""A region that is well, and a machine that is slow: one call is not answered in time, and no cron is needed."""

from __future__ import annotations

import pytest

from homeport import keys
from homeport.draining.lease import LEASE_SECONDS, Lease, acquire
from momento_http_shim.outcomes import Failed
from tests.homeport.homeport_world import failed
from tests.homeport.sync_world import LANE, Harbour
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import HOME, in_one_lane

TARGETS = in_one_lane(3, LANE)
TIMEOUT_MS = 1_000


async def drained(process: Process, unanswered: int = 0) -> Harbour:
    """Three writes after one wake-up. Nobody sees whether that call takes effect, and it takes a second."""
    harbour = Harbour()
    for target in TARGETS:
        await harbour.accepted(target, b"1")

    async def time_out() -> None:
        harbour.clock.advance(TIMEOUT_MS)

    process.before = {unanswered + 1: time_out}
    await harbour.worker(by=process).lane(HOME, LANE, "kick")
    return harbour


def unanswering(how: str, number: int) -> Process:
    process = Process()
    setattr(process, how, number)
    return process


def pending(harbour: Harbour) -> int:
    return sum(len(harbour.entry(target).pending) for target in TARGETS)


@pytest.mark.parametrize("how", ["vanishes_at", "loses_at", "lags_at"])
async def test_whichever_call_to_a_region_is_not_answered_every_write_is_settled(how: str) -> None:
    undisturbed = Process()
    await drained(undisturbed)
    for number in range(1, len(undisturbed.calls) + 1):
        process = unanswering(how, number)
        harbour = await drained(process, number)
        if process.calls[number - 1].startswith("origin"):
            assert pending(harbour) <= 1  # that write is tried again after its time
        else:
            assert harbour.origin.items == dict.fromkeys(TARGETS, b"1"), process.calls[number - 1]
            assert pending(harbour) == 0


@pytest.mark.parametrize(("process", "calls"), [(Process(loses_at=1), 2), (Process(vanishes_at=1), 3)])
async def test_a_lease_whose_answer_did_not_come_is_asked_for_again(process: Process, calls: int) -> None:
    harbour = Harbour()
    lease = await acquire(process.connect(harbour.home), LANE, harbour.surroundings.effects)
    assert isinstance(lease, Lease)
    assert lease.expires == harbour.clock() + LEASE_SECONDS * 1000
    assert len(process.calls) == calls


async def test_a_lease_that_another_took_meanwhile_stays_the_others() -> None:
    harbour, other = Harbour(), Process()

    async def another_takes_it() -> None:
        taken = await acquire(other.connect(harbour.home), LANE, harbour.surroundings.effects)
        assert isinstance(taken, Lease)

    process = Process(vanishes_at=1, before={2: another_takes_it})
    assert await acquire(process.connect(harbour.home), LANE, harbour.surroundings.effects) is None


@pytest.mark.parametrize("process", [Process(loses_at=2), Process(vanishes_at=2)])
async def test_a_lease_whose_release_is_not_answered_is_free_for_the_next(process: Process) -> None:
    harbour = Harbour()
    lease = await acquire(process.connect(harbour.home), LANE, harbour.surroundings.effects)
    assert isinstance(lease, Lease)
    await lease.release()
    assert isinstance(await acquire(harbour.home, LANE, harbour.surroundings.effects), Lease)


@pytest.mark.parametrize(("looks", "kicks"), [(0, []), (1, [(HOME, LANE)])])
async def test_a_lane_that_cannot_be_looked_at_is_continued_where_something_was_done(
    looks: int, kicks: list[tuple[str, int]]
) -> None:
    harbour, process = Harbour(), Process()
    for target in TARGETS:
        await harbour.accepted(target, b"1")

    def silent(_method: str, key: bytes) -> Failed | None:
        seen = [call for call in process.calls if call.endswith(f"fetch_by_score {keys.queue(LANE)}")]
        return failed() if key == keys.queue(LANE).encode() and len(seen) > looks else None

    harbour.home.cache.faults = silent
    await harbour.worker(by=process).lane(HOME, LANE, "kick")
    assert len(harbour.origin.items) == (3 if looks else 0)
    assert harbour.itself.kicks == kicks
