"""What happens in the shop: the same visits and purchases whichever way the page is cached. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass

SCALE = 60
"""So many seconds of the story pass in a real one: Cache-Control knows whole seconds, and a minute is to be short."""

MINUTES = 12
TTL_SECONDS = 60
STOCK = 150
"""Pieces at the beginning, and after the shop was stocked again."""

COUNTRIES = {"JP": "ap-northeast-1", "DE": "eu-central-1", "US": "us-east-1"}
"""Whose visitors go to which region."""

_ACTS = ((700, 150), (100, 0), (200, 50))
"""Visits and purchases: until all is sold, while nothing is there, and after new stock has come."""

VISITS = sum(visits for visits, _ in _ACTS)
PURCHASES = sum(purchases for _, purchases in _ACTS)
RESTOCKED_AT = _ACTS[0][0] + _ACTS[1][0]
"""The number of the visit with which the new stock comes."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody looks at the page, `at` seconds of the story from its beginning, and then buys or not."""

    at: float
    country: str
    buys: bool


def story(seed: int = 7) -> tuple[Visit, ...]:
    """The visits, in order; the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - a story, no secret
    moments = sorted(chance.uniform(0, MINUTES * 60) for _ in range(VISITS))
    buys = [
        buyer
        for visits, purchases in _ACTS
        for buyer in chance.sample([True] * purchases + [False] * (visits - purchases), visits)
    ]
    return tuple(
        Visit(at, chance.choice(list(COUNTRIES)), buyer) for at, buyer in zip(moments, buys, strict=True)
    )
