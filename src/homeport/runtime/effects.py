"""Time, chance and what comes behind the answer, from the runtime."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from collections.abc import Coroutine, Mapping
from contextvars import ContextVar
from typing import Any

import js

from homeport.messages import Headers
from homeport.ports import Effects
from homeport.trace import Trace

_current: ContextVar[Trace | None] = ContextVar("trace", default=None)
"""Of the task that runs, and of those that it begins: whoever emits an event need not be told the trace."""


def effects(ctx: Any, headers: Headers) -> Effects:
    """The effects of one invocation; `ctx` is its execution context, `headers` are those of its request, if any."""
    trace = Trace(headers, _token)
    _current.set(trace)

    def behind(work: Coroutine[object, object, object]) -> None:
        ctx.waitUntil(_reported(work, trace))

    return Effects(
        now=_now,
        token=_token,
        pause=asyncio.sleep,
        chance=random.random,
        behind=behind,
        emit=emit,
        trace=trace,
    )


async def _reported(work: Coroutine[object, object, object], trace: Trace) -> None:
    _current.set(trace)  # the runtime begins this task, not ours
    try:
        await work
    except Exception as error:  # noqa: BLE001 - there is nobody behind this to tell
        report(error)


def report(error: Exception) -> None:
    """Log where something failed that nobody foresaw; the error's own text may hold what must not be logged."""
    frames, trace = [], error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}")
        trace = trace.tb_next
    emit("crashed", {"error": type(error).__name__, "at": frames})


def emit(name: str, fields: Mapping[str, object]) -> None:
    """One line of JSON in the Worker's log."""
    trace = _current.get()
    js.console.log(json.dumps({"event": name} | ({"trace_id": trace.id} if trace else {}) | dict(fields)))


def _now() -> int:
    return int(time.time() * 1000)


def _token() -> str:
    return secrets.token_hex(16)
