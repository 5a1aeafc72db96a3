"""The network of the simulation: how long a round trip takes.

- **Distance.** Between a data centre and a region: the shortest way along the cables of tools/regions/network.toml, the
  table that Homeport chooses regions by, plus the way to the next hub (`homeport.regions.paths`). Light makes 200 km of
  fibre in a ms; ways are 1.2 to 1.5 times the great circle, or as long as the cable is said to be, with a source each.
- **Path factor.** Traffic does not always take the shortest way: 1.1 times the table, by what IBM publishes of its
  backbone (`PUBLISHED`). From Europe to Japan it is 1.4 times, and the model is too fast by a fifth there.
- **Last mile.** A round trip over Wi-Fi, mobile or fixed access takes 15 ms in the median and 40 ms at p95 (lognormal),
  before distance: of the order that T. K. Dang et al., Cloudy with a Chance of Short RTTs, IMC 2021
  (https://doi.org/10.1145/3487552.3487854) measured of it. An assumption, the same in every country.
- **Jitter.** Beyond the last mile, 0.5 ms and 1 % of the base in the median, five times that at p95 (lognormal). An
  assumption: that variation is in the access, not in the core, is T. Høiland-Jørgensen et al., Measuring Latency
  Variation in the Internet, CoNEXT 2016, https://doi.org/10.1145/2999572.2999603.
- **Loss.** A round trip is lost once in 100 in the last mile and once in 1000 beyond. What is lost is sent again after
  two round trips, then four (a probe time-out: RFC 8985 section 7.2, and near it RFC 9002 section 6.2). An assumption.
- Connections stand and are warm; request and answer fit in a window each (10 segments, RFC 6928): one round trip.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from homeport.regions.cells import CELLS
from homeport.regions.choose import explain
from homeport.regions.location import Location
from homeport.regions.paths import to_hub
from homeport.regions.table import all_hubs
from tools.regions import network

PATH_FACTOR = 1.1

PUBLISHED = {
    ("us-east-1", "eu-west-2"): 75,
    ("us-east-1", "eu-central-1"): 91,
    ("us-east-1", "ap-northeast-1"): 166,
    ("us-east-1", "ap-southeast-2"): 214,
    ("eu-west-2", "eu-central-1"): 13,
    ("eu-west-2", "ap-northeast-1"): 244,
    ("eu-west-2", "ap-southeast-2"): 261,
    ("eu-central-1", "ap-northeast-1"): 233,
    ("eu-central-1", "ap-southeast-2"): 250,
    ("ap-northeast-1", "ap-southeast-2"): 115,
}
"""Mean round trips in ms of 27 July to 25 August 2024 between Washington, London, Frankfurt, Tokyo and Sydney:
IBM Cloud, Network latency dashboards, https://cloud.ibm.com/docs/vpc?topic=vpc-network-latency-dashboard.
"""

NEAR_MS = 1.0
"""A round trip between two data centres of the same city."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How a round trip differs from its base: the median of what comes on top, how far that scatters, what is lost."""

    median_ms: float
    share: float
    sigma: float
    loss: float

    def round_trip(self, base: float, chance: Random) -> float:
        """One round trip's time in ms: never less than its base."""
        time = base + (self.median_ms + self.share * base) * math.exp(self.sigma * chance.gauss(0.0, 1.0))
        again = 2 * time
        while chance.random() < self.loss:
            time += again
            again *= 2
        return time


ACCESS = Weather(15.0, 0.0, 0.6, 0.01)
BEYOND = Weather(0.5, 0.01, 1.0, 0.001)
CALM = Weather(0.0, 0.0, 0.0, 0.0)
"""No jitter and no loss: what remains is the sum of the ways."""


@lru_cache(maxsize=1)
def positions() -> dict[str, network.Hub]:
    """Every data centre's country and position, by its code."""
    return network.places()


@lru_cache(maxsize=512)
def from_data_centre(code: str) -> dict[str, float]:
    """The base of the round trip from one of Cloudflare's data centres to each of CELLS in ms."""
    choice = explain(Location(colo=code), tuple(CELLS))
    way = to_hub(positions()[code].position, all_hubs()[choice.hub].position)
    return {
        region: max(NEAR_MS, (time + way) * PATH_FACTOR)
        for region, time in zip(choice.order, choice.milliseconds, strict=True)
    }


@lru_cache(maxsize=1)
def between_regions() -> dict[str, dict[str, float]]:
    """The base of the round trip between any two of CELLS in ms."""
    return {region: from_data_centre(hub) for region, hub in network.read().regions.items()}
