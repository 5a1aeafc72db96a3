"""What is kept of the last hour, for operators: what was settled and what waited in each minute, and what came last.

Kept only where somebody may look. A drain that settled something pays two calls for it, behind its end, whatever it
settled; an idle region pays none. A call that fails is left at that: the picture has a hole, and nothing else.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from momento_http_shim.outcomes import Elements, Failed, Miss, Values

from . import keys
from .draining.depth import Tally
from .entry import Pending
from .ports import Effects, Region

MINUTE_MS, MINUTES = 60_000, 60
KEPT_SECONDS = 2 * 60 * MINUTES
"""An hour's set begins with the hour, and its last minute is looked at an hour later."""

LATEST, LATEST_SECONDS = 20, keys.DAY_SECONDS
"""So many drains say what they settled last, for as long as a receipt stands."""

OCTETS, LONGEST_PATH = 1_000, 200
"""What a drain says fits in one of Momento's operations, and one write at least fits in that."""

CALLS = 2
"""That a drain ends with."""

_ENDS = {f"write_{state}": state for state in ("applied", "dead", "superseded", "lost")}


@dataclass(frozen=True, slots=True)
class Ended:
    """A write that got its receipt; `at` in ms since 1970. Of one that was lost nobody knows what it was."""

    at: int
    state: str
    id: str
    status: int | None = None
    method: str = ""
    path: str = ""


@dataclass(slots=True)
class Journal(Tally):
    """What one drain saw, and what it settled."""

    ended: list[Ended] = field(default_factory=list)
    _asked: dict[str, tuple[str, str]] = field(default_factory=dict)

    def sends(self, writes: Sequence[Pending]) -> None:
        """Remember what is about to be sent, or superseded by it."""
        self._asked.update((item.id, (item.method, item.target.partition("?")[0])) for item in writes)

    def noting(self, effects: Effects) -> Effects:
        """The same effects; receipts are events, and are noted here, too."""

        def emit(event: str, fields: Mapping[str, Any]) -> None:
            effects.emit(event, fields)
            if event in _ENDS:
                method, path = self._asked.pop(fields["id"], ("", ""))
                short = path if len(path) <= LONGEST_PATH else path[:LONGEST_PATH] + "…"
                state, status = _ENDS[event], fields.get("status")
                self.ended.append(Ended(effects.now(), state, fields["id"], status, method, short))

        return replace(effects, emit=emit)

    async def keep(self, region: Region) -> None:
        """Add to the minute's count, and say what came last."""
        hour, minute = divmod(self.ended[-1].at // MINUTE_MS, MINUTES)
        await asyncio.gather(
            region.cache.sorted_set_increment(
                keys.hour(hour), str(minute), len(self.ended), ttl_seconds=KEPT_SECONDS, refresh_ttl=False
            ),
            region.cache.list_push_front(
                keys.LATEST,
                encode(self.ended),
                ttl_seconds=LATEST_SECONDS,
                refresh_ttl=True,
                truncate_back_to=LATEST,
            ),
        )


def encode(ended: Sequence[Ended]) -> bytes:
    """The last ones, latest first, as far as they fit; one line of JSON."""
    rows: list[str] = []
    left = OCTETS
    for each in reversed(ended):
        row = [each.at, each.state, each.id, each.status, each.method, each.path]
        rows.append(json.dumps(row, separators=(",", ":"), ensure_ascii=False))
        left -= len(rows[-1].encode()) + 1
        if left < 0 and len(rows) > 1:
            rows.pop()
            break
    return f"[{','.join(rows)}]".encode()


def decode(value: bytes) -> list[Ended]:
    """What one drain said; nothing where that is damaged, or of a newer release."""
    try:
        return [ended for row in json.loads(value) if _well_typed(ended := Ended(*row))]
    except (ValueError, TypeError, RecursionError):
        return []


def _well_typed(ended: Ended) -> bool:
    numbers, texts = (ended.at, ended.status or 0), (ended.id, ended.method, ended.path)
    return (
        ended.state in _ENDS.values()
        and all(type(number) is int for number in numbers)
        and all(type(text) is str for text in texts)
    )


async def waited(region: Region, members: int, at: int) -> None:
    """Note how much waits in a region; nothing where nothing does."""
    if members:
        hour, minute = divmod(at // MINUTE_MS, MINUTES)
        depth = {f"d{minute}": float(members)}
        await region.cache.sorted_set_put(keys.hour(hour), depth, ttl_seconds=KEPT_SECONDS, refresh_ttl=False)


@dataclass(frozen=True, slots=True)
class Past:
    """A region's last hour: writes settled and members waiting by the minute, this one last; and the latest writes."""

    settled: tuple[int, ...] = (0,) * MINUTES
    waiting: tuple[int, ...] = (0,) * MINUTES
    latest: tuple[Ended, ...] = ()


async def read(region: Region, now: int) -> Past | None:
    """What is kept of a region's last hour, by three calls; None where it does not tell."""
    last = now // MINUTE_MS
    this, before, latest = await asyncio.gather(
        region.cache.sorted_set_fetch_by_score(keys.hour(last // MINUTES)),
        region.cache.sorted_set_fetch_by_score(keys.hour(last // MINUTES - 1)),
        region.cache.list_fetch(keys.LATEST),
    )
    if isinstance(this, Failed) or isinstance(before, Failed) or isinstance(latest, Failed):
        return None
    counts = _counts(this, last - last % MINUTES) | _counts(before, last - last % MINUTES - MINUTES)
    minutes = range(last - MINUTES + 1, last + 1)
    ended = [
        each for value in (latest.values if isinstance(latest, Values) else ()) for each in decode(value)
    ]
    ended.sort(key=lambda each: each.at, reverse=True)
    return Past(
        tuple(counts.get(("", minute), 0) for minute in minutes),
        tuple(counts.get(("d", minute), 0) for minute in minutes),
        tuple(ended[:LATEST]),
    )


def _counts(found: Elements | Miss, first: int) -> dict[tuple[str, int], int]:
    counts: dict[tuple[str, int], int] = {}
    for member, score in found.elements if isinstance(found, Elements) else ():
        name = member.decode(errors="replace")
        kind, minute = ("d", name[1:]) if name.startswith("d") else ("", name)
        if minute.isdecimal():
            counts[kind, first + int(minute)] = int(score)
    return counts
