"""Faults as callers see them, and what is counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.momento_local.momento_rig import Rig

SET = "/cache/a?key=k&ttl_seconds=60"
GET = "/cache/a?key=k"


async def fault(rig: Rig, **spec: Any) -> None:
    assert (await rig.admin("POST", "/faults", json=spec)).status_code == 201


async def test_an_injected_error_is_answered_in_each_interfaces_way_and_has_no_effect(rig: Rig) -> None:
    await fault(rig, kind="error", error="unavailable", method="Set", region="near", count=2)
    assert (await rig.http("PUT", SET, content=b"v")).status_code == 503
    refused = await rig.grpc("Set", cache_key=b"k", cache_body=b"v", ttl_milliseconds=1000)
    assert refused.status == 14
    assert (await rig.http("GET", GET)).status_code == 404
    assert (await rig.http("PUT", SET, content=b"v")).status_code == 204


async def test_a_lost_answer_has_its_effect(rig: Rig) -> None:
    await fault(rig, kind="lost_answer", method="http:Set", count=1)
    with pytest.raises(ConnectionResetError):
        await rig.http("PUT", SET, content=b"v")
    assert (await rig.http("GET", GET)).content == b"v"


@pytest.mark.parametrize("kind", ["reset", "partition"])
async def test_a_connection_closed_before_the_call_has_no_effect(rig: Rig, kind: str) -> None:
    await fault(rig, kind=kind, method="*", region="near", count=1)
    with pytest.raises(ConnectionResetError):
        await rig.http("PUT", SET, content=b"v")
    assert (await rig.http("GET", GET)).status_code == 404


async def test_a_partitioned_region_does_not_answer_and_the_others_do(rig: Rig) -> None:
    await fault(rig, kind="partition", region="near")
    for call in (rig.http("GET", GET), rig.grpc("Get", cache_key=b"k"), rig.http("POST", "/topics/a/t")):
        with pytest.raises(ConnectionResetError):
            await call
    rig.region = "far"
    assert (await rig.http("GET", GET)).status_code == 404
    rig.region = "near"
    assert (await rig.admin("DELETE", "/faults")).json() == {"removed": 1}
    assert (await rig.http("GET", GET)).status_code == 404


async def test_a_wipe_forgets_everything_before_the_call(rig: Rig) -> None:
    await rig.http("PUT", SET, content=b"v")
    await fault(rig, kind="wipe", method="Get", count=1)
    assert (await rig.http("GET", GET)).text == "Key Not Found"


async def test_latency_is_waited_and_a_deadline_ends_it(rig: Rig) -> None:
    await fault(rig, kind="latency", ms=30, method="http:Get")
    began = time.monotonic()
    await rig.http("GET", GET)
    assert time.monotonic() - began >= 0.03
    await fault(rig, kind="latency", ms=60_000, method="grpc:Set")
    late = await rig.grpc(
        "Set", metadata={"grpc-timeout": "10m"}, cache_key=b"k", cache_body=b"v", ttl_milliseconds=1000
    )
    assert late.status == 4
    assert (await rig.http("GET", GET)).status_code == 404


async def test_a_request_may_ask_for_its_own_fault(rig: Rig) -> None:
    asked = {"request-id": "1", "return-error": "unavailable", "error-rpcs": "get", "error-count": "1"}
    statuses = [(await rig.grpc("Get", metadata=asked, cache_key=b"k")).status for _ in range(2)]
    assert statuses == [14, 0]


async def test_calls_operations_bytes_and_errors_are_counted_by_method(rig: Rig) -> None:
    await rig.http("PUT", SET, content=b"v" * 1500)
    await rig.http("GET", GET)
    await rig.http("GET", "/cache/a?key=other")
    await rig.http("GET", "/cache/nowhere?key=k")
    await rig.grpc("SetIf", cache_key=b"c", cache_body=b"v" * 1500, ttl_milliseconds=1000, absent={})
    await rig.grpc("GetWithHash", metadata={"read-concern": "consistent"}, cache_key=b"c")
    counters = (await rig.admin("GET", "/counters")).json()["near"]
    methods = counters["methods"]
    assert methods["http:Set"] == {
        "calls": 1,
        "operations": 2,
        "bytes_in": 1500,
        "bytes_out": 0,
        "errors": {},
    }
    assert (methods["http:Get"]["calls"], methods["http:Get"]["operations"]) == (3, 4)
    assert methods["http:Get"]["errors"] == {"NOT_FOUND": 1}
    assert methods["grpc:SetIf"]["operations"] == 4
    assert methods["grpc:GetWithHash"]["operations"] == 4
    assert counters["operations"] == 14
    assert (await rig.admin("GET", "/counters")).json()["far"]["calls"] == 0
    assert (await rig.admin("POST", "/counters/reset")).status_code == 204
    assert (await rig.admin("GET", "/counters")).json()["near"]["calls"] == 0


async def test_families_are_strict_when_told_so(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(strict_families=True)
    await rig.http("PUT", SET, content=b"v")
    refused = await rig.grpc(
        "SetIfHash", cache_key=b"k", cache_body=b"v", ttl_milliseconds=1000, unconditional={}
    )
    assert refused.status == 9


async def test_browsers_are_answered_unless_told_otherwise(make_rig: Callable[..., Rig]) -> None:
    asked = {"access-control-request-headers": "authorization,cache", "origin": "http://127.0.0.1"}
    rig = make_rig()
    preflight = await rig.http("OPTIONS", GET, headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-headers"] == "authorization,cache"
    plain: httpx.Response = await rig.http("GET", GET)
    assert plain.headers["access-control-allow-origin"] == "*"
    silent = await make_rig(cors=False).http("GET", GET)
    assert "access-control-allow-origin" not in silent.headers
