"""Operations metered, counters and rates."""

from __future__ import annotations

import pytest
from momento_wire_types import cacheclient_pb2

from local.momento_local.counters import Counters
from local.momento_local.metering import operations, sizes_of
from local.momento_local.rates import Bucket
from local.momento_local.refusals import Refusal
from local.momento_local.rpc import table
from tests.momento_local.momento_rig import HandClock


def test_one_operation_for_each_kilobyte_begun_and_at_least_one() -> None:
    assert operations(()) == 1
    assert operations((0,)) == 1
    assert operations((1024,)) == 1
    assert operations((1025,)) == 2
    assert operations((10, 10, 1500)) == 4


def test_check_and_set_and_consistent_reads_count_twice() -> None:
    assert operations((1500,), check_and_set=True) == 4
    assert operations((1500,), consistent=True) == 4


def test_every_element_of_a_request_counts_by_itself() -> None:
    def none(*_: object) -> None:
        """Do nothing: only the messages are wanted here."""

    methods = table(
        cacheclient_pb2.DESCRIPTOR.services_by_name["Scs"],
        dict.fromkeys(("SortedSetPut", "SortedSetFetch", "KeysExist", "Get", "SortedSetRemove"), none)
        | dict.fromkeys(("ListPushFront", "ListFetch"), none),
    )
    put = methods["SortedSetPut"].request(elements=[{"value": b"a" * 1020, "score": 1}, {"value": b"b"}])
    assert operations(sizes_of("SortedSetPut", put, [])) == 3
    exist = methods["KeysExist"].request(cache_keys=[b"a", b"b", b"c"])
    assert operations(sizes_of("KeysExist", exist, [])) == 3
    fetched = methods["SortedSetFetch"].answer(found={"values": {"values": [b"a", b"b"]}})
    assert operations(sizes_of("SortedSetFetch", None, [fetched])) == 2
    removed = methods["SortedSetRemove"].request(some={"values": [b"a", b"b"]})
    assert operations(sizes_of("SortedSetRemove", removed, [])) == 2
    pushed = methods["ListPushFront"].request(value=b"v" * 1025)
    assert operations(sizes_of("ListPushFront", pushed, [])) == 2
    listed = methods["ListFetch"].answer(found={"values": [b"a", b"b", b"c" * 1025]})
    assert operations(sizes_of("ListFetch", None, [listed])) == 4
    asked, got = methods["Get"].request(cache_key=b"k"), methods["Get"].answer(cache_body=b"v" * 1024)
    assert operations(sizes_of("Get", asked, [got])) == 2


def test_counters_add_up_by_method_and_start_anew() -> None:
    counters = Counters()
    counters.count("http:Get", operations=2, bytes_in=0, bytes_out=7, error=None)
    counters.count("http:Get", operations=1, bytes_in=0, bytes_out=0, error="NOT_FOUND")
    counters.count("grpc:SetIf", operations=2, bytes_in=9, bytes_out=1, error=None)
    shown = counters.show()
    assert (shown["calls"], shown["operations"], shown["errors"]) == (3, 5, 1)
    assert shown["methods"]["http:Get"] == {
        "calls": 2,
        "operations": 3,
        "bytes_in": 0,
        "bytes_out": 7,
        "errors": {"NOT_FOUND": 1},
    }
    counters.reset()
    assert counters.show()["methods"] == {}


def test_a_bucket_refuses_when_empty_and_fills_with_time() -> None:
    clock = HandClock()
    bucket = Bucket(2.0, clock)
    bucket.admit()
    bucket.pay(3)
    with pytest.raises(Refusal, match="rate") as refused:
        bucket.admit()
    assert refused.value.cause == "operations_rate_limit_exceeded"
    clock.now += 1000
    bucket.admit()


def test_a_bucket_without_a_rate_admits_everything() -> None:
    bucket = Bucket(None, HandClock())
    bucket.pay(10**9)
    assert [bucket.admit() for _ in range(3)] == [None] * 3  # type: ignore[func-returns-value]
