"""Coroutines without the event loop: begun by the call that asks for one, woken by that which brings what it awaits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

from pyodide.ffi import create_proxy

from homeport.waiting import Awaited, Waiting

from .crossing import crossing

_waiting = Waiting(time.monotonic)


def listen() -> None:
    """Have JavaScript wake this isolate: at its first request, for no snapshot holds what JavaScript was given."""
    crossing.wakes(create_proxy(_woken))


def expect(milliseconds: int) -> tuple[int, Awaited]:
    """What JavaScript brings within so many milliseconds, and the number to bring it under."""
    return _waiting.expect(milliseconds / 1000)


def _woken(number: int, *value: Any) -> None:
    _running()
    _waiting.fulfil(number, value)


def begin(work: Coroutine[Any, Any, None], *, now: bool) -> None:
    """Run a coroutine, `now` until it first waits, or from the event loop's next turn on. It raises nothing.

    What it waits for holds it. If that never comes, as where a visitor hung up, it goes without a word.
    """
    # Not by the loop's own method: it counts tasks, and takes a turn to.
    task: Any = asyncio.Task(work, loop=_running(), eager_start=now)  # type: ignore[call-arg]  # CPython 3.12
    task._log_destroy_pending = False  # noqa: SLF001 - as asyncio.gather does


def _running() -> asyncio.AbstractEventLoop:
    """The event loop, as the one that runs: by thread state, of which what JavaScript calls may have a fresh one."""
    loop = asyncio.get_event_loop()
    if asyncio._get_running_loop() is not loop:  # noqa: SLF001 - what loops have to do, and name so
        asyncio._set_running_loop(loop)  # noqa: SLF001
    return loop
