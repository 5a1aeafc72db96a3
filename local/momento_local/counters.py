"""What a region was asked to do: calls, metered operations, bytes and errors by method."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Tally:
    """Sums for one method since the last reset. Bytes are those of bodies, headers not counted."""

    calls: int = 0
    operations: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    errors: Counter[str] = field(default_factory=Counter)


class Counters:
    """Tallies by method, named with their way in: `http:Get`, `grpc:SetIfHash`, `webhook`."""

    def __init__(self) -> None:
        self._tallies: dict[str, Tally] = {}

    def count(
        self, method: str, *, operations: int, bytes_in: int, bytes_out: int, error: str | None
    ) -> None:
        """Add one call. `error` is a gRPC status by name, or a fault that left the call without an answer."""
        tally = self._tallies.get(method)
        if tally is None:
            tally = self._tallies[method] = Tally()
        tally.calls += 1
        tally.operations += operations
        tally.bytes_in += bytes_in
        tally.bytes_out += bytes_out
        if error is not None:
            tally.errors[error] += 1

    def reset(self) -> None:
        """Start from nothing."""
        self._tallies.clear()

    def show(self) -> dict[str, Any]:
        """Write all as JSON: totals, and by method."""
        methods = {
            name: {
                "calls": tally.calls,
                "operations": tally.operations,
                "bytes_in": tally.bytes_in,
                "bytes_out": tally.bytes_out,
                "errors": dict(tally.errors),
            }
            for name, tally in sorted(self._tallies.items())
        }
        return {
            "calls": sum(tally.calls for tally in self._tallies.values()),
            "operations": sum(tally.operations for tally in self._tallies.values()),
            "errors": sum(tally.errors.total() for tally in self._tallies.values()),
            "methods": methods,
        }
