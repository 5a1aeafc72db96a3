"""Items that are POSTed near their author on the real runtime, and the list that shows them."""

from __future__ import annotations

import json
import secrets
from typing import Any

import httpx

from local.stack import observer
from local.stack.stack import Stack
from tests.e2e.e2e_rig import eventually, write_in_silence

LIST = "/api/items"


def listed(visitor: httpx.Client, name: str) -> list[Any]:
    return [each for each in visitor.get(LIST).json()["items"] if each["id"] == name]


def applied(stack: Stack, visitor: httpx.Client, receipt: str, region: str) -> Any:
    """What its receipt says once it is settled, and everything about it is done."""
    found = eventually(lambda: visitor.get(receipt).json(), lambda body: body["state"] != "pending")
    eventually(lambda: observer.waiting(stack, region, receipt.split("/")[3]), lambda writes: writes == [])
    return found


def test_a_posted_item_is_read_and_listed_at_once_made_once_and_gone_at_once_when_it_is_deleted(
    stack: Stack,
) -> None:
    name = f"a-{secrets.token_hex(6)}"
    new = {"id": name, "name": "new", "quantity": 3}
    before = observer.asked(stack, "POST", LIST)
    with observer.visitor(stack, "JP") as japan, observer.visitor(stack, "DE") as germany:
        assert listed(japan, name) == listed(germany, name) == []
        accepted = japan.post(LIST, json=new)
        assert accepted.status_code == 202, accepted.text
        assert accepted.json()["item"] == f"{LIST}/{name}"
        assert japan.get(f"{LIST}/{name}").json() == new
        assert listed(japan, name) == [new]
        settled = applied(stack, japan, accepted.headers["location"], "ap-northeast-1")
        assert (settled["state"], settled["origin_status"]) == ("applied", 201)
        fresh = japan.get(LIST)
        assert "overlaid" not in fresh.headers["cache-status"]
        assert [each for each in fresh.json()["items"] if each["id"] == name] == [new]
        assert listed(germany, name) == [new]
        gone = japan.delete(f"{LIST}/{name}")
        assert gone.status_code == 202
        assert listed(japan, name) == []
        assert applied(stack, japan, gone.headers["location"], "ap-northeast-1")["state"] == "applied"
        assert listed(japan, name) == listed(germany, name) == []
    assert observer.asked(stack, "POST", LIST) == before + 1
    assert observer.row(stack, name) is None


def test_an_item_without_a_name_is_named_at_the_edge(stack: Stack) -> None:
    with observer.visitor(stack, "JP") as visitor:
        accepted = visitor.post(LIST, json={"name": "unnamed", "quantity": 1})
        assert accepted.status_code == 202, accepted.text
        target = accepted.json()["item"]
        shown = visitor.get(target).json()
        assert shown == {"id": target.removeprefix(f"{LIST}/"), "name": "unnamed", "quantity": 1}
        assert applied(stack, visitor, accepted.headers["location"], "ap-northeast-1")["state"] == "applied"
        assert visitor.get(target).json() == shown


def test_what_waits_is_laid_over_the_list_and_the_answer_is_nobodys_to_keep(stack: Stack) -> None:
    name = f"a-{secrets.token_hex(6)}"
    new = {"id": name, "name": "waits", "quantity": 1}
    body = json.dumps(new).encode()
    with observer.visitor(stack, "US") as visitor:
        visitor.get(LIST)
        write_in_silence(stack, "us-east-1", f"{LIST}/{name}", body, within=(LIST,))
        answer = visitor.get(LIST, headers={"if-none-match": "*"})
        assert "overlaid" in answer.headers["cache-status"]
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert [each for each in answer.json()["items"] if each["id"] == name] == [new]
