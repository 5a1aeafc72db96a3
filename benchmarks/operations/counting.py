"""A cache in memory that meters as Momento does, and a loop on which each call takes one tick and all else none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from local.momento_local.in_memory import InMemoryCache
from local.momento_local.metering import operations
from local.momento_local.scored import OCTETS_PER_SCORE
from momento_http_shim.arguments import Key, Value, key_octets
from momento_http_shim.outcomes import Failed, Found, Miss

T = TypeVar("T")


class TickingLoop(asyncio.SelectorEventLoop):
    """An event loop that does not wait: where nothing is ready, its clock jumps to what comes next."""

    def __init__(self) -> None:
        super().__init__()
        self.elapsed = 0.0

    def time(self) -> float:
        """Ticks since it began."""
        return self.elapsed

    def _run_once(self) -> None:
        loop: Any = self
        if not loop._ready and loop._scheduled:  # noqa: SLF001 - the class's own
            self.elapsed = max(self.elapsed, loop._scheduled[0]._when)  # noqa: SLF001 - as above
        super()._run_once()  # type: ignore[misc]  # the standard library does not publish it


def played(play: Coroutine[Any, Any, T]) -> T:
    """Run a play on a loop of its own."""
    loop = TickingLoop()
    try:
        return loop.run_until_complete(play)
    finally:
        loop.close()


async def tick() -> None:
    """What a call takes, wherever it goes."""
    await asyncio.sleep(1)


@dataclass
class Tally:
    """What has been asked so far: calls, the operations that they are metered as, and the calls by method."""

    calls: int = 0
    operations: int = 0
    methods: dict[str, int] = field(default_factory=dict)

    def __sub__(self, earlier: Tally) -> Tally:
        methods = {name: count - earlier.methods.get(name, 0) for name, count in self.methods.items()}
        return Tally(self.calls - earlier.calls, self.operations - earlier.operations, methods)

    def copy(self) -> Tally:
        """As it is now."""
        return Tally(self.calls, self.operations, dict(self.methods))


class MeteredCache(InMemoryCache):
    """One region's.

    Momento counts an operation for each 1024 octets begun of each item or element of a call, and twice as many for a
    check-and-set or a consistent read (https://docs.momentohq.com/cache/manage/operations).
    """

    def __init__(self, now_ms: Callable[[], int]) -> None:
        super().__init__(now_ms, pause=tick, strict_families=True)
        self.tally = Tally()
        self._given: tuple[int, ...] = ()
        self._consistent = False

    async def get_with_hash(self, key: Key, *, consistent: bool = False) -> Found | Miss | Failed:
        """Read an item with its hash."""
        self._consistent = consistent
        return await super().get_with_hash(key, consistent=consistent)

    async def publish(self, topic: str, value: Value) -> Any:
        """Publish a message."""
        self._given = (len(value),)
        return await super().publish(topic, value)

    async def sorted_set_put(self, name: Key, elements: Any, **options: Any) -> Any:
        """Put members."""
        self._given = tuple(len(each) + OCTETS_PER_SCORE for each in elements)
        return await super().sorted_set_put(name, elements, **options)

    async def sorted_set_remove(self, name: Key, values: Iterable[Key]) -> Any:
        """Remove members."""
        some = [*values]
        self._given = tuple(len(key_octets(each)) for each in some)
        return await super().sorted_set_remove(name, some)

    def _item(self, key: Key, value: Value) -> tuple[bytes, bytes]:
        name, body = super()._item(key, value)
        self._given = (len(name) + len(body),)
        return name, body

    async def _call(self, method: str, key: bytes, effect: Callable[[], T]) -> T | Failed:
        given, consistent = self._given, self._consistent
        self._given, self._consistent = (), False
        answer = await super()._call(method, key, effect)
        sizes = given or _sizes(method, key, answer)
        twice = method.startswith("set_if")
        self.tally.calls += 1
        self.tally.operations += operations(sizes, check_and_set=twice, consistent=consistent)
        self.tally.methods[method] = self.tally.methods.get(method, 0) + 1
        return answer


def _sizes(method: str, key: bytes, answer: Any) -> tuple[int, ...]:
    if answer is None or isinstance(answer, Failed):
        return (0,)
    if method == "sorted_set_fetch_by_score":
        return tuple(len(value) + OCTETS_PER_SCORE for value, _ in answer)
    if method in ("get", "get_with_hash"):
        value = answer if method == "get" else answer[0]
        return (len(key) + len(value),)
    return (0,)
