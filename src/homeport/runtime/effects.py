"""Time, chance and what comes behind the answer, from the runtime."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from collections.abc import Coroutine, Mapping
from typing import Any

import js

from homeport.ports import Effects


def effects(ctx: Any) -> Effects:
    """The effects of one invocation; `ctx` is its execution context."""

    def behind(work: Coroutine[object, object, object]) -> None:
        ctx.waitUntil(_reported(work))

    return Effects(
        now=_now, token=_token, pause=asyncio.sleep, chance=random.random, behind=behind, emit=emit
    )


async def _reported(work: Coroutine[object, object, object]) -> None:
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
    js.console.log(json.dumps({"event": name} | dict(fields)))


def _now() -> int:
    return int(time.time() * 1000)


def _token() -> str:
    return secrets.token_hex(16)
