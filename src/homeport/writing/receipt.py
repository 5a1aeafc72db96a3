"""What became of a write, for its author. Pure.

A terminal receipt stands at `r:{id}` and is never overwritten. Until there is one, the entry's list says that the
write is pending.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal, get_args

from momento_http_shim.octets import Octets

FORMAT = 1
State = Literal["pending", "applied", "dead", "superseded", "lost"]
"""applied: the origin took it; dead: the origin refused it; superseded: the origin took a later write that says all
that this one said; lost: its entry vanished before the origin saw it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One write's fate. Times in ms since 1970: `at` that of its settling, `accepted` that of its acceptance.

    `status` is the origin's answer, `reason` says more of a bad end. `tries` counts the replays; one that no region
    could note is missing.
    """

    id: str
    key: str
    state: State
    at: int
    status: int | None = None
    reason: str | None = None
    target: str | None = None
    """The written resource's target: the drain needs it to repeat the rest of settling after the entry is gone."""
    accepted: int | None = None
    tries: int | None = None
    by: str | None = None
    """The id of the write that superseded it."""
    regions: tuple[str, ...] | None = None
    """The regions that have yet to be told, where it is a push's: nobody else is."""
    whose: str | None = None
    """Its author's fingerprint, where it came with credentials: it is shown to nobody else."""

    @property
    def address(self) -> str:
        """Where the receipt can be fetched."""
        return address(self.key, self.id)


def address(key: str, write_id: str) -> str:
    """The path of a write's receipt at the edge; it names both, and the id cannot be guessed."""
    return f"/.homeport/writes/{key}/{write_id}"


@dataclass(frozen=True, slots=True)
class Illegible:
    """There is a receipt: the write is settled, and nobody here can say how.

    `foreign`: a newer release wrote it, and can; else it is damaged.
    """

    foreign: bool = False


def encode(receipt: Receipt) -> bytes:
    """One line of JSON; members without a value are left out."""
    members = {name: getattr(receipt, name) for name in Receipt.__slots__}
    return json.dumps(
        {"format": FORMAT} | {name: value for name, value in members.items() if value is not None},
        separators=(",", ":"),
    ).encode()


def decode(octets: Octets) -> Receipt | Illegible:
    """Read a receipt; never raises."""
    try:
        members: dict[str, Any] = json.loads(bytes(octets))
        form = members.pop("format")
        if type(form) is int and (not 1 <= form <= FORMAT or members.keys() - Receipt.__slots__):
            return Illegible(foreign=True)  # also a member that this release does not know: it may matter
        if members.get("regions") is not None:
            members["regions"] = tuple(members["regions"])
        receipt = Receipt(**members)
        return receipt if type(form) is int and _well_typed(receipt) else Illegible()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Illegible()


def _well_typed(receipt: Receipt) -> bool:
    optional = (receipt.reason, receipt.target, receipt.by, receipt.whose)
    texts = (receipt.id, receipt.key, *(text or "" for text in optional), *(receipt.regions or ()))
    return (
        receipt.state in get_args(State)
        and type(receipt.at) is int
        and all(type(number or 0) is int for number in (receipt.status, receipt.accepted, receipt.tries))
        and all(type(text) is str for text in texts)
    )
