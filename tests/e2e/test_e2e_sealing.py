"""A write with credentials on the real runtime: sealed by workerd's WebCrypto, opened by the other worker."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from homeport.reading.key import resource
from local.stack import observer
from local.stack.stack import Plan, Stack, running
from tests.e2e.e2e_rig import eventually
from tests.e2e.scripted_origin import Origin, Reply, scripted_origin

KEY = "one:" + "A" * 43
JAPAN, PATH = "ap-northeast-1", "/own/1"
ALICE = {"cookie": "theme=dark; sid=alice-secret"}


@pytest.fixture(scope="module")
def origin() -> Iterator[Origin]:
    with scripted_origin() as origin:
        yield origin


@pytest.fixture(scope="module")
def stack(origin: Origin) -> Iterator[Stack]:
    routes = Path(__file__).with_name("sealing_routes.py")
    plan = Plan(origin=origin.url, routes=routes, variables={"HOMEPORT_SEAL_KEYS": KEY})
    with running(plan) as stack:
        yield stack


def test_its_author_reads_it_at_once_and_the_origin_gets_the_credentials(
    stack: Stack, origin: Origin
) -> None:
    let = threading.Event()
    origin.says(PATH, Reply(404), Reply(204, held=let))
    key = resource(origin.url, PATH).key
    with observer.visitor(stack, "JP") as visitor:
        visitor.get(PATH)  # the first answer is the 404: everything after it waits
        accepted = visitor.put(PATH, json={"n": 1}, headers=ALICE)
        assert accepted.status_code == 202
        entry = observer.entry(stack, JAPAN, key)
        assert entry is not None
        (item,) = entry.pending
        assert item.sealed.startswith("one.")
        assert "secret" not in repr([*item.header])
        read = visitor.get(PATH, headers=ALICE)
        assert (read.json(), read.headers["cache-control"]) == ({"n": 1}, "private, no-store")
        let.set()
        eventually(lambda: observer.waiting(stack, JAPAN, key), lambda left: not left)
    (replay,) = [fields for method, fields in origin.got[PATH] if method == "PUT"]
    assert replay["cookie"] == ALICE["cookie"]
    settled = observer.entry(stack, JAPAN, key)
    assert settled is not None
    assert (settled.kind, settled.whose) == ("marker", "")
    assert "alice-secret" not in stack.log.read_text()


def test_nobody_else_is_shown_it(stack: Stack, origin: Origin) -> None:
    path = "/own/2"
    origin.says(path, Reply(503))
    with observer.visitor(stack, "JP") as visitor:
        assert visitor.put(path, json={"n": 2}, headers=ALICE).status_code == 202
        for fields in ({}, {"cookie": "sid=bob"}):
            answer = visitor.get(path, headers=fields)
            assert answer.status_code == 503
            assert "fwd=bypass" in answer.headers["cache-status"]
        assert visitor.put(path, json={"n": 3}, headers={"cookie": "sid=bob"}).status_code == 503
        assert visitor.get(path, headers=ALICE).json() == {"n": 2}
