"""Topics: numbered messages, a ring of the latest for those who come back, no promise to anybody. Pure."""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from .refusals import Refusal

RING = 1024
"""Messages kept per topic for replay. The real service's number is not documented."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as subscribers see it; a text or a binary value."""

    number: int
    page: int
    value: str | bytes


@dataclass(frozen=True, slots=True)
class Discontinuity:
    """Messages are missing between `last` and `new`, or the topic was numbered anew."""

    last: int
    new: int
    page: int


Notice: TypeAlias = Message | Discontinuity


class Topic:
    """One topic's numbers, its ring, and who waits for the next message."""

    def __init__(self, page: int) -> None:
        self.page = page
        self.closed = False
        self.refusal: Refusal | None = None
        self._last = 0
        self._ring: deque[Message] = deque(maxlen=RING)
        self._listeners: set[Callable[[], None]] = set()

    @property
    def last(self) -> int:
        """Return the number of the newest message; 0 before the first."""
        return self._last

    def publish(self, value: str | bytes) -> Message:
        """Give a message its number, keep it, and wake all who listen."""
        self._last += 1
        message = Message(self._last, self.page, value)
        self._ring.append(message)
        self.wake()
        return message

    def restart(self, page: int) -> None:
        """Lose everything and number anew on a later page, as the service may after inactivity."""
        self.page = max(page, self.page + 1)
        self._last = 0
        self._ring.clear()
        self.wake()

    def since(self, number: int, page: int) -> list[Notice]:
        """Return what a subscriber who wants message `number` of `page` has to be told; nothing yet if empty.

        Number 0 asks for what is new only. A number before the ring, one beyond the next, or another page
        is a discontinuity.
        """
        if number == 0 and page in (0, self.page):
            return []
        oldest = self._ring[0].number if self._ring else self._last + 1
        if page not in (0, self.page) or number > self._last + 1:
            return [Discontinuity(max(0, number - 1), oldest, self.page), *self._ring]
        if number < oldest:
            return [Discontinuity(number - 1, oldest, self.page), *self._ring]
        return [message for message in self._ring if message.number >= number]

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` at every publication until the returned function is called."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    def close(self, refusal: Refusal | None = None) -> None:
        """End all waiting: the cache is gone, which `refusal` says, or the process ends."""
        self.closed, self.refusal = True, refusal
        self.wake()

    def wake(self) -> None:
        """Call every listener."""
        for listener in tuple(self._listeners):
            listener()


def as_json(notice: Notice) -> dict[str, Any]:
    """Write one entry of `items` in the long poll's answer (Topics HTTP API reference).

    The JSON form of a binary value is not documented: base64 here.
    """
    if isinstance(notice, Discontinuity):
        body = {
            "last_topic_sequence": notice.last,
            "new_topic_sequence": notice.new,
            "new_sequence_page": notice.page,
        }
        return {"discontinuity": body}
    value = notice.value
    shown = {"text": value} if isinstance(value, str) else {"binary": base64.b64encode(value).decode()}
    return {
        "item": {
            "topic_sequence_number": notice.number,
            "sequence_page": notice.page,
            "value": shown,
        }
    }
