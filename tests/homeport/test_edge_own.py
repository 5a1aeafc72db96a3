from __future__ import annotations

import pytest

from homeport import VERSION
from homeport.edge import Edge
from homeport.messages import Headers, Relayed, Request
from homeport.regions.breaker import OPENED, Breaker
from homeport.regions.choose import explain
from homeport.regions.location import Location
from homeport.writing.wake import Waker
from tests.homeport.edge_world import IRELAND, JAPAN, KEY, TARGET, Shore, body_of, status_of
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import (
    AWAY,
    HOME,
    SITE,
    lane_of,
)


async def test_where_tells_the_visitors_regions_nearest_first() -> None:
    shore, process = Shore(), Process()
    answer = await shore.own(Request("GET", "/.homeport/where"), by=process)
    assert body_of(answer) == {
        "version": VERSION,
        "country": "JP",
        "city": "Tokyo",
        "continent": "AS",
        "colo": "NRT",
        "region": HOME,
        "home": False,
        "others": [AWAY],
        "because": "country",
        "place": "JP",
        "milliseconds": dict(zip((HOME, AWAY), explain(JAPAN, (HOME, AWAY)).milliseconds, strict=True)),
    }
    assert (status_of(answer), answer.headers.get("cache-control")) == (
        f'Homeport; detail="{HOME}"',
        "no-store",
    )
    assert process.calls == []
    irish = body_of(await shore.own(Request("GET", "/.homeport/where"), IRELAND))
    assert (irish["region"], irish["others"], irish["city"]) == (AWAY, [HOME], None)


async def test_the_query_of_where_is_read_on_a_developers_machine_only() -> None:
    asked = Request("GET", "/.homeport/where?country=IE&city=Cork")
    deployed = body_of(await Shore().own(asked))
    assert (deployed["region"], deployed["country"], deployed["city"]) == (HOME, "JP", "Tokyo")
    answer = await Shore(local=True).own(asked)
    local = body_of(answer)
    assert (local["region"], local["country"], local["city"]) == (AWAY, "IE", None)
    assert status_of(answer) == f'Homeport; detail="{HOME}"'  # who asks is in Japan all the same


async def test_a_place_that_names_nothing_known_is_refused_on_a_developers_machine() -> None:
    asked = Request("GET", "/.homeport/where?land=IE")
    answer = await Shore(local=True).own(asked)
    assert (answer.status, answer.headers.get("content-type")) == (400, "application/problem+json")
    assert "regionCode" in str(body_of(answer)["detail"])
    assert (await Shore().own(asked)).status == 200


async def test_without_a_location_the_first_region_is_home() -> None:
    answer = await Shore().own(Request("GET", "/.homeport/where"), Location())
    assert body_of(answer)["region"] == HOME


async def test_a_receipt_stands_at_its_address() -> None:
    shore = Shore()
    write = await shore.accepted(TARGET, b"new")
    request = Request("GET", f"/.homeport/writes/{KEY}/{write.id}")
    pending = await shore.own(request)
    assert (pending.status, body_of(pending)["state"]) == (200, "pending")
    status_of(pending)
    await shore.drain(lane_of(TARGET))
    assert body_of(await shore.own(request))["state"] == "applied"
    unknown = await shore.own(Request("GET", f"/.homeport/writes/{KEY}/{'f' * 32}"))
    assert (unknown.status, status_of(unknown)) == (404, f'Homeport; detail="{HOME}"')


@pytest.mark.parametrize("path", ["/.homeport/where", f"/.homeport/writes/{KEY}/{'f' * 32}"])
async def test_our_own_addresses_can_be_read_only(path: str) -> None:
    answer = await Shore().own(Request("DELETE", path))
    assert (answer.status, answer.headers.get("allow")) == (405, "GET, HEAD")
    status_of(answer)


@pytest.mark.parametrize(
    "path", ["/.homeport/topics", "/.homeport/", "/.homeport/where/else", "/.homeport/writes/x"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_whatever_else_is_below_ours_is_the_sync_workers(method: str, path: str) -> None:
    shore = Shore()
    answer = await shore.send(Request(method, path))
    assert answer == Relayed(404, None, (("cache-status", "Homeport"),))
    assert (shore.visit.handed, shore.visit.forwarded) == (1, 0)


@pytest.mark.parametrize("what", ["status", "metrics", "console"])
async def test_the_sync_worker_is_told_which_breakers_are_open_in_this_isolate(what: str) -> None:
    shore = Shore()
    breakers = {HOME: Breaker(), AWAY: Breaker()}
    breakers[AWAY].failed(breakers[AWAY].turn, shore.clock())
    asked = Request("GET", f"/.homeport/{what}", Headers([(OPENED, HOME)]))
    for expected in (AWAY, ""):
        edge = Edge(SITE, {HOME: shore.home, AWAY: shore.away}, shore.origin, Waker(shore.kicks), breakers)
        await edge.answer(asked, JAPAN, shore.visit, shore.surroundings.effects)
        assert shore.visit.handed_with == {OPENED: expected}
        breakers[AWAY].answered()
