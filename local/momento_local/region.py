"""One region: caches, topics, webhooks, limits, counters. Regions share nothing but clock and faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .counters import Counters
from .limits import Limits
from .rates import Bucket
from .refusals import Refusal, Status, invalid, no_cache
from .store import Store
from .topics import Message, Topic
from .webhooks import Webhooks


@dataclass(slots=True)
class Cache:
    """One cache (Momento also says namespace): its store and its topics."""

    store: Store
    topics: dict[str, Topic] = field(default_factory=dict)

    def close(self, refusal: Refusal | None = None) -> None:
        """End all waiting for news; `refusal` tells those who wait on a stream why."""
        for topic in self.topics.values():
            topic.close(refusal)


class Region:
    """All of one region, by the caches' names. `now_ms` is the stores' clock."""

    def __init__(
        self, name: str, now_ms: Callable[[], int], limits: Limits, *, strict_families: bool = False
    ) -> None:
        self.name = name
        self.caches: dict[str, Cache] = {}
        self.webhooks = Webhooks()
        self.counters = Counters()
        self.operations = Bucket(limits.operations_per_second, now_ms)
        self.topic_operations = Bucket(limits.topic_operations_per_second, now_ms)
        self.limits = limits
        self._now_ms = now_ms
        self._strict = strict_families
        self.on_publish: Callable[[Region, str, str, Message], None] = lambda *_: None

    def create_cache(self, name: str) -> None:
        """Create a cache; ALREADY_EXISTS if it is there."""
        if not name:
            raise invalid("the cache's name is empty")
        if name in self.caches:
            raise Refusal(Status.ALREADY_EXISTS, f"cache {name!r} exists already")
        self.caches[name] = Cache(Store(self._now_ms, self.limits, strict_families=self._strict))

    def delete_cache(self, name: str) -> None:
        """Delete a cache with all that is in it; NOT_FOUND if it is not there."""
        self.cache(name).close(no_cache(name))
        del self.caches[name]

    def cache(self, name: str) -> Cache:
        """Return a cache by name; NOT_FOUND if it is not there."""
        found = self.caches.get(name)
        if found is None:
            raise no_cache(name)
        return found

    def store(self, name: str) -> Store:
        """Return a cache's store; NOT_FOUND if it is not there."""
        return self.cache(name).store

    def topic(self, cache: str, name: str) -> Topic:
        """Return a topic; any name is one once it is asked for. Its page is the second it began in."""
        topics = self.cache(cache).topics
        if not name:
            raise invalid("the topic's name is empty")
        found = topics.get(name)
        if found is None:
            found = topics[name] = Topic(self._now_ms() // 1000)
        return found

    def publish(self, cache: str, topic: str, value: str | bytes) -> Message:
        """Publish to subscribers and webhooks. Nobody listening is no error."""
        octets = len(value.encode() if isinstance(value, str) else value)
        self.cache(cache).store.limits.check_topic_value(octets)
        message = self.topic(cache, topic).publish(value)
        self.on_publish(self, cache, topic, message)
        return message

    def wipe(self, cache: str | None = None, *, topics: bool = False) -> None:
        """Lose everything in one cache or, with None, in all; with `topics` their messages as well."""
        for name in [cache] if cache is not None else list(self.caches):
            found = self.cache(name)
            found.store.clear()
            if topics:
                for topic in found.topics.values():
                    topic.restart(self._now_ms() // 1000)
