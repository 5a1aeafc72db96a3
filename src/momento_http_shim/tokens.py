"""Disposable tokens: keys that expire and can do only what they name.

Sources: `token.proto` and `permissionmessages.proto` of https://github.com/momentohq/client-protos;
https://docs.momentohq.com/platform/limits for the limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .calls import Call, Method
from .errors import InvalidArgument
from .wire import BYTES, EMPTY, TEXT, UINT, Field, Shape

_LONGEST_SECONDS, _MOST_STATEMENTS, _LONGEST_ID = 25 * 3600, 20, 64
_ROLES = {"readwrite": 1, "readonly": 2, "writeonly": 3}

_SCOPE = {
    "role": Field(1, UINT),
    "all_caches": Field(2, EMPTY),
    "cache_selector": Field(3, Shape(cache_name=Field(1, TEXT, explicit=True))),
}
_ITEM_SELECTOR = Shape(key=Field(1, BYTES, explicit=True), key_prefix=Field(2, BYTES, explicit=True))
_TOPIC_SELECTOR = Shape(
    topic_name=Field(1, TEXT, explicit=True), topic_name_prefix=Field(2, TEXT, explicit=True)
)
_PERMISSION = Shape(
    cache_permissions=Field(
        1, Shape(**_SCOPE, all_items=Field(4, EMPTY), item_selector=Field(5, _ITEM_SELECTOR))
    ),
    topic_permissions=Field(
        2, Shape(**_SCOPE, all_topics=Field(4, EMPTY), topic_selector=Field(5, _TOPIC_SELECTOR))
    ),
)
GENERATE = Method(
    "token.Token/GenerateDisposableToken",
    Shape(
        expires=Field(1, Shape(valid_for_seconds=Field(1, UINT))),
        auth_token=Field(2, TEXT),
        permissions=Field(
            3, Shape(explicit=Field(2, Shape(permissions=Field(1, _PERMISSION, repeated=True))))
        ),
        token_id=Field(4, TEXT),
    ),
    Shape(api_key=Field(1, TEXT), endpoint=Field(2, TEXT), valid_until=Field(3, UINT)),
    idempotent=False,
)


class CacheAccess(NamedTuple):
    """What a token may do with items: of one cache or all, with one key, a prefix or all.

    `role` is `readwrite`, `readonly` or `writeonly`; the last excludes conditional writes.
    """

    role: str
    cache: str | None = None
    key: bytes | None = None
    key_prefix: bytes | None = None


class TopicAccess(NamedTuple):
    """What a token may do with topics: of one cache or all, one topic, a prefix or all."""

    role: str
    cache: str | None = None
    topic: str | None = None
    topic_prefix: str | None = None


@dataclass(frozen=True, slots=True)
class DisposableToken:
    """A token as Momento's clients take it, base64 with the endpoint inside; never shown by `repr`.

    `valid_until` is in seconds since 1970.
    """

    token: str = field(repr=False)
    endpoint: str
    valid_until: int


def generate(
    own_key: str, access: Sequence[CacheAccess | TopicAccess], valid_seconds: int, token_id: str = ""
) -> Call[DisposableToken]:
    """Make a token that may do what `access` lists; `token_id` comes back with every topic message."""
    if not 0 < valid_seconds <= _LONGEST_SECONDS:
        raise InvalidArgument(f"a disposable token is valid for 1 to {_LONGEST_SECONDS} seconds")
    if not 0 < len(access) <= _MOST_STATEMENTS or len(token_id) > _LONGEST_ID:
        raise InvalidArgument(
            f"1 to {_MOST_STATEMENTS} permissions, and a token id of at most {_LONGEST_ID} characters"
        )
    message = {
        "expires": {"valid_for_seconds": valid_seconds},
        "auth_token": own_key,
        "permissions": {"explicit": {"permissions": [_permission(each) for each in access]}},
        "token_id": token_id,
    }
    return Call(GENERATE, message, _token)


def _permission(access: CacheAccess | TopicAccess) -> dict[str, Any]:
    if access.role not in _ROLES:
        raise InvalidArgument(f"a role is one of {', '.join(_ROLES)}")
    cache = {"all_caches": {}} if access.cache is None else {"cache_selector": {"cache_name": access.cache}}
    scope: dict[str, Any] = {"role": _ROLES[access.role], **cache}
    if isinstance(access, CacheAccess):
        chosen = _chosen(key=access.key, key_prefix=access.key_prefix)
        return {"cache_permissions": scope | ({"item_selector": chosen} if chosen else {"all_items": {}})}
    chosen = _chosen(topic_name=access.topic, topic_name_prefix=access.topic_prefix)
    return {"topic_permissions": scope | ({"topic_selector": chosen} if chosen else {"all_topics": {}})}


def _chosen(**choices: bytes | str | None) -> dict[str, bytes | str]:
    given = {name: choice for name, choice in choices.items() if choice is not None}
    if len(given) > 1:
        raise InvalidArgument(f"only one of {', '.join(given)}")
    return given


def _token(answer: dict[str, Any]) -> DisposableToken:
    import json
    from binascii import b2a_base64

    endpoint = answer.get("endpoint", "")
    content = json.dumps({"endpoint": endpoint, "api_key": answer.get("api_key", "")})
    token = b2a_base64(content.encode(), newline=False).decode()
    return DisposableToken(token, endpoint, answer.get("valid_until", 0))
