"""What the console shows, and what is to be thought of it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from homeport.history import Past
from homeport.operating.look import Lane, Seen
from homeport.operating.operator import Operator

from .words import count, counted, duration

STATES = ("calm", "busy", "trouble", "silent")
"""Of a region, the better first."""


@dataclass(frozen=True, slots=True)
class View:
    """Everything that the console's page is made of; `now` in ms since 1970."""

    site: str
    version: str
    now: int
    operator: Operator
    seen: Sequence[Seen]
    letters: Mapping[str, Mapping[str, Any]]
    """Dead letters by region, as `Surface.letters` tells them."""
    past: Mapping[str, Past | None]
    places: Mapping[str, tuple[float, float]]
    """Where regions stand, in degrees north and east; of those that are known."""
    opened: Collection[str] = ()
    """Regions whose breaker is open in the edge isolate that was asked."""
    alarm_seconds: int = 3_600
    page: int = 0
    told: Mapping[str, str] = field(default_factory=dict)
    """What the last action came to: the parameters of the address."""


def depth(seen: Seen) -> int | None:
    """How much waits in a region; None where a lane does not tell."""
    depths = [lane.depth for lane in seen.lanes]
    return None if None in depths else sum(each or 0 for each in depths)


def oldest(seen: Seen, now: int) -> float | None:
    """For how many seconds the oldest waits; None where nothing does, as far as is known."""
    return max((age for lane in seen.lanes if (age := lane.age(now)) is not None), default=None)


def silent(seen: Seen) -> bool:
    """Whether a region told nothing at all."""
    return bool(seen.error) and seen.dead is None and all(lane.state is None for lane in seen.lanes)


def verdict(seen: Seen, view: View) -> tuple[str, list[str]]:
    """A region's state, and why: what is said of it first comes first."""
    error = [str(seen.error)] if seen.error else []
    if silent(seen):
        return "silent", ["does not answer", *error]
    age, paused = oldest(seen, view.now) or 0, [lane for lane in seen.lanes if lane.state == "paused"]
    troubles = [
        counted(seen.dead, "dead letter", "dead letters") if seen.dead else "",
        f"the oldest waits for {duration(age)}" if age > view.alarm_seconds else "",
        f"{counted(len(paused), 'lane', 'lanes')} paused" if paused else "",
        "reads stay away" if seen.region in view.opened else "",
        *(["does not tell everything", *error] if error else ()),
    ]
    if said := [each for each in troubles if each]:
        return "trouble", said
    if depth(seen) != 0:
        return "busy", [f"{count(depth(seen))} waiting"]
    return "calm", ["calm"]


def headline(view: View) -> tuple[list[tuple[str, str]], str]:
    """What is wrong, the worst first, with the state that it is; and how much is on its way."""
    verdicts = [(each.region, *verdict(each, view)) for each in view.seen]
    wrong = [(state, _wrong(region, state, why)) for region, state, why in verdicts if state in STATES[2:]]
    wrong.sort(key=lambda each: -STATES.index(each[0]))
    waiting = sum(depth(each) or 0 for each in view.seen)
    ages = [age for each in view.seen if (age := oldest(each, view.now)) is not None]
    if waiting or ages:
        longest = duration(max(ages, default=0))
        rest = f"{counted(waiting, 'waits', 'wait')} to be settled, the oldest for {longest}."
    else:
        rest = (
            f"Nothing waits in {counted(sum(not silent(each) for each in view.seen), 'region', 'regions')}."
        )
    busy = any(state == "busy" for _, state, _ in verdicts)
    return wrong or [("busy" if busy else "calm", "All is well.")], rest


def _wrong(region: str, state: str, why: list[str]) -> str:
    return f"{region} {why[0]} ({why[1]})." if state == "silent" else f"{region}: {', '.join(why)}."


def in_use(seen: Sequence[Seen]) -> list[tuple[str, Lane]]:
    """The lanes that have something to say."""
    return [
        (each.region, lane)
        for each in seen
        if not silent(each)
        for lane in each.lanes
        if lane.depth != 0 or lane.state != "free" or lane.error
    ]
