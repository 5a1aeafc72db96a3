"""Whether, and when, a failed call is sent again: Momento's own policy, without I/O or clock.

Source: `default_eligibility_strategy.py` and the fixed-count strategy of Momento's SDKs: at once, three
tries in all, only calls that may be repeated, never for throttling.
"""

from __future__ import annotations

from typing import NamedTuple

from .errors import LimitExceeded, MomentoError


class RetryPolicy(NamedTuple):
    """`tries` counts the first one. `throttled_ms` is the pause after a 429; `None` gives up then."""

    tries: int = 3
    throttled_ms: int | None = None

    def pause_ms(
        self, error: MomentoError, *, tried: int, idempotent: bool, remaining_ms: float
    ) -> int | None:
        """Give the pause in ms before the next try, or None to give up."""
        if not idempotent or tried >= self.tries:
            return None
        if isinstance(error, LimitExceeded):
            # Only a rate passes by itself: an item that is too large stays too large.
            passing = self.throttled_ms is not None and not error.limit.endswith("size_limit_exceeded")
            pause = self.throttled_ms if passing else None
        else:
            pause = 0 if error.retryable else None
        return pause if pause is not None and pause + 1 <= remaining_ms else None
