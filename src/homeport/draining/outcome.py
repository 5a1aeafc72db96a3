"""What the origin's answer to a replay means. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from homeport.entry import Pending
from homeport.messages import NoAnswer, Response, says_later
from homeport.reading.freshness import moment

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 600.0
"""Full jitter between nothing and a bound that doubles from the first to the longest wait."""

MOST_AGE_MS = 20 * 60 * 60 * 1000
"""Older than this a write is given up: Momento lets its entry expire after 24 hours, and that would say nothing."""

_FINAL = frozenset((501, 505))
_REASONS = {
    401: "the origin wants other credentials (401)",
    403: "the origin forbids it (403)",
    407: "a proxy before the origin wants credentials (407)",
    501: "the origin does not know how to do it (501)",
    505: "the origin does not speak this version of HTTP (505)",
}


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
    """The origin will never take it; `status` is that of its last `reply`, None where it gave none."""

    reason: str
    status: int | None
    reply: Response | NoAnswer | None = field(default=None, compare=False, repr=False)


def judge(
    item: Pending, reply: Response | NoAnswer, now: int, chance: float, most_tries: int = 0
) -> Applied | Again | Dead:
    """The fate of a replayed write; `chance` is a random number from 0 to 1, `most_tries` 0 for no limit.

    2xx is success (RFC 9110 section 15.3). 408, 425, 429 and 5xx, like no answer at all, promise nothing about the
    next try. Everything else is the origin's no; so are 501 and 505, which no later try changes. What a route's policy
    on conflicts makes of 409 and 412 is decided before this. The table, with its sources: docs/write-behind.md.
    """
    status = reply.status if isinstance(reply, Response) else None
    if isinstance(reply, Response):
        if _applied(item.method, reply.status):
            return Applied(reply)
        if reply.status in _FINAL or (not says_later(reply.status)):
            return Dead(_refusal(reply.status), status, reply)
    reason = f"the origin answered {reply.status}" if isinstance(reply, Response) else reply.reason
    tries = item.tries + 1
    if now - item.accepted > MOST_AGE_MS or tries >= most_tries > 0:
        return Dead(f"given up after {tries} tries, the last: {reason}", status, reply)
    return Again(now + int(1000 * max(_backoff(item.tries, chance), retry_after(reply, now))), reason)


def _applied(method: str, status: int) -> bool:
    """A DELETE of what is gone has done what it should (RFC 9110 section 9.3.5); 303 answers a POST (15.4.4)."""
    return (
        200 <= status < 300
        or (method == "DELETE" and status in (404, 410))
        or (method == "POST" and status == 303)
    )


def _refusal(status: int) -> str:
    """A redirect is not followed: order, key and credentials are this origin's and this resource's alone."""
    if 300 <= status < 400 and status != 304:
        return (
            f"the origin redirects it ({status}): let the client, or HOMEPORT_ORIGIN, name where it belongs"
        )
    return _REASONS.get(status, f"the origin refused it with {status}")


def _backoff(tries: int, chance: float) -> float:
    return chance * min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** min(tries, 30))


def retry_after(reply: Response | NoAnswer, now: int) -> float:
    """Retry-After in seconds (RFC 9110 section 10.2.3), at most the longest wait, 0 where there is none.

    A date is counted from the answer's own Date: the origin's clock may not be this one.
    """
    if not isinstance(reply, Response) or not (value := reply.headers.get("retry-after")):
        return 0.0
    if value.isascii() and value.isdigit():
        seconds = float(value)
    else:
        until, date = moment(value), moment(reply.headers.get("date"))
        seconds = until - (now / 1000 if date is None else date) if until is not None else 0.0
    return min(max(seconds, 0.0), LONGEST_WAIT_SECONDS)
