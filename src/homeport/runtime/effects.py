"""Time, chance and what comes behind the answer, from the runtime."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping
from contextvars import ContextVar
from typing import Any

import js

from homeport.messages import Headers
from homeport.ports import Effects
from homeport.trace import Trace

from . import waking
from .crossing import crossing

held: Callable[[Any], Callable[[], None]] = crossing.held
"""Have an invocation (its context) go on after its answer, or without its visitor, until what this gives is called."""

_tokens: list[str] = []
"""Random names, each for once: chance comes from JavaScript, and costs as much for one as for many."""

_current: ContextVar[Trace | None] = ContextVar("trace", default=None)
"""Of the task that runs, and of those that it begins: whoever emits an event need not be told the trace."""


def effects(ctx: Any, headers: Headers) -> Effects:
    """The effects of one invocation; `ctx` is its execution context, `headers` are those of its request, if any."""
    trace = Trace(headers, _token)
    _current.set(trace)
    return Effects(
        now=_now,
        token=_token,
        pause=asyncio.sleep,
        chance=random.random,
        behind=Behind(ctx),
        emit=emit,
        trace=trace,
    )


class Behind:
    """Runs what comes behind one invocation's answer; `begun` says whether anything does."""

    __slots__ = ("_ctx", "begun")

    def __init__(self, ctx: Any) -> None:
        self._ctx, self.begun = ctx, False

    def __call__(self, work: Coroutine[object, object, object]) -> None:
        """Have it begin. A coroutine given to `waitUntil` would do the same, by several crossings and a task more."""
        self.begun = True
        waking.begin(_reported(work, held(self._ctx)), now=False)


async def _reported(work: Coroutine[object, object, object], release: Callable[[], None]) -> None:
    try:
        await work
    except Exception as error:  # noqa: BLE001 - there is nobody behind this to tell
        report(error)
    finally:
        release()


def report(error: BaseException) -> None:
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
    if not _tokens:  # drawn at a request, never at import: a snapshot would give all isolates the same
        drawn = secrets.token_hex(16 * 32)
        _tokens.extend(drawn[at : at + 32] for at in range(0, len(drawn), 32))
    return _tokens.pop()
