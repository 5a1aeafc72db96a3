"""What the author of a write is told, now and later. Pure."""

from __future__ import annotations

import json

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


def region_unreachable(region: str) -> Response:
    """503: the region's cache did not answer, so it can neither take a write nor tell of one."""
    return refusal("unreachable", region, "")


def earlier_writes_wait() -> Response:
    """503: a write that must go straight to the origin may not overtake writes accepted before it."""
    return problem(
        503,
        "Earlier writes wait",
        "Accepted writes to this resource are on their way to the origin, and this one must not overtake them; "
        "nothing was written. Send the request again.",
        retry_after=2,
    )


_AGAIN = "nothing was written. Send the request again."
_NOT_TAKEN = "Write not taken"
_REFUSALS: dict[Why, tuple[str, str, int]] = {
    "unreachable": (_NOT_TAKEN, f"The regional cache in {{region}} does not answer; {_AGAIN}", 5),
    "full": (_NOT_TAKEN, f"As many writes as may wait for the origin wait already; {_AGAIN}", 5),
    "contended": (_NOT_TAKEN, f"Other writes to the same resource came first each time; {_AGAIN}", 1),
    "foreign": (_NOT_TAKEN, f"A newer release of Homeport holds this resource in {{region}}; {_AGAIN}", 60),
    "unknown": (
        "Outcome unknown",
        "It is not certain whether the write was taken. Ask {where} before you send it again.",
        10,
    ),
}
