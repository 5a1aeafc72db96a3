"""Pending writes in an operator's hands."""

from __future__ import annotations

import json

from homeport import keys
from homeport.messages import NoAnswer
from homeport_cli.house import House
from momento_http_shim.conditions import AbsentOrEqual
from momento_http_shim.outcomes import Stored
from tests.clients.cli_world import HOME, Bay, about, takes

TARGET = "/items/7"


def test_what_waits_is_listed_without_its_body(bay: Bay) -> None:
    write = bay.accept(TARGET, b'{"secret":"in the body"}')
    (found,) = bay.json("writes", "ls")
    assert (found["id"], found["state"], found["resource"], found["tries"]) == (write, "pending", TARGET, 0)
    done = bay.run("writes", "ls")
    assert f"{about(TARGET).key}/{write}" in done.said
    assert "in the body" not in done.said


def test_one_is_shown_with_its_body_where_that_is_asked_for(bay: Bay) -> None:
    write = bay.accept(TARGET, b'{"name":"seven"}')
    assert "body" not in bay.json("writes", "show", write)
    found = bay.json("writes", "show", f"/.homeport/writes/{about(TARGET).key}/{write}", "--body")
    assert (found["state"], found["method"], found["body"]) == ("pending", "PUT", '{"name":"seven"}')


def test_a_settled_one_is_shown_by_its_receipt(bay: Bay) -> None:
    write = bay.accept(TARGET)
    bay.drain(TARGET, takes)
    assert bay.json("writes", "show", f"{about(TARGET).key}/{write}")["state"] == "applied"
    assert bay.json("writes", "ls") == []


def test_a_retried_write_is_due_now_and_so_are_those_before_it(bay: Bay) -> None:
    first, second = bay.accept(TARGET, b"1"), bay.accept(TARGET, b"2")
    bay.drain(TARGET, lambda _: NoAnswer("down"))
    entry = bay.entry(TARGET)
    assert entry is not None
    assert entry.pending[0].not_before > 0
    assert bay.json("writes", "retry", second)["due"] == [first, second]
    entry = bay.entry(TARGET)
    assert entry is not None
    assert [(each.id, each.not_before, each.tries) for each in entry.pending] == [
        (first, 0, 1),
        (second, 0, 0),
    ]
    assert len(bay.drain(TARGET, takes).requests) == 2


def test_a_dropped_write_is_dead_and_kept_and_never_sent(bay: Bay) -> None:
    dropped, kept = bay.accept(TARGET, b"1"), bay.accept(TARGET, b"2")
    done = bay.run("writes", "drop", dropped, "--yes")
    assert done.code == 0
    receipt = bay.receipt(dropped)
    assert receipt is not None
    assert (receipt.state, receipt.reason) == ("dead", "dropped by the operator")
    entry = bay.entry(TARGET)
    assert entry is not None
    assert [each.id for each in entry.pending] == [kept]
    (letter,) = bay.json("dead", "ls")
    assert (letter["id"], letter["reason"]) == (dropped, "dropped by the operator")
    assert [bytes(each.body) for each in bay.drain(TARGET, takes).requests] == [b"2"]
    assert '"event": "write_dead"' in done.errors


def test_nothing_is_dropped_unless_it_is_agreed_to(bay: Bay) -> None:
    write = bay.accept(TARGET)
    done = bay.run("writes", "drop", write, answer="n\n")
    assert (done.code, "Nothing was done." in done.errors) == (1, True)
    assert bay.receipt(write) is None
    assert bay.run("writes", "drop", write, answer="y\n").code == 0


def test_one_that_a_drain_may_be_sending_is_not_dropped(bay: Bay) -> None:
    write, lane = bay.accept(TARGET), keys.lane_of(about(TARGET).key)

    async def drained(house: House) -> None:
        condition = AbsentOrEqual(b"free")
        taken = await house.caches[HOME].set_if(keys.lease(lane), b"a drain", condition, ttl_seconds=30)
        assert isinstance(taken, Stored)

    bay.within(drained)
    done = bay.run("writes", "drop", write, "--yes")
    assert done.code == 1
    assert f"lane {lane} is being drained" in done.errors
    assert bay.receipt(write) is None


def test_one_of_a_paused_lane_is_dropped_and_the_lane_stays_paused(bay: Bay) -> None:
    write, lane = bay.accept(TARGET), keys.lane_of(about(TARGET).key)
    assert bay.run("pause", HOME).code == 0
    assert bay.run("writes", "drop", write, "--yes").code == 0
    (home,) = json.loads(bay.run("status", "--region", HOME, "--json").said)
    assert home["lanes"][lane]["holder"] == "paused by an operator"


def test_one_that_nobody_knows_is_said_to_be_unknown(bay: Bay) -> None:
    done = bay.run("writes", "show", "0" * 32)
    assert (done.code, "No write" in done.errors) == (1, True)
