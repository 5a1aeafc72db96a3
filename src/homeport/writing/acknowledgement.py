"""What the author of a write is told, now and later. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from homeport.entry import Entry
from homeport.errors import problem
from homeport.messages import Headers, NoAnswer, Response

from .commit import Why
from .prefer import Preferences
from .receipt import Receipt, address
from .representation import described, plain
from .write import Write

LONGEST_RETRY_AFTER = 60
"""Seconds that the reader of a receipt is asked to wait at most before the next look."""


def accepted(
    write: Write, wishes: Preferences, status: int = 202, left: Entry | None = None, *, created: bool = False
) -> Response:
    """The write can be read here and now, and goes to the origin by itself: 202 (RFC 9110 section 15.3.3).

    Or the route's `status`, unless its author prefers `respond-async`; 201 only where the write `created` something.
    `left` is the entry that it made.
    """
    if wishes.respond_async:
        status = 202
    elif status == 201 and not (write.creates or (created and write.request.method == "PUT")):
        status = 200
    report: dict[str, object] = {"id": write.id, "state": "pending"}
    report["receipt"] = address(write.resource.key, write.id)
    applied = ("respond-async",) if wishes.respond_async else ()
    return _answer(write, wishes, status, report, left, *applied, shown=status in (200, 201))


def malformed(fault: str) -> Response:
    """400: a patch document that is not what its media type says (RFC 5789 section 2.2); nothing was queued."""
    return problem(400, "Malformed patch", f"{fault} Correct the patch; nothing was written.")


def receipt(found: Receipt) -> Response:
    """A receipt, as its address shows it. Times in ms since 1970.

    One that is pending says when to look again (RFC 9110 section 10.2.3): the pause grows as the drain's does. It is
    a 200 all the same: the write is not done, but the request for its receipt is.
    """
    fields = [("content-type", "application/json"), ("cache-control", "no-store")]
    if found.state == "pending":
        fields.append(("retry-after", str(min(2 ** min(found.tries or 0, 30), LONGEST_RETRY_AFTER))))
    return Response(200, Headers(fields), json.dumps(_report(found)).encode())


def _report(found: Receipt) -> dict[str, object]:
    report = {
        "id": found.id,
        "state": found.state,
        "origin_status": found.status,
        "reason": found.reason,
        "accepted": found.accepted,
        "settled": None if found.state == "pending" else found.at,
        "tries": found.tries,
        "superseded_by": found.by and address(found.key, found.by),
    }
    return {name: value for name, value in report.items() if value is not None}


def _answer(
    write: Write,
    wishes: Preferences,
    status: int,
    report: Mapping[str, object],
    left: Entry | None,
    *applied: str,
    shown: bool,
) -> Response:
    """The representation where its author prefers it, or has no preference and it is `shown`; else the report.

    A DELETE leaves none to show. Location is the receipt of what is accepted, the resource of what is created, and has
    no meaning with another status (RFC 9110 section 10.2.2); the receipt stands in Link always.
    """
    where, target = address(write.resource.key, write.id), write.resource.target
    if target.startswith("//"):
        target = f"/.{target}"  # else a reference to another host (RFC 3986 section 4.2)
    fields = [("cache-control", "no-store"), ("link", f'<{where}>; rel="monitor"')]
    if status in (201, 202):
        fields.append(("location", where if status == 202 else target))
    representation = _left(write, left)
    returns = wishes.returns if representation or wishes.returns == "minimal" else ""
    if representation and (returns == "representation" or (shown and not returns)):
        status = 200 if status == 204 else status
        fields += [*described(representation.headers), ("content-location", target)]
        body = representation.body
    elif returns or status == 204:
        body = b""
    else:
        fields.append(("content-type", "application/json"))
        body = json.dumps({**report, "item": target} if write.creates else report).encode()
    if returns:
        applied = (*applied, f"return={returns}")
    return Response(status, Headers(fields).plus(*_applied(*applied)), body)


def _left(write: Write, left: Entry | None) -> Response | None:
    """The representation that a write left; of a plain PUT or POST also where the answer to its commit was lost."""
    if write.commands:
        return None
    if left is not None:
        return Response(left.status, left.header, left.body) if left.kind == "stored" else None
    plainly = write.request.method in ("PUT", "POST") and write.route.representation is plain
    return Response(200, write.request.headers, write.request.body) if plainly else None


def _applied(*preferences: str) -> tuple[tuple[str, str], ...]:
    """Which preferences the answer heeds (RFC 7240 section 3)."""
    return (("preference-applied", ", ".join(preferences)),) if preferences else ()


def refusal(why: Why, region: str, where: str) -> Response:
    """503 for a write that was not taken, or of which nobody can tell yet; `where` is its receipt's address."""
    title, detail, retry_after = _REFUSALS[why]
    return problem(503, title, detail.format(region=region, where=where), retry_after=retry_after)


def pressed(failure: NoAnswer) -> Response:
    """503: so much waits for the origin that nothing more is accepted, and the origin does not answer either."""
    detail = (
        f"The origin gave no answer: {failure.reason}. As much as may wait for it waits already, so the write was not "
        "accepted here; the origin may have it. Send the request again if it may be done twice."
    )
    return problem(503, "No answer from the origin", detail, retry_after=30)


def settled(
    found: Receipt, write: Write, wishes: Preferences, region: str, left: Entry | None = None
) -> Response:
    """What the author is told whose write was settled before the answer: what the origin said, the receipt with it.

    502 where it said nothing, or what only means something with its own fields (1xx, 3xx).
    """
    applied = (f"wait={wishes.wait}",) if wishes.seconds else ()
    match found.state:
        case "dead":
            status = found.status if found.status and found.status >= 400 else 502
            detail = f"{found.reason}; the write was not applied."
            told = problem(status, "Refused by the origin", detail)
            fields = (("link", f'<{found.address}>; rel="monitor"'), *_applied(*applied))
            return replace(told, headers=told.headers.plus(*fields))
        case "lost":
            # The origin may have it all the same: its receipt or its entry was lost, and that is all that is known.
            return refusal("unknown", region, found.address)
        case "applied" | "superseded" | "pending":
            # 202: even the origin has yet to do it. Every other success says no more than 200 without its body.
            status = found.status if found.status in (200, 201, 202, 204) else 200
            status = 200 if status == 201 and write.commands else status  # what it created has another name
            return _answer(write, wishes, status, _report(found), left, *applied, shown=False)
        case _ as never:
            assert_never(never)


def receipt_unreachable(region: str) -> Response:
    """503: what became of a write cannot be told just now; that says nothing about the write."""
    detail = f"The regional cache in {region} does not answer, so nobody can tell about the write. Ask again."
    return problem(503, "Receipt not at hand", detail, retry_after=5)


_AGAIN = "nothing was written. Send the request again."
_NOT_TAKEN = "Write not taken"
_REFUSALS: dict[Why, tuple[str, str, int]] = {
    "unreachable": (_NOT_TAKEN, f"The regional cache in {{region}} does not answer; {_AGAIN}", 5),
    "waiting": (
        "Earlier writes wait",
        "Accepted writes to this resource are on their way to the origin, and this one must not overtake them; "
        f"{_AGAIN}",
        2,
    ),
    "full": (_NOT_TAKEN, f"As many writes as may wait for the origin wait already; {_AGAIN}", 5),
    "contended": (_NOT_TAKEN, f"Other writes to the same resource came first each time; {_AGAIN}", 1),
    "foreign": (_NOT_TAKEN, f"A newer release of Homeport holds this resource in {{region}}; {_AGAIN}", 60),
    "origin": (
        _NOT_TAKEN,
        f"The origin does not show the current state, which the write would be applied to; {_AGAIN}",
        5,
    ),
    "unknown": (
        "Outcome unknown",
        "It is not certain whether the write was taken. Ask {where} before you send it again.",
        10,
    ),
}
