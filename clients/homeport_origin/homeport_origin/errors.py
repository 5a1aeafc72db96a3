"""What a publisher raises, by whose fault it is."""

from __future__ import annotations

from collections.abc import Sequence


class Misconfigured(ValueError):  # noqa: N818 - named by what happened
    """The operator's: pairs of a variable's name and what to do about it. A secret's value is never among them."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{name}: {fault}" for name, fault in faults))
        self.faults = tuple(faults)


class NotPushable(ValueError):  # noqa: N818 - named by what happened
    """The caller's: this must not be pushed. Pairs of a member, such as `headers`, and what is wrong with it."""

    def __init__(self, url: str, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__(f"{url}: " + "; ".join(f"{name} {fault}" for name, fault in faults))
        self.faults = tuple(faults)


class NotTold(RuntimeError):  # noqa: N818 - named by what happened
    """Nobody's: regions could not be told, and no other region could remember it. They show what they have.

    `outcome` is what the call would have returned; `regions` are the names. Calling again is the repair.
    """

    def __init__(self, outcome: object, regions: Sequence[str]) -> None:
        super().__init__(f"{', '.join(regions)} could not be told, and no region remembers it: call again")
        self.outcome = outcome
        self.regions = tuple(regions)
