"""An operator looks and acts over HTTP, on the real runtime."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import pytest

from homeport import keys
from local.stack import observer
from local.stack.stack import Stack
from tests.e2e.e2e_rig import eventually, fault, home_again

HOME = "ap-northeast-1"
PATH = "/api/items/patched-operated"


def operate(stack: Stack, method: str, target: str, *, token: str | None = None) -> httpx.Response:
    headers = {"authorization": f"Bearer {token or stack.operate_token}"}
    return httpx.request(method, f"{stack.edge}/.homeport/{target}", headers=headers, timeout=60.0)


def refused_write(stack: Stack, visitor: httpx.Client, method: str, path: str, body: dict[str, Any]) -> str:
    """The id of a write that was accepted, and that the origin refused."""
    kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
    accepted = visitor.request(method, path, content=json.dumps(body), headers={"content-type": kind})
    assert accepted.status_code == 202, accepted.text
    where = accepted.headers["location"]
    settled = eventually(lambda: visitor.get(where).json(), lambda told: told["state"] != "pending")
    assert settled["state"] == "dead"
    write_id: str = where.split("/")[-1]
    eventually(lambda: operate(stack, "GET", f"dead/{write_id}").status_code, lambda status: status == 200)
    return write_id


def test_status_tells_of_every_region_and_lane(stack: Stack) -> None:
    answer = operate(stack, "GET", "status", token=stack.read_token)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    regions = answer.json()["regions"]
    assert {*regions} == {*stack.regions}
    for region in regions.values():
        assert (region["error"], region["breaker"]) in ((None, "closed"), (None, "open"))
        assert [lane["lane"] for lane in region["lanes"]] == [*range(keys.LANES)]
        assert {lane["state"] for lane in region["lanes"]} <= {"free", "draining", "paused"}


def test_the_status_answers_head_too(stack: Stack) -> None:
    answer = operate(stack, "HEAD", "status")
    assert (answer.status_code, answer.content) == (200, b"")


def test_metrics_are_prometheus_text_with_a_region_that_is_down(stack: Stack) -> None:
    with fault(stack, kind="partition", region="eu-central-1"), observer.visitor(stack, "DE") as visitor:
        visitor.get("/api/items/item-48")
        answer = operate(stack, "GET", "metrics", token=stack.read_token)
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.text.splitlines()
    assert "# TYPE homeport_queue_depth gauge" in lines
    assert 'homeport_region_up{region="eu-central-1"} 0' in lines
    assert 'homeport_breaker_open{region="eu-central-1"} 1' in lines
    assert f'homeport_region_up{{region="{HOME}"}} 1' in lines
    home_again(stack, "DE")


def test_a_dead_letter_is_listed_shown_and_sent_again_once_the_origin_can_take_it(stack: Stack) -> None:
    item = {"id": "patched-operated", "name": "mine", "quantity": 1}
    httpx.put(f"{stack.origin}{PATH}", json=item).raise_for_status()
    with observer.visitor(stack, "JP") as visitor:
        eventually(lambda: visitor.get(PATH), lambda answer: "; hit" in answer.headers["cache-status"])
        httpx.delete(f"{stack.origin}{PATH}").raise_for_status()
        write_id = refused_write(stack, visitor, "PATCH", PATH, {"quantity": 5})
        listed = operate(stack, "GET", f"dead?region={HOME}").json()["regions"][HOME]["letters"]
        (line,) = [each for each in listed if each["id"] == write_id]
        assert (line["method"], line["path"], line["status"]) == ("PATCH", PATH, 404)
        shown = operate(stack, "GET", f"dead/{write_id}").json()
        assert json.loads(shown["request"]["body"]) == {"quantity": 5}
        assert (
            "body" not in operate(stack, "GET", f"dead/{write_id}", token=stack.read_token).json()["request"]
        )

        httpx.put(f"{stack.origin}{PATH}", json=item).raise_for_status()
        retried = operate(stack, "POST", f"dead/{write_id}/retry")
        assert retried.status_code == 202, retried.text
        receipt = retried.json()["receipt"]
        eventually(lambda: visitor.get(receipt).json(), lambda told: told["state"] == "applied")
    row = observer.row(stack, "patched-operated")
    assert row is not None
    assert json.loads(row[0])["quantity"] == 5
    assert operate(stack, "GET", f"dead/{write_id}").status_code == 404


def test_a_dead_letter_is_dropped(stack: Stack) -> None:
    with observer.visitor(stack, "JP") as visitor:
        wrong = {"id": "item-49", "name": "", "quantity": -1}
        write_id = refused_write(stack, visitor, "PUT", "/api/items/item-49", wrong)
    dropped = operate(stack, "POST", f"dead/{write_id}/drop")
    assert (dropped.status_code, dropped.json()["dropped"]) == (200, True)
    assert operate(stack, "POST", f"dead/{write_id}/drop").status_code == 404


def test_all_lanes_are_woken(stack: Stack) -> None:
    answer = operate(stack, "POST", "drain")
    assert (answer.status_code, answer.json()) == (
        202,
        {"regions": {region: {"woken": keys.LANES} for region in stack.regions}},
    )


@pytest.mark.parametrize(
    ("method", "target", "token", "status"),
    [
        ("GET", "status", "x" * 48, 401),
        ("POST", "status", None, 405),
        ("GET", "drain", None, 405),
        ("GET", "dead/abc", None, 404),
        ("GET", "nothing", None, 404),
    ],
)
def test_what_is_not_for_an_operator_is_refused(
    stack: Stack, method: str, target: str, token: str | None, status: int
) -> None:
    answer = operate(stack, method, target, token=token)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert ("www-authenticate" in answer.headers) == (status == 401)


@pytest.mark.parametrize("target", ["drain", "dead/abc/retry", "dead/abc/drop", "purge"])
def test_a_token_that_reads_does_not_act(stack: Stack, target: str) -> None:
    assert operate(stack, "POST", target, token=stack.read_token).status_code == 403


def lines(stack: Stack, event: str, trace_id: str) -> list[dict[str, Any]]:
    """The events of a kind that the workers have written in a trace."""
    found = re.findall(r'\{"event": "' + event + r'", .*\}', stack.log.read_text())
    return [line for line in map(json.loads, found) if line["trace_id"] == trace_id]


def test_each_request_is_a_line_in_its_own_trace_without_its_query(stack: Stack) -> None:
    traces = [f"{n:032x}" for n in range(1, 9)]

    def visit(trace_id: str) -> None:
        with observer.visitor(stack, "JP") as visitor:
            fields = {"traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"}
            visitor.get(f"/api/items/item-5?token=MARKED{trace_id}", headers=fields)

    with ThreadPoolExecutor(len(traces)) as pool:
        list(pool.map(visit, traces))
    for trace_id in traces:
        (line,) = eventually(partial(lines, stack, "request", trace_id), lambda found: len(found) == 1)
        assert line["http.request.method"] == "GET"
        assert (line["url.path"], line["http.response.status_code"]) == ("/api/items/item-5", 200)
        assert line["homeport.region"] == HOME
        assert line["http.server.request.duration"] >= 0
    logged = [line for line in stack.log.read_text().splitlines() if '{"event"' in line]
    assert "MARKED" not in "".join(logged)
    assert [line for line in logged if '"trace_id": "' not in line] == []
