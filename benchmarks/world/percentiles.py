"""What is told of many times: the median, and what one in twenty exceeds."""

from __future__ import annotations

from collections.abc import Sequence


def percentile(times: Sequence[float], share: float) -> float:
    """The value below which a share of `times`, in order, lies: linear between its neighbours.

    Type 7 of R. Hyndman and Y. Fan, Sample Quantiles, 1996, https://doi.org/10.1080/00031305.1996.10473566.
    Raises IndexError where there are none.
    """
    at = (len(times) - 1) * share
    below = int(at)
    above = min(below + 1, len(times) - 1)
    return times[below] + (times[above] - times[below]) * (at - below)


def told(times: list[float]) -> tuple[float, float]:
    """p50 and p95 to a tenth of a millisecond."""
    ordered = sorted(times)
    return round(percentile(ordered, 0.50), 1), round(percentile(ordered, 0.95), 1)
