"""What the numbers are held to: the ratios that a run must bring, and the limits of those that have one. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promise:
    """What a ratio says, and between what it has to be."""

    says: str
    least: float | None = None
    most: float | None = None

    def kept(self, ratio: float) -> bool:
        """Whether it is within its limits."""
        return (self.least is None or ratio >= self.least) and (self.most is None or ratio <= self.most)

    def limits(self) -> str:
        """The limits in words; empty where there are none."""
        words = ((self.least, "at least"), (self.most, "at most"))
        return ", ".join(f"{word} {limit:g}" for limit, word in words if limit is not None)


PROMISES: Mapping[str, Promise] = {
    "hit_throughput_vs_floor": Promise("hits a second, over a bare Python Worker's", least=0.90),
    "hit_p99_vs_floor": Promise("p99 of a hit, over a bare Python Worker's", most=1.15),
    "hit_throughput_vs_hono": Promise("hits a second, over those of TypeScript with Hono"),
    "write_throughput_vs_floor": Promise("accepted writes a second, over a bare Python Worker's", least=0.80),
    "import_ms_over_bare": Promise("milliseconds of import over a bare Python Worker's", most=60),
    "own_code_kb": Promise("kilobytes of own code in the edge worker", most=250),
    "drain_per_write_10000_vs_100": Promise(
        "time to drain a write when 10 000 wait, over when 100 do", most=1.1
    ),
    "rss_over_idle_mb": Promise("megabytes that workerd takes for drains, over idle", most=128),
}
"""By ratio: every one that a whole run must bring."""


def missing(ratios: Mapping[str, float]) -> list[str]:
    """What a whole run must bring and did not."""
    return [name for name in PROMISES if name not in ratios]


def broken(ratios: Mapping[str, float]) -> Iterator[str]:
    """A line for each ratio beyond its limits."""
    for name, ratio in ratios.items():
        promise = PROMISES.get(name)
        if promise and not promise.kept(ratio):
            yield f"{name} is {ratio:g}: {promise.limits()} was promised"
