"""A token bucket for a limit per second."""

from __future__ import annotations

from collections.abc import Callable

from .refusals import limited


class Bucket:
    """Allows `rate` operations a second and as many at once; None allows everything.

    A call is admitted while there is anything left and pays afterwards, because what it costs is known only
    then: the bucket may go into debt.
    """

    def __init__(self, rate: float | None, now_ms: Callable[[], int]) -> None:
        self._rate = rate
        self._now_ms = now_ms
        self._tokens = rate or 0.0
        self._filled_at = now_ms()

    def admit(self) -> None:
        """Refuse with RESOURCE_EXHAUSTED if nothing is left."""
        if self._rate is None:
            return
        now = self._now_ms()
        self._tokens = min(self._rate, self._tokens + (now - self._filled_at) / 1000 * self._rate)
        self._filled_at = now
        if self._tokens <= 0:
            text = f"Request rate exceeded: more than {self._rate:g} operations per second"
            raise limited(text, "operations_rate_limit_exceeded")

    def pay(self, operations: int) -> None:
        """Take what a call has cost."""
        if self._rate is not None:
            self._tokens -= operations
