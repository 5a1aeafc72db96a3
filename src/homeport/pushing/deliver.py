"""Driver of a push into one region, and into all of them at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from homeport import versions
from homeport.entry import Entry
from homeport.ports import Effects, Region
from homeport.versions import MOST_TRIES, Version
from momento_http_shim.conditions import PresentAndHashEqual
from momento_http_shim.outcomes import Failed, Stored

from .owe import owe
from .page import Page
from .propagate import mark_stale_in
from .tagged import index
from .verdict import judge

TRIES = 3
"""Of one push in one region, in all."""

FIRST_PAUSE_SECONDS = 0.2
"""Full jitter between nothing and a bound that doubles from this."""

Outcome = Literal["stored", "kept", "stale", "owed", "failed"]
"""As `verdict.State`; owed: another region remembers that this one has to be told; failed: nobody does."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a push in one region; `error` is Momento's code where it could not be told.

    `version` is what stands there now, without its body, where that is known: the next push need not look.
    """

    state: Outcome
    error: str | None = None
    version: Version | None = None


async def deliver(page: Page, region: Region, effects: Effects, known: Version | None = None) -> Told:
    """Push a page into one region, once. `known` is the version believed to stand there: that saves a look."""
    page = page.clamped(effects.now())
    if page.tags and not await index(page.tags, page.about, page.as_of[0], region, effects):
        # A tag was purged since it was rendered, or nobody can tell: then it is news of a change, no more.
        if await mark_stale_in(region, page.about, effects):
            return Told("stale")
        return Told("failed", "INDEX_FAILED")
    seen: Version | Failed = known or await versions.read(region, page.about.key)
    own: dict[str, Told] = {}
    for _ in range(MOST_TRIES):
        if isinstance(seen, Failed):
            return Told("failed", seen.error.code)
        if isinstance(seen.entry, Entry) and seen.entry.nonce in own:
            return own[seen.entry.nonce]  # stored after all: only the answer was lost
        state, entry = judge(page, seen.entry, effects.now(), effects.token())
        if entry is None:
            return Told(state)
        own[entry.nonce] = Told(state)
        match await versions.store(region, page.about.key, entry, seen.condition):
            case Stored(value_hash):
                return Told(state, version=_known(entry, value_hash) if state == "stored" else None)
            case Failed(error) if not error.may_have_happened:
                return Told("failed", error.code)
            case _:
                seen = await versions.read(region, page.about.key)
    return Told("failed", "CONTENTION")


def _known(entry: Entry, value_hash: bytes | None) -> Version | None:
    return Version(replace(entry, body=b""), PresentAndHashEqual(value_hash)) if value_hash else None


async def deliver_everywhere(
    page: Page,
    regions: Sequence[Region],
    effects: Effects,
    known: Mapping[str, Version] | None = None,
    *,
    tries: int = TRIES,
    first_pause: float = FIRST_PAUSE_SECONDS,
    at_once: asyncio.Semaphore | None = None,
) -> dict[str, Told]:
    """Push a page into every region at once; a region that cannot be told is owed by one that could.

    A region's failure is tried again after a pause, `tries` times in all; pauses are in seconds.
    """
    limit = at_once or asyncio.Semaphore(len(regions))

    async def one(region: Region) -> Told:
        told = Told("failed")
        for tried in range(tries):
            if tried:
                await effects.pause(effects.chance() * first_pause * 2**tried)
            version = known.get(region.name) if known and not tried else None
            async with limit:
                told = await deliver(page, region, effects, version)
            if told.state != "failed":
                return told
        return told

    told = dict(zip((each.name for each in regions), await asyncio.gather(*map(one, regions)), strict=True))
    keepers = [each for each in regions if told[each.name].state != "failed"]
    for name in [name for name, each in told.items() if each.state == "failed"]:
        if await _owed(page, name, keepers, effects):
            told[name] = replace(told[name], state="owed")
        counts = {"region": name, "key": page.about.key, "code": told[name].error}
        effects.emit("push_owed" if told[name].state == "owed" else "push_failed", counts)
    return told


async def _owed(page: Page, name: str, keepers: Sequence[Region], effects: Effects) -> bool:
    for keeper in keepers:
        if await owe(page.about, keeper, effects, to=name):
            return True
    return False
