"""Whether a read may look at a region: a circuit breaker, one per region and isolate. Pure: the clock is an argument.

Closed, it lets every read through. The first failure that says the region is dead opens it for a pause. After the pause
one read goes through as the probe and the others stay away until it reports; each failed probe doubles the pause. Any
answer closes it. So a dead region costs an isolate one time-out per pause. Isolates do not tell each other: nothing at
the edge is shared between them at less than the price of a look.
"""

from __future__ import annotations

DEAD = frozenset(("TIMEOUT_ERROR", "SERVER_UNAVAILABLE", "INTERNAL_SERVER_ERROR"))
"""Momento's error codes that say a region is dead (https://docs.momentohq.com, "Error handling").

A connection that failed is SERVER_UNAVAILABLE. Every other failure, a limit or a wrong key, is an answer: it comes at
once, so that nothing is lost by asking again.
"""

FIRST_MS, LONGEST_MS = 2_000, 30_000
"""The pause after the first failure, and the one that doubling ends at."""

PROBE_MS = 10_000
"""After this a probe that has not reported, its visitor may have hung up, gives its place to another."""

OPENED = "homeport-breakers-open"
"""The field by which the edge worker tells the sync worker which regions' breakers are open in its isolate."""


class Breaker:
    """One region's. `closed` says that reads may look, and then `turn` is theirs; else ask `probe`.

    A read reports with its turn. Every transition begins a new one, so a failure that is older than the breaker's state
    is known by its turn and changes nothing.
    """

    __slots__ = ("_pause_ms", "_since", "_wait_ms", "turn")

    def __init__(self) -> None:
        self.turn = 1
        self._pause_ms = 0  # 0 is closed
        self._since = self._wait_ms = 0  # until then nobody goes: the pause, or the time that a probe has

    @property
    def closed(self) -> bool:
        """Whether every read may look."""
        return not self._pause_ms

    def probe(self, now: int) -> int | None:
        """The turn of the read that may look although it is open, None where this one has to stay away; `now` in ms."""
        # A clock that was set back must not keep a region away for as long.
        if 0 <= now - self._since < self._wait_ms:
            return None
        return self._begin(now, PROBE_MS)

    def failed(self, turn: int, now: int) -> int | None:
        """A read found the region dead. For how many ms that opens it, None where it does not; `now` in ms."""
        if turn != self.turn:
            return None
        self._pause_ms = min(self._pause_ms * 2, LONGEST_MS) or FIRST_MS
        self._begin(now, self._pause_ms)
        return self._pause_ms

    def answered(self) -> bool:
        """A read had an answer from the region. Whether that closes it."""
        if not self._pause_ms:
            return False
        self._pause_ms = 0
        self.turn += 1
        return True

    def _begin(self, now: int, wait_ms: int) -> int:
        self._since, self._wait_ms = now, wait_ms
        self.turn += 1
        return self.turn
