"""The main job on the real runtime: read near, write near, applied at the origin, seen everywhere."""

from __future__ import annotations

import json
from functools import partial

import httpx
import pytest

from homeport.draining import dead_letter
from homeport.draining.letter import Letter
from homeport.ports import Region
from local.stack import observer
from local.stack.stack import Stack
from momento_http_shim.runtime.blocking import finish
from tests.e2e.e2e_rig import eventually


def says(answer: httpx.Response) -> str:
    return answer.headers["cache-status"]


def test_each_region_is_filled_by_its_own_first_visitor(stack: Stack) -> None:
    path = "/api/items/item-1"
    for country, region in (("JP", "ap-northeast-1"), ("DE", "eu-central-1"), ("US", "us-east-1")):
        with observer.visitor(stack, country) as visitor:
            first = visitor.get(path)
            assert says(first) == f'Homeport; fwd=uri-miss; fwd-status=200; stored; detail="{region}"'
            second = eventually(partial(visitor.get, path), lambda answer: "; hit" in says(answer))
            assert f'detail="{region}"' in says(second)
            assert second.content == first.content
            assert second.headers["etag"] == first.headers["etag"]


def test_a_hit_touches_no_region_but_the_visitors_own_and_costs_one_operation(stack: Stack) -> None:
    path = "/api/items/item-2"
    with observer.visitor(stack, "JP") as visitor:
        visitor.get(path)
        eventually(lambda: visitor.get(path), lambda answer: "; hit" in says(answer))
        httpx.post(f"{stack.admin}/counters/reset").raise_for_status()
        before = observer.asked(stack, "GET", path)
        visitor.get(path)
        counters = httpx.get(f"{stack.admin}/counters").json()
    assert {region: of["calls"] for region, of in counters.items()} == {
        "ap-northeast-1": 1,
        "eu-central-1": 0,
        "us-east-1": 0,
    }
    assert counters["ap-northeast-1"]["operations"] == 1
    assert observer.asked(stack, "GET", path) == before


def test_a_write_is_read_at_once_applied_at_the_origin_and_seen_in_every_region(stack: Stack) -> None:
    path, new = "/api/items/item-3", {"id": "item-3", "name": "new", "quantity": 3}
    with observer.visitor(stack, "JP") as japan, observer.visitor(stack, "DE") as germany:
        germany.get(path)
        eventually(lambda: germany.get(path), lambda answer: "; hit" in says(answer))
        accepted = japan.put(path, json=new)
        assert accepted.status_code == 202
        receipt = accepted.headers["location"]
        assert accepted.json() == {"id": receipt.rsplit("/", 1)[1], "state": "pending", "receipt": receipt}
        assert f'<{receipt}>; rel="monitor"' in accepted.headers["link"]
        assert japan.get(path).json() == new  # dirty, or applied already: what was written either way
        settled = eventually(lambda: japan.get(receipt).json(), lambda body: body["state"] != "pending")
        assert (settled["state"], settled["origin_status"]) == ("applied", 200)
        key = receipt.split("/")[3]
        eventually(lambda: observer.waiting(stack, "ap-northeast-1", key), lambda writes: writes == [])
        assert japan.get(path).json() == new
        assert germany.get(path).json() == new
    entry = observer.entry(stack, "ap-northeast-1", key)
    assert entry is not None
    assert not entry.dirty
    assert observer.asked(stack, "PUT", path) == 1


def test_a_deleted_item_is_gone_at_once_and_then_at_the_origin(stack: Stack) -> None:
    path = "/api/items/item-4"
    with observer.visitor(stack, "US") as visitor:
        accepted = visitor.delete(path)
        assert accepted.status_code == 202
        gone = visitor.get(path)
        assert gone.status_code == 404
        assert gone.headers["content-type"] == "application/problem+json"
        eventually(
            lambda: visitor.get(accepted.headers["location"]).json(), lambda b: b["state"] == "applied"
        )
        assert visitor.get(path).status_code == 404
    assert observer.row(stack, "item-4") is None


def test_a_write_that_the_origin_refuses_is_a_dead_letter_and_the_origins_state_is_shown_again(
    stack: Stack,
) -> None:
    path = "/api/items/item-5"
    with observer.visitor(stack, "JP") as visitor:
        before = visitor.get(path).json()
        accepted = visitor.put(path, json={"id": "item-5", "name": "", "quantity": -1})
        assert accepted.status_code == 202
        settled = eventually(
            lambda: visitor.get(accepted.headers["location"]).json(), lambda body: body["state"] != "pending"
        )
        assert settled["state"] == "dead"
        assert settled["origin_status"] == 422
        assert "422" in settled["reason"]
        key, write_id = accepted.headers["location"].split("/")[3:5]
        eventually(lambda: observer.waiting(stack, "ap-northeast-1", key), lambda writes: writes == [])
        assert visitor.get(path).json() == before
    region = Region("ap-northeast-1", observer.cache(stack, "ap-northeast-1"))
    letter = finish(dead_letter.letter(region, write_id))
    assert isinstance(letter, Letter)
    assert (letter.item.method, letter.item.target, letter.status) == ("PUT", path, 422)
    assert json.loads(bytes(letter.item.body))["quantity"] == -1
    assert json.loads(bytes(letter.answer))["status"] == 422


def test_twenty_writes_to_one_item_are_applied_in_their_order(stack: Stack) -> None:
    path = "/api/items/item-6"
    with observer.visitor(stack, "JP") as visitor:
        receipts = []
        for number in range(20):
            accepted = visitor.put(path, json={"id": "item-6", "name": f"n{number}", "quantity": number})
            assert accepted.status_code == 202, accepted.text
            receipts.append(accepted.headers["location"])
            assert visitor.get(path).json()["quantity"] == number
        for receipt in receipts:
            eventually(partial(visitor.get, receipt), lambda answer: answer.json()["state"] == "applied")
        assert visitor.get(path).json()["quantity"] == 19
    row = observer.row(stack, "item-6")
    assert row is not None
    assert '"quantity":19' in row[0]
    assert row[1] == 21  # made once, written twenty times: each exactly once


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Authorization", "Bearer of.a.secret"),
        ("If-Unmodified-Since", "Thu, 31 Dec 2099 00:00:00 GMT"),
        ("Cookie", "session=1"),
    ],
)
def test_a_write_tied_to_its_author_or_to_a_state_goes_straight_and_is_seen_everywhere(
    stack: Stack, header: str, value: str
) -> None:
    path, new = "/api/items/item-7", {"id": "item-7", "name": header, "quantity": 1}
    with observer.visitor(stack, "JP") as japan, observer.visitor(stack, "DE") as germany:
        germany.get(path)
        answer = japan.put(path, json=new, headers={header: value})
        assert answer.status_code == 200
        assert "fwd=method" in says(answer)
        assert japan.get(path).json() == new
        eventually(lambda: germany.get(path).json(), lambda body: body == new)
