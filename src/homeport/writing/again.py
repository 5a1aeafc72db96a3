"""Driver of pending writes that are put again on the origin's current state, because what they were put on has gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from homeport.entry import Entry, Pending
from homeport.messages import NO_FIELDS, Headers
from homeport.ports import Effects, Origin, Seal, Unopened
from homeport.routing import Routes

from .base import question, shown
from .opened import opened
from .representation import plain, put_again


async def ask(
    item: Pending, target: str, origin: Origin, effects: Effects, secret: Headers = NO_FIELDS
) -> Entry | Literal["silent", "unusable"]:
    """What the origin shows of a write's resource. To be asked after the entry was read, whose condition then holds.

    `secret` are the credentials that the write came with.
    """
    asked = effects.now()
    reply = await origin.ask(question(item, target, secret))
    return shown(item, target, reply, (asked, effects.now()))


@dataclass(frozen=True, slots=True)
class PutAgain:
    """What it takes to put an entry's pending writes again."""

    routes: Routes
    origin: Origin
    effects: Effects
    seal: Seal | None = None

    async def put(self, entry: Entry) -> Entry:
        """The entry with what its pending writes leave on the origin's current state; asked only where that matters.

        Where the origin does not show it, the entry as it is: the next write that is settled puts it right.
        """
        match = self.routes.match(entry.target.partition("?")[0])
        represent = match.route.representation if match else plain
        alone = put_again(entry, None, represent)
        if alone is not None:
            return alone
        first = entry.pending[0]
        secret = await opened(first, self.seal)
        if isinstance(secret, Unopened):
            reason = secret.reason
        else:
            base = await ask(first, entry.target, self.origin, self.effects, secret)
            if isinstance(base, Entry):
                return put_again(entry, base, represent) or entry
            reason = base
        self.effects.emit("put_again_failed", {"id": first.id, "reason": reason})
        return entry
