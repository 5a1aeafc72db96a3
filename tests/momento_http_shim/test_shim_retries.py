"""When a failed call is sent again, and that all tries stay within the call's deadline."""

from __future__ import annotations

import pytest

from momento_http_shim import (
    Absent,
    CacheClient,
    Credentials,
    Done,
    Failed,
    Hit,
    LimitExceeded,
    MomentoError,
    Refused,
    RetryPolicy,
    Settings,
    TransportFailure,
    Unavailable,
)
from momento_http_shim import scalar as scalar_calls
from momento_http_shim import sorted_sets as sorted_set_calls
from tests.momento_http_shim.recording import KEY, Answer, Clock, Recording, client, grpc_error, http

BROKEN = Unavailable("SERVER_UNAVAILABLE", "", retryable=True)
THROTTLED = LimitExceeded("LIMIT_EXCEEDED_ERROR", "", limit="operations_rate_limit_exceeded")
TOO_LARGE = LimitExceeded("LIMIT_EXCEEDED_ERROR", "", limit="item_size_limit_exceeded")


@pytest.mark.parametrize(
    ("policy", "error", "tried", "idempotent", "remaining", "pause"),
    [
        (RetryPolicy(), BROKEN, 1, True, 100, 0),
        (RetryPolicy(), BROKEN, 2, True, 100, 0),
        (RetryPolicy(), BROKEN, 3, True, 100, None),
        (RetryPolicy(), BROKEN, 1, False, 100, None),
        (RetryPolicy(), BROKEN, 1, True, 0.5, None),
        (RetryPolicy(), BROKEN, 1, True, -5, None),
        (RetryPolicy(), Unavailable("TIMEOUT_ERROR", ""), 1, True, 100, None),
        (RetryPolicy(), Refused("PERMISSION_ERROR", ""), 1, True, 100, None),
        (RetryPolicy(), THROTTLED, 1, True, 100, None),
        (RetryPolicy(throttled_ms=50), THROTTLED, 1, True, 100, 50),
        (RetryPolicy(throttled_ms=50), THROTTLED, 1, True, 50, None),
        (RetryPolicy(throttled_ms=50), THROTTLED, 1, False, 100, None),
        (RetryPolicy(throttled_ms=50), TOO_LARGE, 1, True, 100, None),
        (RetryPolicy(tries=1), BROKEN, 1, True, 100, None),
    ],
)
def test_the_policy_decides(
    policy: RetryPolicy,
    error: MomentoError,
    tried: int,
    idempotent: bool,
    remaining: float,
    pause: int | None,
) -> None:
    assert policy.pause_ms(error, tried=tried, idempotent=idempotent, remaining_ms=remaining) == pause


# https://github.com/momentohq/client-sdk-python, default_eligibility_strategy.py
SENT_TWICE = [
    "GetWithHash",
    "KeysExist",
    "ItemGetTtl",
    "GetBatch",
    "SetBatch",
    "SortedSetPut",
    "SortedSetFetch",
    "SortedSetGetScore",
    "SortedSetRemove",
    "SortedSetGetRank",
    "SortedSetLength",
    "SortedSetLengthByScore",
]
SENT_ONCE = ["SetIf", "SetIfHash", "Increment", "UpdateTtl", "SortedSetIncrement"]


def test_only_what_momento_calls_idempotent_is_marked_so() -> None:
    methods = [
        each
        for module in (scalar_calls, sorted_set_calls)
        for each in vars(module).values()
        if type(each).__name__ == "Method"
    ]
    marked = {method.path.partition("/")[2]: method.idempotent for method in methods}
    assert marked == dict.fromkeys(SENT_TWICE, True) | dict.fromkeys(SENT_ONCE, False)


async def test_a_read_is_sent_again_until_it_succeeds() -> None:
    transport = Recording(http(503), TransportFailure("reset"), http(200, b"v"))
    assert await client(transport).get("k") == Hit(b"v")
    assert len(transport.requests) == 3


async def test_three_tries_are_all() -> None:
    transport = Recording(*[http(503)] * 4)
    outcome = await client(transport).get("k")
    assert isinstance(outcome, Failed)
    assert len(transport.requests) == 3


async def test_set_and_delete_may_be_repeated() -> None:
    transport = Recording(http(500), http(204), http(502), http(204))
    c = client(transport)
    assert await c.set("k", "v", ttl_seconds=1) == Done()
    assert await c.delete("k") == Done()


async def test_a_conditional_write_is_never_sent_twice() -> None:
    transport = Recording(grpc_error(14, "away"))
    outcome = await client(transport).set_if("k", "v", Absent(), ttl_seconds=1)
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Unavailable)
    assert outcome.error.may_have_happened


async def test_every_try_has_only_the_time_that_is_left() -> None:
    clock = Clock()

    def pass_time() -> None:
        clock.now += 0.4

    transport = Recording(*[grpc_error(14)] * 3, during=pass_time)
    c = client(transport, settings=Settings(clock=clock), deadline_ms=1000)
    assert isinstance(await c.sorted_set_length("q"), Failed)
    assert [request.timeout_ms for request in transport.requests] == [1000, 600, 200]
    timeouts = [dict(request.headers)["grpc-timeout"] for request in transport.requests]
    assert timeouts == ["1000m", "600m", "200m"]


async def test_nothing_is_sent_when_the_time_is_over() -> None:
    clock = Clock()

    def pass_time() -> None:
        clock.now += 1.0

    transport = Recording(http(503), during=pass_time)
    outcome = await client(transport, settings=Settings(clock=clock), deadline_ms=1000).get("k")
    assert isinstance(outcome, Failed)
    assert len(transport.requests) == 1


async def test_throttling_is_waited_out_only_when_told() -> None:
    clock = Clock()
    patient = Settings(clock=clock, pause=clock.pause, retries=RetryPolicy(throttled_ms=70))
    transport = Recording(http(429, b"operations"), http(200, b"v"), http(429))
    assert await client(transport, settings=patient).get("k") == Hit(b"v")
    assert clock.pauses == [70]
    assert transport.requests[1].timeout_ms == 4930
    outcome = await client(transport).get("k")
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, LimitExceeded)


@pytest.mark.parametrize(
    ("failure", "code", "may_have_happened"),
    [
        (TransportFailure("slow", timed_out=True), "TIMEOUT_ERROR", True),
        (TransportFailure("slow to connect", timed_out=True, sent=False), "TIMEOUT_ERROR", False),
        (TransportFailure("reset"), "SERVER_UNAVAILABLE", True),
        (TransportFailure("refused", sent=False), "SERVER_UNAVAILABLE", False),
    ],
)
async def test_what_never_left_cannot_have_happened(
    failure: TransportFailure, code: str, may_have_happened: bool
) -> None:
    outcome = await client(Recording(failure)).publish("t", "v")
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Unavailable)
    assert (outcome.error.code, outcome.error.may_have_happened) == (code, may_have_happened)


async def test_a_key_that_comes_back_in_an_error_is_taken_out() -> None:
    quoting: list[Answer] = [http(401, f"bad token {KEY}".encode()), TransportFailure(f"broken: {KEY}")]
    transport = Recording(*quoting)
    c = client(transport)
    for _ in quoting:
        outcome = await c.publish("t", "v")
        assert isinstance(outcome, Failed)
        assert KEY not in f"{outcome!r} {outcome.error} {outcome.error.message}"
    assert KEY not in repr(transport.requests)


async def test_a_short_local_key_is_not_searched_for_in_ordinary_words() -> None:
    c = CacheClient(Recording(http(400, b"no key")), Credentials("k", "http://127.0.0.1:1"), "ships")
    outcome = await c.get("a")
    assert isinstance(outcome, Failed)
    assert outcome.error.message == "HTTP status 400: no key"
