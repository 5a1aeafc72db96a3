"""Lanes: seen, paused, resumed, woken."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from homeport import keys
from homeport.draining.lease import acquire
from homeport.writing.pressure import Depth
from homeport_cli.house import House
from homeport_cli.lanes import OPERATOR, estimate
from homeport_cli.telling import duration, octets, plain
from momento_http_shim.outcomes import Failed, Found
from momento_http_shim.topics import TopicMessage
from tests.clients.cli_world import AWAY, HOME, Bay, about, refuses, takes

TARGET = "/items/7"
LANE = keys.lane_of(about(TARGET).key)


def lanes(bay: Bay, region: str = HOME) -> list[dict[str, Any]]:
    (found,) = json.loads(bay.run("status", "--region", region, "--json").said)
    return list(found["lanes"])


def test_the_state_tells_what_waits_and_for_how_long(bay: Bay) -> None:
    bay.accept(TARGET)
    found = lanes(bay)
    assert [each["waiting"] for each in found] == [int(lane == LANE) for lane in range(keys.LANES)]
    assert 0 <= found[LANE]["oldest"] < 60_000
    assert "free" in bay.run("status").said
    assert bay.run("status").code == 0


def test_dead_letters_are_something_wrong(bay: Bay) -> None:
    bay.accept(TARGET)
    bay.drain(TARGET, refuses)
    done = bay.run("status")
    assert (done.code, f"{HOME}: dead letters: 1" in done.errors) == (1, True)


def test_what_waits_too_long_is_something_wrong(bay: Bay) -> None:
    bay.accept(TARGET)
    bay.changes["HOMEPORT_ALARM_SECONDS"] = "1"

    async def age(house: House) -> None:
        name = keys.queue(LANE)
        await house.caches[HOME].sorted_set_increment(
            name, await _member(house), -5_000, ttl_seconds=60, refresh_ttl=False
        )

    bay.within(age)
    done = bay.run("status")
    assert (done.code, f"{HOME} lane {LANE}: the oldest member waits for" in done.errors) == (1, True)


async def _member(house: House) -> str:
    found: Any = await house.caches[HOME].sorted_set_fetch_by_score(keys.queue(LANE))
    return bytes(found.elements[0][0]).decode()


def test_a_region_that_does_not_answer_is_exit_code_3(bay: Bay) -> None:
    bay.fault(kind="error", error="unavailable", method="SortedSetLength", cache=f"{bay.prefix}{AWAY}")
    done = bay.run("status")
    assert (done.code, f"{AWAY}: SERVER_UNAVAILABLE" in done.errors) == (3, True)
    assert HOME in done.said


def test_a_paused_lane_is_not_drained_until_it_is_resumed(bay: Bay) -> None:
    write = bay.accept(TARGET)
    assert bay.run("pause", HOME, "--lane", str(LANE), "--for", "1h").code == 0
    assert [each["holder"] for each in lanes(bay)].count("paused by an operator") == 1
    assert 3_500_000 < lanes(bay)[LANE]["held_for"] <= 3_600_000
    assert bay.drain(TARGET, takes).requests == []
    assert bay.run("resume", HOME).code == 0
    assert len(bay.drain(TARGET, takes).requests) == 1
    receipt = bay.receipt(write)
    assert receipt is not None
    assert receipt.state == "applied"


def test_a_lane_that_is_taken_from_a_drain_is_not_freed_before_that_has_ended(bay: Bay) -> None:
    async def begin(house: House) -> None:
        assert not isinstance(await acquire(house.region(HOME), LANE, house.effects), Failed | None)

    bay.within(begin)
    (paused,) = bay.json("pause", HOME, "--lane", str(LANE))
    assert paused["drain_ends_within_ms"] == 35_000
    (resumed,) = bay.json("resume", HOME, "--lane", str(LANE))
    assert 30_000 < resumed["in_ms"] <= 35_000
    assert lanes(bay)[LANE]["holder"] == "paused by an operator"
    assert lanes(bay)[LANE]["held_for"] <= 35_000

    async def word(house: House) -> bytes:
        found = await house.caches[HOME].get_with_hash(keys.lease(LANE), consistent=True)
        assert isinstance(found, Found)
        return bytes(found.value)

    assert bay.within(word).startswith(OPERATOR)


def test_what_is_not_paused_cannot_be_resumed(bay: Bay) -> None:
    done = bay.run("resume", HOME)
    assert (done.code, "nothing is paused" in done.errors) == (1, True)


def test_a_time_that_is_none_and_a_region_that_is_none_are_usage_errors(bay: Bay) -> None:
    assert bay.run("pause", HOME, "--for", "13h").code == 2
    assert bay.run("pause", "mars-1").code == 2


def test_a_drain_is_a_message_for_each_lane(bay: Bay) -> None:
    async def heard(house: House) -> list[str | bytes]:
        events = house.caches[HOME].subscribe(keys.TOPIC)
        first = asyncio.ensure_future(anext(events))
        woken: list[str | bytes] = []
        while not first.done():  # a poll hears what is published after it began
            await asyncio.to_thread(bay.run, "drain", "--region", HOME, "--lane", "3")
        for event in [first.result()]:
            assert isinstance(event, TopicMessage)
            woken.append(event.value)
        await events.aclose()  # type: ignore[attr-defined]  # an async generator
        return woken

    assert bay.within(heard) == ['{"lane":3}']
    done = bay.run("drain")
    assert (done.code, "cron does within a minute" in " ".join(done.said.split())) == (0, True)
    assert len(bay.json("drain")) == 2 * keys.LANES


def test_times_and_sizes_are_said_as_people_say_them() -> None:
    assert [duration(each) for each in (0, 59_000, 200_000, 90_061_000, None)] == [
        "0s",
        "59s",
        "3min 20s",
        "1d 1h",
        "",
    ]
    assert [octets(each) for each in (0, 1023, 2048, 5 * 2**30)] == ["0 B", "1023 B", "2.0 KB", "5.0 GB"]
    assert plain("a\x1b[1m\nb\u202e") == "a\\x1b[1m\nb\\x202e"


def test_octets_are_estimated_by_the_last_note() -> None:
    assert estimate(0, None) == 0
    assert estimate(7, None) is None
    assert estimate(20, Depth(10, 500, 1)) == 1000
