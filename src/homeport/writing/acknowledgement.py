"""What the author of a write is told, now and later. Pure."""

from __future__ import annotations

import json
from typing import assert_never

from homeport.errors import problem
from homeport.messages import Headers, Response

from .commit import Why
from .receipt import Receipt, address


def accepted(key: str, write_id: str) -> Response:
    """202: it can be read here and now, and goes to the origin by itself (RFC 9110 section 15.3.3)."""
    where = address(key, write_id)
    body = json.dumps({"id": write_id, "state": "pending", "receipt": where}).encode()
    fields = (
        ("content-type", "application/json"),
        ("cache-control", "no-store"),
        ("location", where),
        ("link", f'<{where}>; rel="monitor"'),
    )
    return Response(202, Headers(fields), body)


def malformed(fault: str) -> Response:
    """400: a patch document that is not what its media type says (RFC 5789 section 2.2); nothing was queued."""
    return problem(400, "Malformed patch", f"{fault} Correct the patch; nothing was written.")


def receipt(found: Receipt) -> Response:
    """A receipt, as its address shows it."""
    body: dict[str, object] = {"id": found.id, "state": found.state}
    if found.status is not None:
        body["origin_status"] = found.status
    if found.reason is not None:
        body["reason"] = found.reason
    fields = (("content-type", "application/json"), ("cache-control", "no-store"))
    return Response(200, Headers(fields), json.dumps(body).encode())


def refusal(why: Why, region: str, where: str) -> Response:
    """503 for a write that was not taken, or of which nobody can tell yet; `where` is its receipt's address."""
    title, detail, retry_after = _REFUSALS[why]
    return problem(503, title, detail.format(region=region, where=where), retry_after=retry_after)


def settled(found: Receipt, region: str) -> Response:
    """What the author is told whose write was settled before its acceptance could be confirmed."""
    match found.state:
        case "dead":
            return problem(
                found.status or 502, "Refused by the origin", f"{found.reason}; the write was not applied."
            )
        case "lost":
            # The origin may have it all the same: its receipt or its entry was lost, and that is all that is known.
            return refusal("unknown", region, found.address)
        case "applied" | "pending":
            return receipt(found)
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
