"""Momento over `fetch`: the client for places without gRPC sockets, such as Cloudflare's Python Workers.

Start with `CacheClient`, `Credentials` and a transport from `momento_http_shim.runtime`. What plain items do
not need is imported when it is first asked for (see `later`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .caller import Settings
from .client import CacheClient
from .credentials import Credentials
from .errors import InvalidArgument, LimitExceeded, MomentoError, Refused, ShimError, Unavailable
from .limits import Limits
from .octets import Octets
from .outcomes import (
    Batch,
    Done,
    Elements,
    Failed,
    Found,
    Hit,
    Miss,
    NotStored,
    Number,
    Presence,
    Score,
    Stored,
    Values,
)
from .retries import RetryPolicy
from .transport import Transport, TransportFailure

if TYPE_CHECKING:
    from .conditions import (
        Absent,
        AbsentOrEqual,
        AbsentOrHashEqual,
        AbsentOrNotHashEqual,
        Equal,
        HashCondition,
        NotEqual,
        Present,
        PresentAndHashEqual,
        PresentAndNotEqual,
        PresentAndNotHashEqual,
        Unconditional,
        ValueCondition,
    )
    from .control import AlreadyExists, Caches
    from .control_client import ControlClient
    from .families import FamilyGuard
    from .tokens import CacheAccess, DisposableToken, TopicAccess
    from .topics import Discontinuity, Position, TopicMessage
    from .webhooks import Webhook, Webhooks, WebhookSecret

_LATER = {
    "conditions": (
        "Absent",
        "AbsentOrEqual",
        "AbsentOrHashEqual",
        "AbsentOrNotHashEqual",
        "Equal",
        "HashCondition",
        "NotEqual",
        "Present",
        "PresentAndHashEqual",
        "PresentAndNotEqual",
        "PresentAndNotHashEqual",
        "Unconditional",
        "ValueCondition",
    ),
    "control": (
        "AlreadyExists",
        "Caches",
    ),
    "control_client": ("ControlClient",),
    "families": ("FamilyGuard",),
    "tokens": (
        "CacheAccess",
        "DisposableToken",
        "TopicAccess",
    ),
    "topics": (
        "Discontinuity",
        "Position",
        "TopicMessage",
    ),
    "webhooks": (
        "Webhook",
        "WebhookSecret",
        "Webhooks",
    ),
}


def __getattr__(name: str) -> Any:
    """Import what waits when it is first asked for."""
    from importlib import import_module

    for module, names in _LATER.items():
        if name in names:
            found = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "Absent",
    "AbsentOrEqual",
    "AbsentOrHashEqual",
    "AbsentOrNotHashEqual",
    "AlreadyExists",
    "Batch",
    "CacheAccess",
    "CacheClient",
    "Caches",
    "ControlClient",
    "Credentials",
    "Discontinuity",
    "DisposableToken",
    "Done",
    "Elements",
    "Equal",
    "Failed",
    "FamilyGuard",
    "Found",
    "HashCondition",
    "Hit",
    "InvalidArgument",
    "LimitExceeded",
    "Limits",
    "Miss",
    "MomentoError",
    "NotEqual",
    "NotStored",
    "Number",
    "Octets",
    "Position",
    "Presence",
    "Present",
    "PresentAndHashEqual",
    "PresentAndNotEqual",
    "PresentAndNotHashEqual",
    "Refused",
    "RetryPolicy",
    "Score",
    "Settings",
    "ShimError",
    "Stored",
    "TopicAccess",
    "TopicMessage",
    "Transport",
    "TransportFailure",
    "Unavailable",
    "Unconditional",
    "ValueCondition",
    "Values",
    "Webhook",
    "WebhookSecret",
    "Webhooks",
]
