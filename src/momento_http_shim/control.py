"""Creating, deleting, flushing and listing caches: messages and meanings.

Source: `controlclient.proto` of https://github.com/momentohq/client-protos. At most 5 such calls a second
are allowed for an account. Momento's SDKs do not send them twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .calls import Call, Method
from .outcomes import Done
from .wire import EMPTY, TEXT, Field, Shape

_SERVICE = "control_client.ScsControl/"
_CACHE = Shape(cache_name=Field(1, TEXT))

CREATE = Method(_SERVICE + "CreateCache", _CACHE, EMPTY, idempotent=False)
DELETE = Method(_SERVICE + "DeleteCache", _CACHE, EMPTY, idempotent=False)
FLUSH = Method(_SERVICE + "FlushCache", _CACHE, EMPTY, idempotent=False)
LIST = Method(
    _SERVICE + "ListCaches",
    Shape(next_token=Field(1, TEXT)),
    Shape(cache=Field(1, _CACHE, repeated=True), next_token=Field(2, TEXT)),
    idempotent=False,
)


@dataclass(frozen=True, slots=True)
class AlreadyExists:
    """There is a cache of this name; it was left as it is."""


@dataclass(frozen=True, slots=True)
class Caches:
    """The names of caches; `next_token` is empty on the last page."""

    names: tuple[str, ...]
    next_token: str = ""


def create_cache(name: str) -> Call[Done]:
    """Create a cache."""
    return Call(CREATE, {"cache_name": name}, _done)


def delete_cache(name: str) -> Call[Done]:
    """Delete a cache and all that is in it."""
    return Call(DELETE, {"cache_name": name}, _done)


def flush_cache(name: str) -> Call[Done]:
    """Delete all that is in a cache."""
    return Call(FLUSH, {"cache_name": name}, _done)


def list_caches(next_token: str = "") -> Call[Caches]:
    """List one page of the account's caches."""
    return Call(LIST, {"next_token": next_token}, _listed)


def _listed(answer: dict[str, Any]) -> Caches:
    names = tuple(each.get("cache_name", "") for each in answer.get("cache", []))
    return Caches(names, answer.get("next_token", ""))


def _done(_: dict[str, Any]) -> Done:
    return Done()
