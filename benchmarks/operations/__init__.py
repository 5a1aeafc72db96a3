"""Momento's metered operations and sequential round trips of everything that Homeport does: counted, not timed."""

from __future__ import annotations

from benchmarks.part import Effort, Part, Row


def measure(effort: Effort) -> Part:
    """Play everything, with bodies of both sizes, or with small ones alone.

    The numbers are exact and the same on every machine; `numbers.LINES` has them all.
    """
    from benchmarks.operations.plays import LARGE, SMALL, measured

    sizes = {"small": SMALL} if effort.quick else {"small": SMALL, "large": LARGE}
    found = {name: measured(octets) for name, octets in sizes.items()}
    rows: list[Row] = []
    for what, cost in found["small"].items():
        row: dict[str, str | int | float | None] = {
            "what": what,
            "trips": cost.trips,
            "origin_requests": cost.origin,
            "calls": cost.calls,
        }
        row |= {f"operations_{size}": costs[what].operations for size, costs in found.items()}
        row["calls_each_other_region"] = cost.away_calls
        row |= {f"operations_{size}_each_other_region": costs[what].away for size, costs in found.items()}
        rows.append(row)
    return Part("operations", rows, {})
