"""What can go wrong in the in-memory twin, in the client's own words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from momento_http_shim.errors import LimitExceeded, MomentoError, Refused, Unavailable
from momento_http_shim.outcomes import Failed

from .refusals import Refusal, Status

MOMENTO_CODES = {
    Status.INVALID_ARGUMENT: "INVALID_ARGUMENT_ERROR",
    Status.NOT_FOUND: "NOT_FOUND_ERROR",
    Status.RESOURCE_EXHAUSTED: "LIMIT_EXCEEDED_ERROR",
    Status.FAILED_PRECONDITION: "FAILED_PRECONDITION_ERROR",
}
"""Momento's names for the statuses a store refuses with (error mapper of the official SDKs)."""


def _lost() -> Failed:
    return Failed(Unavailable("TIMEOUT_ERROR", "the answer was lost after the call took effect"))


@dataclass(frozen=True, slots=True)
class LostAnswer:
    """A fault: the call takes effect, then the caller sees `failed` instead of the answer."""

    failed: Failed = field(default_factory=_lost)


Faults = Callable[[str, bytes], Failed | LostAnswer | None]
"""Asked before every call with the method's name (`set_if_hash`) and the key, the set's name or the topic.

`Failed` is returned to the caller and nothing happens; `LostAnswer` lets the effect happen; None is no fault.
"""


def error_of(refusal: Refusal) -> MomentoError:
    """Write a store's refusal as the client would report it."""
    code = MOMENTO_CODES[refusal.status]
    if refusal.cause is not None:
        return LimitExceeded(code, refusal.message, limit=refusal.cause)
    return Refused(code, refusal.message)
