"""Two coroutines at once without a task for either: on Pyodide a task costs as much as what most of them do."""

from __future__ import annotations

from collections.abc import Coroutine, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


async def both(first: Coroutine[Any, Any, T], second: Coroutine[Any, Any, U]) -> tuple[T, U]:
    """What both give. `first` runs until it waits for something, then `second` to its end, then the rest of `first`.

    So both wait at the same time, for one thing each: two calls that are each one request take as long as the slower.
    What `first` does after its first wait, as sending a call again, waits for the end of `second`. It limits its time
    by what it calls: asyncio's own time-outs are a task's, which both share.
    """
    try:
        begun = Begun(first)
        other = await second
        return await begun, other
    finally:  # where one failed the other may not have ended, or begun
        first.close()
        second.close()


class Begun(Generic[T]):
    """A coroutine that has run until it waits for a future; awaiting this one runs the rest. It is awaited once."""

    __slots__ = ("_coroutine", "_ended", "_value", "_waits")

    def __init__(self, coroutine: Coroutine[Any, Any, T]) -> None:
        self._coroutine, self._ended = coroutine, False
        self._value: Any = None
        self._waits: Any = None
        self._step(None)

    def __await__(self) -> Generator[Any, None, T]:
        while not self._ended:
            waits, error = self._waits, None
            if waits is None or not waits.done():
                if waits is not None:
                    waits._asyncio_future_blocking = True  # noqa: SLF001 - how a task knows that it is awaited
                try:
                    yield waits
                except BaseException as thrown:  # noqa: BLE001 - the coroutine's to deal with
                    error = thrown
            self._step(error)
        value: T = self._value
        return value

    def _step(self, error: BaseException | None) -> None:
        try:
            self._waits = self._coroutine.throw(error) if error else self._coroutine.send(None)
        except StopIteration as ended:
            self._ended, self._value = True, ended.value
