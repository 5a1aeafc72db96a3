"""Disposable tokens over HTTP and gRPC-web."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from local.momento_local.grpc_api import PUBSUB, TOKENS
from local.momento_local.refusals import Refusal
from local.momento_local.tokens import LONGEST_SECONDS, PREFIX, Tokens
from tests.momento_local.momento_rig import GrpcAnswer, HandClock, Rig

CONTROL = "control_client.ScsControl"
ALL: dict[str, Any] = {"cache_permissions": {"role": 1, "all_caches": {}, "all_items": {}}}
READ_E: dict[str, Any] = {
    "cache_permissions": {
        "role": 2,
        "cache_selector": {"cache_name": "a"},
        "item_selector": {"key_prefix": b"e:"},
    }
}
SAY: dict[str, Any] = {
    "topic_permissions": {"role": 3, "all_caches": {}, "topic_selector": {"topic_name": "t"}}
}
OK, INVALID, DENIED, UNAUTHENTICATED = 0, 3, 7, 16


async def generate(rig: Rig, *statements: dict[str, Any], **changed: Any) -> GrpcAnswer:
    fields: dict[str, Any] = {
        "auth_token": "any-key",
        "expires": {"valid_for_seconds": 60},
        "permissions": {"explicit": {"permissions": statements or (ALL,)}},
    }
    return await rig.grpc("GenerateDisposableToken", service=TOKENS, **{**fields, **changed})


async def holder(rig: Rig, *statements: dict[str, Any]) -> Rig:
    """A client that has nothing but a token."""
    made = (await generate(rig, *statements)).message
    return Rig(rig.emulator, rig.client, headers={"authorization": made.api_key})


async def test_a_token_says_where_and_until_when_it_is_good(rig: Rig) -> None:
    made = (await generate(rig)).message
    assert made.endpoint == "http://momento.test/near"
    assert made.valid_until == rig.emulator.clock() // 1000 + 60
    assert made.api_key != (await generate(rig)).message.api_key


async def test_what_it_does_not_permit_is_403_and_permission_denied(rig: Rig) -> None:
    await rig.http("PUT", "/cache/a?key=e:1&ttl_seconds=60", content=b"v")
    reader = await holder(rig, READ_E, SAY)
    assert (await reader.http("GET", "/cache/a?key=e:1")).content == b"v"
    assert (await reader.http("GET", "/cache/a?key=other")).status_code == 403
    assert (await reader.http("GET", "/cache/homeport-near?key=e:1")).status_code == 403
    assert (await reader.http("PUT", "/cache/a?key=e:1&ttl_seconds=60", content=b"w")).status_code == 403
    assert (await reader.http("DELETE", "/cache/a?key=e:1")).status_code == 403
    assert (await reader.http("POST", "/topics/a/t", content=b"hi")).status_code == 204
    assert (await reader.http("POST", "/topics/a/u", content=b"hi")).status_code == 403
    assert (await reader.http("GET", "/topics/a/t")).status_code == 403

    assert (await reader.grpc("Get", cache_key=b"e:1")).message.cache_body == b"v"
    calls = [
        await reader.grpc("Get", cache_key=b"x"),
        await reader.grpc("Get", metadata={"cache": "homeport-near"}, cache_key=b"e:1"),
        await reader.grpc("SetIf", cache_key=b"e:1", cache_body=b"w", ttl_milliseconds=1, absent={}),
        await reader.grpc("KeysExist", cache_keys=[b"e:1", b"x"]),
        await reader.grpc("SetBatch", items=[{"cache_key": b"e:1", "ttl_milliseconds": 1}]),
        await reader.grpc("Subscribe", service=PUBSUB, cache_name="a", topic="t"),
        await reader.grpc("CreateCache", service=CONTROL, cache_name="b"),
        await reader.grpc("ListWebhooks", service="webhook.Webhook", cache_name="a"),
    ]
    assert [call.status for call in calls] == [DENIED] * len(calls)
    batch = [{"cache_key": b"e:1"}, {"cache_key": b"e:2"}]
    assert [each.result for each in (await reader.grpc("GetBatch", items=batch)).messages] == [2, 3]
    said = await reader.grpc("Publish", service=PUBSUB, cache_name="a", topic="t", value={"text": "hi"})
    assert said.status == OK
    assert (await reader.grpc("Ping", service="cache_client.Ping")).status == OK
    assert (await rig.http("GET", "/cache/a?key=e:1")).content == b"v"


async def test_a_token_is_taken_raw_and_wrapped_until_it_expires(rig: Rig) -> None:
    made = (await generate(rig)).message
    wrapped = base64.b64encode(json.dumps({"endpoint": "x", "api_key": made.api_key}).encode()).decode()

    async def statuses() -> list[int]:
        codes = []
        for key in (made.api_key, wrapped):
            keyed = {"authorization": key}
            codes.append((await rig.http("GET", "/cache/a?key=k", headers=keyed)).status_code)
            query = {"token": key, "key": "k"}
            codes.append((await rig.client.get("/near/cache/a", params=query)).status_code)
            codes.append((await rig.grpc("Get", metadata=keyed, cache_key=b"k")).status)
        return codes

    assert await statuses() == [404, 404, OK] * 2
    rig.emulator.clock.advance(59_999)
    assert await statuses() == [404, 404, OK] * 2
    rig.emulator.clock.advance(1)
    assert await statuses() == [401, 401, UNAUTHENTICATED] * 2
    # Making another forgets those that have expired; they do not become keys of any other kind.
    assert (await generate(rig)).status == OK
    assert await statuses() == [401, 401, UNAUTHENTICATED] * 2


async def test_a_token_belongs_to_its_region(rig: Rig) -> None:
    mine = await holder(rig)
    assert (await mine.http("GET", "/cache/a?key=k")).status_code == 404
    mine.region = "far"
    assert (await mine.http("GET", "/cache/a?key=k")).status_code == 401


async def test_only_a_key_that_is_no_token_makes_one(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(api_keys=("mine",))
    rig.headers = {}
    assert (await generate(rig)).status == UNAUTHENTICATED
    assert (await generate(rig, auth_token="")).status == UNAUTHENTICATED
    made = await generate(rig, auth_token="mine")
    token = made.message.api_key
    assert (await generate(rig, auth_token=token)).status == DENIED
    rig.headers = {"authorization": token}
    assert (await generate(rig, auth_token="mine")).status == DENIED
    assert (await rig.http("GET", "/cache/a?key=k")).status_code == 404
    rig.headers = {"authorization": PREFIX + "invented"}
    assert (await rig.http("GET", "/cache/a?key=k")).status_code == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"expires": None},
        {"expires": {"valid_for_seconds": 0}},
        {"expires": {"valid_for_seconds": LONGEST_SECONDS + 1}},
        {"token_id": "x" * 65},
        {"permissions": None},
        {"permissions": {"super_user": 0}},
        {"permissions": {"explicit": {}}},
        {"permissions": {"explicit": {"permissions": [ALL] * 21}}},
        {"permissions": {"explicit": {"permissions": [{}]}}},
    ],
)
async def test_what_momento_would_not_make_is_not_made(rig: Rig, changed: dict[str, Any]) -> None:
    assert (await generate(rig, **changed)).status == INVALID


async def test_the_largest_token_is_made(rig: Rig) -> None:
    made = await generate(rig, *[ALL] * 20, expires={"valid_for_seconds": LONGEST_SECONDS}, token_id="é" * 64)
    assert made.message.valid_until == rig.emulator.clock() // 1000 + 25 * 3600


def test_expired_tokens_are_forgotten() -> None:
    clock, secrets = HandClock(), iter("abc")
    tokens = Tokens(clock, lambda: next(secrets))
    first, made = tokens.make("near", (), 1)
    assert tokens.find(first, "near") is made
    assert tokens.find("a key", "near") is None
    clock.now += 1000
    for _ in range(2):
        with pytest.raises(Refusal, match="expired"):
            tokens.find(first, "near")
        tokens.make("near", (), 1)
