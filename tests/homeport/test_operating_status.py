"""What waits, as an operator sees it: status and metrics."""

from __future__ import annotations

import re

import pytest

from homeport import VERSION, keys
from homeport.draining.lease import acquire
from homeport.messages import NoAnswer
from homeport.operating.shown import METRICS, escaped
from homeport.regions.breaker import OPENED
from homeport.writing.pressure import Depth, encode
from momento_http_shim.conditions import Absent
from tests.homeport.homeport_world import NOON, failing
from tests.homeport.operating_world import READER, dead, harbour, read, sent
from tests.homeport.sync_world import LANE, TARGET, Harbour
from tests.homeport.writing_world import AWAY, HOME, in_one_lane

IDLE = {
    "lane": 0,
    "depth": 0,
    "octets": 0,
    "oldest_age_seconds": None,
    "read_mark": None,
    "state": "free",
    "pauses": 0,
    "error": None,
}


async def scraped(of: Harbour, *fields: tuple[str, str]) -> dict[str, float]:
    """Every sample of the metrics, by name and labels."""
    answer = await sent(of, "GET", "metrics", READER, *fields)
    assert answer.headers.get("content-type") == "text/plain; version=0.0.4; charset=utf-8"
    samples, typed = dict[str, float](), set[str]()
    for line in bytes(answer.body).decode().splitlines():
        if line.startswith("#"):
            found = re.fullmatch(r"# (HELP|TYPE) (homeport_[a-z_]+) (.+)", line)
            assert found, line
            typed.add(f"{found[1]} {found[2]}")
            assert found[1] == "HELP" or found[3] == "gauge"
            continue
        found = re.fullmatch(r'((homeport_[a-z_]+)\{[a-z]+=".*"\}) ([0-9.]+)', line)
        assert found, line
        assert {f"HELP {found[2]}", f"TYPE {found[2]}"} <= typed
        assert found[1] not in samples
        samples[found[1]] = float(found[3])
    return samples


async def test_an_idle_region_shows_empty_lanes_and_costs_two_calls_each_and_one() -> None:
    of = harbour()
    shown = await read(of, "status")
    assert (shown["at"], shown["version"]) == (NOON, VERSION)
    assert [*shown["regions"]] == [HOME, AWAY]
    for region in shown["regions"].values():
        assert region["lanes"] == [IDLE | {"lane": lane} for lane in range(keys.LANES)]
        assert (region["error"], region["dead_letters"], region["breaker"]) == (None, 0, None)
    assert of.budgets[-1].spent == 2 * (2 * keys.LANES + 1)


async def test_a_lane_shows_how_much_waits_since_when_and_up_to_when_all_is_settled() -> None:
    of = harbour()
    for n, target in enumerate(in_one_lane(3, LANE)):
        await of.accepted(target, b"%d" % n)
        of.clock.advance(1_500)
    of.home.cache.store.put(keys.depth(LANE).encode(), encode(Depth(2, 20, NOON)), 300_000)
    lane = (await read(of, f"status?region={HOME}"))["regions"][HOME]["lanes"][LANE]
    assert lane == IDLE | {"depth": 3, "octets": 30, "oldest_age_seconds": 4.5, "read_mark": NOON - 1}
    samples = await scraped(of)
    at = f'{{region="{HOME}",lane="{LANE}"}}'
    assert samples[f"homeport_queue_depth{at}"] == 3
    assert samples[f"homeport_queue_bytes{at}"] == 30
    assert samples[f"homeport_queue_oldest_age_seconds{at}"] == 4.5
    assert samples[f"homeport_queue_read_mark_timestamp_seconds{at}"] == (NOON - 1) / 1000
    idle = f'{{region="{AWAY}",lane="{LANE}"}}'
    assert samples[f"homeport_queue_oldest_age_seconds{idle}"] == 0
    assert f"homeport_queue_read_mark_timestamp_seconds{idle}" not in samples


async def test_of_a_lane_that_no_drain_noted_the_octets_are_not_known() -> None:
    of = harbour()
    await of.accepted(TARGET, b"new")
    assert (await read(of, "status"))["regions"][HOME]["lanes"][LANE]["octets"] is None
    assert f'homeport_queue_bytes{{region="{HOME}",lane="{LANE}"}}' not in await scraped(of)


async def test_a_drained_lane_shows_its_drainer_and_a_paused_one_its_pauses() -> None:
    of = harbour()
    await acquire(of.home, 1, of.surroundings.effects)
    for target in in_one_lane(6, LANE):
        await of.accepted(target, b"new")
        of.origin.answers[target] = [NoAnswer("down")]
    await of.drain(LANE)
    lanes = (await read(of, "status"))["regions"][HOME]["lanes"]
    assert [lane["state"] for lane in lanes] == ["paused", "draining", "free", "free"]
    assert [lane["pauses"] for lane in lanes] == [1, 0, 0, 0]
    samples = await scraped(of)
    assert samples[f'homeport_lane_paused{{region="{HOME}",lane="0"}}'] == 1
    assert samples[f'homeport_lane_draining{{region="{HOME}",lane="1"}}'] == 1
    assert samples[f'homeport_lane_draining{{region="{HOME}",lane="0"}}'] == 0


async def test_a_lane_that_an_operator_holds_is_paused_and_not_drained() -> None:
    """Drained it would look as if somebody worked."""
    of = harbour()
    word = b"paused:operator:1700000000000"  # as `homeport pause` puts it
    await of.home.cache.set_if(keys.lease(0), word, Absent(), ttl_seconds=3_600)
    lane = (await read(of, "status"))["regions"][HOME]["lanes"][0]
    assert (lane["state"], lane["pauses"]) == ("paused", 0)
    page = bytes((await sent(of, "GET", "console")).body).decode()
    assert f"{HOME}: 1 lane paused." in page
    assert "in a row" not in page


async def test_dead_letters_are_counted() -> None:
    of = harbour()
    await dead(of)
    assert (await read(of, "status"))["regions"][HOME]["dead_letters"] == 1
    assert (await scraped(of))[f'homeport_dead_letters{{region="{HOME}"}}'] == 1


async def test_a_region_that_does_not_answer_is_named_and_keeps_nothing_from_the_others() -> None:
    of = harbour()
    of.away.cache.faults = failing()
    regions = (await read(of, "status"))["regions"]
    assert (regions[AWAY]["error"], regions[AWAY]["dead_letters"]) == ("TIMEOUT_ERROR", None)
    assert {lane["state"] for lane in regions[AWAY]["lanes"]} == {None}
    assert regions[HOME]["error"] is None
    samples = await scraped(of)
    assert samples[f'homeport_region_up{{region="{AWAY}"}}'] == 0
    assert samples[f'homeport_region_up{{region="{HOME}"}}'] == 1
    assert [name for name in samples if AWAY in name] == [f'homeport_region_up{{region="{AWAY}"}}']


@pytest.mark.parametrize("method", ["sorted_set_length", "get", "sorted_set_fetch_by_score"])
async def test_whichever_call_fails_the_status_is_shown(method: str) -> None:
    of = harbour()
    await of.accepted(TARGET, b"new")
    of.home.cache.faults = failing(method)
    assert (await read(of, "status"))["regions"][HOME]["error"] == "TIMEOUT_ERROR"


async def test_the_breakers_are_those_of_the_edge_isolate_that_was_asked() -> None:
    of, said = harbour(), (OPENED, f"us-east-1, {AWAY}")
    regions = (await read(of, "status", READER, said))["regions"]
    assert [regions[name]["breaker"] for name in (HOME, AWAY)] == ["closed", "open"]
    samples = await scraped(of, said)
    assert [samples[f'homeport_breaker_open{{region="{name}"}}'] for name in (HOME, AWAY)] == [0, 1]
    assert not [name for name in await scraped(of) if "breaker" in name]


async def test_a_small_budget_leaves_out_what_it_cannot_pay_for() -> None:
    of = harbour()
    of.subrequests = 26
    for lane in range(keys.LANES):
        for region in (of.home, of.away):
            await of.accept(of.write(in_one_lane(1, lane)[0], b"new"), at=region)
    regions = (await read(of, "status"))["regions"]
    depths = [lane["depth"] for region in regions.values() for lane in region["lanes"]]
    assert set(depths) == {1, None}
    assert of.budgets[-1].spent <= of.subrequests
    ages = [lane["oldest_age_seconds"] for region in regions.values() for lane in region["lanes"]]
    assert ages == [0.0] * 8


def test_a_labels_value_is_escaped() -> None:
    assert escaped('a\\b"c\nd') == r"a\\b\"c\nd"


def test_every_metric_is_homeports() -> None:
    assert all(re.fullmatch(r"homeport_[a-z_]+", name) and said.endswith(".") for name, said in METRICS)
