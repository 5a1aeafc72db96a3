"""What an operator is shown, as JSON and as Prometheus text. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import Any

from .look import Lane, Seen

METRICS = (
    ("homeport_region_up", "Whether the region's cache told everything that it was asked."),
    ("homeport_dead_letters", "Writes that the origin refused and that wait for an operator."),
    ("homeport_breaker_open", "Whether reads stay away from the region, in the edge isolate that was asked."),
    ("homeport_queue_depth", "Writes, and settled ones that another region is yet to hear of, in a lane."),
    ("homeport_queue_bytes", "Octets of the bodies that wait, by the note of the last drain under pressure."),
    ("homeport_queue_oldest_age_seconds", "Since when the oldest member of a lane waits; 0 where none does."),
    ("homeport_queue_read_mark_timestamp_seconds", "Up to when all writes of a lane in use are settled."),
    ("homeport_lane_draining", "Whether a drain holds the lane's lease."),
    ("homeport_lane_paused", "Whether the lane rests, for the origin's sake or an operator's."),
)
"""Every metric, all of them gauges: its name, and what it says."""


def status(seen: Sequence[Seen], now: int, version: str, opened: Container[str] | None) -> dict[str, Any]:
    """The regions for `GET /.homeport/status`; times in ms since 1970.

    `opened` are the regions whose breaker is open in the edge isolate that was asked; None: nobody said.
    """
    regions = {
        each.region: {
            "error": each.error,
            "dead_letters": each.dead,
            "breaker": None if opened is None else "open" if each.region in opened else "closed",
            "lanes": [_lane(lane, now) for lane in each.lanes],
        }
        for each in seen
    }
    return {"version": version, "at": now, "regions": regions}


def _lane(lane: Lane, now: int) -> dict[str, Any]:
    return {
        "lane": lane.lane,
        "depth": lane.depth,
        "octets": lane.octets,
        "oldest_age_seconds": lane.age(now),
        "read_mark": lane.read_mark,
        "state": lane.state,
        "pauses": lane.pauses,
        "error": lane.error,
    }


def metrics(seen: Sequence[Seen], now: int, opened: Container[str] | None) -> str:
    """The same in Prometheus' text format 0.0.4; what nobody could tell is left out."""
    samples: dict[str, list[str]] = {name: [] for name, _ in METRICS}
    for each in seen:
        for name, labels, value in _samples(each, now, opened):
            if value is not None:
                shown = ",".join(f'{label}="{escaped(text)}"' for label, text in labels)
                samples[name].append(f"{name}{{{shown}}} {_number(value)}\n")
    return "".join(
        f"# HELP {name} {said}\n# TYPE {name} gauge\n" + "".join(samples[name])
        for name, said in METRICS
        if samples[name]
    )


Sample = tuple[str, tuple[tuple[str, str], ...], float | None]


def _samples(each: Seen, now: int, opened: Container[str] | None) -> Iterator[Sample]:
    here = (("region", each.region),)
    yield "homeport_region_up", here, each.error is None
    yield "homeport_dead_letters", here, each.dead
    yield "homeport_breaker_open", here, None if opened is None else each.region in opened
    for lane in each.lanes:
        labels = (*here, ("lane", str(lane.lane)))
        known, mark = lane.state is not None, lane.read_mark
        yield "homeport_queue_depth", labels, lane.depth
        yield "homeport_queue_bytes", labels, lane.octets
        yield "homeport_queue_oldest_age_seconds", labels, (lane.age(now) or 0) if known else None
        yield "homeport_queue_read_mark_timestamp_seconds", labels, None if mark is None else mark / 1000
        yield "homeport_lane_draining", labels, lane.state == "draining" if known else None
        yield "homeport_lane_paused", labels, lane.state == "paused" if known else None


def escaped(text: str) -> str:
    """A label's value: backslash, quote and line feed are escaped."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
