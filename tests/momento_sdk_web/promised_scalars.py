"""What Momento promises about scalars: https://docs.momentohq.com/cache/develop/api-reference.

The names within an answer are the SDK's own accessors. "As its tests say": where the reference is silent, the
integration tests of Momento's JavaScript SDK decide (momentohq/client-sdk-javascript, `common-integration-tests`).
"""

from __future__ import annotations

from typing import Any

EVERY_OCTET = list(range(256))
SUCCESS, MISS = {"type": "Success"}, {"type": "Miss"}
SET, NOT_SET = {"type": "Set"}, {"type": "NotSet"}


def hit(value: str | list[int]) -> dict[str, Any]:
    return {"type": "Hit", "valueUint8Array": value}


def number(value: int) -> dict[str, Any]:
    return {"type": "Success", "valueNumber": value}


def remaining(ms: int) -> dict[str, Any]:
    return {"type": "Hit", "remainingTtlMillis": ms}


def error(code: str) -> dict[str, Any]:
    return {"type": "Error", "errorCode": code}


BASICS: dict[str, Any] = {
    "get: nothing there": MISS,
    "set": SUCCESS,
    "get: something there": hit("one"),
    "get: set again": hit("two"),
    "set: octets": SUCCESS,
    "get: octets": hit(EVERY_OCTET),
    "get: a key with everything in it": hit("grüße"),
    "get: an empty value": hit(""),
    "set: over another kind": SUCCESS,
    "get: written over another kind": hit("v"),
    "delete": SUCCESS,
    "get: deleted": MISS,
    "delete: nothing there": SUCCESS,
    "set: a negative TTL": error("INVALID_ARGUMENT_ERROR"),
}

COUNTERS: dict[str, Any] = {
    "increment: nothing there": number(1),
    "increment: up": number(42),
    "increment: down below zero": number(-1000),
    "get: a counter": hit("-1000"),
    "increment: by zero": number(10),
    "increment: a number that was set": number(100),
    "increment: no number": error("FAILED_PRECONDITION_ERROR"),  # as its tests say
    "increment: beyond 64 bits": error("FAILED_PRECONDITION_ERROR"),  # an error; which one is not documented
}

BATCHES: dict[str, Any] = {
    "setBatch: a map": {"type": "Success", "results": [SUCCESS, SUCCESS]},
    "getBatch: in the order asked": {
        "type": "Success",
        "results": [hit(EVERY_OCTET), MISS, hit("one"), hit("one")],
    },
    "setBatch: own TTLs": {"type": "Success", "results": [SUCCESS, SUCCESS]},
    "itemGetTtl: of its own in a batch": remaining(5000),
    "itemGetTtl: the batch's default": remaining(60_000),
}

TIMES_TO_LIVE: dict[str, Any] = {
    "itemGetTtl: just set": remaining(10_000),
    "itemGetTtl: later": remaining(6000),
    "itemGetTtl: nothing there": MISS,
    "updateTtl": SET,
    "itemGetTtl: updated": remaining(20_000),
    "updateTtl: nothing there": MISS,
    "increaseTtl: to more": SET,
    "itemGetTtl: increased": remaining(30_000),
    "increaseTtl: to less": NOT_SET,
    "itemGetTtl: not increased": remaining(30_000),
    "increaseTtl: nothing there": MISS,
    "decreaseTtl: to less": SET,
    "itemGetTtl: decreased": remaining(3000),
    "decreaseTtl: to more": NOT_SET,
    "itemGetTtl: not decreased": remaining(3000),
    "decreaseTtl: nothing there": MISS,
    "get: a moment before it expires": hit("v"),
    "get: expired": MISS,
}

# The numbers are the SDK's `ItemType`, not those of the wire.
PRESENCE: dict[str, Any] = {
    "itemGetType: n": {"type": "Hit", "itemType": 0},
    "itemGetType: a dictionary": {"type": "Hit", "itemType": 1},
    "itemGetType: a list": {"type": "Hit", "itemType": 2},
    "itemGetType: a set": {"type": "Hit", "itemType": 3},
    "itemGetType: a sorted set": {"type": "Hit", "itemType": 4},
    "itemGetType: nobody": MISS,
    "keyExists: it does": {"type": "Success", "exists": True},
    "keyExists: it does not": {"type": "Success", "exists": False},
    "keysExist: in the order asked": {"type": "Success", "exists": [False, True, True, False]},
    "keysExist: none asked": {"type": "Success", "exists": []},
}

SCALARS = {**BASICS, **COUNTERS, **BATCHES, **TIMES_TO_LIVE, **PRESENCE}
