"""What became of a write, for its author. Pure.

A terminal receipt stands at `r:{id}` and is never overwritten. Until there is one, the entry's list says that the
write is pending.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from homeport.messages import Response
from momento_http_shim.octets import Octets

FORMAT = 1
State = Literal["pending", "applied", "dead", "lost"]
"""applied: the origin took it; dead: the origin refused it; lost: its entry vanished before the origin saw it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One write's fate. `at` in ms since 1970; `status` is the origin's answer, `reason` says more of a bad end."""

    id: str
    key: str
    state: State
    at: int
    status: int | None = None
    reason: str | None = None
    target: str | None = None
    """The write's target: the drain needs it to repeat the rest of settling after the entry is gone."""

    @property
    def address(self) -> str:
        """Where the receipt can be fetched."""
        return address(self.key, self.id)


def address(key: str, write_id: str) -> str:
    """The path of a write's receipt at the edge; it names both, and the id cannot be guessed."""
    return f"/.homeport/writes/{key}/{write_id}"


def encode(receipt: Receipt) -> bytes:
    """One line of JSON; members without a value are left out."""
    members = {name: getattr(receipt, name) for name in Receipt.__slots__}
    return json.dumps(
        {"format": FORMAT} | {name: value for name, value in members.items() if value is not None},
        separators=(",", ":"),
    ).encode()


def decode(octets: Octets) -> Receipt | None:
    """Read a receipt; None where it is damaged or of a format this release does not know."""
    try:
        members: dict[str, Any] = json.loads(bytes(octets))
        return Receipt(**members) if members.pop("format") == FORMAT else None
    except (ValueError, TypeError, KeyError):
        return None


def refused(status: int) -> str:
    """The reason of a write that the origin refused for good."""
    return f"the origin refused it with {status}"


def body_excerpt(answer: Response) -> str:
    """The beginning of the origin's answer, for the dead letter."""
    return bytes(answer.body[:512]).decode(errors="replace")
