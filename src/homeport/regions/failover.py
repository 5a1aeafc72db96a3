"""Driver of a read's look: at its home region and, where that fails, at one other. No write is sent by it.

Cache-Status says where a read was answered. Its detail (RFC 9211 section 2.8) is

    {region}                    by its home region
    {region} for {home} {why}   by another one
    {home} {why}                by none: the origin answers, or 504 where only a stored response was asked for

and `why` is the code of Momento's error at the home region, for example TIMEOUT_ERROR, or "open": its breaker kept the
read away. A pending write's representation adds the word "dirty" to the first two.

Events: `region_failed` {region, code} for each look that failed, `region_opened` {region, code, for_ms},
`region_probed` {region}, `region_closed` {region} for what the breakers make of them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from homeport.ports import Effects, Region
from momento_http_shim.outcomes import Failed

from .breaker import DEAD, Breaker

T = TypeVar("T")


async def look(
    at: Callable[[Region], Awaitable[T | Failed]],
    regions: Sequence[Region],
    breakers: Mapping[str, Breaker],
    effects: Effects,
) -> tuple[Region, T, str] | str:
    """The region that answered, what it showed, and the detail; the detail alone where none answered.

    `regions` are the visitor's, home first. Never more than one is looked at beside the home region: a read waits for
    two time-outs at the most.
    """
    home, why = regions[0], "open"
    for region in regions:
        breaker = breakers[region.name]
        turn = breaker.turn if breaker.closed else _probe(region, breaker, effects)
        if turn is None:
            continue
        found = await at(region)
        if isinstance(found, Failed) or not breaker.closed:
            _tell(region, breaker, turn, found, effects)
        if not isinstance(found, Failed):
            return region, found, home.name if region is home else f"{region.name} for {home.name} {why}"
        if region is not home:
            break
        why = found.error.code
    return f"{home.name} {why}"


def _probe(region: Region, breaker: Breaker, effects: Effects) -> int | None:
    turn = breaker.probe(effects.now())
    if turn is not None:
        effects.emit("region_probed", {"region": region.name})
    return turn


def _tell(region: Region, breaker: Breaker, turn: int, found: object, effects: Effects) -> None:
    """Tell the breaker how the look ended, and the log what follows from it."""
    code = found.error.code if isinstance(found, Failed) else ""
    if code:
        effects.emit("region_failed", {"region": region.name, "code": code})
    if code in DEAD:
        for_ms = breaker.failed(turn, effects.now())
        if for_ms is not None:
            effects.emit("region_opened", {"region": region.name, "code": code, "for_ms": for_ms})
    else:
        answered(region, breaker, effects)


def answered(region: Region, breaker: Breaker, effects: Effects) -> None:
    """Tell a region's breaker that the region has just answered; of a write, too, so that its author reads it there."""
    if breaker.answered():
        effects.emit("region_closed", {"region": region.name})
