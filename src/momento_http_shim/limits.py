"""What is checked before anything is sent: Momento's limits.

Limits: https://docs.momentohq.com/cache/limits and /topics/limits, for accounts on demand. Where Momento
says MB or KB the larger reading is taken: this check spares a round trip, the service has the last word.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from .errors import InvalidArgument

_KB = 1024


class Limits(NamedTuple):
    """Limits of an account; give other numbers where Momento agreed to them."""

    ttl_seconds: float = 24 * 3600
    item_bytes: int = 5 * _KB * _KB
    element_bytes: int = 128 * _KB
    topic_bytes: int = 4 * _KB

    def ttl_ms(self, seconds: float) -> int:
        """Give the TTL in whole milliseconds, at least 1, or refuse it."""
        if not 0 < seconds <= self.ttl_seconds:  # NaN is refused too
            raise InvalidArgument(
                f"a TTL is more than 0 and at most {self.ttl_seconds} seconds, not {seconds}"
            )
        return max(1, round(seconds * 1000))

    def whole_seconds(self, seconds: float) -> int:
        """Give the TTL in whole seconds, as the HTTP API wants it: rounded up, so that nothing dies early."""
        self.ttl_ms(seconds)
        return math.ceil(seconds)

    def item(self, octets: int) -> None:
        """Refuse an item (key and value, or all elements of one call) that is too large."""
        if octets > self.item_bytes:
            raise InvalidArgument(
                f"an item has at most {self.item_bytes} octets, key included; this has {octets}"
            )

    def element(self, octets: int) -> None:
        """Refuse an element of a collection that is too large."""
        if octets > self.element_bytes:
            raise InvalidArgument(f"an element has at most {self.element_bytes} octets; this has {octets}")

    def topic_message(self, octets: int) -> None:
        """Refuse a topic's message that is too large."""
        if octets > self.topic_bytes:
            raise InvalidArgument(f"a message has at most {self.topic_bytes} octets; this has {octets}")
