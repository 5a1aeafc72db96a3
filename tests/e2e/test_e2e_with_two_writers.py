"""Two regions write the same resource: the origin's order wins, both come to it, and the loser's receipt says so."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx

from local.stack import observer
from local.stack.stack import Stack
from tests.e2e.e2e_rig import eventually
from tests.e2e.test_e2e_with_prefer import settled


def item(name: str, quantity: int) -> dict[str, object]:
    return {"id": name, "name": "two writers", "quantity": quantity}


def shown(visitor: httpx.Client, path: str) -> object:
    return visitor.get(path).json().get("quantity")


def at_the_origin(stack: Stack, name: str) -> object:
    row = observer.row(stack, name)
    assert row is not None
    return json.loads(row[0])["quantity"]


def test_both_regions_come_to_what_the_origin_took_last(stack: Stack) -> None:
    name, path = "two-1", "/api/items/two-1"
    with observer.visitor(stack, "JP") as japan, observer.visitor(stack, "DE") as germany:
        for turn in range(5):
            with ThreadPoolExecutor(2) as pool:
                answers = [
                    pool.submit(visitor.put, path, json=item(name, 10 * turn + n))
                    for n, visitor in enumerate((japan, germany), 1)
                ]
            for visitor, answer in zip((japan, germany), answers, strict=True):
                assert answer.result().status_code == 202
                assert settled(visitor, answer.result())["state"] == "applied"
        last = at_the_origin(stack, name)
        assert last in (41, 42)
        for visitor in (japan, germany):
            eventually(partial(shown, visitor, path), last.__eq__)


def test_of_two_that_stand_on_the_same_state_the_origin_takes_one_and_the_other_is_told(stack: Stack) -> None:
    name, path = "two-2", "/api/items/two-2"
    with observer.visitor(stack, "JP") as japan, observer.visitor(stack, "DE") as germany:
        assert httpx.put(f"{stack.origin}{path}", json=item(name, 1)).status_code in (200, 201)
        tags = [visitor.get(path).headers["etag"] for visitor in (japan, germany)]
        assert tags[0] == tags[1]
        with ThreadPoolExecutor(2) as pool:
            answers = [
                pool.submit(visitor.put, path, json=item(name, n), headers={"If-Match": tags[0]})
                for n, visitor in enumerate((japan, germany), 2)
            ]
        receipts = [
            settled(visitor, answer.result())
            for visitor, answer in zip((japan, germany), answers, strict=True)
        ]
        assert sorted(str(each["state"]) for each in receipts) == ["applied", "dead"]
        loser = next(each for each in receipts if each["state"] == "dead")
        assert loser["reason"] == "conflict: the origin refused it with 412"
        winner = 2 + [each["state"] for each in receipts].index("applied")
        assert at_the_origin(stack, name) == winner
        for visitor in (japan, germany):
            eventually(partial(shown, visitor, path), winner.__eq__)
