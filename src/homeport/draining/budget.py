"""What one invocation of the sync worker may still call. Pure, but for the count that it keeps.

Cloudflare counts every call of an invocation: to Momento, to the origin, and over a service binding. Its page of limits
says 50 on the free plan, and 1000 on the paid one, 10 000 of late. An invocation beyond them fails in the middle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from homeport.ports import Cache, Origin, Region

SUBREQUESTS = 900
"""By default; a tenth of what may be called is left for writes that meet others at the same entry."""

WALL_MS = 28_000
"""What runs behind an answer may run for 30 s."""

AT_ONCE = 4
"""Resources drained side by side: a Worker has six connections, and each resource uses one at a time."""

PAGE = 200
"""Members looked at in one go."""

ENDING = 5
"""Kept for what an invocation ends with: the lane's lease, a pause's note, a last look, the kick of its successor."""


@dataclass(slots=True)
class Budget:
    """Counts an invocation's calls. `refused`: something was not begun that there was no room for."""

    subrequests: int = SUBREQUESTS
    spent: int = 0
    held: int = 0
    refused: bool = False
    begun: bool = False

    def fits(self, calls: int) -> bool:
        """Whether so many more calls may be made."""
        fits = self.spent + self.held + calls + ENDING <= self.subrequests
        self.refused |= not fits
        return fits

    @contextmanager
    def room(self, calls: int) -> Iterator[bool]:
        """Whether something that may take so many calls may begin; they are held for it until it has ended.

        The first always may: else what is larger than the whole budget would never be done.
        """
        if self.begun and not self.fits(calls):
            yield False
            return
        self.begun = True
        self.held += calls
        try:
            yield True
        finally:
            self.held -= calls

    @property
    def at_once(self) -> int:
        """How many resources are drained side by side: one, where the budget is that of a few writes."""
        return AT_ONCE if self.subrequests >= 100 * AT_ONCE else 1

    @property
    def page(self) -> int:
        """How many members are looked at in one go: all of them must fit in the budget, at a call each."""
        return max(1, min(PAGE, self.subrequests // 4))


def to_settle(resources: int, regions: int, writes: int = 1) -> int:
    """The calls that replaying and settling one write takes, of a dead one with its letter, if it meets no other.

    The entry before and after and what is noted in it, the lease, the origin and its state, what is put again, the
    receipt twice, the letter and the list of letters, the entry's own change, the members; a read and a write for each
    resource in each region; and a receipt for each of the `writes` that it supersedes.
    """
    return 14 + 2 * resources * regions + 2 * (writes - 1)


class Metered:
    """A cache or an origin each of whose calls is counted, by whoever looks up the method to call it."""

    def __init__(self, inner: object, budget: Budget) -> None:
        self._inner, self._budget = inner, budget

    def __getattr__(self, name: str) -> Any:
        self._budget.spent += 1
        return getattr(self._inner, name)


def metered(
    regions: Mapping[str, Region], origin: Origin, budget: Budget
) -> tuple[dict[str, Region], Origin]:
    """The regions and the origin as one invocation is to see them."""
    counted = {
        name: Region(name, cast("Cache", Metered(each.cache, budget))) for name, each in regions.items()
    }
    return counted, cast("Origin", Metered(origin, budget))
