"""How much may wait in a lane of a region before its writes go to the origin instead. Pure.

Marks with hysteresis: the pressure is on when one of three is over its high mark, off when all are under half of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from momento_http_shim.octets import Octets

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Marks:
    """The high marks of one lane; the low ones are half of them."""

    members: int = 20_000
    octets: int = 16_000_000
    """Four lanes of it are less than the 100 MB that Momento keeps by default: what does not fit is evicted."""
    seconds: int = 3_600


@dataclass(frozen=True, slots=True)
class Depth:
    """What a lane's drain saw: members, octets of their writes, and when the oldest that it left was put (ms)."""

    members: int = 0
    octets: int = 0
    oldest: int | None = None


def encode(depth: Depth) -> bytes:
    """One line of JSON."""
    members = {"members": depth.members, "octets": depth.octets, "oldest": depth.oldest}
    return json.dumps({"format": FORMAT} | members, separators=(",", ":")).encode()


def decode(note: Octets) -> Depth | None:
    """Read a note; None where it is damaged or of another release. Never raises."""
    try:
        read = json.loads(bytes(note))
        numbers = (read["members"], read["octets"], read["oldest"] or 0)
        numbered = all(type(number) is int for number in (read["format"], *numbers))
        sound = numbered and 1 <= read["format"] <= FORMAT
        return Depth(read["members"], read["octets"], read["oldest"]) if sound else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def pressing(length: int, noted: Depth | None, now: int, marks: Marks, *, on: bool) -> tuple[str, ...]:
    """What presses: of members, octets and seconds those over the high mark; where it is `on`, over the low one.

    `length` is how many wait now. The note is as old as the last drain, which may have seen a part of the lane: octets
    are those of the members that it saw, times as many as wait. Nothing waits: nothing presses, whatever was noted.
    """
    depth = noted or Depth()
    octets = depth.octets * length // depth.members if depth.members else 0
    seconds = (now - depth.oldest) // 1000 if length and depth.oldest is not None else 0
    amounts = {
        "members": (length, marks.members),
        "octets": (octets, marks.octets),
        "seconds": (seconds, marks.seconds),
    }
    return tuple(name for name, (amount, mark) in amounts.items() if amount > (mark // 2 if on else mark))
