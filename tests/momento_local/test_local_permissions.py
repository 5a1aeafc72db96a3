"""What a disposable token may do: the decision, case by case."""

from __future__ import annotations

from typing import Any

import pytest
from momento_wire_types import permissionmessages_pb2

from local.momento_local.grpc_api import PUBSUB, SCS, SERVICES
from local.momento_local.permissions import (
    ITEM_NEEDS,
    TOPIC_NEEDS,
    Grant,
    Need,
    Pass,
    Role,
    decide,
    grants_of,
)
from local.momento_local.refusals import Refusal, Status

YES, NO, LATE = Status.OK, Status.PERMISSION_DENIED, Status.UNAUTHENTICATED
EVERYTHING = Grant(Role.READ_WRITE)
READ, WRITE = Grant(Role.READ_ONLY), Grant(Role.WRITE_ONLY)
ONE_CACHE = Grant(Role.READ_WRITE, cache="a")
ONE_KEY = Grant(Role.READ_WRITE, cache="a", name=b"k")
PREFIX = Grant(Role.READ_WRITE, name=b"e:", is_prefix=True)
TOPICS = Grant(Role.READ_WRITE, topics=True)
HEAR, SAY = Grant(Role.READ_ONLY, topics=True), Grant(Role.WRITE_ONLY, topics=True)
ROOM = Grant(Role.READ_WRITE, topics=True, cache="a", name=b"room-", is_prefix=True)

Case = tuple[tuple[Grant, ...], str, str, tuple[bytes, ...], Status]
CASES: list[Case] = [
    ((EVERYTHING,), "Get", "a", (b"k",), YES),
    ((EVERYTHING,), "SetIf", "b", (b"k",), YES),
    ((EVERYTHING,), "Publish", "a", (b"t",), NO),
    ((EVERYTHING,), "Subscribe", "a", (b"t",), NO),
    ((EVERYTHING,), "CreateCache", "b", (b"",), NO),
    ((EVERYTHING, TOPICS), "PutWebhook", "a", (b"",), NO),
    ((EVERYTHING, TOPICS), "GenerateDisposableToken", "", (b"",), NO),
    ((READ,), "Ping", "", (b"",), YES),
    ((), "Ping", "", (b"",), YES),
    ((), "Get", "a", (b"k",), NO),
    ((Grant(Role.NONE),), "Get", "a", (b"k",), NO),
    ((READ,), "Get", "a", (b"k",), YES),
    ((READ,), "SortedSetFetch", "a", (b"q",), YES),
    ((READ,), "Set", "a", (b"k",), NO),
    ((READ,), "Delete", "a", (b"k",), NO),
    ((READ,), "Increment", "a", (b"k",), NO),
    ((WRITE,), "Set", "a", (b"k",), YES),
    ((WRITE,), "Delete", "a", (b"k",), YES),
    ((WRITE,), "SortedSetPut", "a", (b"q",), YES),
    ((WRITE,), "Get", "a", (b"k",), NO),
    ((WRITE,), "SetIf", "a", (b"k",), NO),
    ((WRITE,), "SetIfHash", "a", (b"k",), NO),
    ((WRITE,), "SetIfNotExists", "a", (b"k",), NO),
    ((WRITE,), "UpdateTtl", "a", (b"k",), NO),
    ((WRITE,), "ListPopFront", "a", (b"l",), NO),
    ((READ, WRITE), "SetIf", "a", (b"k",), NO),
    ((READ, WRITE), "Set", "a", (b"k",), YES),
    ((ONE_CACHE,), "Get", "a", (b"k",), YES),
    ((ONE_CACHE,), "Get", "b", (b"k",), NO),
    ((ONE_KEY,), "Get", "a", (b"k",), YES),
    ((ONE_KEY,), "Get", "a", (b"k2",), NO),
    ((ONE_KEY,), "Get", "b", (b"k",), NO),
    ((ONE_KEY, PREFIX), "GetBatch", "a", (b"k", b"e:1"), YES),
    ((ONE_KEY, PREFIX), "GetBatch", "a", (b"k", b"x"), NO),
    ((ONE_KEY,), "GetBatch", "a", (), NO),
    ((ONE_CACHE,), "GetBatch", "a", (), YES),
    ((PREFIX,), "KeysExist", "b", (b"e:1", b"e:"), YES),
    ((PREFIX,), "Set", "b", (b"e",), NO),
    ((TOPICS,), "Publish", "a", (b"t",), YES),
    ((TOPICS,), "Get", "a", (b"t",), NO),
    ((HEAR,), "Subscribe", "a", (b"t",), YES),
    ((HEAR,), "Publish", "a", (b"t",), NO),
    ((SAY,), "Publish", "a", (b"t",), YES),
    ((SAY,), "Subscribe", "a", (b"t",), NO),
    ((ROOM,), "Publish", "a", (b"room-1",), YES),
    ((ROOM,), "Publish", "a", (b"hall",), NO),
    ((ROOM,), "Publish", "b", (b"room-1",), NO),
]


@pytest.mark.parametrize(("grants", "method", "cache", "names", "answer"), CASES)
def test_a_call_is_permitted_or_not(
    grants: tuple[Grant, ...], method: str, cache: str, names: tuple[bytes, ...], answer: Status
) -> None:
    token = Pass("near", grants, 1000)
    refusal = decide(token, 999, "near", method, cache, names)
    assert (Status.OK if refusal is None else refusal.status) is answer
    for now_ms, region in ((1000, "near"), (999, "far")):
        late = decide(token, now_ms, region, method, cache, names)
        assert late is not None
        assert late.status is LATE


def test_every_method_that_is_served_is_a_read_a_write_or_both() -> None:
    assert set(ITEM_NEEDS) == set(SERVICES[SCS])
    assert set(TOPIC_NEEDS) == set(SERVICES[PUBSUB])
    others = {
        name for service, methods in SERVICES.items() if service not in (SCS, PUBSUB) for name in methods
    }
    assert not others & (ITEM_NEEDS.keys() | TOPIC_NEEDS.keys())
    assert set(ITEM_NEEDS.values()) == set(Need)


def test_roles_have_the_numbers_of_momentos_messages() -> None:
    numbers = [int(role) for role in Role]
    assert [each.number for each in permissionmessages_pb2.CacheRole.DESCRIPTOR.values] == numbers
    assert [each.number for each in permissionmessages_pb2.TopicRole.DESCRIPTOR.values] == numbers


def test_statements_are_read_from_momentos_messages() -> None:
    statement, all_ = permissionmessages_pb2.PermissionsType, permissionmessages_pb2.PermissionsType.All()
    cache = {"role": 1, "all_caches": all_}
    assert grants_of(
        [
            statement(cache_permissions={**cache, "all_items": all_}),
            statement(
                cache_permissions={
                    "role": 2,
                    "cache_selector": {"cache_name": "a"},
                    "item_selector": {"key": b"\xff"},
                }
            ),
            statement(cache_permissions={**cache, "item_selector": {"key_prefix": b"e:"}}),
            statement(topic_permissions={**cache, "all_topics": all_}),
            statement(topic_permissions={**cache, "topic_selector": {"topic_name": "t"}}),
            statement(topic_permissions={**cache, "topic_selector": {"topic_name_prefix": "é"}}),
            statement(function_permissions={**cache, "all_functions": all_}),
        ]
    ) == (
        EVERYTHING,
        Grant(Role.READ_ONLY, cache="a", name=b"\xff"),
        PREFIX,
        TOPICS,
        Grant(Role.READ_WRITE, topics=True, name=b"t"),
        Grant(Role.READ_WRITE, topics=True, name="é".encode(), is_prefix=True),
        Grant(Role.NONE),
    )


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({}, "neither a cache nor a topic"),
        ({"cache_permissions": {"role": 9, "all_caches": {}, "all_items": {}}}, "no role 9"),
        ({"cache_permissions": {"role": 1, "all_items": {}}}, "for which cache it is"),
        ({"cache_permissions": {"role": 1, "cache_selector": {}, "all_items": {}}}, "for which cache it is"),
        ({"cache_permissions": {"role": 1, "all_caches": {}}}, "for which cache item it is"),
        ({"topic_permissions": {"role": 1, "all_caches": {}, "topic_selector": {}}}, "for which topic it is"),
    ],
)
def test_a_statement_that_leaves_something_open_is_invalid(fields: dict[str, Any], complaint: str) -> None:
    with pytest.raises(Refusal, match=complaint) as refused:
        grants_of([permissionmessages_pb2.PermissionsType(**fields)])
    assert refused.value.status is Status.INVALID_ARGUMENT
