"""Driver of a write-behind write: index and read at once, then the commit, then 202. Two round trips to the region.

Index before commit: a member of the queue stands for every committed write, always. A member without a committed
write is harmless: the drain finds that out.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import assert_never

from homeport import queues, versions
from homeport.ports import Effects, Region
from momento_http_shim.outcomes import Done, Failed, NotStored, Stored

from .commit import DEADLINE_MS, Commit, Committed, Why, propose
from .look_up import look_up
from .receipt import Illegible, Receipt
from .write import Write

LONGEST_PAUSE = 0.2
"""Seconds of jitter before a writer that lost a race tries again."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The write is committed: readable here, and on its way to the origin."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The write was certainly not taken, or (`unknown`) nobody can tell yet."""

    why: Why


async def accept(write: Write, region: Region, effects: Effects) -> Accepted | Refused | Receipt:
    """Take a write into its region. A receipt comes back where the write was settled before its answer was seen."""
    began = effects.now()
    uncertain = retried = False
    while True:
        put, seen = await _index_and_read(write, region, effects)
        if isinstance(put, Failed) or isinstance(seen, Failed):
            return _refused(_unindexed(seen), uncertain)
        if retried:
            outcome = await _try_again(write, seen, region, effects, began + DEADLINE_MS)
        else:
            # An id just made has no receipt; it need not be looked for.
            outcome = await _try(write, seen, region, effects, began + DEADLINE_MS)
        match outcome:
            case Accepted() | Receipt():
                return outcome
            case Refused(why):
                return _refused(why, uncertain)
            case Failed():
                uncertain = True
            case NotStored():
                pass
            case _ as never:
                assert_never(never)
        retried = True
        await effects.pause(effects.chance() * LONGEST_PAUSE)


async def _try_again(
    write: Write, seen: versions.Version, region: Region, effects: Effects, deadline: int
) -> Accepted | Refused | Receipt | NotStored | Failed:
    """The same, after a try whose commit may have succeeded: the write may even be settled by now."""
    match await look_up(write.id, region):
        case Receipt() as receipt:
            return receipt
        case Illegible():
            return Refused("unknown")
        case Failed():
            return Refused("unreachable")
        case None:
            return await _try(write, seen, region, effects, deadline)
        case _ as never:
            assert_never(never)


async def _try(
    write: Write, seen: versions.Version, region: Region, effects: Effects, deadline: int
) -> Accepted | Refused | NotStored | Failed:
    """One try of the commit; `NotStored` and `Failed` are reasons to look again."""
    step = propose(write, seen.entry, effects.now(), effects.token())
    if not isinstance(step, Commit):
        return Accepted() if isinstance(step, Committed) else Refused(step.why)
    if effects.now() > deadline:
        return Refused("contended")
    match await versions.store(region, write.resource.key, step.entry, seen.condition):
        case Stored():
            return Accepted()
        case Failed(error) if not error.may_have_happened:
            return Refused("unreachable")
        case outcome:
            return outcome


def _refused(why: Why, uncertain: bool) -> Refused:
    return Refused("unknown" if uncertain else why)


def _unindexed(seen: versions.Version | Failed) -> Why:
    """Why a write that could not be put into the queue is refused: one that is seen waiting must not be overtaken."""
    if isinstance(seen, Failed):
        return "unreachable"
    if seen.foreign:
        return "foreign"
    return "waiting" if seen.pending_ids else "unreachable"


async def _index_and_read(
    write: Write, region: Region, effects: Effects
) -> tuple[Done | Failed, versions.Version | Failed]:
    key = write.resource.key
    return await asyncio.gather(
        queues.put(region, key, write.id, effects.now()),
        versions.read(region, key),
    )
