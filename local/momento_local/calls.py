"""One call from its faults to its counters: the same steps for HTTP and gRPC-web."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .exchange import HangUp
from .faults import FaultKind, Faults, Verdict
from .rates import Bucket
from .refusals import Refusal, Status
from .region import Region


@dataclass(slots=True)
class Call:
    """What is asked of a region. `method` names the way in as well: `http:Get`, `grpc:SetIfHash`."""

    region: Region
    cache: str
    method: str
    key: bytes
    bytes_in: int
    timeout_ms: float | None = None
    bucket: Bucket | None = None


@dataclass(slots=True)
class Served:
    """An answer that may be sent, its size in bytes, and the operations metered for it."""

    answer: Any
    bytes_out: int
    operations: int = 1


async def perform(
    call: Call, faults: Faults, effect: Callable[[], Served], extra: Verdict | None = None
) -> Any:
    """Suffer the faults, do it, count it, and return the answer.

    `extra` is what the request's own headers ask for. Raises `Refusal` for an answer that is an error,
    `HangUp` for none at all.
    """
    operations, bytes_out, error = 1, 0, None
    try:
        verdict = _join(faults.judge(call.region.name, call.cache, call.method, call.key), extra)
        await _before(call, verdict)
        if call.bucket is not None:
            call.bucket.admit()
        served = effect()
        operations, bytes_out = served.operations, served.bytes_out
        if verdict.lose_answer:
            raise HangUp(FaultKind.LOST_ANSWER)
        return served.answer
    except Refusal as refusal:
        error = refusal.status.name
        raise
    except HangUp as hang_up:
        error = hang_up.kind.name
        raise
    finally:
        if call.bucket is not None:
            call.bucket.pay(operations)
        call.region.counters.count(
            call.method, operations=operations, bytes_in=call.bytes_in, bytes_out=bytes_out, error=error
        )


async def _before(call: Call, verdict: Verdict) -> None:
    """Do what faults do before a call takes effect; a deadline that passes meanwhile ends it there."""
    if verdict.delay_ms > 0:
        if call.timeout_ms is not None and verdict.delay_ms >= call.timeout_ms:
            await asyncio.sleep(call.timeout_ms / 1000)
            raise Refusal(Status.DEADLINE_EXCEEDED, "the deadline in grpc-timeout has passed")
        await asyncio.sleep(verdict.delay_ms / 1000)
    if verdict.wipe:
        call.region.wipe()
    if verdict.hang_up is not None:
        raise HangUp(verdict.hang_up)
    if verdict.refusal is not None:
        raise verdict.refusal


def _join(verdict: Verdict, extra: Verdict | None) -> Verdict:
    if extra is not None:
        verdict.delay_ms += extra.delay_ms
        verdict.refusal = verdict.refusal or extra.refusal
    return verdict
