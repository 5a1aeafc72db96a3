"""What the simulation is told: the requests, the origin, what is measured, and how it is all set up.

What a request takes of the worker is measured, where benchmarks/results.json is there; else the defaults below, which
are assumptions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from homeport import keys
from homeport.draining.budget import AT_ONCE
from homeport.regions.cells import CELLS

Design = Literal["origin", "placed", "second", "both", "cdn", "homeport"]
"""How requests are answered: see benchmarks/world/designs.py and docs/world.md."""

ORIGINS = ("us-east-1", "eu-central-1", "ap-northeast-1")
ALL = tuple(CELLS)
THREE = ("us-east-1", "eu-central-1", "ap-northeast-1")

RESULTS = Path(__file__).parents[1] / "results.json"


@dataclass(frozen=True, slots=True)
class Costs:
    """What the edge worker and the regional cache take, in ms, and how often an isolate has to start.

    A cold start is 1.03 s (Cloudflare's own mean for Python with packages,
    https://blog.cloudflare.com/python-workers-advancements/) and meets one request in 10 000
    (https://blog.cloudflare.com/eliminating-cold-starts-2-shard-and-conquer/).
    """

    hit_ms: float = 3.0
    miss_ms: float = 5.0
    write_ms: float = 8.0
    store_ms: float = 1.0
    start_ms: float = 1030.0
    starts: float = 0.0001


@dataclass(frozen=True, slots=True)
class Setting:
    """One simulation. `rate` is the whole world's requests in a second; times are in ms.

    The origin has `servers`, each of which takes `service_ms` in the mean (exponential). Reads choose among `resources`
    by Zipf's law with `skew` (0.64 to 0.83 at web proxies: L. Breslau et al., Web Caching and Zipf-like Distributions,
    INFOCOM 1999; a single site's is steeper), writes with `write_skew`: 0, evenly, for carts, orders and profiles have
    owners; as steep as reads is the worst case. `rounds` is how many requests in a row a Worker has to make at the
    origin for one answer. `even` of the visits are spread over countries regardless of their people, so that small
    ones have enough of them to take percentiles of.
    """

    design: Design = "homeport"
    origin: str = "us-east-1"
    regions: tuple[str, ...] = ALL
    read_share: float = 0.9
    visits: int = 300_000
    warm_up: float = 0.25
    rate: float = 200.0
    resources: int = 5_000
    skew: float = 0.9
    write_skew: float = 0.0
    ttl_ms: float = 300_000.0
    service_ms: float = 25.0
    servers: int = 8
    rounds: int = 1
    even: float = 1 / 3
    calm: bool = False
    seed: int = 9
    costs: Costs = field(default_factory=Costs)
    lanes: int = keys.LANES
    at_once: int = AT_ONCE


def measured(path: Path = RESULTS) -> Costs:
    """The costs by results.json, where it has them; a miss is taken for a hit and two thirds."""
    if not path.exists():
        return Costs()
    parts: Mapping[str, Any] = json.loads(path.read_text()).get("parts", {})
    default = Costs()
    hit = _core_ms(parts.get("hit", ()), default.hit_ms)
    miss = round(hit * default.miss_ms / default.hit_ms, 2)
    return Costs(hit, miss, _core_ms(parts.get("writes", ()), default.write_ms))


def _core_ms(rows: Any, default: float) -> float:
    """The least processor time that Homeport's requests took, of all loads that were tried."""
    times = [
        row["processor_ms"] for row in rows if row.get("contender") == "homeport" and row.get("processor_ms")
    ]
    return round(min(times), 2) if times else default
