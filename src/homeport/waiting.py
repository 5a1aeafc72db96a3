"""Waiting for what somebody else brings, and going on in the very call that brings it.

An event loop calls back in a turn of its own. Pyodide's takes some 25 microseconds for each, with a stack and a Python
thread state of its own, and asks for two turns to wait for a promise (docs/adr/0021-what-a-hit-costs.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context, copy_context
from itertools import count
from typing import Any

GONE_SECONDS = 30.0
"""What has not come so long after its time comes no more: as where a visitor hung up, and the runtime let go of all."""

STEP_SECONDS = 1.0
"""The most that passes from one call to the next: what came while nobody could take it, as in a long computation, may
be taken after the call that sees how late it is."""


class Awaited(asyncio.Future[Any]):
    """A future of which the first who waits for it is called not by the event loop, but by whoever fulfils it.

    That is never a task: asyncio runs one at a time.
    """

    _first: tuple[Callable[[Any], object], Context] | None = None

    def add_done_callback(self, fn: Callable[[Any], object], /, *, context: Context | None = None) -> None:
        """Call it when this is done."""
        if self._first is None and not self.done():
            self._first = fn, context or copy_context()
        else:
            super().add_done_callback(fn, context=context)

    def remove_done_callback(self, fn: Callable[[Any], object], /) -> int:
        """Do not; how often it would have been called."""
        first = self._first is not None and self._first[0] == fn
        if first:
            self._first = None
        return first + super().remove_done_callback(fn)

    def cancel(self, msg: Any | None = None) -> bool:
        """Cancel it: then it is the event loop's to tell."""
        if self._first is not None:
            (fn, context), self._first = self._first, None
            super().add_done_callback(fn, context=context)
        return super().cancel(msg)

    def set_result(self, result: Any, /) -> None:
        """Give it to whoever waits."""
        super().set_result(result)
        self._wake()

    def set_exception(self, exception: Any, /) -> None:
        """Raise it in whoever waits."""
        super().set_exception(exception)
        self._wake()

    def _wake(self) -> None:
        if self._first is not None:
            (fn, context), self._first = self._first, None
            context.run(fn, self)


class Waiting:
    """Futures by number, until they are fulfilled. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._numbers = clock, count(1)
        self._seen, self._passed = clock(), 0.0
        self._expected: dict[int, tuple[float, Awaited]] = {}

    def __len__(self) -> int:
        return len(self._expected)

    def expect(self, seconds: float) -> tuple[int, Awaited]:
        """A future that is fulfilled within so many seconds or not at all, and its number.

        Long after that it is forgotten, and what awaits it with it: the garbage collector's, and nobody is told.
        """
        now, number, future = self._now(), next(self._numbers), Awaited()
        self._forget(now)
        self._expected[number] = now + seconds + GONE_SECONDS, future
        return number, future

    def fulfil(self, number: int, value: object) -> None:
        """Give the value to whoever waits; where nobody does, any more, nothing happens."""
        found = self._expected.pop(number, None)
        if found is not None and not found[1].done():
            found[1].set_result(value)

    def _now(self) -> float:
        """Seconds that have passed, as far as they count."""
        now = self._clock()
        self._passed += min(max(now - self._seen, 0.0), STEP_SECONDS)
        self._seen = now
        return self._passed

    def _forget(self, now: float) -> None:
        # The oldest stand first. One with much time may hide others for a while: they go with it.
        while self._expected:
            number, (gone, _) = next(iter(self._expected.items()))
            if gone > now:
                return
            del self._expected[number]
