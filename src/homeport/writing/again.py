"""Driver of pending writes that are put again on the origin's current state, because what they were put on has gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from homeport.entry import Entry, Pending
from homeport.ports import Effects, Origin
from homeport.routing import Routes

from .base import question, shown
from .representation import plain, put_again


async def ask(
    item: Pending, target: str, origin: Origin, effects: Effects
) -> Entry | Literal["silent", "unusable"]:
    """What the origin shows of a write's resource. To be asked after the entry was read, whose condition then holds."""
    asked = effects.now()
    reply = await origin.ask(question(item, target))
    return shown(item, target, reply, (asked, effects.now()))


@dataclass(frozen=True, slots=True)
class PutAgain:
    """What it takes to put an entry's pending writes again."""

    routes: Routes
    origin: Origin
    effects: Effects

    async def put(self, entry: Entry) -> Entry:
        """The entry with what its pending writes leave on the origin's current state; asked only where that matters.

        Where the origin does not show it, the entry as it is: the next write that is settled puts it right.
        """
        match = self.routes.match(entry.target.partition("?")[0])
        represent = match.route.representation if match else plain
        alone = put_again(entry, None, represent)
        if alone is not None:
            return alone
        base = await ask(entry.pending[0], entry.target, self.origin, self.effects)
        if isinstance(base, Entry):
            return put_again(entry, base, represent) or entry
        self.effects.emit("put_again_failed", {"id": entry.pending[0].id, "reason": base})
        return entry
