"""Which calls a fault strikes, how often, and how much latency it draws."""

from __future__ import annotations

import random
from typing import Any

import pytest

from local.momento_local.faults import FaultKind, Faults, parse_fault, show_fault
from local.momento_local.header_faults import HeaderFaults, rpc_name
from local.momento_local.refusals import Refusal, Status


def faults_of(*specs: dict[str, Any]) -> Faults:
    faults = Faults(random.Random(7))  # noqa: S311 - seeded on purpose
    for spec in specs:
        faults.add(parse_fault(spec))
    return faults


def test_no_fault_does_nothing() -> None:
    verdict = faults_of().judge("near", "a", "http:Get")
    assert (verdict.delay_ms, verdict.refusal, verdict.hang_up, verdict.lose_answer, verdict.wipe) == (
        0.0,
        None,
        None,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("method", "struck"),
    [
        ("*", True),
        ("SetIfHash", True),
        ("grpc:SetIfHash", True),
        ("http:SetIfHash", False),
        ("Get", False),
        (["Get", "SetIfHash"], True),
    ],
)
def test_a_fault_is_meant_for_methods_by_name_with_or_without_the_way_in(method: Any, struck: bool) -> None:
    faults = faults_of({"kind": "lost_answer", "method": method})
    assert faults.judge("near", "a", "grpc:SetIfHash").lose_answer is struck


def test_a_fault_is_meant_for_a_region_a_cache_and_a_prefix_of_keys() -> None:
    faults = faults_of({"kind": "reset", "region": "near", "cache": "a", "key_prefix": "e:"})
    assert faults.judge("near", "a", "http:Get", b"e:1").hang_up is FaultKind.RESET
    assert faults.judge("far", "a", "http:Get", b"e:1").hang_up is None
    assert faults.judge("near", "b", "http:Get", b"e:1").hang_up is None
    assert faults.judge("near", "a", "http:Get", b"q:1").hang_up is None


def test_a_fault_with_a_count_strikes_that_often() -> None:
    faults = faults_of({"kind": "error", "error": "resource-exhausted", "count": 2})
    struck = [faults.judge("near", "a", "http:Get").refusal for _ in range(3)]
    assert [refusal.status if refusal else None for refusal in struck] == [
        Status.RESOURCE_EXHAUSTED,
        Status.RESOURCE_EXHAUSTED,
        None,
    ]
    assert [fault.hits for fault in faults] == [2]


def test_latencies_add_up_and_random_ones_repeat_with_the_seed() -> None:
    uniform = {"kind": "latency", "distribution": "uniform", "low_ms": 10, "high_ms": 20}
    exponential = {"kind": "latency", "distribution": "exponential", "mean_ms": 5}
    specs = ({"kind": "latency", "ms": 100}, uniform, exponential)
    first, second = faults_of(*specs), faults_of(*specs)
    drawn = [first.judge("near", "a", "http:Get").delay_ms for _ in range(5)]
    assert drawn == [second.judge("near", "a", "http:Get").delay_ms for _ in range(5)]
    assert all(each >= 110 for each in drawn)
    assert len(set(drawn)) == 5


def test_a_fault_with_a_probability_strikes_sometimes() -> None:
    faults = faults_of({"kind": "lost_answer", "probability": 0.5})
    struck = sum(faults.judge("near", "a", "http:Get").lose_answer for _ in range(200))
    assert 60 < struck < 140


def test_faults_are_removed_one_by_one_or_all() -> None:
    faults = faults_of({"kind": "reset"}, {"kind": "wipe"}, {"kind": "partition"})
    assert faults.remove(2) == 1
    assert faults.remove(2) == 0
    assert [fault.kind.value for fault in faults] == ["reset", "partition"]
    assert faults.remove(None) == 2


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ({"kind": "flood"}, "kind must be one of"),
        ({"kind": "reset", "regoin": "near"}, "regoin"),
        ({"kind": "error", "error": "sad"}, "no gRPC status"),
        ({"kind": "latency", "ms": "slow"}, "ms must be a number"),
        ({"kind": "latency", "ms": -1}, "ms must be a number"),
        ({"kind": "reset", "count": True}, "count must be a number"),
        (["reset"], "JSON object"),
    ],
)
def test_a_fault_that_cannot_be_meant_is_refused(spec: Any, complaint: str) -> None:
    with pytest.raises(Refusal, match=complaint):
        parse_fault(spec)


def test_a_fault_is_shown_as_it_was_given() -> None:
    shown = show_fault(parse_fault({"kind": "error", "error": "not-found", "method": "Get", "count": 3}))
    assert (shown["kind"], shown["error"], shown["method"], shown["remaining"]) == (
        "error",
        "not-found",
        "Get",
        3,
    )


def test_dropped_webhooks_are_told_by_topic() -> None:
    faults = faults_of({"kind": "drop_webhook", "key_prefix": "cache_", "count": 1})
    assert not faults.drops_webhook("near", "a", "other")
    assert faults.drops_webhook("near", "a", "cache_sync")
    assert not faults.drops_webhook("near", "a", "cache_sync")


def test_header_faults_carry_momento_locals_names() -> None:
    assert rpc_name("SortedSetPut") == "sorted-set-put"
    assert rpc_name("Get") == "get"
    asked = HeaderFaults()
    headers = {
        "return-error": "unavailable",
        "error-rpcs": "set-if get",
        "error-count": "1",
        "request-id": "1",
    }
    verdict = asked.judge(headers, "SetIf")
    assert verdict is not None
    assert verdict.refusal is not None
    assert verdict.refusal.status is Status.UNAVAILABLE
    again, other = asked.judge(headers, "SetIf"), asked.judge(headers, "Delete")
    assert again is not None
    assert again.refusal is None
    assert other is not None
    assert other.refusal is None
    assert asked.judge({}, "Get") is None
    slow = asked.judge({"delay-ms": "5", "delay-rpcs": "get"}, "Get")
    assert slow is not None
    assert slow.delay_ms == 5.0
    with pytest.raises(Refusal, match="delay-ms must be a whole number"):
        asked.judge({"delay-ms": "soon", "delay-rpcs": "get"}, "Get")
