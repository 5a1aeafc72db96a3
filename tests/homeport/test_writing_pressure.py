"""The bounds of a lane: its marks, the isolate's look at it, and what becomes of writes under pressure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport import keys, queues
from homeport.messages import Response
from homeport.writing.gauge import INTERVAL_MS, Gauge
from homeport.writing.pressure import Depth, Marks, decode, encode, pressing
from momento_http_shim.conditions import NotEqual
from momento_http_shim.outcomes import Done
from tests.homeport.homeport_world import NOON, failing
from tests.homeport.seal_world import Sealing, detail
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import about, lane_of

TARGET = "/all/1"
ALL = ("members", "octets", "seconds")
MARKS = Marks(members=4, octets=1000, seconds=60)


def judged(length: int, noted: Depth | None = None, *, on: bool = False) -> tuple[str, ...]:
    return pressing(length, noted, NOON, MARKS, on=on)


@pytest.mark.parametrize(
    ("length", "noted", "off", "on"),
    [
        (0, None, (), ()),
        (2, None, (), ()),
        (3, None, (), ("members",)),
        (4, None, (), ("members",)),
        (5, None, ("members",), ("members",)),
        (1, Depth(1, 501), (), ("octets",)),
        (1, Depth(1, 1001), ("octets",), ("octets",)),
        (1, Depth(2, 2002), ("octets",), ("octets",)),  # as many octets a member as it saw
        (2, Depth(1, 501), ("octets",), ("octets",)),
        (1, Depth(1, 0, NOON - 61_000), ("seconds",), ("seconds",)),
        (1, Depth(1, 0, NOON - 60_000), (), ("seconds",)),
        (1, Depth(1, 0, NOON - 30_000), (), ()),
        (0, Depth(9, 9999, NOON - 61_000), (), ()),
        (9, Depth(9, 9999, NOON - 61_000), ALL, ALL),
    ],
)
def test_pressure_comes_over_the_high_mark_and_goes_under_the_low_one(
    length: int, noted: Depth | None, off: tuple[str, ...], on: tuple[str, ...]
) -> None:
    assert (judged(length, noted), judged(length, noted, on=True)) == (off, on)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 5000), st.integers(0, 200_000))
def test_what_presses_when_it_is_off_presses_when_it_is_on(
    length: int, members: int, octets: int, age: int
) -> None:
    noted = Depth(members, octets, NOON - age)
    assert set(judged(length, noted)) <= set(judged(length, noted, on=True))


@given(st.integers(0), st.integers(0), st.none() | st.integers(1))
def test_a_note_comes_out_as_it_went_in(members: int, octets: int, oldest: int | None) -> None:
    assert decode(encode(Depth(members, octets, oldest))) == Depth(members, octets, oldest)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b'{"format":2,"members":1,"octets":1,"oldest":1}',
        b'{"format":1,"members":"x","octets":1,"oldest":1}',
    ],
)
def test_a_note_that_is_damaged_says_nothing(note: bytes) -> None:
    assert decode(note) is None


async def pressed_world() -> Sealing:
    """Five writes of other resources wait in the lane, and one more was accepted: a look followed."""
    world = Sealing(gauge=Gauge(MARKS))
    queue = keys.queue(lane_of(TARGET))
    waiting = {f"other/{n}": float(NOON) for n in range(5)}
    await world.home.cache.sorted_set_put(queue, waiting, ttl_seconds=60, refresh_ttl=True)
    assert (await world.put(b"{}", target=TARGET)).status == 202
    return world


def emitted(world: Sealing) -> list[tuple[str, object]]:
    return [
        (name, fields["what"]) for name, fields in world.surroundings.events if name.startswith("pressure")
    ]


async def test_over_the_mark_a_write_to_a_resource_that_waits_for_nothing_goes_to_the_origin() -> None:
    world = await pressed_world()
    assert emitted(world) == [("pressure_on", "members")]
    free = next(t for n in range(100, 200) if lane_of(t := f"/all/{n}") == lane_of(TARGET))
    answer = await world.put(b"{}", ("cookie", "a=1"), target=free)
    assert (answer.status, "straight pressure" in detail(answer)) == (204, True)
    assert world.origin.requests[-1].headers.get("cookie") == "a=1"
    assert world.home.kept(about(free).key) is not None  # marked stale: it was told of the write


async def test_over_the_mark_a_write_that_would_overtake_is_refused_and_the_drain_kicked() -> None:
    world = await pressed_world()
    world.clock.advance(10_000)
    world.kicks.kicks.clear()
    answer = await world.put(b"{}", target=TARGET)
    assert isinstance(answer, Response)
    assert (answer.status, answer.headers.get("retry-after")) == (503, "2")
    assert world.kicks.kicks == [(world.home.name, lane_of(TARGET))]
    assert not world.origin.requests


async def test_over_the_mark_and_without_the_origin_the_answer_is_503_to_come_again() -> None:
    world = await pressed_world()
    world.origin.down = True
    free = next(t for n in range(100, 200) if lane_of(t := f"/all/{n}") == lane_of(TARGET))
    answer = await world.put(b"{}", target=free)
    assert isinstance(answer, Response)
    assert (answer.status, answer.headers.get("retry-after")) == (503, "30")


async def test_writes_to_another_lane_are_accepted_all_the_while() -> None:
    world = await pressed_world()
    elsewhere = next(t for n in range(99) if lane_of(t := f"/all/{n}") != lane_of(TARGET))
    assert (await world.put(b"{}", target=elsewhere)).status == 202


async def test_under_the_low_mark_writes_are_accepted_again() -> None:
    world = await pressed_world()
    queue = keys.queue(lane_of(TARGET))
    await world.home.cache.sorted_set_remove(queue, [f"other/{n}" for n in range(5)])
    free = next(t for n in range(100, 200) if lane_of(t := f"/all/{n}") == lane_of(TARGET))
    world.clock.advance(INTERVAL_MS)
    assert (await world.put(b"{}", target=free)).status == 204  # it looks behind this one
    assert (await world.put(b"{}", target=free)).status == 202
    assert emitted(world) == [("pressure_on", "members"), ("pressure_off", "members")]


async def test_an_isolate_looks_at_a_lane_once_in_two_seconds() -> None:
    world, process = Sealing(gauge=Gauge(MARKS)), Process()
    looks = []
    for advance in (0, 0, INTERVAL_MS - 1, 1, INTERVAL_MS):
        world.clock.advance(advance)
        await world.put(b"{}", target=TARGET, by=process)
        looks.append(sum("sorted_set_length" in call for call in process.calls))
    assert looks == [1, 1, 1, 2, 3]


async def test_a_look_that_fails_changes_nothing() -> None:
    world = await pressed_world()
    world.clock.advance(INTERVAL_MS)
    free = next(t for n in range(100, 200) if lane_of(t := f"/all/{n}") == lane_of(TARGET))
    world.home.cache.faults = failing("sorted_set_length")
    await world.put(b"{}", target=free)
    assert (await world.put(b"{}", target=free)).status == 204
    assert emitted(world) == [("pressure_on", "members")]


async def test_a_note_of_old_writes_presses() -> None:
    world = Sealing(gauge=Gauge(MARKS))
    note = encode(Depth(1, 1, NOON - 61_000))
    name = keys.depth(lane_of(TARGET))
    await world.home.cache.set_if(name, note, NotEqual(b"-"), ttl_seconds=60)
    assert isinstance(await queues.put(world.home, about(TARGET).key, "old", NOON - 61_000), Done)
    await world.put(b"{}", target=TARGET)
    assert emitted(world) == [("pressure_on", "seconds")]


async def test_a_write_that_waits_alone_is_not_looked_into() -> None:
    world, process = Sealing(gauge=Gauge(MARKS)), Process()
    await world.put(b"{}", target=TARGET, by=process)
    assert any("sorted_set_length" in call for call in process.calls)
    assert not any("depth:" in call for call in process.calls)


async def test_without_a_gauge_nobody_looks() -> None:
    world, process = Sealing(), Process()
    assert (await world.put(b"{}", target=TARGET, by=process)).status == 202
    assert not [call for call in process.calls if "sorted_set_length" in call or "depth:" in call]
