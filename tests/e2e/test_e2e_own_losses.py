"""What the protocol promises when parts are lost on the real runtime: workers, triggers, calls, entries, the origin."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from homeport import keys
from homeport.reading.key import resource
from local.stack import node, observer
from local.stack.process import Process
from local.stack.stack import Plan, Stack, running
from local.stack.wrangler import await_ready, dev
from tests.e2e.e2e_rig import cron, eventually, fault, held, write_all_in_silence

pytestmark = pytest.mark.timeout(300)
"""A start of the stack, a restart, and what waits: on a machine that has other things to do."""

LONG_SECONDS = 90.0
"""For hundreds of writes."""

REGION, COUNTRY = "ap-northeast-1", "JP"
BUDGET = 100
"""Writes that one invocation settles."""


JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """One of its own: its parts are killed, and its origin has a moment's latency."""
    with running(Plan(seed=1, origin_latency_ms=5)) as stack:
        yield stack
        for name in ("wrangler", "items"):
            stack.processes[name].end()  # what the tests started in place of what they killed


def body(name: str, quantity: int = 1) -> bytes:
    return json.dumps({"id": name, "name": "x", "quantity": quantity}, separators=(",", ":")).encode()


def journal(stack: Stack, prefix: str) -> list[tuple[str, str]]:
    """Item and Idempotency-Key of every PUT that the origin took, in order, repeated ones included."""
    with closing(sqlite3.connect(f"file:{stack.database}?mode=ro", uri=True)) as connection:
        rows: list[tuple[str, str]] = connection.execute(
            "SELECT path, idempotency_key FROM requests WHERE method = 'PUT' AND path LIKE ? AND status < 300"
            " ORDER BY rowid",
            (f"/api/items/{prefix}-%",),
        ).fetchall()
    return [(path.rpartition("/")[2], key) for path, key in rows]


def in_order(stack: Stack, prefix: str) -> dict[str, list[str]]:
    """By item: the names of its writes, in the order in which the origin first took them."""
    found: dict[str, list[str]] = {}
    for item, key in journal(stack, prefix):
        if key not in (taken := found.setdefault(item, [])):
            taken.append(key)
    return found


def kill_workers(stack: Stack) -> None:
    """End wrangler and its workerd at once, as a power cut would."""
    listing = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listing.splitlines()[1:]]
    guard = stack.processes["wrangler"]
    (group,) = [int(pid) for pid, parent in rows if int(parent) == guard.guard]
    os.killpg(group, signal.SIGKILL)
    guard.wait()


def restarted_workers(stack: Stack) -> Process:
    """New workers at the same address, over the same caches and origin."""
    run = node.CACHE / "runs" / stack.log.parent.name
    port = int(stack.edge.rpartition(":")[2])
    # Killed, wrangler has not taken itself off its own list of workers that run on this machine.
    shutil.rmtree(run / "config", ignore_errors=True)
    workers = dev(run, ("wrangler.toml", "wrangler.sync.toml"), port, stack.log)
    await_ready(f"{stack.edge}/.homeport/where", workers, lambda answer: "cache-status" in answer.headers)
    return workers


def drained(stack: Stack) -> None:
    """Let cron come round until nothing waits."""

    def left() -> int:
        if waiting := observer.depth(stack, REGION):
            cron(stack)
        return waiting

    eventually(left, lambda waiting: not waiting, within=LONG_SECONDS)


def test_workers_killed_amid_a_drain_of_500_writes_apply_each_once_and_in_order(stack: Stack) -> None:
    items = [f"killed-{n}" for n in range(100)]
    writes = [(item, body(item, turn)) for turn in range(5) for item in items]
    addresses = write_all_in_silence(
        stack, REGION, [(f"/api/items/{item}", content) for item, content in writes]
    )
    names: dict[str, list[str]] = {}
    for (item, _), address in zip(writes, addresses, strict=True):
        names.setdefault(item, []).append(address.rpartition("/")[2])

    cron(stack)
    eventually(lambda: len(journal(stack, "killed")), lambda taken: taken >= 50)
    kill_workers(stack)
    assert 50 <= len({key for _, key in journal(stack, "killed")}) < 500
    stack.processes["wrangler"] = restarted_workers(stack)
    # The killed drains' leases end by themselves, thirty seconds later by the caches' clock.
    httpx.post(f"{stack.admin}/clock", json={"advance_ms": 31_000}).raise_for_status()
    drained(stack)
    assert in_order(stack, "killed") == names
    for item in items:
        assert observer.row(stack, item) == (body(item, 4).decode(), 5)
    assert max(Counter(key for _, key in journal(stack, "killed")).values()) <= 2, (
        "more than what was under way"
    )


def test_one_kick_drains_more_than_an_invocation_may_settle(stack: Stack) -> None:
    """No webhook, no cron: whoever has used up what it may call wakes the next one."""
    names = [f"budget-{n}" for n in range(600)]
    in_lane = [name for name in names if lane_of(stack, name) == 0][: BUDGET + 20]
    with fault(stack, kind="drop_webhook"), observer.visitor(stack, COUNTRY) as visitor:
        paths = [(f"/api/items/{name}", body(name)) for name in in_lane]
        write_all_in_silence(stack, REGION, paths[1:])
        assert visitor.put(paths[0][0], content=paths[0][1], headers=JSON).status_code == 202
        eventually(lambda: len(in_order(stack, "budget")), lambda taken: taken == len(in_lane), LONG_SECONDS)
    assert set(in_order(stack, "budget")) == set(in_lane)


@pytest.mark.parametrize("percent", [1, 10, 50])
def test_what_is_accepted_among_errors_is_applied_and_what_is_refused_is_not(
    stack: Stack, percent: int
) -> None:
    """Each try writes to an item of its own, so that the origin tells which of them it has."""
    accepted: dict[str, str] = {}
    refused: set[str] = set()
    errors = {"kind": "error", "region": REGION, "error": "unavailable", "probability": percent / 100}
    with fault(stack, **errors), observer.visitor(stack, COUNTRY) as visitor:
        for n in range(24):
            for attempt in range(4):
                name = f"errors{percent}-{n}-{attempt}"
                answer = visitor.put(f"/api/items/{name}", content=body(name), headers=JSON)
                if answer.status_code == 202:
                    accepted[name] = answer.headers["location"]
                    break
                assert answer.status_code == 503
                if "nothing was written" in answer.json()["detail"]:
                    refused.add(name)
    assert accepted
    assert percent < 50 or refused
    with observer.visitor(stack, COUNTRY) as visitor:
        left = set(accepted)

        def settled() -> set[str]:
            for name in sorted(left):
                if visitor.get(accepted[name]).json().get("state") == "applied":
                    left.remove(name)
            if left:
                cron(stack)
            return left

        eventually(settled, lambda names: not names, within=LONG_SECONDS)
    taken = in_order(stack, f"errors{percent}")
    assert all(observer.row(stack, name) == (body(name).decode(), 1) for name in accepted)
    assert all(len(taken[name]) == 1 for name in accepted)
    assert not refused & set(taken)


def test_writes_that_an_evicted_entry_takes_along_are_named_lost(stack: Stack) -> None:
    name = "evicted-1"
    key = resource(stack.origin, f"/api/items/{name}").key
    # The drain judges them when they are a minute old: their author's clock is that far behind.
    writes = [(f"/api/items/{name}", body(name, n)) for n in range(20)]
    with held(stack, REGION, keys.lane_of(key)):
        addresses = write_all_in_silence(stack, REGION, writes, ago_ms=61_000)
        wiped = {"cache": f"homeport-{REGION}", "keys": [keys.entry(key)]}
        httpx.post(f"{stack.admin}/regions/{REGION}/wipe", json=wiped).raise_for_status()
    cron(stack)
    with observer.visitor(stack, COUNTRY) as visitor:

        def states() -> set[str | None]:
            return {visitor.get(address).json().get("state") for address in addresses}

        eventually(states, lambda found: found == {"lost"})
    assert not in_order(stack, "evicted")
    ids = {address.rpartition("/")[2] for address in addresses}

    def named() -> set[str]:
        lines = [line for line in stack.log.read_text().splitlines() if '"write_lost"' in line]
        return {name for name in ids if any(name in line for line in lines)}

    assert eventually(named, lambda found: found == ids) == ids


def test_writes_accepted_while_the_origin_is_down_are_applied_in_order_when_it_is_back(stack: Stack) -> None:
    """Ten minutes of it, by the clock of the tests: test_draining_outage.py. Here it is down for some seconds."""
    port = int(stack.origin.rpartition(":")[2])
    stack.processes["items"].end()
    names: dict[str, list[str]] = {}
    with observer.visitor(stack, COUNTRY) as visitor:
        for turn in range(4):
            for n in range(5):
                item = f"outage-{n}"
                answer = visitor.put(f"/api/items/{item}", content=body(item, turn), headers=JSON)
                assert answer.status_code == 202
                names.setdefault(item, []).append(answer.headers["location"].rpartition("/")[2])
                assert visitor.get(f"/api/items/{item}").json()["quantity"] == turn
        eventually(lambda: stack.log.read_text().count('"write_postponed"'), lambda times: times >= 5)
        stack.processes["items"] = origin_again(stack, port)
        drained(stack)
    assert in_order(stack, "outage") == names
    assert all(observer.row(stack, item) == (body(item, 3).decode(), 4) for item in names)


def origin_again(stack: Stack, port: int) -> Process:
    command = [sys.executable, "-m", "local.origins.items", "--database", str(stack.database)]
    items = Process("items", [*command, "--port", str(port)], stack.log.with_name("items.log"))
    items.first_line(30)
    return items


def lane_of(stack: Stack, name: str) -> int:
    return keys.lane_of(resource(stack.origin, f"/api/items/{name}").key)
