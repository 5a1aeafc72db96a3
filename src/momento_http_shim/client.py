"""`CacheClient`: one cache of Momento's. Reads, writes, conditions, counters, sorted sets, lists, topics.

Every method returns an outcome (see `outcomes`) and raises only `InvalidArgument`, before anything is
sent. Keys, names and elements are text or octets, times are seconds, and every call ends within the
client's deadline. Get, set, delete, publish and subscribe go over the HTTP API, everything else over
gRPC-web.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING

from . import http_api
from .caller import Caller, Settings, T
from .credentials import Credentials
from .errors import InvalidArgument
from .keys import Key, Value, checked_cache, checked_key, key_octets, value_octets
from .later import Later
from .limits import Limits
from .octets import Octets, joined
from .outcomes import (
    Batch,
    Done,
    Elements,
    Failed,
    Found,
    Hit,
    Miss,
    NotStored,
    Number,
    Presence,
    Score,
    Stored,
    Values,
)
from .transport import Request, Transport

if TYPE_CHECKING:
    from . import arguments, lists, scalar, sorted_sets, topics
    from .arguments import Items, Scored
    from .calls import Call
    from .conditions import HashCondition, ValueCondition
    from .families import FamilyGuard
else:
    arguments, topics = Later("arguments"), Later("topics")
    lists, scalar, sorted_sets = Later("lists"), Later("scalar"), Later("sorted_sets")

_CHECK_AND_SET, _PLAIN = "the check-and-set family", "Set, Delete or Increment"


class CacheClient:
    """A client of one cache. It holds no connection of its own; `transport` does, if anything."""

    def __init__(
        self,
        transport: Transport,
        credentials: Credentials,
        cache_name: str,
        deadline_ms: int = 5000,
        *,
        settings: Settings | None = None,
        limits: Limits = Limits(),  # noqa: B008 - an immutable value
        guard: FamilyGuard | None = None,
    ) -> None:
        """Take what to send with, whom to be and which cache; `guard` is a check for development."""
        self._caller = Caller(
            transport, credentials, (settings or Settings())._replace(deadline_ms=deadline_ms)
        )
        self._cache, self._limits, self._guard = cache_name, limits, guard
        self._deadline_ms = deadline_ms
        self._api, self._web = credentials.api_cache, credentials.web_cache
        self._headers = self._caller.grpc_headers(("cache", checked_cache(cache_name)))
        self._consistent_headers = (*self._headers, ("read-concern", "consistent"))
        self._prefix = http_api.item_prefix(self._api, cache_name)
        self._http_headers = http_api.headers(credentials.authorization)
        self._octets_headers = http_api.headers(credentials.authorization, http_api.OCTETS)
        self._text_headers = http_api.headers(credentials.authorization, http_api.PLAIN_TEXT)

    async def get(self, key: Key) -> Hit | Miss | Failed:
        """Read an item; eventually consistent, as Momento's HTTP reads are."""
        url = self._prefix + http_api.key_query(checked_key(key))
        request = Request("GET", url, self._http_headers, (), self._deadline_ms)
        return await self._caller.http(request, http_api.got, idempotent=True)

    async def set(self, key: Key, value: Value, *, ttl_seconds: float) -> Done | Failed:
        """Write an item; the TTL is rounded up to whole seconds, as the HTTP API wants it."""
        octets, body = key_octets(key), value_octets(value)
        seconds = self._limits.whole_seconds(ttl_seconds)
        self._limits.item(len(octets) + len(body))
        self._writes(_PLAIN, octets)
        url = f"{self._prefix}{http_api.key_query(key)}&ttl_seconds={seconds}"
        request = Request("PUT", url, self._octets_headers, joined((body,)), self._deadline_ms)
        return await self._caller.http(request, http_api.done, idempotent=True)

    async def delete(self, key: Key) -> Done | Failed:
        """Delete an item; one that is not there is no error."""
        self._writes(_PLAIN, key_octets(key))
        url = self._prefix + http_api.key_query(key)
        request = Request("DELETE", url, self._http_headers, (), self._deadline_ms)
        return await self._caller.http(request, http_api.done, idempotent=True)

    async def publish(self, topic: str, value: Value) -> Done | Failed:
        """Publish text or octets; never sent twice."""
        body = value_octets(value)
        self._limits.topic_message(len(body))
        headers = self._text_headers if isinstance(value, str) else self._octets_headers
        request = Request("POST", self._topic_url(topic), headers, joined((body,)), self._deadline_ms)
        return await self._caller.http(request, http_api.done, idempotent=False)

    def subscribe(
        self,
        topic: str,
        position: topics.Position | None = None,
        *,
        poll_ms: int = 30_000,
    ) -> AsyncIterator[topics.Event | Failed]:
        """Follow a topic by long polls from `position`, or now, on; ends after a failure that stays one."""
        url, begin = self._topic_url(topic), position or topics.FROM_NOW
        return topics.subscription(self._caller, url, self._http_headers, begin, poll_ms)

    async def get_with_hash(self, key: Key, *, consistent: bool = False) -> Found | Miss | Failed:
        """Read an item with its hash; `consistent` sees every write that was answered before."""
        headers = self._consistent_headers if consistent else self._headers
        return await self._caller.grpc(self._web, headers, scalar.get_with_hash(key_octets(key)))

    async def set_if(
        self, key: Key, value: Value, condition: ValueCondition, *, ttl_seconds: float
    ) -> Stored | NotStored | Failed:
        """Write if `condition` holds for the present value; atomic, never sent twice."""
        octets, body, ttl_ms = self._conditional(key, value, ttl_seconds)
        return await self._scs(scalar.set_if(octets, body, ttl_ms, condition))

    async def set_if_hash(
        self, key: Key, value: Value, condition: HashCondition, *, ttl_seconds: float
    ) -> Stored | NotStored | Failed:
        """Write if `condition` holds for the present value's hash; `Stored` tells the new hash."""
        octets, body, ttl_ms = self._conditional(key, value, ttl_seconds)
        return await self._scs(scalar.set_if_hash(octets, body, ttl_ms, condition))

    async def increment(self, key: Key, amount: int = 1, *, ttl_seconds: float) -> Number | Failed:
        """Add to a counter, atomically; never sent twice. The TTL counts where the counter is created."""
        octets, amount = key_octets(key), arguments.signed(amount, 64)
        ttl_ms = self._limits.ttl_ms(ttl_seconds)
        self._writes(_PLAIN, octets)
        return await self._scs(scalar.increment(octets, amount, ttl_ms))

    async def item_get_ttl(self, key: Key) -> Number | Miss | Failed:
        """Read the time an item has left, in ms."""
        return await self._scs(scalar.item_get_ttl(key_octets(key)))

    async def update_ttl(
        self, key: Key, *, ttl_seconds: float, change: str = "overwrite"
    ) -> Done | NotStored | Miss | Failed:
        """Change an item's TTL; "increase" and "decrease" never change it the other way (`NotStored`)."""
        if change not in ("overwrite", "increase", "decrease"):
            raise InvalidArgument("a TTL is changed by overwrite, increase or decrease")
        return await self._scs(scalar.update_ttl(key_octets(key), self._limits.ttl_ms(ttl_seconds), change))

    async def keys_exist(self, keys: Iterable[Key]) -> Presence | Failed:
        """Ask which of some keys exist."""
        return await self._scs(scalar.keys_exist([key_octets(key) for key in keys]))

    async def get_batch(self, keys: Iterable[Key]) -> Batch | Failed:
        """Read several items in one call."""
        return await self._scs(scalar.get_batch([key_octets(key) for key in keys]))

    async def set_batch(self, items: Items, *, ttl_seconds: float) -> Done | Failed:
        """Write several items with one TTL; not atomic, a failure may leave some written."""
        rows = arguments.items(items, self._limits)
        ttl_ms = self._limits.ttl_ms(ttl_seconds)
        self._writes(_PLAIN, *(key for key, _ in rows))
        return await self._scs(scalar.set_batch(rows, ttl_ms))

    async def sorted_set_put(
        self, name: Key, elements: Scored, *, ttl_seconds: float, refresh_ttl: bool
    ) -> Done | Failed:
        """Add elements or change their scores. `refresh_ttl` False keeps the time the set has left."""
        rows = arguments.scored(elements, self._limits)
        ttl_ms = self._limits.ttl_ms(ttl_seconds)
        return await self._scs(sorted_sets.put(key_octets(name), rows, ttl_ms, refresh_ttl=refresh_ttl))

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
        call = sorted_sets.fetch_by_score(
            key_octets(name), min_score, max_score, descending=descending, offset=offset, count=count
        )
        return await self._scs(call)

    async def sorted_set_fetch_by_index(
        self, name: Key, start: int | None = None, end: int | None = None, *, descending: bool = False
    ) -> Elements | Miss | Failed:
        """Read elements by rank, `end` exclusive; negative ranks count from the end."""
        for rank in (start, end):
            arguments.signed(rank or 0, 32)
        return await self._scs(
            sorted_sets.fetch_by_index(key_octets(name), start, end, descending=descending)
        )

    async def sorted_set_get_score(self, name: Key, value: Key) -> Score | Miss | Failed:
        """Read one element's score."""
        return await self._scs(sorted_sets.get_score(key_octets(name), key_octets(value)))

    async def sorted_set_get_rank(
        self, name: Key, value: Key, *, descending: bool = False
    ) -> Number | Miss | Failed:
        """Read one element's rank, 0 for the first."""
        return await self._scs(
            sorted_sets.get_rank(key_octets(name), key_octets(value), descending=descending)
        )

    async def sorted_set_remove(self, name: Key, values: Iterable[Key]) -> Done | Failed:
        """Remove some elements; those that are not there do not matter."""
        return await self._scs(sorted_sets.remove(key_octets(name), [key_octets(each) for each in values]))

    async def sorted_set_remove_all(self, name: Key) -> Done | Failed:
        """Remove the whole set."""
        return await self._scs(sorted_sets.remove_all(key_octets(name)))

    async def sorted_set_increment(
        self, name: Key, value: Key, amount: float, *, ttl_seconds: float, refresh_ttl: bool
    ) -> Score | Failed:
        """Add to one element's score, atomically; never sent twice."""
        ((octets, amount),) = arguments.scored([(value, amount)], self._limits)
        ttl_ms = self._limits.ttl_ms(ttl_seconds)
        call = sorted_sets.increment(key_octets(name), octets, amount, ttl_ms, refresh_ttl=refresh_ttl)
        return await self._scs(call)

    async def sorted_set_length(self, name: Key) -> Number | Miss | Failed:
        """Count all elements."""
        return await self._scs(sorted_sets.length(key_octets(name)))

    async def sorted_set_length_by_score(
        self, name: Key, min_score: float | None = None, max_score: float | None = None
    ) -> Number | Miss | Failed:
        """Count the elements within bounds, both inclusive."""
        arguments.score_range(min_score, max_score)
        return await self._scs(sorted_sets.length_by_score(key_octets(name), min_score, max_score))

    async def list_push_front(
        self, name: Key, value: Value, *, ttl_seconds: float, refresh_ttl: bool, truncate_back_to: int = 0
    ) -> Number | Failed:
        """Put a value before all others, never sent twice; how many there are then, at most those kept (0: all)."""
        body, keep = value_octets(value), arguments.signed(truncate_back_to, 32)
        self._limits.element(len(body))
        ttl_ms = self._limits.ttl_ms(ttl_seconds)
        return await self._scs(
            lists.push_front(key_octets(name), body, ttl_ms, refresh_ttl=refresh_ttl, keep=keep)
        )

    async def list_fetch(
        self, name: Key, start: int | None = None, end: int | None = None
    ) -> Values | Miss | Failed:
        """Read values by place, `end` exclusive; negative places count from the back."""
        for place in (start, end):
            arguments.signed(place or 0, 32)
        return await self._scs(lists.fetch(key_octets(name), start, end))

    async def _scs(self, call: Call[T]) -> T | Failed:
        return await self._caller.grpc(self._web, self._headers, call)

    def _conditional(self, key: Key, value: Value, ttl_seconds: float) -> tuple[bytes, Octets, int]:
        octets, body = key_octets(key), value_octets(value)
        self._limits.item(len(octets) + len(body))
        ttl_ms = self._limits.ttl_ms(ttl_seconds)
        self._writes(_CHECK_AND_SET, octets)
        return octets, body, ttl_ms

    def _writes(self, family: str, *keys: bytes) -> None:
        if self._guard is not None:
            self._guard.wrote(self._cache, keys, family)

    def _topic_url(self, topic: str) -> str:
        if not topic:
            raise InvalidArgument("a topic has a name")
        return http_api.topic_url(self._api, self._cache, topic)
