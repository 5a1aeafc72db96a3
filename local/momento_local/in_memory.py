"""The in-memory twin of `momento_http_shim.CacheClient`: one cache of one region, for unit tests.

Same methods, arguments, checks and outcomes, over the same pure store as the emulator. It awaits nothing
real, and can be told to fail a call before its effect or to lose the answer after it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from momento_http_shim import arguments
from momento_http_shim.arguments import Key, Value, key_octets, value_octets
from momento_http_shim.conditions import Condition, HashCondition, ValueCondition
from momento_http_shim.limits import Limits as Checks
from momento_http_shim.outcomes import (
    Done,
    Elements,
    Failed,
    Found,
    Hit,
    Miss,
    NotStored,
    Number,
    Score,
    Stored,
    Values,
)

from . import check_and_set, lists, scalars, sorted_sets
from .client_faults import Faults, error_of
from .limits import Limits
from .refusals import Refusal
from .sorted_sets import Bound
from .store import Store

T = TypeVar("T")
Outcome = TypeVar("Outcome")


class InMemoryCache:
    """One cache. `now_ms` is its only clock; `pause`, if given, is awaited once per call, before its effect.

    `published` lists every (topic, value). `store` is open to tests that want to look or to evict.
    """

    def __init__(
        self,
        now_ms: Callable[[], int],
        *,
        faults: Faults | None = None,
        pause: Callable[[], Awaitable[None]] | None = None,
        limits: Limits | None = None,
        checks: Checks | None = None,
        strict_families: bool = False,
    ) -> None:
        self.store = Store(now_ms, limits, strict_families=strict_families)
        self.faults = faults
        self.published: list[tuple[str, str | bytes]] = []
        self._pause = pause
        self._checks = checks or Checks()

    async def get(self, key: Key) -> Hit | Miss | Failed:
        """Read an item."""
        name = key_octets(key)
        found = await self._call("get", name, lambda: scalars.get(self.store, name))
        return _or_miss(found, Hit)

    async def set(self, key: Key, value: Value, *, ttl_seconds: float) -> Done | Failed:
        """Write an item over whatever is there; as in the client, the TTL is rounded up to seconds."""
        name, body = self._item(key, value)
        ttl_ms = self._checks.whole_seconds(ttl_seconds) * 1000
        return _done(await self._call("set", name, lambda: scalars.set_(self.store, name, body, ttl_ms)))

    async def delete(self, key: Key) -> Done | Failed:
        """Delete an item of any kind; one that is not there is no error."""
        name = key_octets(key)
        return _done(await self._call("delete", name, lambda: scalars.delete(self.store, name)))

    async def publish(self, topic: str, value: Value) -> Done | Failed:
        """Publish text or octets: appended to `published`."""
        kept = value if isinstance(value, str) else bytes(value)
        self._checks.topic_message(len(value_octets(value)))
        answer = await self._call("publish", key_octets(topic), lambda: self._publish(topic, kept))
        return _done(answer)

    def _publish(self, topic: str, value: str | bytes) -> None:
        self.store.limits.check_topic_value(len(value_octets(value)))
        self.published.append((topic, value))

    async def get_with_hash(self, key: Key, *, consistent: bool = False) -> Found | Miss | Failed:
        """Read an item with its hash; here every read is consistent."""
        del consistent
        name = key_octets(key)
        found = await self._call("get_with_hash", name, lambda: check_and_set.get_with_hash(self.store, name))
        return _or_miss(found, lambda pair: Found(*pair))

    async def set_if(
        self, key: Key, value: Value, condition: ValueCondition, *, ttl_seconds: float
    ) -> Stored | NotStored | Failed:
        """Write if `condition` holds for the present value."""
        name, body = self._item(key, value)
        ttl_ms, (kind, operand) = self._checks.ttl_ms(ttl_seconds), _named(condition)

        def effect() -> bool:
            return check_and_set.set_if(self.store, name, body, kind, operand, ttl_ms)

        stored = await self._call("set_if", name, effect)
        if isinstance(stored, Failed):
            return stored
        return Stored() if stored else NotStored()

    async def set_if_hash(
        self, key: Key, value: Value, condition: HashCondition, *, ttl_seconds: float
    ) -> Stored | NotStored | Failed:
        """Write if `condition` holds for the present value's hash; `Stored` tells the new hash."""
        name, body = self._item(key, value)
        ttl_ms, (kind, operand) = self._checks.ttl_ms(ttl_seconds), _named(condition)

        def effect() -> bytes | None:
            return check_and_set.set_if_hash(self.store, name, body, kind, operand, ttl_ms)

        new = await self._call("set_if_hash", name, effect)
        if isinstance(new, Failed):
            return new
        return NotStored() if new is None else Stored(new)

    async def sorted_set_put(
        self, name: Key, elements: arguments.Scored, *, ttl_seconds: float, refresh_ttl: bool
    ) -> Done | Failed:
        """Add elements or change their scores. `refresh_ttl` False keeps the time the set has left."""
        key, rows = key_octets(name), arguments.scored(elements, self._checks)
        ttl_ms = self._checks.ttl_ms(ttl_seconds)

        def effect() -> None:
            sorted_sets.put(self.store, key, rows, ttl_ms, refresh_ttl=refresh_ttl)

        return _done(await self._call("sorted_set_put", key, effect))

    async def sorted_set_fetch_by_score(
        self,
        name: Key,
        min_score: float | None = None,
        max_score: float | None = None,
        *,
        descending: bool = False,
        offset: int = 0,
        count: int = -1,
    ) -> Elements | Miss | Failed:
        """Read elements by score, both bounds inclusive; `count` -1 means all."""
        arguments.score_range(min_score, max_score)
        arguments.page(offset, count)
        key, low, high = key_octets(name), _bound(min_score), _bound(max_score)

        def effect() -> list[sorted_sets.Element] | None:
            return sorted_sets.fetch_by_score(
                self.store, key, low, high, descending=descending, offset=offset, count=count
            )

        found = await self._call("sorted_set_fetch_by_score", key, effect)
        return _or_miss(found, lambda pairs: Elements(tuple(pairs)))

    async def sorted_set_get_score(self, name: Key, value: Key) -> Score | Miss | Failed:
        """Read one element's score."""
        key, element = key_octets(name), key_octets(value)

        def effect() -> float | None:
            scores = sorted_sets.scores(self.store, key, [element])
            return None if scores is None else scores[0]

        return _or_miss(await self._call("sorted_set_get_score", key, effect), Score)

    async def sorted_set_remove(self, name: Key, values: Iterable[Key]) -> Done | Failed:
        """Remove some elements; those that are not there do not matter."""
        key, some = key_octets(name), [key_octets(each) for each in values]
        call = self._call("sorted_set_remove", key, lambda: sorted_sets.remove(self.store, key, some))
        return _done(await call)

    async def sorted_set_remove_all(self, name: Key) -> Done | Failed:
        """Remove the whole set."""
        key = key_octets(name)
        call = self._call("sorted_set_remove_all", key, lambda: sorted_sets.remove(self.store, key, None))
        return _done(await call)

    async def sorted_set_increment(
        self, name: Key, value: Key, amount: float, *, ttl_seconds: float, refresh_ttl: bool
    ) -> Score | Failed:
        """Add to one element's score; an absent one begins at 0."""
        key, ((element, more),) = key_octets(name), arguments.scored([(value, amount)], self._checks)
        ttl_ms = self._checks.ttl_ms(ttl_seconds)

        def effect() -> float:
            return sorted_sets.increment(self.store, key, element, more, ttl_ms, refresh_ttl=refresh_ttl)

        score = await self._call("sorted_set_increment", key, effect)
        return score if isinstance(score, Failed) else Score(score)

    async def list_push_front(
        self, name: Key, value: Value, *, ttl_seconds: float, refresh_ttl: bool, truncate_back_to: int = 0
    ) -> Number | Failed:
        """Put a value before all others; how many there are then."""
        key, body = key_octets(name), bytes(value_octets(value))
        self._checks.element(len(body))
        ttl_ms, keep = self._checks.ttl_ms(ttl_seconds), arguments.signed(truncate_back_to, 32)

        def effect() -> int:
            return lists.push(self.store, key, [body], ttl_ms, refresh_ttl=refresh_ttl, front=True, keep=keep)

        length = await self._call("list_push_front", key, effect)
        return length if isinstance(length, Failed) else Number(length)

    async def list_fetch(
        self, name: Key, start: int | None = None, end: int | None = None
    ) -> Values | Miss | Failed:
        """Read values by place, `end` exclusive."""
        key = key_octets(name)
        found = await self._call("list_fetch", key, lambda: lists.fetch(self.store, key, start, end))
        return _or_miss(found, lambda values: Values(tuple(values)))

    async def sorted_set_length(self, name: Key) -> Number | Miss | Failed:
        """Count all elements."""
        key = key_octets(name)
        found = await self._call("sorted_set_length", key, lambda: sorted_sets.length(self.store, key))
        return _or_miss(found, Number)

    def _item(self, key: Key, value: Value) -> tuple[bytes, bytes]:
        name, body = key_octets(key), bytes(value_octets(value))
        self._checks.item(len(name) + len(body))
        return name, body

    async def _call(self, method: str, key: bytes, effect: Callable[[], T]) -> T | Failed:
        """Pause, ask for faults, do it, and give the answer or lose it."""
        if self._pause is not None:
            await self._pause()
        fault = self.faults(method, key) if self.faults is not None else None
        if isinstance(fault, Failed):
            return fault
        try:
            answer = effect()
        except Refusal as refusal:
            return Failed(error_of(refusal))
        return answer if fault is None else fault.failed


def _named(condition: Condition) -> tuple[str, bytes]:
    return condition.member, b"" if condition.operand is None else bytes(condition.operand)


def _bound(score: float | None) -> Bound | None:
    return None if score is None else Bound(score)


def _done(answer: object) -> Done | Failed:
    return answer if isinstance(answer, Failed) else Done()


def _or_miss(answer: T | Failed | None, outcome: Callable[[T], Outcome]) -> Outcome | Miss | Failed:
    if isinstance(answer, Failed):
        return answer
    return Miss() if answer is None else outcome(answer)
