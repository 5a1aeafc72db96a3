"""What the protocol promises when parts are lost on the real runtime: workers, triggers, calls, entries, the origin."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from homeport import keys
from homeport.reading.key import resource
from local.stack import node, observer
from local.stack.process import Process
from local.stack.stack import Plan, Stack, running
from local.stack.wrangler import await_ready, dev
from tests.e2e.e2e_rig import cron, eventually, fault, write_all_in_silence

REGION, COUNTRY = "ap-northeast-1", "JP"
BUDGET = 100
"""Writes that one invocation settles."""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """One of its own: its parts are killed, and its origin has a moment's latency."""
    with running(Plan(seed=1, origin_latency_ms=5)) as stack:
        yield stack


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
    workers = dev(run, ("wrangler.toml", "wrangler.sync.toml"), port, stack.log)
    await_ready(f"{stack.edge}/.homeport/where", workers, lambda answer: "cache-status" in answer.headers)
    return workers


def drained(stack: Stack) -> None:
    """Let cron come round until nothing waits."""

    def left() -> int:
        if waiting := observer.depth(stack, REGION):
            cron(stack)
        return waiting

    eventually(left, lambda waiting: not waiting)


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
    try:
        # The killed drains' leases end by themselves, thirty seconds later by the caches' clock.
        httpx.post(f"{stack.admin}/clock", json={"advance_ms": 31_000}).raise_for_status()
        drained(stack)
        assert in_order(stack, "killed") == names
        for item in items:
            row = observer.row(stack, item)
            assert row is not None
            assert row[1] == 5, f"{item} was written {row[1]} times"
            assert json.loads(row[0])["quantity"] == 4
        repeated = Counter(key for _, key in journal(stack, "killed"))
        assert max(repeated.values()) <= 2, "only what was under way is sent again"
    finally:
        request_end = stack.processes["wrangler"]
        assert request_end.alive()
