"""The vocabulary of bulk endpoints, and which writes share a request."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from homeport.bulk import MOST, Bulk, json_array, json_operations
from homeport.draining.loads import MOST_OCTETS, answers, fits, loads, request
from homeport.entry import Pending
from homeport.messages import NO_FIELDS, Headers, NoAnswer, Response
from homeport.routing import Route, RouteError, Routes

JSON = Headers((("content-type", "application/json"),))
OPERATIONS, ARRAY = json_operations("/bulk"), json_array("/upsert")


def put(n: int, body: bytes = b'{"v":1}', **more: Any) -> Pending:
    return replace(Pending(f"w{n}", n, 1, "PUT", f"/items/{n}", JSON, body), **more)


PUTS = [put(1), put(2)]


def results(*told: object) -> Response:
    return Response(200, body=json.dumps({"results": told}).encode())


def test_an_array_is_of_bare_bodies() -> None:
    sent = request(ARRAY, [put(1, b'{"id":1}'), put(2, b"[2]")])
    assert sent is not None
    assert (sent.method, sent.target, json.loads(bytes(sent.body))) == ("POST", "/upsert", [{"id": 1}, [2]])


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Response(204), [204, 204]),
        (Response(200, body=b"{}"), [200, 200]),
        (Response(207, body=b"[201, 422]"), [201, 422]),
        (Response(200, body=b"[201]"), None),
        (Response(200, body=b'["201", 200]'), None),
        (Response(200, body=b"[99, 200]"), None),
    ],
)
def test_an_array_is_answered_by_statuses_or_for_all(answer: Response, told: list[int] | None) -> None:
    said = answers(ARRAY, PUTS, answer)
    assert (None if said is None else [each.status for each in said if isinstance(each, Response)]) == told


def test_results_are_found_by_id_and_may_have_fields_and_a_body() -> None:
    second = {"id": "w2", "status": 200, "headers": {"Retry-After": "3"}, "body": {"a": 1}}
    said = answers(OPERATIONS, PUTS, results(second, {"id": "w1", "status": 409}))
    assert said == (Response(409), Response(200, Headers((("retry-after", "3"),)), b'{"a": 1}'))


@pytest.mark.parametrize(
    "reply",
    [
        None,
        results({"id": "w1", "status": 200}),
        results({"id": "w1", "status": 200}, {"id": "w2", "status": True}),
        results({"id": "w1", "status": 200}, {"id": "w2"}),
        results(1, 2),
        Response(200, body=b"\xff"),
        Response(204),
        *(Response(status) for status in (301, 400, 404, 405, 413, 422, 500)),
    ],
)
def test_what_says_nothing_of_each_is_tried_in_smaller_company(reply: Response | None) -> None:
    assert answers(OPERATIONS, PUTS, reply) is None


@pytest.mark.parametrize(
    "reply", [NoAnswer("it took too long"), *map(Response, (408, 425, 429, 501, 502, 503, 504, 599))]
)
def test_what_may_pass_holds_for_all(reply: Response | NoAnswer) -> None:
    assert answers(OPERATIONS, PUTS, reply) == [reply, reply]


def test_functions_of_ones_own_may_fail_as_they_like() -> None:
    def broken(*_: object) -> Any:
        raise RuntimeError

    bulk = Bulk("/bulk", broken, broken)
    assert request(bulk, PUTS) is None
    assert answers(bulk, PUTS, Response(200)) is None
    odd = replace(bulk, decode=lambda *_: [1, 2])
    assert answers(odd, PUTS, Response(200)) is None


def test_a_body_that_is_no_json_has_no_request_among_others() -> None:
    assert request(OPERATIONS, [put(1), put(2, b"text")]) is None


def test_the_key_follows_from_ids_and_tries() -> None:
    def key(*items: Pending) -> str | None:
        sent = request(OPERATIONS, items)
        return sent.headers.get("idempotency-key") if sent else None

    assert key(*PUTS) == key(put(1, b"2"), put(2))
    assert len({key(*PUTS), key(put(1)), key(put(1, tries=1), put(2))}) == 3


def test_what_failed_in_k_requests_shares_one_with_a_2_to_the_kth_of_the_most() -> None:
    bulk = json_operations("/bulk", most=10)
    items = [put(n, tries=n % 5) for n in range(60)]
    found = loads(bulk, items)
    assert sorted(item.id for load in found for item in load) == sorted(item.id for item in items)
    for load in found:
        [tries] = {item.tries for item in load}
        assert len(load) <= max(1, 10 >> tries)
    assert [len(load) for load in loads(bulk, [put(n, tries=99) for n in range(3)])] == [1, 1, 1]


def test_bodies_bound_a_request_and_a_large_one_goes_all_the_same() -> None:
    large = put(1, b"x" * (MOST_OCTETS - 1))
    assert [len(load) for load in loads(OPERATIONS, [large, put(2, b"x"), put(3, b"x")])] == [2, 1]
    assert loads(OPERATIONS, [put(1, b"x" * (MOST_OCTETS + 1))])[0][0].id == "w1"


@pytest.mark.parametrize(
    ("item", "operations", "array"),
    [
        (put(1), True, True),
        (put(1, method="DELETE"), True, False),
        (put(1, method="POST"), True, False),
        (put(1, sealed="x"), False, False),
        (put(1, key='"k"'), False, False),
        (put(1, header=Headers((("if-none-match", "*"),))), False, False),
        (put(1, header=NO_FIELDS), True, True),
    ],
)
def test_conditions_and_credentials_go_alone(item: Pending, operations: bool, array: bool) -> None:
    assert (fits(OPERATIONS, item), fits(ARRAY, item)) == (operations, array)


def faults(**options: Any) -> Sequence[str]:
    with pytest.raises(RouteError) as caught:
        Routes(Route("/items/{id}", **{"write_behind": ("PUT",), **options}))
    return [said for _, said in caught.value.faults]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"coalesce": 1}, "coalesce=1: True or False"),
        ({"coalesce": True, "write_behind": ()}, "without write_behind"),
        ({"bulk": OPERATIONS, "write_behind": ()}, "without write_behind"),
        ({"bulk": "/bulk"}, "json_operations(path)"),
        ({"bulk": json_operations("bulk")}, "bulk path='bulk'"),
        ({"bulk": json_operations("/bulk", most=1)}, f"from 2 to {MOST}"),
        ({"bulk": json_operations("/bulk", method="GET")}, "bulk method='GET'"),
        ({"bulk": replace(OPERATIONS, methods=("GET",))}, "bulk methods=('GET',)"),
        ({"bulk": replace(OPERATIONS, encode=None)}, "encode and decode are functions"),  # type: ignore[arg-type]
    ],
)
def test_faults_of_the_options_are_told(options: dict[str, Any], said: str) -> None:
    [fault] = faults(**options)
    assert said in fault


def test_sound_options_have_no_faults() -> None:
    route = Route("/items/{id}", write_behind=("PUT",), coalesce=True, bulk=json_array("/upsert", "PUT", 500))
    match = Routes(route).match("/items/1")
    assert match is not None
    assert match.route is route
