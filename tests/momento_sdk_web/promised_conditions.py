"""What Momento promises about check-and-set: when each condition holds, and that nothing is written when not.

https://docs.momentohq.com/cache/develop/api-reference: of the value on a key that is absent, that holds the value
asked about, that holds another one. The conditions on hashes are those of the web SDK's own comments.
"""

from __future__ import annotations

from typing import Any

from tests.momento_sdk_web.promised_scalars import MISS, hit, remaining

STORED, NOT_STORED = {"type": "Stored"}, {"type": "NotStored"}
BEFORE = {"absent": MISS, "same": hit("old"), "other": hit("else")}

WRITES_WHEN = {
    "setIfNotExists": {"absent"},
    "setIfAbsent": {"absent"},
    "setIfPresent": {"same", "other"},
    "setIfEqual": {"same"},
    "setIfNotEqual": {"absent", "other"},
    "setIfPresentAndNotEqual": {"other"},
    "setIfAbsentOrEqual": {"absent", "same"},
    "setIfPresentAndHashEqual": {"same"},
    "setIfPresentAndHashNotEqual": {"other"},
    "setIfAbsentOrHashEqual": {"absent", "same"},
    "setIfAbsentOrHashNotEqual": {"absent", "other"},
}


def _promised(method: str, states: set[str]) -> dict[str, Any]:
    promised: dict[str, Any] = {}
    for state, before in BEFORE.items():
        promised[f"{method}: {state}"] = STORED if state in states else NOT_STORED
        promised[f"{method}: {state}, read"] = hit("new") if state in states else before
        if "Hash" in method:
            same_hash = state == "same" and state not in states
            promised[f"{method}: {state}, its hash is the old"] = same_hash
    return promised


CONDITIONS: dict[str, Any] = {
    **{
        name: answer
        for method, states in WRITES_WHEN.items()
        for name, answer in _promised(method, states).items()
    },
    "getWithHash: nothing there": MISS,
    "setWithHash": STORED,
    "getWithHash": hit("old"),
    "getWithHash: the hash that was told": True,
    "setIfAbsent: held by another": NOT_STORED,
    "setIfAbsent: expired": STORED,
    "itemGetTtl: of a lease": remaining(5000),
}
