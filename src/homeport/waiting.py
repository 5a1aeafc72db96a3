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

GONE_SECONDS = 5.0
"""What has not come so long after its time comes no more: as where a visitor hung up, and the runtime let go of all."""


class Awaited(asyncio.Future[Any]):
    """A future of which the first who waits for it is called not by the event loop, but by whoever fulfils it."""

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

    def fulfil(self, value: Any) -> None:
        """Give the value to whoever waits; nobody may, any more."""
        if self.done():
            return
        self.set_result(value)
        if self._first is not None:
            (fn, context), self._first = self._first, None
            context.run(fn, self)


class Waiting:
    """Futures by number, until they are fulfilled. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._numbers = clock, count(1)
        self._expected: dict[int, tuple[float, Awaited]] = {}

    def __len__(self) -> int:
        return len(self._expected)

    def expect(self, seconds: float) -> tuple[int, Awaited]:
        """A future that is fulfilled within so many seconds or not at all, and its number.

        It goes as what awaits it goes: nobody who is gone is told.
        """
        now, number, future = self._clock(), next(self._numbers), Awaited()
        self._forget(now)
        self._expected[number] = now + seconds + GONE_SECONDS, future
        return number, future

    def fulfil(self, number: int, value: object) -> None:
        """Give the value to whoever waits; where nobody does, any more, nothing happens."""
        found = self._expected.pop(number, None)
        if found is not None:
            found[1].fulfil(value)

    def _forget(self, now: float) -> None:
        # The oldest stand first. One with much time may hide others for a while: they go with it.
        while self._expected:
            number, (gone, _) = next(iter(self._expected.items()))
            if gone > now:
                return
            del self._expected[number]
