"""Momento over `fetch`: the client for places without gRPC sockets, such as Cloudflare's Python Workers.

Start with `CacheClient`, `Credentials` and a transport from `momento_http_shim.runtime`. `ControlClient` and
what belongs to it are imported when first asked for: a worker that serves requests needs none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .calls import Settings
from .client import CacheClient
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
from .credentials import Credentials
from .errors import InvalidArgument, LimitExceeded, MomentoError, Refused, ShimError, Unavailable
from .limits import FamilyGuard, Limits
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
)
from .retries import RetryPolicy
from .topics import Discontinuity, Position, TopicMessage
from .transport import Transport, TransportFailure

if TYPE_CHECKING:
    from .control import AlreadyExists, Caches
    from .control_client import ControlClient
    from .tokens import CacheAccess, DisposableToken, TopicAccess
    from .webhooks import Webhook, Webhooks, WebhookSecret

_LATER = {
    "AlreadyExists": "control",
    "CacheAccess": "tokens",
    "Caches": "control",
    "ControlClient": "control_client",
    "DisposableToken": "tokens",
    "TopicAccess": "tokens",
    "Webhook": "webhooks",
    "WebhookSecret": "webhooks",
    "Webhooks": "webhooks",
}


def __getattr__(name: str) -> Any:
    """Import what manages an account when it is first asked for."""
    from importlib import import_module

    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)


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
    "Webhook",
    "WebhookSecret",
    "Webhooks",
]
