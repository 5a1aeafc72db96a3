"""Momento's limits as knobs.

Defaults are those of an on-demand account (https://docs.momentohq.com/cache/manage/limits and
.../topics/limits). The rates are off by default: a test or a benchmark that wants them says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from .refusals import invalid, limited


@dataclass(frozen=True, slots=True)
class Limits:
    """Hard limits of one region. Sizes in bytes, times in milliseconds, rates per second (None: none)."""

    max_ttl_ms: int = 24 * 60 * 60 * 1000
    max_item_bytes: int = 5 * 1024 * 1024
    max_element_bytes: int = 128 * 1024
    max_topic_bytes: int = 4 * 1024
    operations_per_second: float | None = None
    topic_operations_per_second: float | None = None

    def check_key(self, key: bytes) -> None:
        """Refuse an empty key or name."""
        if not key:
            raise invalid("the key is empty; give at least one byte")

    def check_ttl(self, ttl_ms: int) -> None:
        """Refuse a time to live of nothing, or one over the limit (Momento's wording is not known)."""
        if ttl_ms <= 0:
            raise invalid("the TTL must be a positive amount of time")
        if ttl_ms > self.max_ttl_ms:
            raise invalid(f"a TTL of {ttl_ms} ms is over the limit of {self.max_ttl_ms} ms")

    def check_item(self, octets: int) -> None:
        """Refuse an item whose key and content together are too large."""
        if octets > self.max_item_bytes:
            text = f"item size of {octets} bytes is over the limit of {self.max_item_bytes}"
            raise limited(text, "item_size_limit_exceeded")

    def check_element(self, octets: int) -> None:
        """Refuse an element of a collection that is too large."""
        if octets > self.max_element_bytes:
            text = f"element size of {octets} bytes is over the limit of {self.max_element_bytes}"
            raise limited(text, "element_size_limit_exceeded")

    def check_topic_value(self, octets: int) -> None:
        """Refuse a message that is too large for a topic (the cause the real service names is not known)."""
        if octets > self.max_topic_bytes:
            text = f"request limit: a topic message of {octets} bytes is over {self.max_topic_bytes}"
            raise limited(text, "request_size_limit_exceeded")
