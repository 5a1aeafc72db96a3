"""What a sweep raises: age, depth, a lane that somebody keeps, a region that is down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport import keys
from homeport.draining.alarms import CONTENDED_SECONDS, of_lane
from homeport.draining.lease import acquire
from homeport.settings import Settings
from homeport.writing.pressure import Marks
from momento_http_shim.conditions import Absent
from tests.homeport.homeport_world import failing
from tests.homeport.sync_world import LANE, TARGET, Harbour
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import AWAY, HOME, in_one_lane

SETTINGS = Settings("https://o.test", {HOME: "", AWAY: ""}, "homeport-", 1000, 1000, "key", ("s",))
LONG = CONTENDED_SECONDS + 1


def raised(harbour: Harbour, name: str) -> list[dict[str, object]]:
    return [fields for event, fields in harbour.surroundings.events if event == name]


async def waiting(seconds: int) -> Harbour:
    """A write has waited so long, and nobody has drained it."""
    harbour = Harbour()
    await harbour.accepted(TARGET, b"new")
    harbour.clock.advance(seconds * 1000)
    return harbour


@pytest.mark.parametrize(("seconds", "told"), [(LONG, [LONG]), (CONTENDED_SECONDS, [])])
async def test_a_lane_that_another_drain_holds_while_its_oldest_write_is_old_is_contended(
    seconds: int, told: list[int]
) -> None:
    harbour = await waiting(seconds)
    assert await acquire(harbour.home, LANE, harbour.surroundings.effects) is not None
    await harbour.worker().sweep()
    about = {"region": HOME, "lane": LANE, "holder": "drain"}
    assert raised(harbour, "lease_contended") == [about | {"seconds": each} for each in told]
    assert raised(harbour, "drained") == []


async def test_an_operators_pause_that_was_forgotten_is_told_as_theirs() -> None:
    harbour = await waiting(LONG)
    word, name = b"paused:operator:1700000000000", keys.lease(LANE)
    await harbour.home.cache.set_if(name, word, Absent(), ttl_seconds=3_600)
    await harbour.worker().sweep()
    assert [each["holder"] for each in raised(harbour, "lease_contended")] == ["operator"]


@pytest.mark.parametrize("word", [None, b"free", b"paused"])
async def test_a_lane_that_nobody_holds_or_that_rests_for_the_origin_is_not(word: bytes | None) -> None:
    harbour = await waiting(LONG)
    if word is not None:
        await harbour.home.cache.set_if(keys.lease(LANE), word, Absent(), ttl_seconds=60)
    await harbour.worker().sweep()
    assert raised(harbour, "lease_contended") == []


@pytest.mark.parametrize(("most", "told"), [(2, []), (1, [2])])
async def test_a_lane_deeper_than_its_mark_is_told_by_every_sweep(most: int, told: list[int]) -> None:
    harbour = Harbour()
    for target in in_one_lane(2, LANE):
        await harbour.accepted(target, b"new")
    settings = replace(SETTINGS, marks=Marks(members=most))
    await of_lane(harbour.home, LANE, 2, settings, harbour.surroundings.effects)
    assert raised(harbour, "queue_deep") == [{"region": HOME, "lane": LANE, "waiting": each} for each in told]


async def test_a_young_lane_costs_one_call_and_an_old_one_two() -> None:
    harbour = await waiting(1)
    process = Process()
    await of_lane(process.connect(harbour.home), LANE, 1, SETTINGS, harbour.surroundings.effects)
    assert len(process.calls) == 1
    harbour.clock.advance(LONG * 1000)
    await of_lane(process.connect(harbour.home), LANE, 1, SETTINGS, harbour.surroundings.effects)
    assert len(process.calls) == 3


async def test_a_region_of_which_no_lane_answers_a_sweep_is_down_and_one_lost_call_is_not() -> None:
    harbour = Harbour()
    harbour.away.cache.faults = failing(code="SERVER_UNAVAILABLE")
    lost = failing()
    harbour.home.cache.faults = lambda method, key: (
        lost(method, key) if key == keys.queue(LANE).encode() else None
    )
    await harbour.worker().sweep()
    assert raised(harbour, "region_down") == [{"region": AWAY, "code": "SERVER_UNAVAILABLE"}]
    failed = [each["region"] for each in raised(harbour, "region_failed")]
    assert (failed.count(HOME), failed.count(AWAY)) == (1, keys.LANES)
