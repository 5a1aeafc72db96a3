"""What the origin's answer to a replay means. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from homeport.entry import Pending
from homeport.messages import NoAnswer, Response

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 600.0
"""Full jitter between nothing and a bound that doubles from the first to the longest wait."""

MOST_AGE_MS = 20 * 60 * 60 * 1000
"""Older than this a write is given up: Momento lets its entry expire after 24 hours, and that would say nothing."""

_AGAIN = frozenset((408, 425, 429))


@dataclass(frozen=True, slots=True)
class Applied:
    """The origin took the write."""

    answer: Response


@dataclass(frozen=True, slots=True)
class Again:
    """The origin may take it later; `not_before` in ms since 1970."""

    not_before: int
    reason: str


@dataclass(frozen=True, slots=True)
class Dead:
    """The origin will never take it; `status` is its answer's, None where it never gave one."""

    reason: str
    status: int | None


def judge(item: Pending, reply: Response | NoAnswer, now: int, chance: float) -> Applied | Again | Dead:
    """The fate of a replayed write; `chance` is a random number from 0 to 1.

    2xx is success (RFC 9110 section 15.3). 408, 425, 429 and 5xx, like no answer at all, promise nothing about the
    next try. Everything else is the origin's no. A DELETE of what is gone has done what it should (9.3.5).
    """
    if isinstance(reply, Response):
        if 200 <= reply.status < 300 or (item.method == "DELETE" and reply.status in (404, 410)):
            return Applied(reply)
        if reply.status not in _AGAIN and reply.status < 500:
            return Dead(f"the origin refused it with {reply.status}", reply.status)
    reason = f"the origin answered {reply.status}" if isinstance(reply, Response) else reply.reason
    status = reply.status if isinstance(reply, Response) else None
    if now - item.accepted > MOST_AGE_MS:
        return Dead(f"given up after {item.tries + 1} tries, the last: {reason}", status)
    return Again(now + int(1000 * max(_backoff(item.tries, chance), _retry_after(reply))), reason)


def _backoff(tries: int, chance: float) -> float:
    return chance * min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** min(tries, 30))


def _retry_after(reply: Response | NoAnswer) -> float:
    """Retry-After in seconds (RFC 9110 section 10.2.3), at most the longest wait; a date counts as none."""
    value = (reply.headers.get("retry-after") or "") if isinstance(reply, Response) else ""
    return min(float(value), LONGEST_WAIT_SECONDS) if value.isascii() and value.isdigit() else 0.0
