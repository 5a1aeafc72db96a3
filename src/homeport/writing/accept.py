"""Driver of a write-behind write: index and read at once, then the commit, then 202. Two round trips to the region.

Index before commit: a member of the queue stands for every committed write, always. A member without a committed
write is harmless: the drain finds that out.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import assert_never

from homeport import queues, versions
from homeport.at_once import both
from homeport.entry import Entry
from homeport.messages import Response
from homeport.ports import Effects, Origin, Region
from momento_http_shim.outcomes import Done, Failed, NotStored, Stored

from .again import ask
from .commit import DEADLINE_MS, Baseless, Commit, Committed, Obstacle, Why, propose
from .look_up import look_up
from .receipt import Illegible, Receipt
from .representation import Unclear, exists
from .write import Write

LONGEST_PAUSE = 0.2
"""Seconds of jitter before a writer that lost a race tries again."""


Claiming = asyncio.Future[Stored | NotStored | Failed]


@dataclass(frozen=True, slots=True)
class Accepted:
    """The write is committed: readable here, and on its way to the origin."""

    created: bool = field(default=False, compare=False)
    left: Entry | None = field(default=None, compare=False, repr=False)
    """Whether no representation was known before, and what the write left; not said if the commit's answer was lost."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The write was certainly not taken, or (`unknown`) nobody can tell yet."""

    why: Why


@dataclass(frozen=True, slots=True)
class Straight:
    """Only the origin can tell what the write leaves. Nothing waits, and nothing of it was taken: send it there."""


async def accept(
    write: Write,
    region: Region,
    origin: Origin,
    effects: Effects,
    claiming: Claiming | None = None,
    until: int | None = None,
) -> Accepted | Refused | Receipt | Straight | Response:
    """Take a write into its region. A receipt comes back where the write was settled before its answer was seen.

    A response refuses a write that cannot be applied to the current state. For that the origin is asked at most once
    a try, and only where the write does not determine what it leaves and the region does not know the current state.

    `claiming` is the claim to an Idempotency-Key, on its way already: nothing is committed without it, and the member
    stays. `until`, in ms since 1970: a retry under a known id, and its deadline.
    """
    deadline = until or effects.now() + DEADLINE_MS
    uncertain = retried = until is not None
    while True:
        put, seen = await _index_and_read(write, region, effects, claiming)
        if not isinstance(put, Done) or isinstance(seen, Failed):
            return _refused(_unindexed(seen), uncertain)
        attempt = _Attempt(write, seen, region, origin, effects, deadline)
        # An id just made has no receipt; it need not be looked for.
        outcome = await (attempt.again() if retried else attempt.first())
        match outcome:
            case Accepted() | Receipt():
                return outcome
            case Refused("unreachable" | "unknown" | "contended" as why):
                return _refused(why, uncertain)
            case Straight() | Response() | Refused():
                if uncertain:
                    return Refused("unknown")
                await _withdraw(write, region)
                return outcome
            case Failed():
                uncertain = True
            case NotStored():
                pass
            case _ as never:
                assert_never(never)
        retried = True
        await effects.pause(effects.chance() * LONGEST_PAUSE)


Outcome = Accepted | Refused | Straight | Response | NotStored | Failed


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One try of the commit on what was seen; `NotStored` and `Failed` are reasons to look again."""

    write: Write
    seen: versions.Version
    region: Region
    origin: Origin
    effects: Effects
    deadline: int

    async def again(self) -> Outcome | Receipt:
        """After a try whose commit may have succeeded: the write may even be settled by now."""
        match await look_up(self.write.id, self.region):
            case Receipt() as receipt:
                return receipt
            case Illegible():
                return Refused("unknown")
            case Failed():
                return Refused("unreachable")
            case None:
                return await self.first()
            case _ as never:
                assert_never(never)

    async def first(self) -> Outcome:
        """Without a look for a receipt."""
        match await self._step():
            case Commit(entry):
                return await self._commit(entry)
            case Committed():
                return Accepted()
            case Obstacle(why):
                return Refused(why)
            case Unclear(error):
                if error:
                    fields = {"region": self.region.name, "key": self.write.resource.key, "error": error}
                    self.effects.emit("representation_failed", fields)
                return Refused("waiting") if self.seen.pending_ids else Straight()
            case Response() | Refused() as refused:
                return refused
            case _ as never:
                assert_never(never)

    async def _step(self) -> Commit | Committed | Obstacle | Unclear | Response | Refused:
        step = propose(self.write, self.seen.entry, self.effects.now(), self.effects.token())
        if not isinstance(step, Baseless):
            return step
        now = self.effects.now()
        write = self.write
        asked = write.pending(now, now)
        shown = await ask(asked, write.resource.target, self.origin, self.effects, write.secret)
        if shown == "unusable":
            return Unclear()
        if shown == "silent" or self.effects.now() > self.deadline:
            return Refused("origin")
        step = propose(self.write, self.seen.entry, self.effects.now(), self.effects.token(), shown)
        return Unclear() if isinstance(step, Baseless) else step

    async def _commit(self, entry: Entry) -> Accepted | Refused | NotStored | Failed:
        if self.effects.now() > self.deadline:
            return Refused("contended")
        key = self.write.resource.key
        match await versions.store(self.region, key, entry, self.seen.condition):
            case Stored():
                return Accepted(created=not exists(self.seen.entry), left=entry)
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


async def _withdraw(write: Write, region: Region) -> None:
    # Under an Idempotency-Key another attempt may bear the same id: `once` sees to it.
    if not write.key:
        await withdraw(write, region)


async def withdraw(write: Write, region: Region) -> None:
    """Take its members out again, since there certainly was no commit."""
    await asyncio.gather(
        queues.remove(region, write.resource.key, write.id),
        queues.hide(region, write.lists, write.resource.key, write.id),
    )


async def _index_and_read(
    write: Write, region: Region, effects: Effects, claiming: Claiming | None
) -> tuple[Done | NotStored | Failed, versions.Version | Failed]:
    key, now = write.resource.key, effects.now()
    put, read = queues.put(region, key, write.id, now), versions.read(region, key)
    if not write.lists and claiming is None:
        return await both(put, read)
    done, shown, seen, claimed = await asyncio.gather(
        put,
        queues.show(region, write.lists, key, write.id, now),
        read,
        claiming or _unclaimed(),
    )
    indexed = shown if isinstance(shown, Failed) else done
    return indexed if isinstance(claimed, Stored) else claimed, seen


async def _unclaimed() -> Stored:
    return Stored()
