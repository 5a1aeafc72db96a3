from __future__ import annotations

import json

import pytest

from homeport import keys
from homeport.messages import Response
from homeport.writing.status import find
from tests.homeport.homeport_world import NOON, failed, failing
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import World, about, in_one_lane, lane_of

TARGET = in_one_lane(1)[0]
KEY = about(TARGET).key
UNKNOWN = "f" * 32


def state(answer: Response) -> str:
    return str(json.loads(bytes(answer.body))["state"])


async def test_an_accepted_write_is_pending_and_then_applied() -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    assert state(await find(KEY, write.id, world.home)) == "pending"
    await world.drain(lane_of(TARGET))
    answer = await find(KEY, write.id, world.home)
    assert json.loads(bytes(answer.body)) == {
        "id": write.id,
        "state": "applied",
        "origin_status": 200,
        "accepted": NOON,
        "settled": NOON,
        "tries": 1,
    }


async def test_a_receipt_tells_when_it_was_accepted_and_how_often_it_was_tried() -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    world.origin.answers[TARGET] = [Response(503), Response(503)]
    for tries in range(3):
        answer = await find(KEY, write.id, world.home)
        shown = json.loads(bytes(answer.body))
        assert shown == {"id": write.id, "state": "pending", "accepted": NOON, "tries": tries}
        assert answer.headers.get("retry-after") == str(2**tries)
        world.clock.advance(10_000)
        await world.drain(lane_of(TARGET))
    shown = json.loads(bytes((await find(KEY, write.id, world.home)).body))
    assert (shown["state"], shown["settled"], shown["tries"]) == ("applied", NOON + 30_000, 3)


async def test_a_refused_write_is_dead() -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    world.origin.answers[TARGET] = [Response(422)]
    await world.drain(lane_of(TARGET))
    assert state(await find(KEY, write.id, world.home)) == "dead"


async def test_a_terminal_receipt_wins_over_the_entry() -> None:
    """A drain writes the receipt before it clears the entry."""
    world = World()
    write = await world.accepted(TARGET, b"new")
    octets = b'{"format":1,"id":"%s","key":"%s","state":"applied","at":5}' % (write.id.encode(), KEY.encode())
    world.home.cache.store.put(keys.receipt(write.id).encode(), octets, 1000)
    assert state(await find(KEY, write.id, world.home)) == "applied"


async def test_an_unknown_write_is_not_found() -> None:
    world = World()
    await world.accepted(TARGET, b"new")
    assert (await find(KEY, UNKNOWN, world.home)).status == 404


async def test_a_receipt_is_shown_under_its_own_resource_only() -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    await world.drain(lane_of(TARGET))
    assert (await find(about("/items/other").key, write.id, world.home)).status == 404


@pytest.mark.parametrize(
    ("key", "name"), [(KEY, "x"), ("x", UNKNOWN), (KEY, UNKNOWN.upper()), (KEY + "\n", UNKNOWN)]
)
async def test_what_is_no_address_costs_no_call(key: str, name: str) -> None:
    world = World()
    assert (await find(key, name, world.home)).status == 404
    assert world.home.cache.calls == []


async def test_a_silent_region_is_no_proof_of_absence() -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    for methods in ((), ("get_with_hash",)):
        world.home.cache.faults = failing(*methods)
        assert (await find(KEY, write.id, world.home)).status == 503
        assert (await find(KEY, UNKNOWN, world.home)).status == 503


@pytest.mark.parametrize("silent", [b"r:", b"e:"])
async def test_neither_is_half_an_answer(silent: bytes) -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    world.home.cache.faults = lambda _, key: failed() if key.startswith(silent) else None
    assert (await find(KEY, write.id, world.home)).status == 503
    assert (await find(KEY, UNKNOWN, world.home)).status == 503


async def test_a_terminal_receipt_needs_no_entry() -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    await world.drain(lane_of(TARGET))
    world.home.cache.faults = lambda _, key: failed() if key.startswith(b"e:") else None
    assert state(await find(KEY, write.id, world.home)) == "applied"


async def test_a_silent_region_says_nothing_about_the_write() -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    world.home.cache.faults = failing()
    answer = await find(KEY, write.id, world.home)
    assert answer.status == 503
    assert b"written" not in bytes(answer.body)


@pytest.mark.parametrize("octets", [b"5", b'{"format":2,"state":"applied"}'])
async def test_a_receipt_that_nobody_here_can_read_is_not_its_absence(octets: bytes) -> None:
    world = World()
    world.home.cache.store.put(keys.receipt(UNKNOWN).encode(), octets, 1000)
    assert (await find(KEY, UNKNOWN, world.home)).status == 503


@pytest.mark.parametrize("call", [1, 2, 3])
async def test_a_write_that_is_settled_while_it_is_asked_for_is_never_unknown(call: int) -> None:
    """1 the receipt, 2 the entry, 3 the receipt again where neither knew it."""
    world = World()
    write = await world.accepted(TARGET, b"new")

    async def drain() -> None:
        report = await world.drain(lane_of(TARGET))
        assert report is not None
        assert report.settled == 1

    process = Process(before={call: drain})
    answer = await find(KEY, write.id, process.connect(world.home))
    assert answer.status == 200
    assert state(answer) == ("pending" if call == 3 else "applied")


async def test_every_look_is_consistent() -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    home = Process().connect(world.home)
    await find(KEY, write.id, home)
    await find(KEY, UNKNOWN, home)
    assert home.cache.consistent == [True] * 5
