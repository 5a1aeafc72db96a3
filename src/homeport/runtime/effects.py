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
        ctx.waitUntil(work)

    return Effects(
        now=_now, token=_token, pause=asyncio.sleep, chance=random.random, behind=behind, emit=emit
    )


def emit(name: str, fields: Mapping[str, object]) -> None:
    """One line of JSON in the Worker's log."""
    js.console.log(json.dumps({"event": name} | dict(fields)))


def _now() -> int:
    return int(time.time() * 1000)


def _token() -> str:
    return secrets.token_hex(16)
